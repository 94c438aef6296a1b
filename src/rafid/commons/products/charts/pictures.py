"""Pictures of charts for documents: Altair's description, drawn by vl-convert at three times its size, with our own fonts.

Words inside a drawing are safe here and nowhere else on paper: vl-convert shapes Arabic and Sorani, WeasyPrint does not.
"""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from ..pdf import FontMissing
from .figures import Figures
from .shapes import axis_of
from .spec import BAR, HEAT, LINE, LOG, NUMBER, PYRAMID, ChartSpec

SCALE = 3
WIDTH, HEIGHT = 560, 260
COLOURS = ("#1f7a87", "#cc8427", "#6a51a3", "#4d7c3a", "#b0417c", "#5b6770")
INK, SOFT, AIM = "#16211f", "#51605c", "#b45309"
FONT = "Noto Sans Arabic, Noto Sans"
_FONTS = (
    "noto-sans/noto-sans-latin-400-normal.woff",
    "noto-sans/noto-sans-latin-700-normal.woff",
    "noto-sans-arabic/noto-sans-arabic-arabic-400-normal.woff",
    "noto-sans-arabic/noto-sans-arabic-arabic-700-normal.woff",
)
MOST_BARS, MOST_POINTS = 40, 400


@functools.cache
def _ready() -> None:
    """Our fonts, unpacked: vl-convert reads no web fonts. Raises ``FontMissing``."""
    import vl_convert
    from fontTools.ttLib import TTFont

    folder = Path(tempfile.mkdtemp(prefix="rafid-fonts-"))
    for name in _FONTS:
        found = finders.find(name)
        if not found:
            raise FontMissing(f"the font {name} is missing; install the browser packages: ./rafid up does it")
        font = TTFont(str(found))
        font.flavor = None
        font.save(folder / f"{Path(name).stem}.ttf")
    vl_convert.register_font_directory(str(folder))


def picture(spec: ChartSpec, figures: Figures, *, title: str = "", width: int = WIDTH) -> bytes:
    """A PNG in the language that is active. Raises ``ValueError`` for a kind that has no picture, or nothing to draw."""
    import vl_convert

    draw = {LINE: _line, BAR: _bars, PYRAMID: _pyramid, HEAT: _heat, NUMBER: _number}.get(spec.kind)
    if draw is None or figures.empty:
        raise ValueError("there is nothing to draw")
    _ready()
    chart = draw(spec, figures, width)
    rtl = get_language_bidi()
    if title:
        chart = chart.properties(title={"text": title, "anchor": "end" if rtl else "start"})
    described = chart.configure(font=FONT, background="#ffffff", padding=8).configure_view(strokeWidth=0)
    described = described.configure_axis(
        labelColor=SOFT, titleColor=SOFT, labelFontSize=11, titleFontSize=11, titleFontWeight="normal", gridColor="#dbe1dd",
        domainColor="#7f8f8a", tickColor="#7f8f8a", labelLimit=220,
    )  # fmt: skip
    described = described.configure_title(fontSize=14, color=INK, fontWeight=700)
    described = described.configure_legend(
        orient="top", title=None, labelColor=INK, labelFontSize=11, direction="horizontal", labelLimit=260
    )
    return bytes(vl_convert.vegalite_to_png(described.to_dict(), scale=SCALE))


def _whole(text: str) -> str:
    """A label in the direction of the page: vl-convert reads each from the left, and 10-14 would stand on the wrong side."""
    return f"\u2067{text}\u2069" if text and get_language_bidi() else text


def _data(rows: list[dict[str, Any]]) -> Any:
    import altair as alt

    return alt.Data(values=rows)


def _rows(figures: Figures, most: int) -> list[dict[str, Any]]:
    """One mapping a figure; ``at`` and ``n`` keep the order, since labels need not be unique."""
    return [
        {
            "row": _whole(head.label),
            "at": at,
            "series": _whole(series.label),
            "n": n,
            "value": cell.value,
            "said": text + cell.mark,
        }
        for at, head in enumerate(figures.rows[:most])
        for n, (series, cell, text) in enumerate(zip(figures.series, figures.cells[at], figures.texts(at), strict=True))
    ]


def _scale(spec: ChartSpec, figures: Figures, **more: Any) -> Any:
    import altair as alt

    if spec.scale == LOG and figures.values and min(figures.values) > 0:
        return alt.Scale(type="log", **more)
    return alt.Scale(**more)


def _colour(figures: Figures) -> Any:
    import altair as alt

    names = [_whole(head.label) for head in figures.series]
    scale = alt.Scale(domain=names, range=[COLOURS[at % len(COLOURS)] for at in range(len(names))])
    return alt.Color("series:N", scale=scale, sort=names, legend=alt.Legend() if len(names) > 1 else None)


def _unit(figures: Figures) -> Any:
    return _(figures.unit) if figures.unit else None


