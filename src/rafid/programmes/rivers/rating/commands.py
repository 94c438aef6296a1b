"""``./rafid manage rivers rate``: curves of a station, the next one, and what publishing it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings

from rafid.commons.people.models import Account
from rafid.commons.people.visibility import may_on
from rafid.commons.records.change import Refused

from ..models import Gauging, Rating, Station
from ..values.recording import NotRecorded
from ..values.times import Untimely, read_time
from .draft_rating import draft_rating
from .publish_rating import preview, publish_rating
from .recompute_flow import recompute_flow


def add(parsers: Any) -> None:
    parser = parsers.add(
        "rate",
        rate,
        about="Show the rating curves of a station; fit, publish, or compute its flows anew.",
        example="rate baiji --fit --since 2026-04-01 --valid-from 2026-03-28T06:00",
    )
    parser.add_argument("station", help="code of the station")
    parser.add_argument("--fit", action="store_true", help="fit a draft through its gaugings")
    parser.add_argument("--since", help="only gaugings since this time")
    parser.add_argument("--breaks", type=float, nargs="*", default=[], help="stages in m where a new segment begins")
    parser.add_argument("--valid-from", help="when the draft begins to be valid")
    parser.add_argument("--valid-to", help="when it ends; without it, when another one is published")
    parser.add_argument("--publish", type=int, metavar="VERSION", help="publish this draft; says first what changes")
    parser.add_argument("--by", help="login of the account that publishes")
    parser.add_argument("--recompute", action="store_true", help="compute all flows anew by the published curves")


def rate(write: Callable[[str], Any], options: dict[str, Any]) -> None:
    station = Station.everything.filter(code=options["station"]).first()
    if station is None:
        raise Refused(f"There is no station {options['station']}.")
    try:
        if options["fit"]:
            _fit(station, write, options)
        if options["publish"]:
            _publish(station, write, options)
        if options["recompute"]:
            done = recompute_flow(station, reason="Computed anew.")
            write(f"{done.accepted} flows became others, {done.same} stay.")
    except Untimely as wrong:
        raise Refused(str(wrong)) from wrong
    except NotRecorded as wrong:
        raise Refused(str(wrong)) from wrong
    for row in Rating.objects.filter(station=station).order_by("number"):
        write(_line(row))


def _line(row: Rating) -> str:
    ends = "…" if row.valid_to is None else f"{row.valid_to:%Y-%m-%d %H:%M}"
    error = "" if row.standard_error is None else f"  ± {100 * row.standard_error:.1f} %"
    pieces = "; ".join(f"{one['a']:.3f} (h - {one['h0']:.3f})^{one['b']:.3f}" for one in row.segments)
    return f"{row.number:>3}  {row.state:<10}  {row.valid_from:%Y-%m-%d %H:%M} – {ends}{error}  Q = {pieces}"


def _time(options: dict[str, Any], name: str) -> Any:
    return read_time(options[name], zone=settings.TIME_ZONE) if options[name] else None


def _fit(station: Station, write: Callable[[str], Any], options: dict[str, Any]) -> None:
    start = _time(options, "valid_from")
    if start is None:
        raise Refused("Say with --valid-from since when the curve is valid.")
    rows = Gauging.objects.filter(station=station, left_out="")
    since = _time(options, "since")
    if since is not None:
        rows = rows.filter(time__gte=since)
    made = draft_rating(
        station, gaugings=list(rows), breaks=options["breaks"], valid_from=start, valid_to=_time(options, "valid_to")
    )
    write(f"Version {made.number} is a draft.")


def _publish(station: Station, write: Callable[[str], Any], options: dict[str, Any]) -> None:
    row = Rating.objects.filter(station=station, number=options["publish"]).first()
    if row is None:
        raise Refused(f"There is no version {options['publish']}.")
    by = Account.objects.filter(login=options["by"]).first() if options["by"] else None
    if by is None or not may_on(by, "publish_rating", station):
        raise Refused("Say with --by who publishes: the login of an account that may.")
    shown = preview(row, user=by)
    for one in shown.flows:
        write(
            f"{one.series.ref}: {one.changed} of {one.count} flows change, {one.new} are new; mean {one.mean:+.1f} %."
        )
    for bulletin in shown.bulletins:
        write(f"{bulletin.ref} would differ.")
    done = publish_rating(row, user=by)
    write(f"Version {row.number} is published; {done.accepted} flows became others.")
