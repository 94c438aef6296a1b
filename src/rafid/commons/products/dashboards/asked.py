"""The one filter bar: place, period, organisation and what was clicked, all of it in the address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from rafid.commons.collation import alphabetical
from rafid.commons.filters import Filters, echoed
from rafid.commons.indicators import disaggregation
from rafid.commons.indicators.models import IndicatorValue
from rafid.commons.indicators.queries import in_order
from rafid.commons.people.models import Organisation
from rafid.commons.places.country import country
from rafid.commons.places.finding import ALL, Found, links, place_asked
from rafid.commons.places.models import Level, Place
from rafid.commons.writing import period as period_words

from ..charts.figures import Asked
from ..charts.reading import Reading
from ..charts.spec import KINDS
from .body import blocks_of, filters_of, spec_of

WHERE = "where."
MOST_WHERE, LONGEST = 6, 60
MOST_ORGANISATIONS = 200


@dataclass
class Address:
    """Where a click leads: the same dashboard with one filter set, or taken back where it was set already."""

    path: str
    query: QueryDict
    always: tuple[str, ...] = ("wall", "lang")

    def with_(self, name: str, value: str) -> str:
        said = self.query.copy()
        if said.get(name) == value:
            said.pop(name)
        else:
            said[name] = value
        return self._written(said)

    def without(self, *names: str) -> str:
        said = self.query.copy()
        for name in names:
            said.pop(name, None)
        return self._written(said)

    def plain(self) -> str:
        """The filters alone, for a link that is kept."""
        said = self.query.copy()
        for name in self.always:
            said.pop(name, None)
        return said.urlencode()

    def _written(self, said: QueryDict) -> str:
        kept = {name: value for name, value in said.items() if value}
        return f"{self.path}?{urlencode(kept)}" if kept else self.path


@dataclass
class Bar:
    """The filter bar for a template, and what it bounds."""

    asked: Asked
    address: Address
    found: Found
    notes: list[str]
    has: tuple[str, ...]
    candidates: list[Any] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    periods: list[str] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    chips: list[tuple[str, str, str]] = field(default_factory=list)
    """(what, value, the address without it)"""

    @property
    def where(self) -> list[tuple[str, str]]:
        return [(WHERE + name, code) for name, code in self.asked.where.items()]


def read_bar(
    request: HttpRequest, path: str, body: dict[str, Any], reading_of: Any
) -> tuple[Bar, Reading] | HttpResponse:
    """What the address asks. ``reading_of(organisation)`` gives the reading that it bounds; a redirect is handed on."""
    has = filters_of(body)
    words = Filters(request.GET)
    found: Found | HttpResponse = place_asked(request, levels=ALL) if "place" in has else Found()
    if isinstance(found, HttpResponse):
        return found
    reading = reading_of(None)
    specs = [spec_of(one) for one in blocks_of(body) if one.get("kind") in KINDS]
    periods = _periods(reading, specs) if "period" in has else []
    period = str(words.one_of("period", _("Period"), periods, "")) if "period" in has else ""
    organisations = organisations_of(reading, specs) if "organisation" in has else []
    by_ref = {one.ref: one for one in organisations}
    organisation = words.one_of("organisation", _("Organisation"), by_ref, None) if "organisation" in has else None
    if organisation is not None:
        reading = reading_of(organisation)
    where = _where(request.GET)
    asked = Asked(found.place, period, organisation, where)
    bar = Bar(asked, Address(path, request.GET.copy()), found, words.notes, has, links(request, found))
    bar.places, bar.periods, bar.organisations = _places(found.place) if "place" in has else [], periods, organisations
    bar.chips = _chips(bar)
    return bar, reading


def _where(query: QueryDict) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in query.items():
        key = name.removeprefix(WHERE)
        if name.startswith(WHERE) and key.isidentifier() and len(key) <= LONGEST and value and len(found) < MOST_WHERE:
            found[key] = echoed(value, LONGEST)
    return found


def _periods(reading: Reading, specs: Iterable[Any]) -> list[str]:
    there = {one for spec in specs for one in reading.periods(spec)}
    return sorted(there, key=in_order, reverse=True)


def organisations_of(reading: Reading, specs: Sequence[Any]) -> list[Organisation]:
    """Those whose figures stand on the dashboard, as far as the reader may see them."""
    codes = {code for spec in specs for code in spec.indicators}
    needed = {atom.code for code in codes for atom in reading.figuring.reader.needed([_atom(code)])}
    owners = (
        IndicatorValue.objects.visible_to(reading.user)
        .filter(indicator__code__in=needed)
        .order_by()
        .values_list("owner", flat=True)
        .distinct()
    )
    found = Organisation.objects.filter(pk__in=list(owners))[:MOST_ORGANISATIONS]
    return sorted(found, key=lambda one: alphabetical(one.name))


def _atom(code: str) -> Any:
    from rafid.commons.indicators.formula import Atom

    return Atom(code)


def _places(place: Place | None) -> list[Place]:
    """A list that one can walk down: the governorates, and below the chosen place what lies in it."""
    usual = country().division
    governorates = list(Place.objects.filter(level=Level.GOVERNORATE))
    inside: list[Place] = []
    if place is not None:
        above = [pk for pk in place.lineage if pk != place.pk]
        inside = list(Place.objects.filter(parent=place, level__lte=Level.SUBDISTRICT))
        inside += list(Place.objects.filter(pk__in=[*above, place.pk], level__gt=Level.GOVERNORATE))
        if not any(one.parent_id == place.pk for one in inside) and place.parent_id:
            inside += list(Place.objects.filter(parent=place.parent_id, level=place.level))
        inside = [one for one in inside if one.level < Level.DISTRICT or one.division == usual]
    unique = {one.pk: one for one in [*governorates, *inside]}
    return sorted(unique.values(), key=lambda one: (one.level, alphabetical(one.name)))


def _chips(bar: Bar) -> list[tuple[str, str, str]]:
    asked, found = bar.asked, []
    if asked.place is not None:
        found.append((_("Place"), asked.place.name, bar.address.without("place")))
    if asked.period:
        found.append((_("Period"), period_words(asked.period), bar.address.without("period")))
    if asked.organisation is not None:
        found.append((_("Organisation"), asked.organisation.name, bar.address.without("organisation")))
    for name, code in asked.where.items():
        words = disaggregation.code_name(name, code)
        found.append((disaggregation.dimension_name(name), words, bar.address.without(WHERE + name)))
    return found
