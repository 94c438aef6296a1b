"""Makes the next version of a dataset: rows read, points moved, small cells withheld, written once and hashed. A draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from rafid.commons.indicators.periods import in_order, is_period, span
from rafid.commons.places.models import PlaceVersion
from rafid.commons.programme import SENSITIVITIES

from ..catalogue.fields import FLAG, with_flags
from ..models import Dataset, DatasetVersion, ReleasedRow
from .canonical import canonical, rows_sha256
from .differences import differences, schema_changes
from .guard import Guarded, guard_counts
from .guard_records import guard_records
from .hierarchy import Hierarchy
from .origins import read_source
from .points import moved
from .sources import COUNTS, Source, without_private

REACH = {"nobody": SENSITIVITIES["restricted"], "partners": SENSITIVITIES["partner"], "public": SENSITIVITIES["public"]}


def make_version(
    dataset: Dataset, by: Any, *, reach: str = "", corrects: DatasetVersion | None = None
) -> DatasetVersion:
    """A draft for the desk. ``reach``: public, partners or nobody; at most what the policy allows, which is the default.

    Raises ``ValueError`` where the rows are none that can be protected, ``LookupError`` where they are no longer there.
    """
    sensitivity = max(REACH[reach or dataset.may_leave], REACH[dataset.may_leave])
    with transaction.atomic():
        # One version at a time: the number, the differences and the ledger are those of the one before.
        Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
        source = read_source(dataset, by, sensitivity)
        guarded = protect(dataset, source, sensitivity)
        fields = with_flags(
            [one for one in source.fields if one["role"] not in ("identifier", "geometry")],
            {name for _row, name in guarded.withheld}
            | {one["name"] for one in source.fields if one["role"] == "sensitive"},
        )
        before = dataset.versions.filter(sensitivity=sensitivity, state="published").first()
        number = (dataset.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        changed = schema_changes(before.fields if before else None, fields)
        version = DatasetVersion.objects.create(
            dataset=dataset, number=number, sensitivity=sensitivity, known=timezone.now(), fields=fields,
            major=(before.major if before else 0) + (1 if not before or changed.get("breaking") else 0),
            policy=policy_of(dataset), corrects=corrects, made_by=by,
        )  # fmt: skip
        _write(version, dataset, source, guarded)
        version.changes = differences(before, version) | {"fields": changed}
        version.report = guarded.report | {"problems": guarded.problems}
        version.save()
    return version


def policy_of(dataset: Dataset) -> dict[str, Any]:
    names = ("k", "least_share", "points", "grid_m", "inner_m", "outer_m", "may_leave")
    return {name: getattr(dataset, name) for name in names}


def protect(dataset: Dataset, source: Source, sensitivity: int) -> Guarded:
    """Raises ``ValueError`` for a measure that is no count."""
    if source.kind != COUNTS:
        return guard_records(source.rows, source.fields, k=dataset.k)
    places = Hierarchy({row["place_id"] for row in source.rows if row.get("place_id")})
    return guard_counts(
        source.rows, source.fields, code=dataset.code, k=dataset.k, least_share=dataset.least_share,
        sensitivity=sensitivity, places=places,
    )  # fmt: skip


def _write(version: DatasetVersion, dataset: Dataset, source: Source, guarded: Guarded) -> None:
    shapes = _shapes(dataset, source.rows)
    by_row: dict[int, list[str]] = {}
    for at, name in guarded.withheld:
        by_row.setdefault(at, []).append(name)
    frozen: list[tuple[str, dict[str, Any], str | None]] = []
    columns = "version_id, n, key, values, place_id, shape_id, period, geometry"
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {ReleasedRow._meta.db_table} ({columns}) FROM STDIN") as copy,
    ):
        for number, row in enumerate(source.rows):
            values = without_private(row, source.fields)
            for name in by_row.get(number, ()):
                values[name], values[name + FLAG] = None, "*"
            geometry = moved(dataset, row["_key"], row.get("_geometry"))
            frozen.append((row["_key"], values, geometry))
            shape = None if geometry else shapes.get((row.get("place_id"), row.get("period") or ""))
            copy.write_row(
                (version.pk, number + 1, row["_key"], canonical(values), row.get("place_id"), shape,
                 row.get("period") or "", _wkt(geometry))
            )  # fmt: skip
    version.rows = len(frozen)
    version.sha256 = rows_sha256(frozen)
    periods = sorted(
        {row["period"] for row in source.rows if row.get("period") and is_period(row["period"])}, key=in_order
    )
    if periods:
        version.first_period, version.last_period = periods[0], periods[-1]
    shares = [row["share_present"] for row in source.rows if row.get("share_present") is not None]
    version.share_present = sum(shares) / len(shares) if shares else None
    version.provisional = any(row.get("provisional") for row in source.rows)
    version.bounds = _bounds(version)


def _wkt(geometry: str | None) -> str | None:
    if geometry is None:
        return None
    import shapely

    return "SRID=4326;" + shapely.to_wkt(shapely.from_geojson(geometry), rounding_precision=6)


def _shapes(dataset: Dataset, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[UUID | None, str], Any]:
    """The borders of each place at the end of each period, today's where a row has none."""
    found: dict[tuple[UUID | None, str], Any] = {}
    for period in {row.get("period") or "" for row in rows}:
        on: date = span(period)[1] if is_period(period) else timezone.localdate()
        ids = {row["place_id"] for row in rows if row.get("place_id") and (row.get("period") or "") == period}
        versions = PlaceVersion.objects.filter(place__in=ids, valid__contains=min(on, timezone.localdate()))
        for place, pk in versions.values_list("place_id", "pk"):
            found[place, period] = pk
    return found


def _bounds(version: DatasetVersion) -> list[float] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Extent(coalesce(r.geometry, s.geometry)) e"
            " FROM rafid_products_releasedrow r LEFT JOIN rafid_places_placeversion s ON s.id = r.shape_id"
            " WHERE r.version_id = %s) x",
            [version.pk],
        )
        found = cursor.fetchone()
    return [round(edge, 6) for edge in found] if found and found[0] is not None else None