def _line(spec: ChartSpec, figures: Figures, width: int) -> Any:
    """Time runs from left to right in every language."""
    import altair as alt

    rows = _rows(figures, MOST_POINTS)
    order = [_whole(head.label) for head in figures.rows]
    base = alt.Chart(_data(rows), width=width, height=HEIGHT)
    axis = alt.Axis(title=None, labelAngle=0, labelOverlap="greedy", grid=False)
    x = alt.X("row:N", sort=order, axis=axis, scale=alt.Scale(type="point", padding=0.1))
    y = alt.Y("value:Q", axis=alt.Axis(title=_unit(figures), tickCount=5), scale=_scale(spec, figures))
    drawn = base.mark_line(point=alt.OverlayMarkDef(filled=True, size=40), strokeWidth=2.5).encode(
        x=x, y=y, color=_colour(figures)
    )
    if figures.target is not None:
        level = alt.Chart(_data([{"value": figures.target}])).mark_rule(color=AIM, strokeDash=[6, 4])
        return drawn + level.encode(y="value:Q")
    if not any(aim is not None for aim in figures.targets):
        return drawn
    aims = [{"row": _whole(head.label), "value": aim} for head, aim in zip(figures.rows, figures.targets, strict=True)]
    steps = alt.Chart(_data(aims[:MOST_POINTS])).mark_line(color=AIM, strokeDash=[6, 4], interpolate="step")
    return drawn + steps.encode(x=x, y="value:Q")


def _bars(spec: ChartSpec, figures: Figures, width: int) -> Any:
    """From the side where reading begins."""
    import altair as alt

    rtl = get_language_bidi()
    rows = _rows(figures, MOST_BARS)
    order = [_whole(head.label) for head in figures.rows]
    several = len(figures.series) > 1
    x = alt.X(
        "value:Q", axis=alt.Axis(title=_unit(figures), tickCount=5), scale=_scale(spec, figures, reverse=rtl),
    )  # fmt: skip
    y = alt.Y("row:N", sort=order, axis=alt.Axis(title=None, orient="right" if rtl else "left", grid=False))
    base = alt.Chart(_data(rows), width=width - 120, height=alt.Step(18 if not several else 10 * len(figures.series)))
    encoding: dict[str, Any] = {"x": x, "y": y, "color": _colour(figures)}
    if several:
        encoding["yOffset"] = alt.YOffset("series:N", sort=[_whole(head.label) for head in figures.series])
        return base.mark_bar().encode(**encoding)
    said = base.mark_text(align="right" if rtl else "left", dx=-4 if rtl else 4, color=SOFT, fontSize=10)
    return base.mark_bar().encode(**encoding) + said.encode(x=x, y=y, text="said:N")


def _pyramid(spec: ChartSpec, figures: Figures, width: int) -> Any:
    """Men at the left, women at the right, in every language."""
    import altair as alt

    rows = _rows(figures, MOST_BARS)
    sexes = [head.key.rpartition("=")[2] for head in figures.series]
    for row in rows:
        if row["value"] is not None and sexes[row["n"]] == "male":
            row["value"] = -row["value"]
    order = [_whole(head.label) for head in reversed(figures.rows)]
    end = axis_of(figures.values).high
    axis = alt.Axis(title=_unit(figures), labelExpr="format(abs(datum.value), ',')", tickCount=5)
    x = alt.X("value:Q", axis=axis, scale=alt.Scale(domain=[-end, end]))
    y = alt.Y("row:N", sort=order, axis=alt.Axis(title=None, grid=False))
    base = alt.Chart(_data(rows), width=width - 80, height=alt.Step(15))
    bars = base.mark_bar().encode(x=x, y=y, color=_colour(figures))
    # What is missing or withheld has its sign in the place of a bar: nothing there would look like nobody.
    aside = [
        {**row, "value": (-end if sexes[row["n"]] == "male" else end) / 50} for row in rows if row["value"] is None
    ]
    if not aside:
        return bars
    signs = alt.Chart(_data(aside)).mark_text(color=SOFT, fontSize=11, baseline="middle")
    return bars + signs.encode(x=x, y=y, text="said:N")


def _heat(spec: ChartSpec, figures: Figures, width: int) -> Any:
    import altair as alt

    rtl = get_language_bidi()
    rows = _rows(figures, MOST_BARS)
    across, down = [_whole(head.label) for head in figures.series], [_whole(head.label) for head in figures.rows]
    if rtl:
        across = across[::-1]
    middle = sorted(figures.values)[len(figures.values) // 2]
    x = alt.X("series:N", sort=across, axis=alt.Axis(title=None, orient="top", labelAngle=0, labelOverlap="greedy"))
    y = alt.Y("row:N", sort=down, axis=alt.Axis(title=None, orient="right" if rtl else "left"))
    base = alt.Chart(_data(rows), width=width - 120, height=alt.Step(18))
    colour = alt.Color("value:Q", scale=alt.Scale(scheme="yellowgreenblue"), legend=None)
    cells = base.mark_rect(stroke="#ffffff").encode(x=x, y=y, color=colour)
    ink = alt.condition(f"isValid(datum.value) && datum.value > {middle!r}", alt.value("#ffffff"), alt.value(INK))
    if len(across) > 12:
        return cells
    return cells + base.mark_text(fontSize=9).encode(x=x, y=y, text="said:N", color=ink)


def _number(spec: ChartSpec, figures: Figures, width: int) -> Any:
    import altair as alt

    said = figures.cells[0][0].text(figures.decimals)
    words = f"{figures.rows[0].label} · {_(figures.unit)}" if figures.unit else figures.rows[0].label
    base = alt.Chart(_data([{"said": said, "words": words}]), width=260, height=80)
    big = base.mark_text(fontSize=40, fontWeight=700, color=INK, y=30).encode(text="said:N")
    return big + base.mark_text(fontSize=13, color=SOFT, y=65).encode(text="words:N")
