"""What photographs of submissions tell, read once after they came."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from uuid import UUID

from django.contrib.gis.geos import Point
from django.utils import timezone

from rafid.commons import blobs
from rafid.methods.fieldwork import PhotoFacts, photo_facts

from .facts import kept_moment
from .models import Attachment

log = logging.getLogger("rafid.forms")

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
"""Pictures from which all that lies beside the picture can be taken: place, camera, owner. Of no other file can it be."""
_LARGEST = 60_000_000
_SIGN = 1 << 63


def examine(submissions: Iterable[UUID]) -> int:
    """Reads the files of these submissions that were not read yet; tells how many. A file that cannot be read is noted in
    the log, and counts as read: it would not get better."""
    waiting = Attachment.objects.filter(submission__in=list(submissions), sha256__isnull=False, examined_at=None)
    rows = []
    for one in waiting.iterator(chunk_size=200):
        facts = _facts(one)
        if facts is not None:
            taken = facts.taken_at
            # A camera without a zone shows the time of where it is.
            one.taken_at = kept_moment(taken) if taken is not None else None
            if facts.latitude is not None and facts.longitude is not None:
                one.location = Point(facts.longitude, facts.latitude, srid=4326)
            one.camera_hash = facts.camera
            one.perceptual_hash = signed(facts.perceptual_hash)
        one.examined_at = timezone.now()
        rows.append(one)
    told = ["taken_at", "location", "camera_hash", "perceptual_hash", "examined_at"]
    Attachment.objects.bulk_update(rows, told, batch_size=200)
    return len(rows)


def _facts(one: Attachment) -> PhotoFacts | None:
    if not one.media_type.startswith("image/") or one.size > _LARGEST:
        return None
    try:
        return photo_facts(blobs.read(one.sha256 or ""))
    except (ValueError, OSError, MemoryError) as error:
        log.warning("photo %s of submission %s was not read: %s", one.pk, one.submission_id, error)
        return None


def signed(bits: int | None) -> int | None:
    """64 bits as the database keeps them: it knows no unsigned numbers."""
    return bits - (_SIGN << 1) if bits is not None and bits >= _SIGN else bits
