"""One cell of a released dataset, named by its column, place, period and what else tells its row apart."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_noop

from rafid.commons.indicators import disaggregation
from rafid.commons.places.models import Level

from ..catalogue.finding import newest, reads
from ..models import Dataset, DatasetVersion, ReleasedRow, VersionState
from ..release.cells import TOTALS
from .fields import Live
from .periods import meant


def version_for(dataset: Dataset) -> DatasetVersion | None:
    """The newest public version; the newest of all where none is public. It depends on nobody's sight."""
    return (
        newest(dataset, AnonymousUser())
        or dataset.versions.filter(state=VersionState.PUBLISHED).order_by("sensitivity", "-number").first()
    )


def versions_of(lives: list[Live]) -> list[DatasetVersion]:
    codes = list(dict.fromkeys(live.code for live in lives if live.source == "dataset"))
    found = {one.code: one for one in Dataset.objects.filter(code__in=codes, state="published")}
    return [version for code in codes if code in found and (version := version_for(found[code]))]


MANY = gettext_noop("More than one row fits; say which, such as sex=female.")
NONE = gettext_noop("No row of the dataset fits.")


def read(live: Live, place: str, edition: str, user: Any) -> dict[str, Any]:
    """The frozen cell. ``why`` says why there is no value; a withheld one is marked so and stays withheld."""
    frozen: dict[str, Any] = {
        "dataset": live.code, "column": live.column, "by": live.by, "how": live.how, "place": place, "period": "",
        "value": None, "decimals": live.decimals if live.decimals is not None else 0,
    }  # fmt: skip
    dataset = Dataset.objects.filter(code=live.code, state="published").select_related("owner").first()
    version = version_for(dataset) if dataset else None
    if dataset is None or version is None or version.sensitivity > reads(user, dataset):
        return frozen | {"why": NONE}
    field = next((one for one in version.fields if one["name"] == live.column), None)
    rows = ReleasedRow.objects.filter(version=version)
    frozen |= {"version": version.number, "sensitivity": version.sensitivity, "sha256": version.sha256,
               "dataset_names": dataset.names, "attribution": dataset.attribution,
               "unit": (field or {}).get("unit") or "", "names": (field or {}).get("names") or dataset.names}  # fmt: skip
    # Who names no place means the country, where the dataset has a row of it.
    if place and rows.filter(place__isnull=False).exists():
        rows = rows.filter(place__ref=place)
    elif not place and rows.filter(place__level=Level.COUNTRY).exists():
        rows = rows.filter(place__level=Level.COUNTRY)
    periods = sorted({one for one in rows.values_list("period", flat=True) if one}, reverse=True)
    if periods:
        frozen["period"] = meant(live.period, edition, periods)
        rows = rows.filter(period=frozen["period"])
    said = disaggregation.split(live.by)
    if said:
        rows = rows.filter(values__contains=said)
    found = list(rows.select_related("place").order_by("n")[:200])
    if len(found) > 1:
        # What is not asked for is the total.
        others = [one["name"] for one in version.fields if one.get("role") == "quasi" and one["name"] not in said]
        found = [row for row in found if all((row.values.get(name) or "") in TOTALS for name in others)]
    if len(found) != 1 or field is None:
        return frozen | {"why": MANY if found else NONE}
    (row,) = found
    value = row.values.get(live.column)
    frozen["withheld"] = row.values.get(f"{live.column}_flag") == "*"
    if row.place:
        frozen |= {"place": row.place.ref, "place_names": row.place.names}
    if isinstance(value, float) and live.decimals is None:
        frozen["decimals"] = 1
    return frozen | {"value": value}
