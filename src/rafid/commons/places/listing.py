"""The list of places by its filters: the page, its map and its files ask the same question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, F, Func, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Lower, NullIf
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop

from rafid.commons.filters import Filters, echoed
from rafid.commons.names import FALLBACK, pick

from .country import country
from .load_country import SETTLEMENTS
from .models import Level, Place
from .queries import found_by_text, place_or_404

FILTERS = ("q", "level", "division", "parent")
_LONGEST = 200

COLUMNS = (
    ("ref", _noop("Code"), "text", "#adm+code"),
    ("pcode", _noop("P-code"), "text", "#adm+code+v_pcode"),
    ("name_ar", _noop("Name in Arabic"), "text", "#adm+name+i_ar"),
    ("name_ckb", _noop("Name in Sorani"), "text", "#adm+name+i_ckb"),
    ("name_en", _noop("Name in English"), "text", "#adm+name+i_en"),
    ("level", _noop("Level"), "integer", "#adm+level"),
    ("division", _noop("Division"), "text", ""),
    ("parent", _noop("Lies in"), "text", "#adm+code+parent"),
    ("area_m2", _noop("Area, m²"), "number", "#indicator+area+num"),
    ("source", _noop("Source"), "text", "#meta+source"),
    ("as_of", _noop("As of"), "text", "#date"),
)
"""Of its files: field, title, kind, HXL tag."""


@dataclass(frozen=True)
class Asked:
    """What the address says; ``unknown`` is a parent that no place is."""

    q: str = ""
    level: int | None = None
    division: str = ""
    parent: Place | None = None
    unknown: str = ""

    @property
    def any(self) -> bool:
        return bool(self.q or self.level is not None or self.division or self.parent or self.unknown)


def divisions() -> dict[str, str]:
    """Codes and names of the ways in which the country is cut."""
    return {one.code: pick(one.names) for one in country().divisions}


def asked(query: Mapping[str, str]) -> Asked:
    """Filters that say nothing known are left out, except a parent, which is told."""
    level = query.get("level", "")
    division = query.get("division", "")
    ref = query.get("parent", "").strip()[:40]
    parent, unknown = None, ""
    if ref:
        try:
            parent = place_or_404(ref)
        except Http404:
            unknown = echoed(ref)
    return Asked(
        echoed(query.get("q", ""), _LONGEST).strip(),
        int(level) if level in {str(value) for value in Level.values} else None,
        division if division in divisions() else "",
        parent,
        unknown,
    )


def wrong_filters(query: Mapping[str, str]) -> list[str]:
    """Sentences about the filters of the page that say nothing known, or that it does not have."""
    words = Filters(query)
    words.one_of("level", _("Level"), {str(value) for value in Level.values}, "", _("All"))
    words.one_of("division", _("Division"), divisions(), "", _("All"))
    for name, title in (("bbox", _("Box")), ("period", _("Period")), ("on", _("Day"))):
        if query.get(name):
            words.wrong(name, title)
    return words.notes


def listed(question: Asked) -> QuerySet[Place]:
    """The places that the filters mean, large ones first, then by name in the reader's language."""
    places = Place.objects.all()
    if question.unknown:
        return places.none()
    if question.q:
        places = found_by_text(places, question.q)
    if question.level is not None:
        places = places.filter(level=question.level)
    if question.division:
        # Governorates and the country are not cut differently; towns lie in every division.
        whole = [Level.COUNTRY, Level.GOVERNORATE]
        places = places.filter(division__in=(question.division, SETTLEMENTS)) | places.filter(level__in=whole)
    if question.parent is not None:
        places = places.filter(lineage__contains=[question.parent.pk]).exclude(pk=question.parent.pk)
    return places.order_by("level", *by_name(), "ref")


def by_name() -> tuple[Combinable, ...]:
    """The order of a long list, made by the database: names in the reader's script first, without signs before them."""
    order = FALLBACK.get(get_language() or "ar", FALLBACK["ar"])
    shown = Coalesce(*(NullIf(F(f"name_{code}"), Value("")) for code in order), output_field=TextField())
    own = ("ar", "ckb") if order[0] in ("ar", "ckb") else ("en",)
    foreign = Case(When(**{f"name_{code}": "" for code in own}, then=1), default=0)
    return foreign, Func(Lower(shown), Value("'‘’ʿʾʻ`\"- "), function="LTRIM", output_field=TextField())
