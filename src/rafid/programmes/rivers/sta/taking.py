"""POST of an observation: a value of its datastream, recorded by the one verb that records values."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.people.visibility import may_on
from rafid.commons.records.change import Refused

from ..models import Series
from ..values.numbers import read_number
from ..values.recording import NotRecorded, Reading, Stale, record_values
from ..values.times import Untimely, read_time
from .addresses import Place, narrowing
from .asking import Query
from .errors import StaError, bad
from .finding import Row
from .kinds import KINDS, VALUE
from .observations import find_observations, series_asked
from .seen import Seen

LARGEST = 100_000
"""Bytes of one observation."""


def take(request: HttpRequest, seen: Seen, place: Place) -> Row:
    """The observation as it stands now. ``place``: Observations, or those of one datastream."""
    if place.kind.base != VALUE or place.single or place.rest:
        raise StaError(
            405,
            _("Only Observations are sent here. Stations and series are kept in the registers."),
            headers={"Allow": "GET, HEAD"},
        )
    if not seen.user.is_authenticated:
        raise StaError(401, _("This address needs an account or a token."), headers={"WWW-Authenticate": _WAYS})
    body = _body(request)
    series = _series(seen, place, body)
    if not may_on(seen.user, "record", series):
        raise StaError(403, _("Ask for a role that records values."))
    reading = _reading(series, body)
    reason = _reason(body)
    try:
        record_values([reading], user=seen.user, origin="sta", reason=reason)
    except NotRecorded as wrong:
        where = {"time": "phenomenonTime", "value": "result", "reason": "parameters.reason"}
        errors = [{"where": where.get(one.field, one.field), "message": one.reason} for one in wrong.problems]
        status = 409 if isinstance(wrong, Stale) else 400
        raise StaError(status, wrong.problems[0].reason, where=errors[0]["where"], errors=errors) from wrong
    except Refused as wrong:
        raise bad(str(wrong)) from wrong
    from .addresses import place_query

    exact = Place(KINDS["Observations"], (("observation", [series.pk, reading.time]),), True)
    found = find_observations(seen, place_query(exact, Query(exact.kind, top=1)), narrowing(exact))
    return found.rows[0]


_WAYS = 'Bearer, Basic realm="Rafid", charset="UTF-8"'


def _body(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > LARGEST:
        raise StaError(413, _("One observation is sent at a time. Many go by file or by /api/v1/rivers."))
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise bad(
            _('The body is no JSON. Send {"phenomenonTime": …, "result": …, "Datastream": {"@iot.id": …}}.')
        ) from error
    if not isinstance(body, dict):
        raise bad(_("The body is one observation, an object with phenomenonTime and result."))
    return body


def _series(seen: Seen, place: Place, body: dict[str, Any]) -> Series:
    """The datastream of the address, else the one that the body names; both must be one where both stand."""
    where = narrowing(place)
    link = body.get("Datastream")
    if link is not None:
        named = link.get("@iot.id") if isinstance(link, dict) else None
        try:
            where = [*where, ("s.id = %s", [UUID(str(named))])]
        except ValueError as error:
            raise bad(_('Datastream is {"@iot.id": "…"}, the id of a datastream.'), "Datastream") from error
    elif not where:
        raise bad(_('Say which Datastream: {"Datastream": {"@iot.id": "…"}}.'), "Datastream")
    found = series_asked(seen, Query(KINDS["Observations"]), where)
    if len(found) != 1:
        raise bad(_("There is no such Datastream, or it is not yours to see."), "Datastream")
    return found[0]


def _reading(series: Series, body: dict[str, Any]) -> Reading:
    if "result" not in body:
        raise bad(_("result is missing: a number, or null where the value is missing."), "result")
    value = body["result"]
    try:
        number = None if value is None else read_number(value)
    except ValueError as error:
        raise bad(str(error), "result") from error
    return Reading(series.pk, _time(body.get("phenomenonTime")), number, 1, _quality(body.get("resultQuality")))


def _time(text: Any) -> datetime:
    if text is None:
        return timezone.now()
    if isinstance(text, str) and "/" in text:
        raise bad(
            _("phenomenonTime is one moment here; the series says whether its values are means or sums."),
            "phenomenonTime",
        )
    if not isinstance(text, str):
        raise bad(_("The time has no zone. Write +03:00 or Z behind it."), "phenomenonTime")
    try:
        return read_time(text)
    except Untimely as error:
        raise bad(str(error), "phenomenonTime") from error


def _quality(given: Any) -> int | None:
    if given is None:
        return None
    flag = given.get("code") if isinstance(given, dict) else given
    if isinstance(flag, bool) or flag not in (1, 2, 3, 4, 9):
        raise bad(_("Flags are 1, 2, 3, 4 and 9."), "resultQuality")
    return int(flag)


def _reason(body: dict[str, Any]) -> str:
    given = body.get("parameters")
    if given is None:
        return ""
    reason = given.get("reason", "") if isinstance(given, dict) else None
    if not isinstance(reason, str) or "\0" in reason:
        raise bad(_("parameters is an object; its reason is a text."), "parameters")
    return reason.strip()
