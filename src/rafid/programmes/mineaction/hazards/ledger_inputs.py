"""Hazards and releases as the ledger takes them: every version with the instant from which it was known, in one plane.

What was withdrawn (discarded, deleted) is there as a last version dated at the end of time: it takes the place of the one
before it from the instant it was known, and is itself in force on no day. So give ``on`` to the ledger, never None.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.db.models import QuerySet

from rafid.methods import landrelease
from rafid.methods.landrelease.records import in_force

from ..models import HazardGround, Release
from .kept import Kept, version_of
from .plane import to_plane

GROUNDS: Kept[Any] = Kept(40_000)
"""Grounds in the plane, by the version of the row that holds them."""
NEVER = date.max
GONE = ":deleted"


def hazards(versions: QuerySet[Any] | None = None) -> list[landrelease.Hazard]:
    """``versions``: of :class:`HazardGround`; all of them where None. Ids are ``hazard:number``."""
    rows = HazardGround.objects.all() if versions is None else versions
    listed = rows.order_by("hazard_id", "number").annotate(row=version_of(HazardGround))
    listed = listed.values_list(
        "pk", "row", "hazard_id", "number", "since", "confirmed_on", "counts", "again", "known_at"
    )
    found: list[tuple[Any, ...]] = []
    last: tuple[Any, Any] | None = None
    for pk, row, hazard, number, since, confirmed, counts, again, known in listed:
        before = last[1] if last and last[0] == hazard else None
        if not counts and before is None:
            continue  # nothing of it was in the ledger yet
        if counts:
            shape, day = (pk, row), since
        else:
            shape, day = found[-1][1], NEVER
        replaces = None if again else before
        found.append((f"{hazard}:{number}", shape, day, confirmed, known, replaces))
        last = (hazard, f"{hazard}:{number}")
    grounds = _in_plane(HazardGround.objects, [one[1] for one in found])
    return [
        landrelease.Hazard(id, grounds[shape], day, confirmed=confirmed, known=known, replaces=replaces)
        for id, shape, day, confirmed, known, replaces in found
    ]


def releases(rows: QuerySet[Any] | None = None) -> list[landrelease.Release]:
    """``rows``: of :class:`Release`, the deleted ones among them; all where None. ``hazard`` is the hazard's own id: hand them
    on through :func:`for_state` or :func:`for_change`, which name its versions."""
    chosen = (Release.everything.all() if rows is None else rows).order_by("on", "id")
    listed = list(
        chosen.annotate(row=version_of(Release)).values_list(
            "pk", "row", "type", "on", "known_at", "hazard_id", "replaces_id", "deleted_at"
        )
    )
    grounds = _in_plane(Release.everything, [(one[0], one[1]) for one in listed])
    found = []
    for pk, row, type, on, known, hazard, replaces, deleted in listed:
        ground = grounds[pk, row]
        named, before = str(hazard) if hazard else None, str(replaces) if replaces else None
        found.append(landrelease.Release(str(pk), type, ground, on, known=known, hazard=named, replaces=before))
        if deleted is not None:
            gone = landrelease.Release(
                f"{pk}{GONE}", type, ground, NEVER, known=deleted, hazard=named, replaces=str(pk)
            )
            found.append(gone)
    return found


def _in_plane(rows: Any, versions: Sequence[tuple[Any, str]]) -> dict[tuple[Any, str], Any]:
    """The ground of each of these (id, version of the row); only those that are not kept are read and brought over."""
    found, missing = {}, {}
    for one in versions:
        held = GROUNDS.get(one)
        if held is None:
            missing[one[0]] = one
        else:
            found[one] = held
    read = list(rows.filter(pk__in=list(missing)).annotate(shape=AsWKB("ground")).order_by().values_list("pk", "shape"))
    shapes = shapely.from_wkb([bytes(shape) for _pk, shape in read])
    for (pk, _shape), ground in zip(read, to_plane(shapes), strict=True):
        found[missing[pk]] = ground
        GROUNDS.put(missing[pk], ground)
    return found


def for_state(
    hazards: Sequence[landrelease.Hazard], releases: Sequence[landrelease.Release], *, on: date, known: Any = None
) -> tuple[list[landrelease.Hazard], list[landrelease.Release]]:
    """What is in force as of ``on``, as known on ``known``: for ``landrelease.ledger(…, on=on, known=known)``."""
    kept = [hazards[at] for at in in_force(hazards, on=on, known=known)]
    given = [releases[at] for at in in_force(releases, on=on, known=known)]
    # What took the place of another is settled here; a name of what is no longer there would only confuse.
    return [replace(one, replaces=None) for one in kept], _named(kept, [replace(one, replaces=None) for one in given])


def for_change(
    hazards: Sequence[landrelease.Hazard], releases: Sequence[landrelease.Release]
) -> tuple[list[landrelease.Hazard], list[landrelease.Release]]:
    """For ``landrelease.explain_change``: a release given for a hazard stands once for each of its versions, as ``id@number``.
    :func:`record_of` gives the record of a step's item."""
    return list(hazards), _named(hazards, releases)


def record_of(item: str) -> str:
    """The id of the hazard or release behind an id of this module."""
    return item.partition(":")[0].partition("@")[0]


def _named(hazards: Sequence[landrelease.Hazard], releases: Sequence[landrelease.Release]) -> list[landrelease.Release]:
    versions: dict[str, list[str]] = defaultdict(list)
    for hazard in hazards:
        versions[record_of(hazard.id)].append(hazard.id)
    named: list[landrelease.Release] = []
    for release in releases:
        ids = versions.get(release.hazard or "", [])
        if release.hazard is None or not ids:
            named.append(release)
        elif len(ids) == 1:
            named.append(replace(release, hazard=ids[0]))
        else:
            named += [_copy(release, version) for version in ids]
    return named


def _copy(release: landrelease.Release, version: str) -> landrelease.Release:
    at = "@" + version.partition(":")[2]
    before = release.replaces and release.replaces + at
    return replace(release, id=release.id + at, hazard=version, replaces=before)
