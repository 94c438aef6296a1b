"""A photograph without what it tells beside the picture: place, time, camera, owner, earlier versions.

What is taken away lies beside the picture in the file, so the picture itself is copied bit by bit; only one that Exif wants
turned is turned, and written anew.
"""

from __future__ import annotations

import io
import struct
from typing import Final

_MOST_PIXELS: Final = 200_000_000
_ORIENTATION: Final = 0x0112
_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP bKGD hIST pHYs acTL fcTL fdAT".split()
)
_WEBP_KEPT: Final = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_NAMES_METADATA: Final = 0x08 | 0x04  # Exif, XMP
_QUALITY: Final = 95


def strip_photo(data: bytes) -> bytes:
    """JPEG, PNG, WebP or GIF without Exif, XMP, IPTC, comments, thumbnails and whatever follows the picture.

    Pixels are untouched; where Exif asks for a rotation it is applied (which writes a JPEG anew, at quality 95). A colour
    profile stays, since colours depend on it. Raises ``ValueError`` for what is none of the four, is cut off, or has more
    than 200 million pixels to turn.
    """
    if data.startswith(b"\xff\xd8\xff"):
        stripped, kind = _jpeg(data), "JPEG"
    elif data.startswith(_PNG_SIGNATURE):
        stripped, kind = _png(data), "PNG"
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        stripped, kind = _webp(data), "WEBP"
    elif data[:6] in (b"GIF87a", b"GIF89a"):
        return _gif(data)  # nothing in it asks for a rotation
    else:
        raise ValueError("this is no JPEG, PNG, WebP or GIF picture")
    turned = _turned(data, kind)
    return stripped if turned is None else strip_photo(turned)


# JPEG: markers FF xx, most with a length; the picture's own bytes follow SOS and hold FF only before 00 or RSTn.

_SOS, _EOI, _COMMENT = 0xDA, 0xD9, 0xFE


def _jpeg(data: bytes) -> bytes:
    found = bytearray(b"\xff\xd8")
    at, scans = 2, 0
    while True:
        marker, at = _marker(data, at)
        if marker == _EOI:
            if not scans:
                raise ValueError("this JPEG holds no picture")
            return bytes(found + b"\xff\xd9")
        size = struct.unpack_from(">H", data, at)[0] if at + 2 <= len(data) else 0
        if size < 2 or at + size > len(data):
            raise ValueError("this JPEG is cut off")
        segment = data[at + 2 : at + size]
        at += size
        if kept := _kept_segment(marker, segment):
            found += bytes((0xFF, marker)) + struct.pack(">H", len(kept[0]) + 2) + kept[0]
        if marker == _SOS:
            scans += 1
            end = _end_of_scan(data, at)
            found += data[at:end]
            at = end


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """The marker that begins at ``at``, and where what follows it begins; fill bytes are passed over."""
    if at >= len(data) or data[at] != 0xFF:
        raise ValueError("this JPEG is cut off or broken")
    while at < len(data) and data[at] == 0xFF:
        at += 1
    if at >= len(data):
        raise ValueError("this JPEG is cut off")
    return data[at], at + 1


def _kept_segment(marker: int, segment: bytes) -> tuple[bytes] | None:
    """The segment as it stays, in a tuple of one; None where it goes."""
    if marker == 0xE0 and segment.startswith(b"JFIF\0") and len(segment) >= 14:
        return (segment[:12] + b"\0\0",)  # without its thumbnail
    if marker == 0xE2 and segment.startswith(b"ICC_PROFILE\0"):
        return (segment,)
    if marker == 0xEE and segment.startswith(b"Adobe"):
        return (segment,)  # says how the colours are stored
    if 0xE0 <= marker <= 0xEF or marker == _COMMENT:
        return None
    return (segment,)


def _end_of_scan(data: bytes, at: int) -> int:
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise ValueError("this JPEG is cut off")
        following = data[at + 1]
        if following == 0x00 or 0xD0 <= following <= 0xD7:
            at += 2
        elif following == 0xFF:
            at += 1
        else:
            return at


# PNG: chunks of length, name, content, checksum.


