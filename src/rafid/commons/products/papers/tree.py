"""The content of a report as a tree of few kinds of parts: PDF and DOCX are made of the same one, and so say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from rafid.commons.writing import number

FIRST, LAST = "\u2066", "\u2069"
"""What stands between them keeps its direction from left to right: codes, hashes, addresses."""


ON_THE_COVER = 24
"""Lines of contents that the cover has room for."""


def code(text: str) -> str:
    return f"{FIRST}{text}{LAST}" if text else ""


@dataclass(frozen=True)
class Heading:
    """``name`` is its anchor; ``fresh`` begins a page."""

    name: str
    text: str
    level: int = 1
    fresh: bool = False


@dataclass(frozen=True)
class Text:
    """``style``: lead, body, note, warning, small, item (of a list) or code."""

    text: str
    style: str = "body"


@dataclass(frozen=True)
class Drawing:
    """A picture that was drawn; ``alt`` says in words what it shows. ``wide`` in millimetres."""

    png: bytes
    alt: str
    wide: float
    kind: str = "png"


@dataclass(frozen=True)
class Head:
    text: str
    number: bool = False


Cell = str | Drawing


@dataclass(frozen=True)
class Table:
    """``widths``: share of each column; equal where empty. ``total``: the last row is a sum. Its first column names rows."""

    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""
    total: bool = False
    widths: Sequence[float] = ()


@dataclass(frozen=True)
class Figures:
    """A row of large numbers, each with its label and a note below."""

    items: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Pictures:
    """Photos in rows of three, each with a caption."""

    items: Sequence[tuple[Drawing, str]]


@dataclass(frozen=True)
class Plate:
    """One picture of the text's width, a map for instance, with what stands below it."""

    drawing: Drawing
    caption: str = ""


Part = Heading | Text | Table | Figures | Pictures | Plate


@dataclass
class Document:
    """``over`` stands above the title, ``under`` below; ``banner`` in a box that nobody overlooks (a draft, a part).
    ``listed``: its contents stand on the cover; a short one needs none."""

    language: str
    title: str
    over: str
    under: Sequence[str]
    banner: Sequence[str]
    foot: str
    author: str
    parts: list[Part] = field(default_factory=list)
    listed: bool = True

    @property
    def contents(self) -> list[Heading]:
        """Its headings; of many the sections alone, so that they stand on the cover."""
        every = [part for part in self.parts if isinstance(part, Heading) and part.level < 3]
        return every if len(every) <= ON_THE_COVER else [one for one in every if one.level == 1]


def percent(share: float | None, places: int = 0) -> str:
    return "–" if share is None else f"{number(100 * share, places)} %"


def amount(value: float | None, places: int | None = None) -> str:
    return "–" if value is None else number(value, places)


def between(low: float | None, high: float | None, places: int | None = None) -> str:
    if low is None or high is None:
        return "–"
    return _("%(low)s to %(high)s") % {"low": number(low, places), "high": number(high, places)}


def between_percent(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "–"
    return _("%(low)s to %(high)s %%") % {"low": number(100 * low, 0), "high": number(100 * high, 0)}
