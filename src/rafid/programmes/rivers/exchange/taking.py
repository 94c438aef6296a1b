"""What another ministry's node gave to this one: stations, series, agreements and values, each by its own key, once.

A station or series has one home: only the node of its owner writes it, and nobody here. Values keep when they became known
there (in ``origin_ref``); here they are known from when they came, so that what this node published earlier stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.people.models import Agreement, Organisation
from rafid.commons.places.models import Place
from rafid.commons.records.change import Refused
from rafid.commons.records.imports.copying import copying
from rafid.commons.records.models import Node, Source
from rafid.commons.records.search import index_rows

from ..models import AgreedSeries, RiverNode, Series, Station
from ..rating.recompute_flow import follow_stages
from ..refusals import sentence
from ..values.recording import NotRecorded, Recorded
from .lines import LABELS, SERIES, STATION, day
from .withheld import close_what_is_withheld

MOST_SAID = 20


class _Taker:
    def __init__(self, sender: Node) -> None:
        self.sender, self.count = sender, 0
        self.said: list[str] = []
        self.indexed: dict[type[Any], list[UUID]] = {Station: [], Series: []}
        self.touched: dict[UUID, tuple[datetime, datetime]] = {}
        self.within = set(
            Organisation.objects.filter(lineage__contains=[sender.organisation_id]).values_list("ref", flat=True)
        )

    @contextmanager
    def line(self, what: str) -> Iterator[None]:
        """One line: what cannot stand here is said, and the rest goes on."""
        try:
            with transaction.atomic():
                yield
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        except IntegrityError as error:
            self.say(what, sentence(error))
        except ValidationError as error:
            self.say(what, " ".join(error.messages))
        except (NotRecorded, Refused) as error:
            self.say(what, str(error))
        except (DatabaseError, LookupError, TypeError, ValueError, ArithmeticError) as error:
            self.say(what, _("A value does not fit here: %(why)s") % {"why": str(error).splitlines()[0][:200]})

    def say(self, what: str, why: str) -> None:
        said = f"{what}: {why}"
        if len(self.said) < MOST_SAID and said not in self.said:
            self.said.append(said)

    def owner(self, ref: Any) -> Organisation:
        """Of what a node may write: its own organisation's."""
        if ref not in self.within:
            raise Refused(
                _("It belongs to %(owner)s, for which node %(node)s does not write.")
                % {"owner": str(ref)[:60], "node": self.sender.name}
            )
        return Organisation.objects.get(ref=ref)


def take(sender: Node, lines: Iterable[Mapping[str, Any]], by: Any) -> tuple[int, list[str]]:
    """How many stations, series and values are new here, and what could not stand."""
    if sender.organisation_id is None:
        return 0, [
            _("It is not said whose node %s is. Say it, and read the file again: ./rafid node whose") % sender.name
        ]
    taker = _Taker(sender)
    with because("given by another node"):
        for line in lines:
            if "station" in line:
                with taker.line(str(line.get("code"))[:60]):
                    _station(taker, line)
            elif "series" in line:
                with taker.line(str(line.get("ref"))[:60]):
                    _series(taker, line)
            elif "agreement" in line:
                with taker.line(_("Agreement")):
                    _agreement(taker, line)
            elif "values" in line:
                with taker.line(str(line.get("values"))[:60]):
                    taker.count += _values(taker, line)
        for pk, times in taker.touched.items():
            # Where this node has a curve of the station; the stages stay whatever becomes of their flows.
            with taker.line(_("Flows of stages")):
                follow_stages(Recorded(touched={pk: times}), by)
        close_what_is_withheld()
    for model, ids in taker.indexed.items():
        index_rows(model, model.objects.filter(pk__in=ids))
    return taker.count, taker.said


def _place(ref: Any) -> Place | None:
    """A place that this node lacks is left out: without it fewer see the record, never more."""
    return Place.objects.filter(ref=ref).first() if ref else None


def _mine_or_theirs(taker: _Taker, model: type[Any], pk: UUID) -> Any:
    """The row as it is here, None where it is new. Raises ``Refused`` where this node is its home."""
    row = model.everything.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is not None and (row.source != Source.NODE or row.source_id != taker.sender.pk):
        raise Refused(_("It is kept here, and only here it is changed."))
    return row


def _level(value: Any) -> int:
    if value not in (0, 1):
        raise Refused(_("What is restricted leaves no node."))
    return int(value)


def _station(taker: _Taker, line: Mapping[str, Any]) -> None:
    row = _mine_or_theirs(taker, Station, UUID(line["station"]))
    new = row is None
    row = row or Station(pk=UUID(line["station"]), source=Source.NODE, source_id=taker.sender.pk)
    for name in STATION:
        setattr(row, name, line[name])
    row.sensitivity = _level(line["sensitivity"])
    row.zero_as_of = day(line["zero_as_of"])
    row.point = Point(*map(float, line["point"]), srid=4326)
    row.node = RiverNode.objects.filter(code=line["node"]).first() if line["node"] else None
    row.owner, row.place = taker.owner(line["owner"]), _place(line["place"])
    row.save()
    taker.indexed[Station].append(row.pk)
    taker.count += new


