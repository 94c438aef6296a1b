"""What is odd about a visit that was sent: place, time, pictures, copies. Told to whoever made it, who explains it.

What is odd within the submission is told by the checks of the forms. Here stands beside it what only the visit knows: where its
site is, when it was planned, and which items ask for a picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons import writing
from rafid.commons.forms.models import Comment, Finding, FindingState, Submission
from rafid.commons.forms.submissions.finding_words import kind_name, sentence_of
from rafid.commons.forms.submissions.findings import add_comment
from rafid.commons.places.country import country
from rafid.commons.records.change import Refused
from rafid.methods.fieldwork import distances_m

from ..models import Answer, Visit
from .not_made import goes, schedules
from .queries import Photo, exact_point, photos_of

SITE_M = 500.0
"""Metres from the site that a position or a picture may have."""
WINDOW = timedelta(hours=2)
FUTURE = timedelta(hours=1)


@dataclass(frozen=True)
class Odd:
    """``severity``: 1 note, 2 check, 3 serious, as findings have it."""

    kind: str
    sentence: str
    severity: int = 2
    settled: bool = False


def odd_of(visit: Visit, user: Any) -> list[Odd]:
    """What is odd, the gravest first; nothing for who does not see the submission."""
    if visit.submission_id is None:
        return []
    submission = Submission.objects.visible_to(user).filter(pk=visit.submission_id).first()
    if submission is None:
        return []
    found = [*_of_forms(submission), *_of_place(visit, submission), *_of_time(visit), *_of_photos(visit, submission)]
    return sorted(found, key=lambda one: (one.settled, -one.severity))


def _of_forms(submission: Submission) -> Iterator[Odd]:
    rows = Finding.objects.filter(submission=submission, submission_version=submission.current_id)
    for one in rows.order_by("-severity", "kind"):
        settled = one.state != FindingState.OPEN
        yield Odd(str(kind_name(one.kind)), sentence_of(one), one.severity, settled)


def _of_place(visit: Visit, submission: Submission) -> Iterator[Odd]:
    here, site = submission.location, exact_point(visit)
    if site is None:
        return
    if here is None:
        yield Odd(_("Place"), _("The form was sent without a position."), 1)
        return
    metres = float(distances_m(here.y, here.x, site.y, site.x))
    if metres > SITE_M:
        said = _("You stood %(metres)s m from the site; at most %(most)s m are expected.")
        yield Odd(_("Place"), said % {"metres": writing.number(metres, 0), "most": writing.number(SITE_M, 0)}, 3)


def _of_time(visit: Visit) -> Iterator[Odd]:
    if visit.window is None or visit.arrived is None:
        return
    if not visit.window.lower - WINDOW <= visit.arrived <= visit.window.upper + WINDOW:
        said = _("You arrived on %(arrived)s; the visit was planned for %(planned)s.")
        facts = {"arrived": writing.moment(visit.arrived), "planned": writing.moment(visit.window.lower)}
        yield Odd(_("Time"), said % facts, 2)
    if visit.left is None:
        yield Odd(_("Time"), _("The form does not say when you left."), 1)


def _of_photos(visit: Visit, submission: Submission) -> Iterator[Odd]:
    for photo in photos_of(visit):
        yield from _of_photo(photo, submission)
    for answer in _without_photo(visit):
        said = _("“%(item)s” was not met and asks for a picture; none came.")
        yield Odd(_("Photo"), said % {"item": answer.item.text}, 2)


def _of_photo(photo: Photo, submission: Submission) -> Iterator[Odd]:
    name = {"name": photo.name}
    if photo.point is None:
        yield Odd(_("Photo"), _("The picture %(name)s has no place.") % name, 1)
    elif not _inside(photo.point):
        yield Odd(_("Photo"), _("The picture %(name)s was taken in another country.") % name, 3)
    elif photo.distance_m is not None and photo.distance_m > SITE_M:
        said = _("The picture %(name)s was taken %(metres)s m from the site.")
        yield Odd(_("Photo"), said % {**name, "metres": writing.number(photo.distance_m, 0)}, 3)
    if photo.taken_at is None:
        yield Odd(_("Photo"), _("The picture %(name)s has no time.") % name, 1)
    elif photo.taken_at > submission.received_at + FUTURE:
        said = _("The picture %(name)s says that it was taken on %(when)s, after it was received.")
        yield Odd(_("Photo"), said % {**name, "when": writing.moment(photo.taken_at)}, 3)


def _inside(point: Any) -> bool:
    west, south, east, north = country().bounds
    return west <= point.x <= east and south <= point.y <= north


def _without_photo(visit: Visit) -> list[Answer]:
    """Items that were not met, ask for evidence, and have no picture."""
    rows = Answer.objects.filter(
        assessment__visit=visit, assessment__superseded_at=None, result="no", item__evidence_required=True
    ).select_related("item")
    given = {item for item, names in photos_by_item(visit).items() if names}
    return [one for one in rows.order_by("item__place_in_list") if one.item.code not in given]


def photos_by_item(visit: Visit) -> dict[str, list[str]]:
    """Code of the item → names of its pictures, as the answers name them. Those of a non-conformity count for its item."""
    from rafid.commons.forms.answers import rows_of_version

    if visit.submission is None:
        return {}
    rows = rows_of_version(visit.submission.current_id)
    found: dict[str, list[str]] = {}
    for main in rows.get("submissions", [])[:1]:
        for column, value in main.items():
            if column.startswith("items-") and column.endswith("_photo") and value:
                found.setdefault(column[len("items-") : -len("_photo")], []).append(str(value))
    for row in rows.get("nc", []):
        if row.get("photo"):
            found.setdefault(row.get("item") or "", []).append(str(row["photo"]))
    return found


# --- explaining -------------------------------------------------------------------------------------------------------


def may_explain(user: Any, visit: Visit) -> bool:
    return visit.submission_id is not None and (goes(user, visit) or schedules(user, visit))


def explanations(visit: Visit) -> list[Comment]:
    if visit.submission_id is None:
        return []
    return list(Comment.objects.filter(submission=visit.submission_id, field="").select_related("by").order_by("at"))


def explain(visit: Visit, text: str, *, by: Any) -> Comment:
    """Stands at the submission, where its reviewers read it. Raises ``Refused``."""
    from rafid.commons.forms.refusals import Refused as FormRefused

    submission = visit.submission
    if submission is None or not may_explain(by, visit):
        raise Refused(_("Only those who made this visit explain it, after it was sent."))
    try:
        return add_comment(submission.form, submission, text, by=by)
    except FormRefused as refused:
        raise Refused(str(refused)) from refused
