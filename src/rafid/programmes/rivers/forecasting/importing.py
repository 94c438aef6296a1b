"""Another model's ensembles: rows of a file or of the API, or series of origin "forecast", become forecasts like others.

They are kept as they came and never changed. Their record is computed from what was kept (see `scoring`): until it is there all
their leads are guidance only.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Source

from ..models import Forecast, RiverModel, Series
from ..refusals import told
from ..values.numbers import read_number
from ..values.reading import known_values
from ..values.recording import NotRecorded, Problem
from ..values.times import Untimely, read_time
from .computing import FEWEST, Made
from .weather import ZONE, NoWeather, daily, start_of

COLUMNS = ("issued_at", "lead_hours", "member", "value")
LONGEST_H = 24 * 366
MOST_ROWS = 500_000
AHEAD = timedelta(minutes=15)


@dataclass(frozen=True)
class Row:
    """``member`` is any name; ``value`` m³/s. ``number`` is the row's own, from 1."""

    issued_at: datetime
    lead_hours: int
    member: str
    value: float
    number: int = 0


def read_csv(content: bytes) -> list[Row]:
    """Rows of a CSV file. Raises `NotRecorded` with every row that cannot be read."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotRecorded(
            [Problem(0, "file", _("This is no text in UTF-8. Save the table as CSV (UTF-8)."))]
        ) from error
    if "\x00" in text:
        raise NotRecorded([Problem(0, "file", _("This is no text in UTF-8. Save the table as CSV (UTF-8)."))])
    try:
        # Semicolons where the comma is the decimal sign.
        head = text.partition("\n")[0]
        reader = csv.DictReader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",")
        missing = [name for name in COLUMNS if name not in [one.strip() for one in reader.fieldnames or []]]
        if missing:
            said = _("The table has no column %(missing)s. It needs: %(columns)s.")
            raise NotRecorded(
                [Problem(0, "file", said % {"missing": ", ".join(missing), "columns": ", ".join(COLUMNS)})]
            )
        return read_rows({(key or "").strip(): one for key, one in row.items()} for row in reader)
    except csv.Error as error:
        raise NotRecorded([Problem(0, "file", str(error))]) from error


def read_rows(rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    found: list[Row] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise NotRecorded(
                [Problem(number, "file", _("More than %(most)s rows: send them in parts.") % {"most": MOST_ROWS})]
            )
        one = _row(row, number)
        if isinstance(one, Problem):
            problems.append(one)
        else:
            found.append(one)
    if problems:
        raise NotRecorded(problems)
    if not found:
        raise NotRecorded([Problem(0, "rows", _("There are no rows."))])
    return found


def _row(row: Mapping[str, Any], number: int) -> Row | Problem:
    try:
        issued = read_time(row.get("issued_at") or "")
    except Untimely as error:
        return Problem(number, "issued_at", str(error))
    if issued > timezone.now() + AHEAD:
        return Problem(number, "issued_at", _("The time lies in the future."))
    figures = {}
    for name in ("lead_hours", "value"):
        try:
            figures[name] = read_number(row.get(name) if row.get(name) is not None else "")
        except ValueError as error:
            return Problem(number, name, str(error))
    lead = figures["lead_hours"]
    if lead != int(lead) or not 0 < lead <= LONGEST_H:
        return Problem(number, "lead_hours", _("A lead is whole hours, more than 0 and at most a year."))
    if figures["value"] < 0:
        return Problem(number, "value", _("A flow is not less than 0."))
    member = str(row.get("member") if row.get("member") is not None else "").strip()
    if not member:
        return Problem(number, "member", _("The row names no member."))
    return Row(issued, int(lead), member[:40], figures["value"], number)


def import_ensemble(model: RiverModel, rows: Sequence[Row], *, by: Any = None) -> list[Forecast]:
    """A forecast for each time of issue, all or none. Raises `NotRecorded` for members that are missing, rows that are there
    twice, fewer than five members, and a time of issue that the model has a forecast of already."""
    if model.kind != "external":
        raise Refused(_("Only a model of another's results takes them in. Enter one at this node."))
    by_time: dict[datetime, list[Row]] = {}
    for row in rows:
        by_time.setdefault(row.issued_at, []).append(row)
    problems: list[Problem] = []
    tables = {moment: _table(some, problems) for moment, some in sorted(by_time.items())}
    there = set(
        Forecast.objects.filter(model=model, state="issued", data_known_at__in=list(tables)).values_list(
            "data_known_at", flat=True
        )
    )
    for moment in sorted(there):
        said = _("A forecast of this moment is there already. Withdraw it first, or leave these rows out.")
        problems.append(Problem(by_time[moment][0].number, "issued_at", said))
    if problems:
        raise NotRecorded(sorted(problems, key=lambda one: one.row))
    with told(Forecast), because("forecast imported"):
        return [_kept(model, moment, Made(*table), by) for moment, table in tables.items()]


def _table(rows: list[Row], problems: list[Problem]) -> tuple[Any, list[int], list[dict[str, Any]], int]:
    """(members, leads) of one time of issue."""
    cells: dict[tuple[int, str], Row] = {}
    for row in rows:
        other = cells.get((row.lead_hours, row.member))
        if other is not None:
            said = _("Row %(other)s has this lead and member already.") % {"other": other.number}
            problems.append(Problem(row.number, "member", said))
        cells[row.lead_hours, row.member] = row
    leads = sorted({row.lead_hours for row in rows})
    members = sorted({row.member for row in rows}, key=lambda one: (len(one), one))
    if len(members) < FEWEST:
        said = _("The imported ensemble has %(count)s members; a forecast needs five.") % {"count": len(members)}
        problems.append(Problem(rows[0].number, "member", said))
    for lead in leads:
        missing = [one for one in members if (lead, one) not in cells]
        if missing:
            number = next(row.number for row in rows if row.lead_hours == lead)
            said = _("At %(lead)s hours these members are missing: %(members)s.")
            problems.append(Problem(number, "member", said % {"lead": lead, "members": ", ".join(missing[:10])}))
    if problems:
        return np.empty((0, 0)), [], [], 0
    table = np.array([[cells[lead, one].value for lead in leads] for one in members])
    return table, leads, [], len(members)


def _kept(model: RiverModel, moment: datetime, made: Made, by: Any) -> Forecast:
    from .running import issue_forecast, made_up, take_step

    now = timezone.now()
    if now > moment + timedelta(hours=made.steps[0]):
        made.notes.append({"code": "imported_late", "on": now.astimezone(ZONE).date().isoformat()})
    row = Forecast.objects.create(
        model=model,
        node=model.node,
        data_known_at=moment,
        forcing="other",
        members=made.members,
        horizon_h=made.steps[-1],
        asked_by=by if getattr(by, "pk", None) else None,
        owner=model.owner,
        place=model.place,
        sensitivity=model.sensitivity,
        **({"source": Source.DEMONSTRATION} if made_up(model) else {}),
    )
    take_step(row, "running")
    return issue_forecast(row, made)


def of_series(model: RiverModel, kind: str, today: date, known_at: datetime, members: int, horizon: int) -> Made:
    """A forecast of flows that another centre's ensemble brought as series ``{kind}-{member}`` of origin "forecast" at the
    node's stations. The days that most members reach; what is left out is told."""
    first = today + timedelta(days=1)
    rows = Series.objects.filter(
        station__node=model.node, variable="discharge", origin="forecast", origin_name__startswith=f"{kind}-"
    ).order_by("origin_name")
    found = {row.origin_name: daily(known_values(row, start=start_of(first), known_at=known_at), False) for row in rows}
    reach = {}
    for name, days in found.items():
        count = 0
        while first + timedelta(days=count) in days:
            count += 1
        if count:
            reach[name] = count
    if len(reach) < FEWEST:
        raise NoWeather(
            _("The imported ensemble has %(count)s members; a forecast needs five.") % {"count": len(reach)}
        )
    lengths = sorted(reach.values())
    days = min(lengths[(len(lengths) - 1) // 2], horizon)
    whole = [name for name, count in reach.items() if count >= days][:members]
    if len(whole) < FEWEST:
        raise NoWeather(
            _("The imported ensemble has %(count)s members; a forecast needs five.") % {"count": len(whole)}
        )
    notes: list[dict[str, Any]] = []
    if days < horizon:
        notes.append({"code": "weather_short", "asked_h": 24 * horizon, "given_h": 24 * days})
    if left_out := sorted(name for name in found if reach.get(name, 0) < days):
        notes.append({"code": "members_left_out", "members": left_out})
    if len(whole) < members:
        notes.append({"code": "members_fewer", "asked": members, "given": len(whole)})
    table = np.array([[found[name][first + timedelta(days=i)] for i in range(days)] for name in whole])
    return Made(np.maximum(table, 0.0), [24 * (i + 1) for i in range(days)], notes, len(whole))


def newest_known(model: RiverModel, kind: str) -> datetime | None:
    """When the last value of its series came in."""
    rows = Series.objects.filter(
        station__node=model.node, variable="discharge", origin="forecast", origin_name__startswith=f"{kind}-"
    )
    latest: datetime | None = None
    for row in rows:
        known = known_values(row, last=60).known_from
        if known.size:
            moment = known.max().astype("datetime64[us]").astype(datetime).replace(tzinfo=UTC)
            latest = moment if latest is None or moment > latest else latest
    return latest
