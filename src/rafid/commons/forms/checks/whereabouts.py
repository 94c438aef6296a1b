"""Where the site of a visit lies: says the thing that is visited again, else the register, the plan, or earlier visits.

What the visit itself said never counts: a thing that it registers, or whose position it corrects, lies where it was made.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from rafid.commons.forms.entities.views_of_registers import position, register_of_list
from rafid.commons.forms.models import Entity, EntityList, EntitySource, VisitPlan
from rafid.commons.programme import PARTNER
from rafid.commons.records.registers import registers
from rafid.methods.xforms.geometry import read_point

from .batch import Batch, Visit

ENTITY, REGISTER, PLAN, EARLIER = "entity", "list", "plan", "earlier"
_MOST_EARLIER = 50
"""Earlier fixes whose median says where the site is; more would tell no more."""


class Where(NamedTuple):
    """``by``: who says it; ``visits``: how many earlier ones did."""

    latitude: float
    longitude: float
    by: str
    visits: int = 0


def whereabouts(batch: Batch, placed: Mapping[UUID, Visit]) -> dict[UUID, Where]:
    """Of each visit whose site somebody knows."""
    return {
        **_by_earlier(batch, placed),
        **_by_site(placed, _planned(batch)),
        **_by_site(placed, _registered(batch, {visit.site for visit in placed.values() if visit.site})),
        **_by_entity(placed),
    }


def _by_site(placed: Mapping[UUID, Visit], known: Mapping[str, Where]) -> dict[UUID, Where]:
    return {visit.id: known[visit.site] for visit in placed.values() if visit.site in known}


def _by_entity(placed: Mapping[UUID, Visit]) -> dict[UUID, Where]:
    """A visit names its entity, or its site is the entity's identifier."""
    named = {visit.id: uuid for visit in placed.values() if visit.entity is None and (uuid := as_uuid(visit.site))}
    by_uuid = dict(Entity.objects.filter(uuid__in=set(named.values())).values_list("uuid", "pk"))
    things = {pk: visit.entity or by_uuid.get(named.get(pk, pk)) for pk, visit in placed.items()}
    told = _told({thing for thing in things.values() if thing})
    found: dict[UUID, Where] = {}
    for pk, thing in things.items():
        # Newest first: what somebody else said last.
        point = next((point for point, by in told.get(thing, ()) if by != pk), None) if thing else None
        if point:
            found[pk] = Where(point[0], point[1], ENTITY)
    return found


def _told(things: Iterable[UUID]) -> dict[UUID, list[tuple[tuple[float, ...], UUID | None]]]:
    """Positions that each thing was given, the newest first, with the submission that gave it where one did."""
    found: dict[UUID, list[tuple[tuple[float, ...], UUID | None]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_POSITIONS, [list(things)])
        for thing, text, submission in cursor.fetchall():
            point = read_point(text)
            if point:
                found[thing].append((point, submission))
    return found


_POSITIONS = """
SELECT e.id, told.text, told.submission_id
FROM rafid_forms_entity e, LATERAL (
    SELECT one.number, one.text, one.submission_id FROM (
        SELECT v.number, v.data->>'geometry' AS text, s.submission_id,
               lag(v.data->>'geometry') OVER (ORDER BY v.number) AS before
        FROM rafid_forms_entityversion v LEFT JOIN rafid_forms_submissionversion s ON s.id = v.source_submission_id
        WHERE v.entity_id = e.id) one
    WHERE one.text IS DISTINCT FROM one.before
    UNION ALL
    SELECT 0, e.data->>'geometry', NULL
    WHERE NOT EXISTS (SELECT FROM rafid_forms_entityversion v WHERE v.entity_id = e.id)) told
WHERE e.id = ANY(%s) AND e.deleted_at IS NULL AND told.text <> ''
ORDER BY e.id, told.number DESC
"""


def _registered(batch: Batch, sites: Iterable[str]) -> dict[str, Where]:
    """Sites that are rows of a register: of one whose list the form reads by their identity, of its programme by reference.

    A position that phones do not get is no measure here either: what is found would tell it.
    """
    sites = set(sites)
    found: dict[str, Where] = {}
    for register in registers():
        if register.programme.name == batch.form.programme and register.geometry:
            found.update(_positions(register.model, register.geometry, "ref", {site: site for site in sites}))
    ids = {site: uuid for site in sites if (uuid := as_uuid(site))}
    if ids:
        lists = EntityList.objects.filter(form_files__version__form=batch.form, source=EntitySource.SITES).distinct()
        for register in filter(None, map(register_of_list, lists)):
            if register.geometry:
                found.update(_positions(register.model, register.geometry, "pk", ids))
    return found


def _positions(model: Any, geometry: str, by: str, wanted: Mapping[str, UUID | str]) -> dict[str, Where]:
    rows = model.objects.filter(**{f"{by}__in": set(wanted.values()), f"{geometry}__isnull": False})
    at = {
        key: read_point(position(shape))
        for key, shape in rows.filter(sensitivity__lte=PARTNER).values_list(by, geometry)
    }
    points = {site: at.get(key) for site, key in wanted.items()}
    return {site: Where(point[0], point[1], REGISTER) for site, point in points.items() if point}


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text.removeprefix("uuid:")) if len(text) >= 32 else None
    except ValueError:
        return None


def _planned(batch: Batch) -> dict[str, Where]:
    """Where the newest plan of each site says that it lies."""
    plans = VisitPlan.objects.filter(form=batch.form, location__isnull=False).order_by("due_from", "pk")
    return {site: Where(at.y, at.x, PLAN) for site, at in plans.values_list("site", "location")}


def _by_earlier(batch: Batch, placed: Mapping[UUID, Visit]) -> dict[UUID, Where]:
    sites = {visit.site for visit in placed.values() if visit.site}
    if not sites:
        return {}
    own = {pk.bytes for pk in placed}
    found: dict[UUID, Where] = {}
    for site, (ids, points) in batch.of_form("fixes", lambda: _fixes(batch, None if batch.whole else sites)).items():
        if site not in sites:
            continue
        for at, pk in enumerate(ids.tolist()):
            if at and pk in own:
                middle = np.median(points[max(0, at - _MOST_EARLIER) : at], axis=0)
                found[UUID(bytes=pk)] = Where(float(middle[0]), float(middle[1]), EARLIER, min(at, _MOST_EARLIER))
    return found


def _fixes(batch: Batch, sites: Iterable[str] | None) -> dict[str, tuple[NDArray[Any], NDArray[np.float64]]]:
    """Of each site its visits with a fix, oldest first: identities, and latitude with longitude. A form has very many."""
    more, params = ("", []) if sites is None else ("AND s.site = ANY(%s)", [list(sites)])
    identities: dict[str, bytearray] = defaultdict(bytearray)
    numbers: dict[str, array[float]] = defaultdict(lambda: array("d"))
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT s.site, s.id, ST_Y(s.location), ST_X(s.location) FROM rafid_forms_submission s"
            " WHERE s.form_id = %s AND s.draft_id IS NULL AND s.deleted_at IS NULL AND s.location IS NOT NULL"
            f" AND s.site <> '' {more} ORDER BY s.received_at, s.id",
            [batch.form.pk, *params],
        )
        while rows := cursor.fetchmany(2000):
            for site, pk, latitude, longitude in rows:
                identities[site] += pk.bytes
                numbers[site].extend((latitude, longitude))
    return {
        site: (np.frombuffer(bytes(held), "V16"), np.array(numbers[site]).reshape(-1, 2))
        for site, held in identities.items()
    }