def _series(taker: _Taker, line: Mapping[str, Any]) -> None:
    row = _mine_or_theirs(taker, Series, UUID(line["series"]))
    new = row is None
    row = row or Series(pk=UUID(line["series"]), source=Source.NODE, source_id=taker.sender.pk)
    station = Station.objects.filter(pk=UUID(line["of"]), source=Source.NODE, source_id=taker.sender.pk).first()
    if station is None:
        raise Refused(_("Its station did not come, or is another's."))
    row.station = station
    for name in SERIES:
        setattr(row, name, line[name])
    row.sensitivity = _level(line["sensitivity"])
    row.owner, row.place = taker.owner(line["owner"]), _place(line["place"])
    row.save()
    taker.indexed[Series].append(row.pk)
    taker.count += new


def _agreement(taker: _Taker, line: Mapping[str, Any]) -> None:
    """It opens here what it opens there, to the same people, and ends when it ends there."""
    giver, receiver = taker.owner(line["giver"]), Organisation.objects.get(ref=line["receiver"])
    ended = datetime.fromisoformat(line["ended_at"]) if line["ended_at"] else None
    place = _place(line["place"])
    if line["place"] and place is None:
        raise Refused(_("The place of the agreement is not known here."))
    said = {
        "giver": giver,
        "receiver": receiver,
        "records": [label for label in LABELS if label in line["records"]],
        "reads": min(_level(min(int(line["reads"]), 1)), 1),
        "place": place,
        "starts_on": day(line["starts_on"]),
        "ends_on": day(line["ends_on"]),
        "embargo_days": int(line["embargo_days"]),
        "ended_at": ended,
    }
    with because("agreement came from its giver's node"):
        row = Agreement.objects.filter(pk=UUID(line["agreement"])).first()
        if row is not None and row.giver_id != giver.pk:
            raise Refused(_("It is kept here, and only here it is changed."))
        if row is None:
            row = Agreement.objects.create(pk=UUID(line["agreement"]), **said)
        elif any(getattr(row, name) != value for name, value in said.items()):
            for name, value in said.items():
                setattr(row, name, value)
            row.save()
        named = {UUID(pk): bool(again) for pk, again in line["names"]}
        AgreedSeries.objects.filter(agreement=row).exclude(series__in=named).delete()
        here = dict(AgreedSeries.objects.filter(agreement=row).values_list("series", "may_republish"))
        for pk, again in named.items():
            # Of those that did not come (they are restricted by now) nothing is opened here either.
            if pk not in here and Series.objects.filter(pk=pk, source_id=taker.sender.pk).exists():
                AgreedSeries.objects.create(agreement=row, series_id=pk, may_republish=again)
            elif here.get(pk, again) != again:
                one = AgreedSeries.objects.get(agreement=row, series_id=pk)
                one.may_republish = again
                one.save(update_fields=["may_republish"])


_STAGED = (
    "CREATE TEMPORARY TABLE given (time timestamptz, known timestamptz, value float8, quality smallint, flow smallint,"
    " reason text, origin text) ON COMMIT DROP"
)
_INSERT = """
INSERT INTO rafid_rivers_value (series_id, time, known_from, value, quality, flow_quality, origin_ref, reason)
SELECT %(series)s, time, %(moment)s + (number - 1) * interval '1 microsecond', value, quality, flow, mark,
    CASE WHEN reason <> '' THEN left(reason, 300) WHEN number > 1 OR stands THEN %(why)s ELSE '' END
FROM (
    SELECT g.*, row_number() OVER (PARTITION BY g.time ORDER BY g.known) AS number,
        EXISTS (SELECT 1 FROM rafid_rivers_value v WHERE v.series_id = %(series)s AND v.time = g.time) AS stands
    FROM (SELECT given.*, %(node)s || to_char(known AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS mark FROM given) g
    WHERE NOT EXISTS (
        SELECT 1 FROM rafid_rivers_value v
        WHERE v.series_id = %(series)s AND v.time = g.time AND v.origin_ref = g.mark)
) fresh
"""


def _values(taker: _Taker, line: Mapping[str, Any]) -> int:
    """Rows that came before are known by the moment at which they became known at their node, and nothing is done with them."""
    pk = UUID(line["values"])
    if not Series.objects.filter(pk=pk, source=Source.NODE, source_id=taker.sender.pk).exists():
        raise Refused(_("Its series did not come, or is another's."))
    rows = [_row(one) for one in line["rows"]]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(pk)])
        cursor.execute(_STAGED)
        with copying(cursor, "COPY given FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        for year in sorted({row[0].year for row in rows}):
            cursor.execute("SELECT rafid_rivers_value_year(%s)", [year])
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
        cursor.execute(
            f"WITH new AS ({_INSERT} RETURNING time) SELECT count(*), min(time), max(time) FROM new",
            {
                "series": pk,
                "moment": moment,
                "node": f"node:{taker.sender.name}@",
                "why": f"node {taker.sender.name}",
            },
        )
        count, first, last = cursor.fetchone()
        cursor.execute("DROP TABLE given")
    if count:
        before = taker.touched.get(pk, (first, last))
        taker.touched[pk] = min(before[0], first), max(before[1], last)
    return int(count)


def _row(one: Any) -> tuple[Any, ...]:
    time, known, value, quality, flow, reason, origin = one
    times = [datetime.fromisoformat(text) for text in (time, known)]
    if any(moment.tzinfo is None for moment in times):
        raise ValueError("a time has no zone")
    if quality not in (1, 2, 3, 4, 9) or flow not in (None, 0, 1, 2, 9):
        raise ValueError("a flag is none of QARTOD")
    number = None if value is None else float(value)
    return (
        *(moment.astimezone(UTC) for moment in times), number, quality, flow, str(reason)[:300], str(origin)[:80],
    )  # fmt: skip
