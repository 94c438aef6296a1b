"""A product that begins with a released dataset: ``?dataset=…`` on the pages where a map, dashboard or bulletin is begun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from rafid.commons.people.visibility import may
from rafid.commons.places.models import Level, Place

from .catalogue.finding import newest
from .models import Dataset, DatasetVersion, Kind
from .release.cells import NUMBERS, measures
from .release.decide import COMPOSE


@dataclass(frozen=True)
class Begun:
    """``field``: the column that such a product shows first, None where none holds numbers."""

    dataset: Dataset
    version: DatasetVersion
    field: Mapping[str, Any] | None

    @property
    def counts(self) -> bool:
        return self.field is not None and (self.field["kind"] == "integer" or self.field.get("role") == "sensitive")


def begun_with(request: Any) -> Begun | None:
    """The dataset of the address; None where there is none of it for this reader."""
    code = request.GET.get("dataset", "").replace("\x00", "")[:80]
    dataset = Dataset.objects.filter(code=code).select_related("owner").first() if code else None
    version = newest(dataset, request.user) if dataset else None
    return Begun(dataset, version, first_measure(version)) if dataset and version else None


def first_measure(version: DatasetVersion) -> Mapping[str, Any] | None:
    numbers = [one for one in version.fields if one["kind"] in NUMBERS and one["name"] not in ("lon", "lat")]
    return next(iter([*measures(version.fields), *numbers]), None)


def few_governorates(version: DatasetVersion, most: int = 3) -> list[str]:
    """Where all its rows lie, if these are few: a map of one governorate needs no empty country around it."""
    places = Place.objects.filter(pk__in=version.released.exclude(place=None).order_by().values("place").distinct())
    lineages = {
        pk for lineage in places.exclude(level=Level.COUNTRY).values_list("lineage", flat=True) for pk in lineage
    }
    found = Place.objects.filter(pk__in=lineages, level=Level.GOVERNORATE).order_by("ref").values_list("ref", flat=True)
    return list(found) if len(found) <= most else []


def free_code(dataset: Dataset, kind: str, taken: Any) -> str:
    """A code like the dataset's that ``taken(code)`` does not say of."""
    stem = f"{dataset.code}-{kind}"[:70]
    return next((code for n in range(1, 100) if not taken(code := stem if n == 1 else f"{stem}-{n}")), "")


def products_of(dataset: Dataset, user: Any) -> list[dict[str, str]]:
    """What this person can begin with the dataset that is out: name and address."""
    if not user.is_authenticated or not may(user, COMPOSE, dataset.programme):
        return []
    if newest(dataset, user) is None:
        return []
    query = urlencode({"dataset": dataset.code})
    rooms = [
        (Kind(Kind.MAP).label, reverse("compose-map-new")),
        (Kind(Kind.DASHBOARD).label, reverse("compose-dashboard-new")),
        (Kind(Kind.BULLETIN).label, reverse("compose-bulletin-new")),
    ]
    return [{"name": str(name), "url": f"{url}?{query}"} for name, url in rooms]
