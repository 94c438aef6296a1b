"""Receiving a sheet: each row is recorded, asked back or refused, and the sheet keeps what was typed. Sent twice it is one
sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.people.visibility import may_on

from ..models import DailySheet, Series, Station
from ..refusals import told
from ..rights import theirs
from ..values.numbers import read_number
from ..values.recording import NotRecorded, Reading, record_values
from ..values.times import Untimely, read_time
from .asking import Fact, asked, facts_of, sentence

MOST = 200
"""Rows of a sheet."""
ZONE = "Asia/Baghdad"


class NoSheet(ValueError):
    """What came is no sheet; a sentence."""


def series_for(user: Any) -> list[Series]:
    """What this person reads every day, by river and station."""
    rows = Series.objects.visible_to(user).filter(manned=True).select_related("station")
    rows = rows.filter(station__in=Station.objects.visible_to(user).values("pk")).exclude(station__status="closed")
    rows = rows.order_by("station__river", "station__code", "variable")
    return theirs(user, "record", rows)


def series_within(owner: Any) -> list[Series]:
    """What a phone without an account reads for an organisation: the series of its own that are read every day."""
    rows = Series.objects.filter(manned=True, owner=owner).exclude(station__status="closed").select_related("station")
    return list(rows.order_by("station__river", "station__code", "variable"))


def receive(
    id: UUID,
    *,
    user: Any,
    on: date,
    rows: Sequence[Any],
    taken_at: datetime | None = None,
    reason: str = "",
    series: list[Series] | None = None,
) -> DailySheet:
    """``rows``: {series, time, typed, confirmed} each. The answer of each stands in ``answered["rows"]``: recorded, same,
    asked (with the question), refused (with the reason). ``series``: those that may stand on it, else what the person reads.
    Raises ``NoSheet`` for what is none, and for an id that another person used."""
    there = DailySheet.objects.filter(pk=id).first()
    if there is not None:
        return _own(there, user)
    if not isinstance(rows, list | tuple) or not rows or len(rows) > MOST:
        raise NoSheet(_("A sheet has from 1 to %(most)s rows.") % {"most": MOST})
    try:
        with told(DailySheet), because(reason or "daily sheet"):
            return _received(id, user, on, rows, taken_at, reason, series)
    except IntegrityError:
        return _own(DailySheet.objects.get(pk=id), user)


def _own(sheet: DailySheet, user: Any) -> DailySheet:
    if sheet.made_by_id != getattr(user, "pk", None):
        raise NoSheet(_("Another person sent a sheet with this number. Send it anew."))
    return sheet


def _received(
    id: UUID,
    user: Any,
    on: date,
    rows: Sequence[Any],
    taken_at: datetime | None,
    reason: str,
    series: list[Series] | None,
) -> DailySheet:
    # Two deliveries of one sheet: the second waits here for the first.
    with transaction.atomic():
        _lock(id)
        there = DailySheet.objects.filter(pk=id).first()
        if there is not None:
            return _own(there, user)
        known = {str(one.pk): one for one in (series_for(user) if series is None else series)}
        read = [_read(row, known, user) for row in rows]
        facts = facts_of({one[0].pk: one[0] for one in read if one[0]}.values(), timezone.now())
        answers = [_answer(one, facts) for one in read]
        readings = [
            Reading(one[0].pk, one[1], one[2], number)
            for number, (one, answer) in enumerate(zip(read, answers, strict=True))
            if answer["state"] == "recorded" and one[0] and one[1]
        ]
        done = _recorded(readings, answers, user, f"sheet:{id}", reason)
        return DailySheet.objects.create(
            id=id,
            on=on,
            taken_at=taken_at,
            made_by=user,
            rows=[_kept(row) for row in rows],
            answered={
                "rows": answers,
                "accepted": done.accepted if done else 0,
                "findings": done.findings if done else 0,
            },
        )


def _lock(id: UUID) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [str(id)])


def _read(
    row: Any, known: dict[str, Series], user: Any
) -> tuple[Series | None, datetime | None, float | None, bool, str]:
    """Series, time, value, whether it was confirmed, and why it is refused."""
    if not isinstance(row, dict):
        return None, None, None, False, _("This is no row of a sheet.")
    series = known.get(str(row.get("series", "")))
    if series is None:
        return None, None, None, False, _not_there(row.get("series", ""), user)
    try:
        time = read_time(row.get("time"), zone=ZONE)
        value = read_number(row.get("typed", ""))
    except (Untimely, ValueError) as error:
        return series, None, None, False, str(error)
    return series, time, value, bool(row.get("confirmed")), ""


def _not_there(asked: Any, user: Any) -> str:
    """Why a series is not on the sheet: its station was closed since the phone took it along, or it is not this person's."""
    try:
        row = Series.objects.visible_to(user).select_related("station").filter(pk=UUID(str(asked))).first()
    except ValueError:
        row = None
    if row is not None and row.station.status == "closed" and may_on(user, "record", row):
        return _("The station is closed. Open it again first, or choose another one.")
    return _("This series is not yours to read. Ask for it.")


def _answer(one: Any, facts: dict[UUID, Fact]) -> dict[str, Any]:
    series, time, value, confirmed, wrong = one
    if wrong:
        return {"state": "refused", "reason": wrong}
    fact = facts[series.pk]
    code = "" if confirmed else asked(fact, value, time)
    if code:
        return {"state": "asked", "question": code, "reason": sentence(code, fact, value)}
    return {"state": "recorded", "value": value}


def _recorded(readings: list[Reading], answers: list[dict[str, Any]], user: Any, origin: str, reason: str) -> Any:
    for _try in range(3):
        if not readings:
            return None
        try:
            with transaction.atomic():
                return record_values(readings, user=user, origin=origin, reason=reason)
        except NotRecorded as wrong:
            for one in wrong.problems:
                answers[one.row] = {"state": "refused", "reason": one.reason}
            refused = {one.row for one in wrong.problems}
            readings = [one for one in readings if one.row not in refused]
    for reading in readings:
        answers[reading.row] = {"state": "refused", "reason": _("It could not be recorded. Send it again.")}
    return None


def _kept(row: Any) -> dict[str, Any]:
    if not isinstance(row, dict):
        return {}
    return {name: str(row.get(name, ""))[:60] if name != "confirmed" else bool(row.get(name)) for name in
            ("series", "time", "typed", "confirmed")}  # fmt: skip
