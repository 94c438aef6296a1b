"""Four numbers on one line: a bar of what is reported, a band of what is verified, marks of the plan and the floor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rafid.commons.writing import number

WIDE, HIGH = 240, 30


def percent(value: float | None, places: int = 0) -> str:
    return "" if value is None else number(100 * value, places)


def band(
    *,
    planned: float | None,
    reported: float | None,
    verified: float | None = None,
    low: float | None = None,
    high: float | None = None,
    floor: float | None = None,
    full: float = 1.0,
) -> SafeString:
    """Shares of ``full`` (a target, a budget); what goes beyond the end is drawn at it. The words are for those who hear it."""
    scale = max(full, *(value for value in (planned, reported, high, 0.0) if value is not None)) or 1.0

    def at(value: float) -> str:
        return f"{WIDE * min(max(value, 0), scale) / scale:.1f}"

    parts: list[SafeString] = [format_html('<rect class="band-ground" width="{}" y="6" height="18" rx="2"/>', WIDE)]
    said = []
    if reported is not None:
        parts.append(format_html('<rect class="band-reported" width="{}" y="9" height="12"/>', at(reported)))
        said.append(_("reported %(value)s %%") % {"value": percent(reported / full)})
    if verified is not None and low is not None and high is not None:
        width = max(float(at(high)) - float(at(low)), 1.5)
        parts.append(
            format_html(
                '<rect class="band-range" x="{}" width="{}" y="11" height="8" rx="2"/>', at(low), f"{width:.1f}"
            )
        )
        parts.append(format_html('<circle class="band-verified" cx="{}" cy="15" r="3.4"/>', at(verified)))
        said.append(
            _("verified %(value)s %% (%(low)s to %(high)s)")
            % {"value": percent(verified / full), "low": percent(low / full), "high": percent(high / full)}
        )
    if floor is not None:
        parts.append(format_html('<path class="band-floor" d="M{} 24l-4 6h8z"/>', at(floor)))
        said.append(_("at least %(value)s %%") % {"value": percent(floor / full)})
    if planned is not None:
        parts.append(format_html('<rect class="band-planned" x="{}" width="2.4" y="1" height="26"/>', at(planned)))
        said.insert(0, _("planned %(value)s %%") % {"value": percent(planned / full)})
    return format_html(
        '<svg class="band" viewBox="-4 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDE + 8,
        HIGH + 2,
        "; ".join(said),
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def whiskers(points: Sequence[Mapping[str, Any] | None]) -> SafeString:
    """A share with its interval for each period, in one small drawing; hollow where the number of visits is small."""
    step, tall = 22, 60
    parts: list[str] = []
    for place, one in enumerate(points):
        if one is None:
            continue
        x = step * place + step / 2
        high, low, middle = (4 + (tall - 8) * (1 - float(one[name])) for name in ("high", "low", "share"))
        parts.append(f'<path class="whisker" d="M{x:.1f} {high:.1f}V{low:.1f}"/>')
        parts.append(
            f'<circle class="whisker-dot{" small" if one["small"] else ""}" cx="{x:.1f}" cy="{middle:.1f}" r="3.4"/>'
        )
    return format_html(
        '<svg class="whiskers" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true">{}</svg>',
        step * max(len(points), 1), tall, step * max(len(points), 1), tall, mark_safe("".join(parts)),  # noqa: S308 - numbers alone
    )  # fmt: skip
