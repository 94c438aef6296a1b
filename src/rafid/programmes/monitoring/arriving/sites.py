"""A site that a phone registered or followed up joins the register of what can be visited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.gis.geos import Point

from rafid.commons.forms.models import Submission
from rafid.commons.history import because
from rafid.commons.records.search import index_record

from ..models import ExactPlace, Site
from ..refusals import told

COARSE = 0.05
"""Degrees: about 5 km. Nearer than that only named roles read where a site is."""


def coarse(point: Point) -> Point:
    return Point(round(round(point.x / COARSE) * COARSE, 4), round(round(point.y / COARSE) * COARSE, 4), srid=4326)


def on_state(
    submission: Submission, rows: Mapping[str, Any], place: Any, entity: Any, old: str | None, new: str
) -> None:
    """The site of the entity that the form made. To which contract it belongs a manager says later."""
    if entity is None or new == "rejected":
        return
    main = rows["submissions"][0]
    code, point = main.get("code") or "", submission.location
    with told(Site), because("submission received"):
        site = Site.objects.filter(entity=entity).first()
        if site is None:
            origin = f"forms:{entity.list.name}"
            site = Site.objects.filter(origin=origin, external_id=code).first() if code else None
            site = site or Site(owner_id=submission.form.owner_id, origin=origin, external_id=code, source="submission")
            site.entity, site.source_id = entity, submission.pk
        site.name_ar = site.name_ar or main.get("site_name") or ""
        site.place = site.place or place
        if point is not None:
            site.point = coarse(point)
        site.save()
        if point is not None:
            ExactPlace.objects.update_or_create(site=site, defaults={"point": point})
        index_record(site)
