"""What a chart is of, before anything is read: the same description feeds the web page, the picture and the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rafid.commons.indicators.periods import is_period
from rafid.commons.names import pick
from rafid.commons.programme import LANGUAGES

NUMBER, LINE, BAR, PYRAMID, HEAT, MAP, POINTS, TABLE = (
    "number", "line", "bar", "pyramid", "heat", "map", "points", "table",
)  # fmt: skip
KINDS = {
    NUMBER: gettext_lazy("Number with change and target"),
    LINE: gettext_lazy("Line over time"),
    BAR: gettext_lazy("Bars"),
    PYRAMID: gettext_lazy("Population pyramid"),
    HEAT: gettext_lazy("Heat table"),
    MAP: gettext_lazy("Map of areas"),
    POINTS: gettext_lazy("Map of points"),
    TABLE: gettext_lazy("Table"),
}
DRAWN = (NUMBER, LINE, BAR, PYRAMID, HEAT)
"""Those that become a picture of their own; maps have a room of theirs."""

PLACE, PERIOD = "place", "period"
LINEAR, LOG = "linear", "log"
LATEST, MOST_PERIODS = 24, 240
_ACROSS = {NUMBER: "", LINE: PERIOD, PYRAMID: "by:age_group"}


@dataclass(frozen=True)
class ChartSpec:
    """``indicators`` by code, or a field of the newest released version of ``dataset`` (no ``field``: its rows are counted).

    ``across`` is what the rows are: places, periods, ``by:sex`` (a dimension of the indicator) or a field of the dataset.
    ``by`` parts each of them, as the address of an indicator's page does (``sex``). ``place`` bounds it; ``level`` says how
    fine the places are. ``periods``: fixed ones; none: the newest, of a line the ``latest`` so many.
    """

    kind: str
    title: Mapping[str, str] = field(default_factory=dict)
    indicators: tuple[str, ...] = ()
    dataset: str = ""
    field: str = ""
    across: str = ""
    by: str = ""
    place: str = ""
    level: int | None = None
    periods: tuple[str, ...] = ()
    latest: int = LATEST
    scale: str = LINEAR
    target: float | None = None

    @property
    def name(self) -> str:
        return pick(self.title)

    @property
    def rows(self) -> str:
        """``across``, or what its kind usually has."""
        return self.across or _ACROSS.get(self.kind, PLACE)

    def as_json(self) -> dict[str, Any]:
        """Only what is said."""
        found: dict[str, Any] = {"kind": self.kind, "title": dict(self.title)}
        for name in ("dataset", "field", "across", "by", "place", "level", "target"):
            if getattr(self, name) not in ("", None):
                found[name] = getattr(self, name)
        for name in ("indicators", "periods"):
            if getattr(self, name):
                found[name] = list(getattr(self, name))
        if self.latest != LATEST:
            found["latest"] = self.latest
        if self.scale != LINEAR:
            found["scale"] = self.scale
        return found


def from_json(said: Mapping[str, Any]) -> ChartSpec:
    """As a recipe keeps it. Call ``problems`` first: this takes what is usable and leaves out the rest."""
    title = said.get("title")
    return ChartSpec(
        str(said.get("kind", "")),
        {code: str(title.get(code) or "") for code in LANGUAGES} if isinstance(title, Mapping) else {},
        _texts(said.get("indicators")),
        str(said.get("dataset") or ""),
        str(said.get("field") or ""),
        str(said.get("across") or ""),
        str(said.get("by") or ""),
        str(said.get("place") or ""),
        _whole(said.get("level")),
        _texts(said.get("periods")),
        min(max(_whole(said.get("latest")) or LATEST, 2), MOST_PERIODS),
        LOG if said.get("scale") == LOG else LINEAR,
        _number(said.get("target")),
    )


def problems(said: Mapping[str, Any], where: str = "") -> list[dict[str, str]]:
    """``[{"where", "message"}]``: what cannot be meant. Whether its indicator is there depends on who reads."""
    found: list[dict[str, str]] = []

    def wrong(name: str, message: str) -> None:
        found.append({"where": f"{where}{name}", "message": message})

    if said.get("kind") not in KINDS:
        wrong("kind", _("There is no such kind of chart."))
    if not _texts(said.get("indicators")) and not said.get("dataset"):
        wrong("what", _("Choose an indicator or a dataset."))
    if said.get("kind") == POINTS and not said.get("dataset"):
        wrong("what", _("A map of points needs a dataset."))
    if any(not is_period(one) for one in _texts(said.get("periods"))):
        wrong("periods", _("Write periods as 2026, 2026Q1, 202609 or 2026W5."))
    for name, least, most in (("level", 0, 3), ("latest", 2, MOST_PERIODS)):
        value = said.get(name)
        if value not in (None, "") and (_whole(value) is None or not least <= (_whole(value) or 0) <= most):
            wrong(name, _("Write a whole number from %(least)s to %(most)s.") % {"least": least, "most": most})
    if said.get("target") not in (None, "") and _number(said.get("target")) is None:
        wrong("target", _("Write a number."))
    if said.get("scale") not in (None, "", LINEAR, LOG):
        wrong("scale", _("A scale is linear or logarithmic."))
    return found


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    return tuple(str(one) for one in value if one) if isinstance(value, list | tuple) else ()


def _whole(value: Any) -> int | None:
    try:
        return int(str(value)) if not isinstance(value, bool) and len(str(value)) < 10 else None
    except ValueError:
        return None


def _number(value: Any) -> float | None:
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if abs(found) < 1e300 else None
