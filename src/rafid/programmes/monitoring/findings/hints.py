"""What is odd about a piece of evidence, as sentences beside it. Nobody is refused for it: the reviewer decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.forms.facts import place_of_point
from rafid.commons.forms.models import Attachment
from rafid.commons.forms.photos import PICTURES
from rafid.commons.places.models import Level, PlaceVersion
from rafid.commons.writing import day, number

from ..models import Evidence, ExactPlace, NonConformity, Visit
from .evidence import begins

FAR_M = 1000.0
"""Farther from its site than this, a picture is worth a question; the default of the forms' checks."""
NEAR_M = 300.0
CLOCKS = timedelta(hours=1)
"""So far clocks of cameras may go wrong before a picture is called one of the future."""


@dataclass(frozen=True)
class Reader:
    """``whole``: of the third party, who may read which other site or finding a picture is from. ``visit``: sees the visit, and
    so may learn how far from its site a picture was taken."""

    user: Any
    whole: bool
    visit: bool


def media_type(row: Evidence) -> str:
    """By the name, for what is shown; what leaves is looked at again by its first bytes."""
    ending = row.file_name.rpartition(".")[2].lower()
    known = {"jpg": "jpeg", "jpeg": "jpeg", "png": "png", "webp": "webp", "gif": "gif"}
    return f"image/{known[ending]}" if ending in known else "application/octet-stream"


def is_picture(row: Evidence) -> bool:
    return bool(row.perceptual_hash) or media_type(row) in PICTURES


def hints(row: Evidence, finding: NonConformity, reader: Reader) -> list[str]:
    said: list[str] = []
    if not is_picture(row):
        return [_("No picture: nothing can be read from it of when and where it was made.")]
    if row.taken_at is None:
        said.append(_("The picture does not say when it was taken."))
    elif row.taken_at > row.known_at + CLOCKS:
        said.append(_("The picture says that it was taken after it was sent: its clock, or its date, is wrong."))
    elif row.taken_at < begins(finding):
        said.append(
            _("Taken on %(day)s, before the finding was opened: it cannot show the correction.")
            % {"day": day(row.taken_at)}
        )
    said += _of_place(row, finding, reader)
    if row.similar:
        said += _of_likes(row, finding, reader)
    return said


def _of_place(row: Evidence, finding: NonConformity, reader: Reader) -> list[str]:
    if row.point is None:
        return [_("The picture does not say where it was taken. Switch on the camera's location for the next one.")]
    if _abroad(row.point):
        return [_("Taken outside the country.")]
    if row.distance_m is None or row.distance_m <= FAR_M or not reader.visit:
        return []
    said = [_("Taken %(km)s km away from the site.") % {"km": number(row.distance_m / 1000, 1)}]
    other = _other_site(row, finding) if reader.whole else None
    if other is not None:
        said.append(_("It was taken at another site: %(site)s.") % {"site": other})
    return said


def _abroad(point: Any) -> bool:
    """No area of today's map holds the point. Where no borders are kept, nothing is said."""
    if place_of_point(point.x, point.y) is not None:
        return False
    drawn = PlaceVersion.objects.filter(
        valid__contains=timezone.localdate(), geometry__isnull=False, place__level=Level.GOVERNORATE
    )
    return drawn.exists()


def _other_site(row: Evidence, finding: NonConformity) -> Any:
    near = ExactPlace.objects.filter(
        site__owner=finding.owner_id, site__deleted_at=None, point__dwithin=(row.point, 0.01)
    ).exclude(site=finding.visit.site_id)
    for one in near.annotate(away=Distance("point", row.point)).select_related("site").order_by("away")[:1]:
        if one.away.m <= NEAR_M:
            return one.site
    return None


def _of_likes(row: Evidence, finding: NonConformity, reader: Reader) -> list[str]:
    """The partner hears that it is not new; which other visit or finding it is of is the third party's to know."""
    if not reader.whole:
        return [_("This picture, or one that looks like it, was sent before.")]
    said = []
    for other in _findings(row, finding):
        said.append(_("The same picture as evidence of %(finding)s.") % {"finding": other.ref})
    for visit in _visits(row):
        words = {"visit": visit.ref, "site": str(visit.site)}
        if visit.site_id != finding.visit.site_id:
            said.append(_("The picture of another site: %(site)s, visit %(visit)s.") % words)
        else:
            said.append(_("The same picture as one of visit %(visit)s.") % words)
    return said


def _findings(row: Evidence, finding: NonConformity) -> Iterable[NonConformity]:
    return (
        NonConformity.objects.filter(evidence__sha256__in=row.similar)
        .exclude(pk=finding.pk)
        .distinct()
        .order_by("ref")[:3]
    )


def _visits(row: Evidence) -> Iterable[Visit]:
    sent = Attachment.objects.filter(sha256__in=row.similar).values("submission")
    return Visit.objects.filter(submission__in=sent).select_related("site").order_by("ref")[:3]