def _png(data: bytes) -> bytes:
    found, at = bytearray(_PNG_SIGNATURE), len(_PNG_SIGNATURE)
    while at + 12 <= len(data):
        (size,) = struct.unpack_from(">I", data, at)
        name, end = data[at + 4 : at + 8], at + 12 + size
        if end > len(data):
            break
        if name in _PNG_KEPT:
            found += data[at:end]
        elif not name[0] & 0x20:
            raise ValueError("this PNG holds a part that is not known and cannot be left out")
        if name == b"IEND":
            return bytes(found)
        at = end
    raise ValueError("this PNG is cut off")


# WebP: a RIFF container; chunks of name, length, content, padded to even.


def _webp(data: bytes) -> bytes:
    (size,) = struct.unpack_from("<I", data, 4)
    end = 8 + size
    if end > len(data):
        raise ValueError("this WebP is cut off")
    found, at = bytearray(), 12
    while at + 8 <= end:
        name, (length,) = data[at : at + 4], struct.unpack_from("<I", data, at + 4)
        stop = at + 8 + length + (length & 1)
        if at + 8 + length > end:
            raise ValueError("this WebP is cut off")
        chunk = bytearray(data[at : min(stop, end)])
        if name == b"VP8X" and length:
            chunk[8] &= ~_WEBP_NAMES_METADATA & 0xFF
        if name in _WEBP_KEPT:
            found += chunk + b"\0" * (stop - at - len(chunk))
        at = stop
    if not found:
        raise ValueError("this WebP holds no picture")
    return b"RIFF" + struct.pack("<I", 4 + len(found)) + b"WEBP" + bytes(found)


# GIF: a screen, then extensions (21 xx) and pictures (2C), each ending in sub-blocks of a length and as many bytes; 3B ends.

_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPS: Final = frozenset((b"NETSCAPE2.0", b"ANIMEXTS1.0"))


def _gif(data: bytes) -> bytes:
    at = 13 + _colours(data, 10)
    found, pictures = bytearray(data[:at]), 0
    while at < len(data):
        kind = data[at]
        if kind == 0x3B:
            if not pictures:
                raise ValueError("this GIF holds no picture")
            return bytes(found + b"\x3b")
        if kind == 0x2C:
            start = at + 10 + _colours(data, at + 9) + 1
            end = _end_of_blocks(data, start)
            found += data[at:end]
            pictures += 1
        elif kind == 0x21 and at + 2 < len(data):
            end = _end_of_blocks(data, at + 2)
            found += _kept_extension(data[at:end])
        else:
            raise ValueError("this GIF is cut off or broken")
        at = end
    raise ValueError("this GIF is cut off")


def _colours(data: bytes, at: int) -> int:
    """How many bytes the table of colours takes that the flags at ``at`` tell of."""
    if at >= len(data):
        raise ValueError("this GIF is cut off")
    return 3 << ((data[at] & 0x07) + 1) if data[at] & 0x80 else 0


def _end_of_blocks(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += data[at] + 1
    if at >= len(data):
        raise ValueError("this GIF is cut off")
    return at + 1


def _kept_extension(block: bytes) -> bytes:
    """How a picture is shown, and how often all are; comments, texts and all else go."""
    if block[1] == _CONTROL and block[2] == 4:
        return block[:7] + b"\0"
    if block[1] == _APPLICATION and block[3:14] in _LOOPS and block[14] == 3:
        return block[:18] + b"\0"
    return b""


def _turned(data: bytes, kind: str) -> bytes | None:
    """The picture turned as Exif asks, written anew; None where it asks for nothing."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=(kind,)) as picture:
            if picture.getexif().get(_ORIENTATION, 1) in (0, 1):
                return None
            if picture.width * picture.height > _MOST_PIXELS:
                raise ValueError("this picture has too many pixels to be turned")
            turned = ImageOps.exif_transpose(picture)
            out = io.BytesIO()
            profile = picture.info.get("icc_profile")
            if kind == "JPEG":
                turned.save(out, kind, quality=_QUALITY, subsampling=0, icc_profile=profile)
            elif kind == "WEBP":
                turned.save(out, kind, lossless=True, icc_profile=profile)
            else:
                turned.save(out, kind, icc_profile=profile)
            return out.getvalue()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"this picture cannot be read ({error})") from error
