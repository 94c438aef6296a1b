"""What this node gives to another: its own public series, and those that an agreement opens to that node's organisation.

Values go when their embargo is over. How far a series was given is two moments: the last time of its values, and the state of
knowledge; what lies beyond either goes next. An agreement that ended gives nothing more, and is said to have ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from rafid.commons.people.models import Agreement, Organisation
from rafid.commons.people.visibility import current_agreements, lineage_of, organisations_within
from rafid.commons.records.models import Node, Source
from rafid.commons.records.moments import moment_now

from ..models import Series, Station
from ..seeing import opened_by
from .lines import LABELS, agreement_line, mark_of, series_line, station_line

ROWS = 2000
"""Values in one line."""
MOST = 500_000
"""Values in one parcel; the rest goes with the next."""

Line = dict[str, Any]
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def give(own: Node, receiver: Node, marks: Mapping[str, Any]) -> tuple[list[Line], dict[str, Any]] | None:
    """Nothing where it is not said whose nodes the two are."""
    if own.organisation_id is None or receiver.organisation_id is None:
        return None
    now = moment_now()
    agreements = _agreements(own, receiver)
    embargoes = allowed(own, receiver)
    series = list(
        Series.objects.filter(pk__in=embargoes)
        .select_related("station__owner", "station__place", "station__node", "owner", "place")
        .order_by("station__code", "ref")
    )
    stations = {one.station_id: one.station for one in series}
    # Series before the agreements that name them; stations before their series.
    said = [
        *(station_line(one) for one in stations.values()),
        *(series_line(one) for one in series),
        *(agreement_line(one) for one in agreements),
    ]
    lines, rows = _new(said, dict(marks.get("rows", {})))
    upto = dict(marks.get("upto", {}))
    left = MOST
    for one in series:
        limit = now - max(embargoes[one.pk], timedelta(0))
        known, left = _values(one, upto.get(str(one.pk)), limit, now, left)
        lines += known.lines
        upto[str(one.pk)] = [known.limit.isoformat(), known.state.isoformat()]
        if left <= 0:
            break
    return lines, {"rows": rows, "upto": upto}


def allowed(own: Node, receiver: Node) -> dict[Any, timedelta]:
    """The series that ``receiver`` gets, and how old their values must be: public ones, and those of a current agreement;
    never what is restricted, and never what came from another node."""
    ours = Series.objects.filter(owner__in=organisations_within(own.organisation_id)).exclude(source=Source.NODE)
    ours = ours.filter(sensitivity__lte=1, station__sensitivity__lte=1, state="published")
    # Flows rated here at another node's station: only that node gives its station to others.
    ours = ours.exclude(station__source=Source.NODE)
    found = {
        pk: timedelta(hours=hours)
        for pk, hours in ours.filter(sensitivity=0, station__sensitivity=0).values_list("pk", "embargo_hours")
    }
    for one in current_agreements().filter(receiver__in=lineage_of(Organisation, receiver.organisation_id)):
        if LABELS[1] not in one.records:
            continue
        stations = Q(station__sensitivity=0)
        if LABELS[0] in one.records:
            stations |= Q(station__in=Station.objects.filter(opened_by(one, LABELS[0])).values("pk"))
        rows = ours.filter(opened_by(one, LABELS[1])).filter(stations)
        for pk, hours, level in rows.values_list("pk", "embargo_hours", "sensitivity"):
            embargo = timedelta(hours=hours)
            if level:
                embargo = max(embargo, timedelta(days=one.embargo_days))
            found[pk] = min(found.get(pk, embargo), embargo)
    return found


def _agreements(own: Node, receiver: Node) -> list[Agreement]:
    rows = Agreement.objects.filter(
        giver__in=organisations_within(own.organisation_id),
        receiver__in=lineage_of(Organisation, receiver.organisation_id),
        records__overlap=list(LABELS),
    )
    return list(rows.select_related("giver", "receiver", "place").order_by("starts_on", "pk"))


def _new(lines: Iterable[Line], rows: dict[str, str]) -> tuple[list[Line], dict[str, str]]:
    """Those that the receiver has not as they are now, and what it will have then."""
    new = []
    for line in lines:
        key = next(str(line[name]) for name in ("station", "series", "agreement") if name in line)
        mark = mark_of(line)
        if rows.get(key) != mark:
            new.append(line)
            rows[key] = mark
    return new, rows


class _Given:
    """Lines of values, and up to which time and which state of knowledge they go."""

    def __init__(self, limit: datetime, state: datetime) -> None:
        self.lines: list[Line] = []
        self.limit, self.state = limit, state


_READ = """
SELECT time, known_from, value, quality, flow_quality, reason, origin_ref FROM rafid_rivers_value
WHERE series_id = %(series)s AND time <= %(limit)s AND known_from <= %(state)s
    AND NOT (time <= %(old_limit)s AND known_from <= %(old_state)s)
ORDER BY time, known_from LIMIT %(most)s
"""


def _values(one: Series, before: Any, limit: datetime, state: datetime, most: int) -> tuple[_Given, int]:
    old_limit, old_state = map(datetime.fromisoformat, before) if before else (LONG_AGO, LONG_AGO)
    given = _Given(limit, state)
    asked = {
        "series": one.pk,
        "limit": given.limit,
        "state": given.state,
        "old_limit": old_limit,
        "old_state": old_state,
    }
    with connection.cursor() as cursor:
        cursor.execute(_READ, {**asked, "most": most + 1})
        rows = cursor.fetchall()
    if len(rows) > most:
        # Whole times only, so that all that is said to be given is given; what lies behind comes with the next parcel, and
        # what of that was given before is known there.
        rows = [row for row in rows[:most] if row[0] < rows[most][0]]
        given.limit, given.state = (rows[-1][0], state) if rows else (old_limit, old_state)
        most = len(rows)
    for part in _parts(rows):
        given.lines.append({"values": str(one.pk), "rows": [_said(row) for row in part]})
    return given, most - len(rows)


def _parts(rows: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), ROWS):
        yield rows[start : start + ROWS]


def _said(row: tuple[Any, ...]) -> list[Any]:
    time, known, *rest = row
    return [time.astimezone(UTC).isoformat(), known.astimezone(UTC).isoformat(), *rest]
