"""What the composer offers for each block: indicators and datasets that its author may see, and their parts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.collation import alphabetical
from rafid.commons.indicators import disaggregation
from rafid.commons.names import pick
from rafid.commons.places.models import Level, Place
from rafid.commons.programme import installed

from ..charts import spec as charts
from ..charts.of_indicators import Figuring
from ..models import Dataset, DatasetField
from .body import IMAGE, KINDS, TEXT, texts, width_of
from .form import DATASET, INDICATOR

type_options = list[tuple[str, str]]


class Choices:
    def __init__(self, user: Any, figuring: Figuring) -> None:
        self.user, self.figuring = user, figuring

    @cached_property
    def indicators(self) -> list[tuple[str, type_options]]:
        """By programme."""
        names = {one.name: pick(one.names) for one in installed()}
        groups: dict[str, type_options] = {}
        for one in sorted(self.figuring.reader.indicators.values(), key=lambda one: (one.programme, one.order)):
            groups.setdefault(names.get(one.programme, one.programme), []).append((INDICATOR + one.code, one.name))
        return list(groups.items())

    @cached_property
    def datasets(self) -> type_options:
        found = Dataset.objects.visible_to(self.user).exclude(state="withdrawn")
        return sorted(
            ((DATASET + one.code, one.name or one.code) for one in found), key=lambda pair: alphabetical(pair[1])
        )

    @cached_property
    def places(self) -> type_options:
        found = [(one.ref, one.name) for one in Place.objects.filter(level=Level.GOVERNORATE)]
        return sorted(found, key=lambda pair: alphabetical(pair[1]))

    def fields(self, code: str) -> list[DatasetField]:
        return list(DatasetField.objects.filter(dataset__code=code).exclude(role__in=["identifier", "geometry"]))

    def block(self, index: int, block: Mapping[str, Any], open_at: int | None) -> dict[str, Any]:
        """A block for the form's template."""
        kind = str(block.get("kind", ""))
        found: dict[str, Any] = {
            "index": index,
            "kind": kind,
            "kind_name": KINDS.get(kind, kind),
            "width": width_of(block),
            "open": open_at == index,
            "title": _three(block.get("title")),
            "name": pick(texts(block.get("title"))),
        }
        if kind == TEXT:
            return found | {"text": _three(block.get("text"))}
        if kind == IMAGE:
            return found | {"image": block.get("image", ""), "alt": _three(block.get("alt"))}
        raw = block.get("what")
        what: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
        codes = list(what.get("indicators") or [])
        dataset = str(what.get("dataset") or "")
        source = DATASET + dataset if dataset else INDICATOR + codes[0] if codes else ""
        found |= {
            "source": source,
            "known": not source or source in self._known,
            "second": INDICATOR + codes[1] if len(codes) > 1 else "",
            "chart": kind in charts.KINDS,
            "with_second": not dataset and kind in (charts.LINE, charts.BAR, charts.TABLE),
            "field": what.get("field", ""),
            "fields": self._measures(dataset) if dataset and kind != charts.POINTS else [],
            "across": what.get("across", ""),
            "acrosses": self._across(kind, codes, dataset),
            "by": what.get("by", ""),
            "bys": self._bys(kind, codes, dataset),
            "place": what.get("place", ""),
            "level": str(what.get("level", "")),
            "levels": [(str(value), str(name)) for value, name in Level.choices if 0 < value <= Level.SUBDISTRICT]
            if kind in (charts.BAR, charts.HEAT, charts.MAP, charts.TABLE) else [],
            "latest": what.get("latest", ""),
            "with_latest": kind in (charts.LINE, charts.HEAT),
            "scale": what.get("scale", ""),
            "with_scale": kind in (charts.LINE, charts.BAR),
            "target": what.get("target", ""),
            "with_target": kind in (charts.NUMBER, charts.LINE),
            "periods": ", ".join(map(str, what.get("periods") or [])),
        }  # fmt: skip
        found["name"] = found["name"] or self._name(source)
        return found

    @cached_property
    def _known(self) -> dict[str, str]:
        return dict(self.datasets) | {value: name for _group, options in self.indicators for value, name in options}

    def _name(self, source: str) -> str:
        return self._known.get(source, "")

    def _measures(self, dataset: str) -> type_options:
        numbers = [one for one in self.fields(dataset) if one.kind in ("number", "integer")]
        return [("", _("Number of rows")), *((one.name, pick(one.names) or one.name) for one in numbers)]

    def _parts(self, dataset: str) -> type_options:
        kinds = ("choice", "text", "boolean")
        return [(one.name, pick(one.names) or one.name) for one in self.fields(dataset) if one.kind in kinds]

    def _across(self, kind: str, codes: list[str], dataset: str) -> type_options:
        if kind not in (charts.BAR, charts.HEAT, charts.TABLE, charts.PYRAMID):
            return []
        usual = [("", _("As usual for its kind")), (charts.PLACE, _("Places")), (charts.PERIOD, _("Periods"))]
        if dataset:
            return [*usual, *self._parts(dataset)]
        return [*usual, *((f"by:{name}", disaggregation.dimension_name(name)) for name in self._dimensions(codes))]

    def _bys(self, kind: str, codes: list[str], dataset: str) -> type_options:
        if kind in (charts.MAP, charts.POINTS) and dataset:
            return []
        nothing = [("", _("Not parted"))]
        if dataset:
            return [*nothing, (charts.PERIOD, _("Periods")), *self._parts(dataset)] if kind != charts.NUMBER else []
        if kind == charts.PYRAMID:
            return []
        names = self._dimensions(codes)
        parted = (
            []
            if kind in (charts.NUMBER, charts.MAP)
            else [(name, disaggregation.dimension_name(name)) for name in names]
        )
        lists = disaggregation.code_lists()
        single = [
            (f"{name}={code}", f"{disaggregation.dimension_name(name)}: {disaggregation.code_name(name, code)}")
            for name in names
            for code in lists.get(name, {})
        ]
        return [*nothing, *parted, *single]

    def _dimensions(self, codes: list[str]) -> list[str]:
        found = [self.figuring.reader.indicators[code].by for code in codes if code in self.figuring.reader.indicators]
        return [name for name in (found[0] if found else []) if all(name in other for other in found)]


def _three(value: Any) -> list[tuple[str, str, str]]:
    said = texts(value)
    return [(code, name, said.get(code, "")) for code, name in (("ar", "العربية"), ("ckb", "کوردی"), ("en", "English"))]
