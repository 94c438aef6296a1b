"""Drafting a bulletin, publishing, correcting and discarding it, and computing a past one again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.products.papers.frozen import differences, sha256_of, stored
from rafid.commons.records.change import Refused
from rafid.commons.records.moments import moment_now

from ..models import Bulletin, BulletinKind, Station
from ..refusals import told
from .content import compute, period_of


class OutAlready(Refused):
    """The bulletin of this kind and period is published: it can be corrected, not published a second time."""

    def __init__(self, published: Bulletin) -> None:
        self.published = published
        super().__init__(
            _("This bulletin is published already, as %(ref)s. Make a correction of it.") % {"ref": published.ref}
        )


def draft_bulletin(
    kind: str,
    period: str,
    *,
    user: Any,
    owner: Any,
    known_at: datetime | None = None,
    corrects: Bulletin | None = None,
    note: Mapping[str, str] | None = None,
) -> Bulletin:
    """A draft from what is known now (``known_at`` for the demonstration). Raises ``Refused`` for a period that is none,
    ``OutAlready`` for one that is published and not what the draft ``corrects``."""
    if kind not in BulletinKind.values:
        raise Refused(_("There is no such kind of bulletin."))
    period_of(kind, period)
    out = Bulletin.objects.filter(bulletin_kind=kind, period=period, state="published").first()
    if out is not None and out != corrects:
        raise OutAlready(out)
    moment = known_at or moment_now()
    content, used = compute(kind, period, moment)
    content = stored({**content, "demonstration": _made_up()})
    with told(Bulletin), because("Bulletin drafted"):
        return Bulletin.objects.create(
            bulletin_kind=kind,
            period=period,
            data_known_at=moment,
            content=content,
            used=used,
            sha256=sha256_of(content),
            corrects=corrects,
            note=dict(note or {}),
            owner=owner,
            made_by=user,
            sensitivity=0,
        )


def publish_bulletin(bulletin: Bulletin, *, user: Any, at: datetime | None = None) -> Bulletin:
    """Draft → published; a correction ends the one that it names. Two at once are one: the second is told that it is out.

    Figures that a draft was made of earlier are computed again from its own state of knowledge, and must be the same.
    """
    with told(Bulletin), because("Bulletin published"):
        row = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
        if row.state == "discarded":
            raise Refused(_("Somebody has discarded this draft meanwhile. Take it up again first."))
        if row.state != "draft":
            raise Refused(_("This bulletin is published already."))
        if row.corrects_id:
            old = Bulletin.objects.select_for_update().get(pk=row.corrects_id)
            if old.state != "published" or (old.bulletin_kind, old.period) != (row.bulletin_kind, row.period):
                raise Refused(_("A correction names the published bulletin of the same kind and period."))
            old.state = "corrected"
            old.save()
        row.state, row.published_at, row.published_by = "published", at or timezone.now(), user
        try:
            row.save()
        except IntegrityError:
            raise Refused(
                _("A bulletin of this kind and period is published. Publish a correction that names it.")
            ) from None
    return row


def discard_bulletin(bulletin: Bulletin) -> Bulletin:
    """A draft that nobody needs: it was never told to anybody, and stands where discarded ones are looked for."""
    with told(Bulletin), because("Bulletin discarded"):
        row: Bulletin = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
        if row.state != "draft":
            raise Refused(_("Only a draft can be discarded. Open the bulletin again and look at its state."))
        row.state = "discarded"
        row.save()
    return row


def take_up_bulletin(bulletin: Bulletin) -> Bulletin:
    """Discarded → draft."""
    with told(Bulletin), because("Bulletin taken up again"):
        row: Bulletin = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
        if row.state != "discarded":
            raise Refused(_("Only a discarded draft can be taken up again. Open it again and look at its state."))
        row.state = "draft"
        row.save()
    return row


@dataclass(frozen=True)
class Corrected:
    """A value that the bulletin's public series had then and another has taken the place of."""

    series: str
    station: str
    variable: str
    time: datetime
    then: float | None
    now: float | None
    reason: str


@dataclass(frozen=True)
class Recomputed:
    """``same_state``: from the same state of knowledge the figures have the same hash. ``differs``: where not. ``corrected``:
    values in it that were corrected since. A rating that was superseded since corrects nothing that was read."""

    sha256: str
    same_state: bool
    differs: list[Any] = field(default_factory=list)
    corrected: list[Corrected] = field(default_factory=list)

    @property
    def identical(self) -> bool:
        return self.same_state and not self.corrected


def recompute(bulletin: Bulletin) -> Recomputed:
    """Computes a bulletin again from what was known when it was made, and looks for what was corrected since."""
    content, _used = compute(bulletin.bulletin_kind, bulletin.period, bulletin.data_known_at)
    content = stored({**content, "demonstration": bulletin.content.get("demonstration", False)})
    digest = sha256_of(content)
    same = digest == bulletin.sha256
    return Recomputed(
        digest, same, [] if same else list(differences(bulletin.content, content)), corrected_since(bulletin)
    )


_CORRECTED = """
SELECT s.ref, t.code, s.variable, n.time, o.value, n.value, n.reason
FROM unnest(%(series)s::uuid[]) AS u(id)
JOIN rafid_rivers_series s ON s.id = u.id
JOIN rafid_rivers_station t ON t.id = s.station_id
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (v.time) v.time, v.value, v.reason FROM rafid_rivers_value v
    WHERE v.series_id = s.id AND v.time >= %(start)s AND v.time <= %(end)s AND v.known_from > %(known_at)s
      AND v.origin_ref NOT LIKE 'rating:%%' AND v.reason <> ''
    ORDER BY v.time, v.known_from DESC
) n
CROSS JOIN LATERAL (
    SELECT v.value FROM rafid_rivers_value v
    WHERE v.series_id = s.id AND v.time = n.time AND v.known_from <= %(known_at)s
    ORDER BY v.known_from DESC LIMIT 1
) o
WHERE o.value IS DISTINCT FROM n.value
ORDER BY n.time, s.ref
"""


def corrected_since(bulletin: Bulletin) -> list[Corrected]:
    """Values of its series within its period that somebody corrected after it was made."""
    if not bulletin.used:
        return []
    start, end = period_of(bulletin.bulletin_kind, bulletin.period)
    with connection.cursor() as cursor:
        cursor.execute(
            _CORRECTED,
            {
                "series": [one["series"] for one in bulletin.used],
                "start": start,
                "end": end,
                "known_at": bulletin.data_known_at,
            },
        )
        return [Corrected(*row) for row in cursor.fetchall()]


def _made_up() -> bool:
    return bool(Station.objects.filter(source="demonstration").exists())
