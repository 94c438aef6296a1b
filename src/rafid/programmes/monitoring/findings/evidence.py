"""Evidence: files by their hash, and what pictures tell of when, where and with which camera they were taken.

All of it is a hint and no proof: time and place of a picture can be edited. What is odd is said beside the picture.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons import blobs
from rafid.commons.history import because
from rafid.commons.records.change import Refused, locked
from rafid.commons.writing import size as size_text
from rafid.methods.fieldwork import PhotoFacts, photo_facts

from ..models import Evidence, ExactPlace, NonConformity
from ..refusals import told
from .rights import may_add_evidence
from .steps import NotYours

log = logging.getLogger("rafid.monitoring")

LARGEST = 50_000_000
"""Bytes of one file: a photograph of any telephone, or a short film."""
TOGETHER = 200_000_000
"""Bytes of what is sent at once."""
MOST_FILES = 20
_READ = 60_000_000
_ALIKE_BITS = 4
"""Most bits of 64 in which the same picture, saved again, differs; the default of the forms' checks."""
_SETTLED = ("closed", "withdrawn")


def add(
    pk: Any, files: Sequence[UploadedFile], *, by: Any, text: str = "", at: datetime | None = None
) -> list[Evidence]:
    """Keeps the files. Raises NotYours, or Refused with the file's name and the remedy; then none of them is added."""
    if not files:
        raise Refused(_("Choose a file that shows the correction."))
    if len(files) > MOST_FILES:
        raise Refused(_("Send at most %(count)s files at once.") % {"count": MOST_FILES})
    _measured(files)
    blobs_of = [(one.name or "file", _received(one)) for one in files]
    with told(Evidence), because("evidence added"):
        row = locked(NonConformity, pk, None)
        assert isinstance(row, NonConformity)
        if not may_add_evidence(by, row):
            raise NotYours("evidence")
        if row.state in _SETTLED:
            raise Refused(_("It is “%(state)s” now, and takes no more evidence.") % {"state": row.get_state_display()})
        made = []
        known = set(row.evidence.values_list("sha256", flat=True))
        for name, blob in blobs_of:
            if blob.sha256 in known:
                raise Refused(_("The file “%(name)s” is here already. Choose another one.") % {"name": name})
            known.add(blob.sha256)
            made.append(_kept(row, name, blob, by=by, text=text, at=at))
    return made


def _measured(files: Sequence[UploadedFile]) -> None:
    for one in files:
        if (one.size or 0) > LARGEST:
            raise Refused(
                _(
                    "The file “%(name)s” has %(size)s; at most %(most)s are taken. Send a smaller picture or a shorter film."
                )
                % {"name": one.name, "size": size_text(one.size), "most": size_text(LARGEST)}
            )
        if not one.size:
            raise Refused(_("The file “%(name)s” is empty. Choose another one.") % {"name": one.name})
    together = sum(one.size or 0 for one in files)
    if together > TOGETHER:
        raise Refused(
            _("These files have %(size)s together; at most %(most)s are taken at once. Send them in several parts.")
            % {"size": size_text(together), "most": size_text(TOGETHER)}
        )


def _received(one: UploadedFile) -> blobs.Blob:
    return blobs.receive(one.chunks(), limit=LARGEST)


def _kept(row: NonConformity, name: str, blob: blobs.Blob, *, by: Any, text: str, at: datetime | None) -> Evidence:
    facts = _facts(blob)
    point = None
    if facts is not None and facts.latitude is not None and facts.longitude is not None:
        point = Point(facts.longitude, facts.latitude, srid=4326)
    looks = f"{facts.perceptual_hash:016x}" if facts and facts.perceptual_hash is not None else ""
    made = Evidence(
        nonconformity=row, sha256=blob.sha256, file_name=name.replace("\x00", "")[-200:], size=blob.size,
        text=text.replace("\x00", "").strip(), taken_at=_moment(facts), point=point, distance_m=distance(row, point),
        camera=facts.camera if facts else "", perceptual_hash=looks, similar=alike(row, blob.sha256, looks), by=by,
        made_by=by,
    )  # fmt: skip
    if at is not None:
        made.known_at = at
    made.save()
    return made


def _facts(blob: blobs.Blob) -> PhotoFacts | None:
    if not blob.media_type.startswith("image/") or blob.size > _READ:
        return None
    try:
        return photo_facts(blobs.read(blob.sha256))
    except (ValueError, OSError, MemoryError) as error:
        log.warning("evidence %s was not read: %s", blob.sha256, error)
        return None


def _moment(facts: PhotoFacts | None) -> datetime | None:
    """A camera without a zone shows the time of where it is."""
    taken = facts.taken_at if facts else None
    if taken is None:
        return None
    try:
        return (timezone.make_aware(taken) if timezone.is_naive(taken) else taken).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def distance(row: NonConformity, point: Point | None) -> float | None:
    """Metres between the picture and the site: where it exactly is, else its coarse position."""
    if point is None:
        return None
    exact = ExactPlace.objects.filter(site=row.visit.site_id).annotate(away=Distance("point", point)).first()
    if exact is not None:
        return float(exact.away.m)
    site = (
        type(row.visit.site)
        .objects.filter(pk=row.visit.site_id, point__isnull=False)
        .annotate(away=Distance("point", point))
    )
    found = site.first()
    return float(found.away.m) if found is not None else None


_ALIKE = """
SELECT e.sha256 FROM rafid_monitoring_evidence e JOIN rafid_monitoring_nonconformity n ON n.id = e.nonconformity_id
WHERE n.owner_id = %(owner)s AND e.nonconformity_id <> %(row)s AND (e.sha256 = %(sha)s
      OR %(looks)s <> '' AND e.perceptual_hash <> ''
      AND bit_count(('x' || e.perceptual_hash)::bit(64) # ('x' || %(looks_or_none)s)::bit(64)) <= %(bits)s)
UNION
SELECT a.sha256 FROM rafid_forms_attachment a JOIN rafid_monitoring_visit v ON v.submission_id = a.submission_id
WHERE v.owner_id = %(owner)s AND a.sha256 IS NOT NULL AND (a.sha256 = %(sha)s
      OR %(looks)s <> '' AND a.perceptual_hash IS NOT NULL
      AND bit_count(a.perceptual_hash::bit(64) # ('x' || %(looks_or_none)s)::bit(64)) <= %(bits)s)
ORDER BY 1 LIMIT 20
"""
"""The same bytes, or the same picture saved again: as evidence of another finding, or as a photograph of any visit."""


def alike(row: NonConformity, sha256: str, looks: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            _ALIKE,
            {
                "owner": row.owner_id, "row": row.pk, "sha": sha256, "looks": looks, "looks_or_none": looks or "0" * 16,
                "bits": _ALIKE_BITS,
            },
        )  # fmt: skip
        return [found for (found,) in cursor.fetchall()]


def begins(row: NonConformity) -> datetime:
    return timezone.make_aware(datetime.combine(row.opened_on, time()))
