"""Does a report speak of a new record or of one that is there? A person says; candidates come with the reason why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.measure import D
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused, locked
from rafid.commons.records.models import model_of

from ..models import ExternalId, FieldReport, Hazard, Reconciled, ReportState
from ..refusals import told
from .content import FIELDS, values_of

NEAR_M = 500
AT_MOST = 10
OPEN_STATES = (ReportState.RECEIVED, ReportState.OPERATOR_CHECKED, ReportState.OPERATOR_APPROVED)


@dataclass(frozen=True)
class Candidate:
    """``why``: identifier (another system's), number (an earlier version of the report), ground (they share it), near."""

    record: Any
    why: str
    amount: float | None = None
    """Shared part of the smaller ground (0 to 1), or metres."""


def candidates(report: FieldReport) -> list[Candidate]:
    """Records that the report may speak of, the likeliest first."""
    if report.type not in FIELDS:
        return []
    model = FIELDS[report.type][0]
    found: list[Candidate] = []
    said = report.content.get("external")
    if isinstance(said, dict):
        known = ExternalId.objects.filter(system=said.get("system", ""), key=str(said.get("key", ""))).first()
        found += [Candidate(row, "identifier") for row in _rows(model, known and known.record)]
    earlier = FieldReport.objects.filter(
        owner=report.owner_id, organisation=report.organisation_id, reference=report.reference, type=report.type
    )
    for other in earlier.exclude(pk=report.pk).exclude(target=None).order_by("-number")[:1]:
        found += [Candidate(row, "number") for row in _rows(model, other.target)]
    try:
        values = values_of(report)
    except Refused:  # what it says of its place cannot be read; the person sees that when it is applied
        values = {}
    ground, point = values.get("ground"), values.get("point")
    if ground is not None and model is Hazard:
        found += _sharing(ground)
    if point is not None:
        found += _near(model, point)
    seen: set[Any] = set()
    distinct = [one for one in found if not (one.record.pk in seen or seen.add(one.record.pk))]  # type: ignore[func-returns-value]
    return distinct[:AT_MOST]


def _rows(model: type[Any], pk: Any) -> list[Any]:
    return list(model.objects.filter(pk=pk)) if pk else []


def _sharing(ground: GEOSGeometry) -> list[Candidate]:
    rows = Hazard.objects.filter(ground__intersects=ground)
    shares = ((row, row.ground.intersection(ground).area / (min(row.ground.area, ground.area) or 1)) for row in rows)
    return [
        Candidate(row, "ground", share)
        for row, share in sorted(shares, key=lambda one: (-one[1], one[0].ref))
        if share > 0
    ]


def _near(model: type[Any], point: GEOSGeometry) -> list[Candidate]:
    rows = model.objects.filter(point__dwithin=(point, _degrees(NEAR_M))).annotate(
        away=Distance("point", point, spheroid=True)
    )
    near = sorted(((row, row.away.m) for row in rows), key=lambda one: (one[1], one[0].ref))
    return [Candidate(row, "near", metres) for row, metres in near if metres <= D(m=NEAR_M).m]


def _degrees(metres: float) -> float:
    """A box that surely holds so many metres, for the index, as far north as 60°."""
    return metres / 55_000


def as_new(report: FieldReport, *, version: int | None = None) -> FieldReport:
    """The report speaks of something that is not here yet."""
    return _say(report, Reconciled.NEW, None, version)


def as_existing(report: FieldReport, record: Any, *, version: int | None = None) -> FieldReport:
    """The report speaks of this record."""
    if report.type in FIELDS and not isinstance(record, FIELDS[report.type][0]):
        raise Refused(_("A report of this kind does not speak of such a record. Choose another one."))
    return _say(report, Reconciled.EXISTING, record, version)


def _say(report: FieldReport, what: str, record: Any, version: int | None) -> FieldReport:
    with told(FieldReport), because("reconciled"):
        row: Any = locked(FieldReport, report.pk, version)
        if row.state not in OPEN_STATES:
            raise Refused(_("This report is decided. Nobody reconciles it any more."))
        row.reconciled = what
        row.target, row.target_kind = (record.pk, record.kind()) if record is not None else (None, "")
        row.save(update_fields=["reconciled", "target", "target_kind"])
        row.refresh_from_db()
    return row  # type: ignore[no-any-return]


def target_of(report: FieldReport) -> Any:
    """The record that it speaks of; None where it makes a new one, ``Refused`` where that record is gone."""
    if report.reconciled != Reconciled.EXISTING:
        return None
    row = model_of(report.target_kind).objects.filter(pk=report.target).first()
    if row is None:
        raise Refused(_("The record that the report speaks of was deleted. Reconcile the report again."))
    return row
