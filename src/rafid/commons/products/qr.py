"""An address as a QR code: a printed sheet leads back to its page."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str) -> SafeString:
    """An ``<svg>`` of black modules, one unit each. Raises ``ValueError`` for more than a code can hold."""
    import qrcode
    from qrcode.exceptions import DataOverflowError

    code = qrcode.QRCode(border=0, error_correction=qrcode.ERROR_CORRECT_L)
    code.add_data(text)
    try:
        code.make()
    except (DataOverflowError, ValueError) as error:
        raise ValueError("this text is too long for a QR code") from error
    rows = code.get_matrix()
    side = len(rows)
    strokes = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return mark_safe(f'<svg viewBox="0 0 {side} {side}" class="qr"><path d="{strokes}"/></svg>')  # noqa: S308 - digits only
