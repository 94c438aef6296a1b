"""A daily sheet that came as a form: its readings become values as those of the page do.

Each version of a submission is one sheet, so that whatever is told twice is recorded once; a version that a review corrected
records only the rows that it changed. A form asks nothing back: what the rules doubt is recorded and found. What cannot be
recorded is a finding of its series, with what was typed and why; where nothing of a form can be recorded, the form says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from rafid.commons.forms.events import NotTaken
from rafid.commons.forms.models import EntityList, Submission
from rafid.commons.forms.models.entities import EntitySource
from rafid.commons.names import in_three
from rafid.commons.people.models import Organisation
from rafid.commons.programme import LANGUAGES
from rafid.commons.records.models import Severity

from ..models import DailySheet, Series, SeriesFinding
from ..values.numbers import read_number
from ..values.reading import versions_of
from ..values.recording import NotRecorded, Reading, record_values
from ..values.times import Untimely, read_time
from .declared import STATIONS
from .sheets import MOST, ZONE, receive, series_for, series_within

REFUSED = "refused"
NOTHING = gettext_noop("No reading of this form can be recorded: no station of it is read by its sender.")
TOO_MANY = gettext_noop("A sheet has from 1 to %(most)s rows.")
MESSAGE = gettext_noop("A reading of a form was not taken: “%(typed)s”. %(reason)s")


def make_list(owner: Organisation) -> EntityList:
    """The list of stations, where it is not there yet. What a person gets of it their own sight of stations decides."""
    view = {"programme": "rivers", "owner": owner, "source": EntitySource.SITES, "view": {"register": "rivers.station"}}
    return EntityList.objects.get_or_create(name=STATIONS, defaults=view)[0]


def on_state(
    submission: Submission, rows: Mapping[str, Any], place: Any, entity: Any, old: str | None, new: str
) -> None:
    """Heard after arrival, and with each decision of the review."""
    earlier = DailySheet.objects.filter(pk__in=submission.versions.values("pk"))
    if new == "rejected":
        _take_back(list(earlier))
        return
    if earlier.filter(pk=submission.current_id).exists():
        return
    head, repeated = _answers(rows["submissions"][0]), _repeat(rows, "reading")
    user = submission.account
    series = series_for(user) if user is not None else series_within(submission.owner)
    told = [_row(head, _answers(one), series) for one in repeated]
    before = {_key(row) for sheet in earlier for row in sheet.rows}
    fresh = [row for row in told if _key(row) not in before]
    if not fresh:
        if before:
            return
        raise NotTaken(in_three(NOTHING))
    if len(fresh) > MOST:
        raise NotTaken(in_three(TOO_MANY, most=MOST))
    reason = str(head.get("reason") or "") or (_("The form was corrected.") if before else "")
    sheet = receive(
        submission.current_id, user=user, on=_day(head.get("on")), rows=fresh, taken_at=submission.ended_at, reason=reason,
        series=series,
    )  # fmt: skip
    if not any(row["series"] for row in fresh) and not before:
        raise NotTaken(in_three(NOTHING))
    by_id = {str(one.pk): one for one in series}
    for row, answer in zip(fresh, sheet.answered["rows"], strict=True):
        if answer["state"] == "refused" and row["series"] in by_id:
            _tell(by_id[row["series"]], row, submission.received_at, reason)


def _row(head: Mapping[str, Any], answers: Mapping[str, Any], series: list[Series]) -> dict[str, Any]:
    station, what = str(answers.get("station") or ""), answers.get("what")
    own = [one for one in series if str(one.station_id) == station and one.variable == what]
    own.sort(key=lambda one: (not one.preferred, one.origin != "observed", one.ref))
    value = answers.get("value")
    return {
        "series": str(own[0].pk) if own else "",
        "time": f"{_day(head.get('on')).isoformat()}T{head.get('hour') or '06:00'}",
        "typed": "" if value is None else str(value),
        "confirmed": True,
    }


def _key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["series"], row["time"], row["typed"]


def _tell(series: Series, row: Mapping[str, Any], received_at: datetime, reason: str) -> None:
    try:
        time = read_time(row["time"], zone=ZONE)
    except Untimely:
        time = received_at
    why = {}
    for language in LANGUAGES:
        with override(language):
            why[language] = _why(series, row, reason)
    SeriesFinding.objects.get_or_create(
        series=series,
        check_code=REFUSED,
        start=min(time, timezone.now()),
        defaults={
            "end": min(time, timezone.now()),
            "severity": Severity.CHECK,
            "message": in_three(MESSAGE, typed=row["typed"], reason=why),
        },
    )


def _why(series: Series, row: Mapping[str, Any], reason: str) -> str:
    """The sentence of the refusal in the language of the moment: what refused once refuses again, and nothing is written."""
    try:
        reading = Reading(series.pk, read_time(row["time"], zone=ZONE), read_number(row["typed"]), 1)
        with transaction.atomic():
            record_values([reading], origin="sheet", reason=reason)
            transaction.set_rollback(True)
    except NotRecorded as wrong:
        return " ".join(one.reason for one in wrong.problems)
    except (Untimely, ValueError) as wrong:
        return str(wrong)
    return _("It could not be recorded. Send it again.")


def _take_back(sheets: list[DailySheet]) -> None:
    """What the review throws out: where its value is still the newest one, what stood before becomes the newest again."""
    back: list[Reading] = []
    for sheet in sheets:
        for row, answer in zip(sheet.rows, sheet.answered["rows"], strict=True):
            if answer["state"] != "recorded":
                continue
            time = read_time(row["time"], zone=ZONE)
            versions = versions_of(row["series"], time)
            if versions and versions[-1]["origin_ref"] == f"sheet:{sheet.pk}":
                before = versions[-2]["value"] if len(versions) > 1 else None
                back.append(Reading(UUID(row["series"]), time, before, len(back) + 1))
    if back:
        record_values(back, origin="undo:form", reason=_("The form was rejected."))


def _answers(row: Mapping[str, Any]) -> dict[str, Any]:
    return {column.rpartition("-")[2]: answer for column, answer in row.items()}


def _repeat(rows: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return next((list(some) for table, some in rows.items() if table.rpartition("-")[2] == name), [])


def _day(answer: Any) -> date:
    return answer if isinstance(answer, date) else date.fromisoformat(str(answer)[:10])
