"""What a sheet or bulletin consists of, as its recipe keeps it, and what is wrong with it before anything is drawn.

``{"page": {"size": "A4"}, "place": "IQ", "subtitle": {ar, ckb, en}, "blocks": [{"id", "kind", …}]}``. Kinds: heading (text,
level), text, figures (items with label and field), chart (chart: line | bars | pyramid,
indicator, place, by, periods), map (indicator, place, level, period, by), table (indicators, place, level, period), footnote
(text), pagebreak. Text ×3 everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rafid.commons.indicators.models import Indicator
from rafid.commons.indicators.periods import is_period
from rafid.commons.places.models import Place
from rafid.commons.programme import LANGUAGES

from ..models import Dataset
from .fields import LATEST, PREVIOUS, Live, NoField, fields_in

KINDS = {
    "heading": gettext_lazy("Heading"),
    "text": gettext_lazy("Text"),
    "figures": gettext_lazy("Row of figures"),
    "chart": gettext_lazy("Chart"),
    "map": gettext_lazy("Map"),
    "table": gettext_lazy("Table"),
    "footnote": gettext_lazy("Footnote"),
    "pagebreak": gettext_lazy("New page"),
}
CHARTS = {
    "line": gettext_lazy("Line over time"),
    "bars": gettext_lazy("Bars of the places within"),
    "pyramid": gettext_lazy("Population pyramid"),
}
LEVELS = {"governorate": 1, "district": 2}
SIZES = ("A4", "A3")
LONGEST = 5000
MOST_BLOCKS, MOST_ITEMS, MOST_COLUMNS = 80, 8, 6
TEXTS = {"heading": ("text",), "text": ("text",), "footnote": ("text",), "chart": ("title",), "map": ("title",),
         "table": ("title",)}  # fmt: skip
"""Which words of a block are in three languages."""


def blocks_of(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = body.get("blocks")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def said(texts: Any, language: str) -> str:
    return str(texts.get(language) or "") if isinstance(texts, Mapping) else ""


def texts_of(body: Mapping[str, Any]) -> Iterator[tuple[int, str, Mapping[str, str]]]:
    """Each text ×3 with the number of its block (0: the head) and what it is."""
    if isinstance(body.get("subtitle"), Mapping):
        yield 0, _("Subtitle"), body["subtitle"]
    for at, block in enumerate(blocks_of(body), 1):
        for name in TEXTS.get(block.get("kind", ""), ()):
            if isinstance(block.get(name), Mapping):
                yield at, str(KINDS[block["kind"]]), block[name]
        for item in _items(block):
            if isinstance(item.get("label"), Mapping):
                yield at, _("Label of a figure"), item["label"]


def _items(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = block.get("items") if block.get("kind") == "figures" else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def lives_of(body: Mapping[str, Any]) -> list[Live]:
    """All figures that the texts ask for, each once, in their order."""
    found: dict[str, Live] = {}
    for _at, _where, texts in texts_of(body):
        for language in LANGUAGES:
            for live in fields_in(said(texts, language)):
                if isinstance(live, Live):
                    found.setdefault(live.key, live)
    for block in blocks_of(body):
        for item in _items(block):
            for live in fields_in(str(item.get("field") or "")):
                if isinstance(live, Live):
                    found.setdefault(live.key, live)
    return list(found.values())


def missing(body: Mapping[str, Any], languages: Iterable[str]) -> list[str]:
    """Texts that one language has and another lacks: ``3 Text (ckb)``."""
    lacks = []
    for at, what, texts in texts_of(body):
        if any(said(texts, code).strip() for code in LANGUAGES):
            lacks += [f"{at} {what} ({code})" for code in languages if not said(texts, code).strip()]
    return lacks


def problems(body: Mapping[str, Any]) -> list[dict[str, str]]:
    """``[{"where", "message"}]``: what keeps it from being drawn, each with its remedy."""
    found = _Problems(body)
    return found.all()


class _Problems:
    def __init__(self, body: Mapping[str, Any]) -> None:
        self.body = body
        self.found: list[dict[str, str]] = []
        self._indicators: set[str] = set(Indicator.objects.adopted().values_list("code", flat=True))
        self._places: dict[str, bool] = {}
        self._datasets: dict[str, Dataset | None] = {}

    def say(self, at: int, what: str, message: str) -> None:
        where = _("Block %(n)s, %(what)s") % {"n": at, "what": what} if at else what
        one = {"where": where, "message": message}
        if one not in self.found:
            self.found.append(one)

    def all(self) -> list[dict[str, str]]:
        blocks = blocks_of(self.body)
        if not blocks:
            self.say(0, _("Blocks"), _("There is nothing in it yet. Add a block."))
        if len(blocks) > MOST_BLOCKS:
            told = _("There are %(n)s blocks; %(most)s are the most.") % {"n": len(blocks), "most": MOST_BLOCKS}
            self.say(0, _("Blocks"), told)
        if self.body.get("place"):
            self.place(0, _("Place"), self.body["place"])
        size = (self.body.get("page") or {}).get("size", "A4")
        if size not in SIZES:
            self.say(0, _("Page"), _("The page is A4 or A3."))
        for at, what, texts in texts_of(self.body):
            for language in LANGUAGES:
                self.text(at, f"{what} ({language})", said(texts, language))
        for at, block in enumerate(blocks, 1):
            self.block(at, block)
        return self.found

    def text(self, at: int, what: str, text: str) -> None:
        if len(text) > LONGEST:
            self.say(
                at, what,
                _("It has %(n)s characters; %(most)s are the most. Divide it between two blocks.")
                % {"n": len(text), "most": LONGEST},
            )  # fmt: skip
        for live in fields_in(text):
            if isinstance(live, NoField):
                self.say(at, what, str(live))
            else:
                self.live(at, what, live)

    def live(self, at: int, what: str, live: Live) -> None:
        if live.source == "indicator":
            self.indicator(at, what, live.code)
        else:
            self.column(at, what, live)
        if live.place:
            self.place(at, what, live.place)

    def indicator(self, at: int, what: str, code: str) -> None:
        if not code:
            self.say(at, what, _("Choose an indicator."))
        elif code not in self._indicators:
            self.say(
                at, what, _("There is no indicator “%s”. Insert the field from the list, or correct its code.") % code
            )

    def column(self, at: int, what: str, live: Live) -> None:
        if live.code not in self._datasets:
            self._datasets[live.code] = Dataset.objects.filter(code=live.code, state="published").first()
        dataset = self._datasets[live.code]
        if dataset is None:
            self.say(
                at, what, _("There is no released dataset “%s”. Publish it at the release desk, or correct its code.")
                % live.code
            )  # fmt: skip
        elif live.column not in {one.name for one in dataset.fields.all()}:
            self.say(
                at, what, _("The dataset “%(dataset)s” has no column “%(column)s”.")
                % {"dataset": live.code, "column": live.column}
            )  # fmt: skip

    def place(self, at: int, what: str, ref: str) -> None:
        if ref not in self._places:
            self._places[ref] = Place.objects.filter(ref=ref).exists()
        if not self._places[ref]:
            self.say(
                at, what, _("There is no place “%s”. Write the code of a place as the page Places shows it.") % ref
            )

    def period(self, at: int, what: str, period: str) -> None:
        if period and period not in (PREVIOUS, LATEST) and not is_period(period):
            self.say(at, what, _("“%s” is no period. Write 2026, 2026Q1, 202609 or 2026W5.") % period)

    def block(self, at: int, block: Mapping[str, Any]) -> None:
        kind = block.get("kind", "")
        what = str(KINDS.get(kind, kind))
        if kind not in KINDS:
            self.say(at, what, _("There is no such kind of block."))
            return
        if TEXTS.get(kind) == ("text",) and not any(said(block.get("text"), code).strip() for code in LANGUAGES):
            self.say(at, what, _("It is empty. Write it in three languages, or take it out."))
        if kind == "figures":
            self.figures(at, what, block)
        if kind in ("chart", "map"):
            self.indicator(at, what, str(block.get("indicator") or ""))
        if kind == "chart" and block.get("chart", "line") not in CHARTS:
            self.say(at, what, _("There is no such chart."))
        if kind == "chart" and block.get("chart") == "pyramid" and block.get("indicator") in self._indicators:
            by = Indicator.objects.adopted().get(code=block["indicator"]).by
            if not {"age_group", "sex"} <= set(by):
                self.say(at, what, _("A pyramid needs an indicator that is broken down by age group and sex."))
        if kind == "table":
            codes = block.get("indicators") or []
            if not isinstance(codes, list) or not 1 <= len(codes) <= MOST_COLUMNS:
                self.say(at, what, _("A table has 1 to %s indicators.") % MOST_COLUMNS)
                codes = []
            for code in codes:
                self.indicator(at, what, str(code))
        if kind in ("chart", "map", "table"):
            if block.get("place"):
                self.place(at, what, str(block["place"]))
            self.period(at, what, str(block.get("period") or ""))
            if block.get("level", "governorate") not in LEVELS:
                self.say(at, what, _("The level is governorate or district."))

    def figures(self, at: int, what: str, block: Mapping[str, Any]) -> None:
        items = _items(block)
        if not 1 <= len(items) <= MOST_ITEMS:
            self.say(at, what, _("A row has 1 to %s figures.") % MOST_ITEMS)
        for item in items:
            lives = list(fields_in(str(item.get("field") or "")))
            if len(lives) != 1:
                self.say(at, what, _("Each figure is one live field, such as {indicator:population}."))
            for live in lives:
                if isinstance(live, NoField):
                    self.say(at, what, str(live))
                else:
                    self.live(at, what, live)
