"""Erasing a person: the values leave record, history, name and all that hangs on it; a tombstone says that and when."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused, locked

from ..models import ErasedVictim, ErasureGround, ExternalId, Need, Referral, Sex, ThreeWay, Victim, VictimName
from ..refusals import told
from .naming import NAMES_NOBODY, names_somebody

SALT = "mineaction.erased"
BLANK: dict[str, Any] = {
    "state": "erased", "accident": None, "place": None, "residence": None, "sex": Sex.UNKNOWN, "born_on": None, "age": None,
    "age_given": "", "injuries": [], "doing": "", "tampered": ThreeWay.UNKNOWN, "knew_danger": ThreeWay.UNKNOWN,
    "had_eore": ThreeWay.UNKNOWN, "source_id": None, "source_row": None, "organisation": None,
}  # fmt: skip
"""What a victim is after it. Year and harm stay, so that totals do."""


def erase_victim(victim: Victim, *, ground: str, reason: str, by: Any, version: int | None = None) -> ErasedVictim:
    """In one transaction. Raises ``Refused`` and ``Stale``."""
    reason = " ".join(reason.split())
    if ground not in ErasureGround.values or not reason:
        raise Refused(_("Choose the ground of the erasure, and write its reason."))
    if names_somebody(reason, Victim.objects.filter(pk=victim.pk)):
        raise Refused(str(NAMES_NOBODY))
    with told(Victim), because("person erased"):
        row: Victim = locked(Victim, victim.pk, version)  # type: ignore[assignment]
        if row.state == "erased":
            raise Refused(_("This person was erased already."))
        names = list(VictimName.objects.filter(victim=row).values_list("sealed", flat=True))
        needs, referrals = Need.objects.filter(victim=row), Referral.everything.filter(victim=row)
        hashes = {"name": _hash(names), "victim": _hash(_values([row])), "needs": _hash(_values(needs)),
                  "referrals": _hash(_values(referrals))}  # fmt: skip
        gone = {"names": len(names), "needs": needs.count(), "referrals": referrals.count()}
        ids = {model: list(rows.values_list("pk", flat=True)) for model, rows in ((Need, needs), (Referral, referrals))}
        VictimName.objects.filter(victim=row).delete()
        referrals.delete()
        needs.delete()
        ExternalId.objects.filter(record=row.pk).delete()
        for field, value in BLANK.items():
            if hasattr(row, field):
                setattr(row, field, value)
        row.on = row.on.replace(month=1, day=1)
        row.save()
        # Every deletion and change wrote the old values into the history once more: only now is all of it there.
        for model, gone_ids in ids.items():
            _forget(model, gone_ids)
        _forget(Victim, [row.pk], but_newest=True)
        return ErasedVictim.objects.create(
            victim=row, ground=ground, reason=reason, hashes=hashes, rows=gone, made_by=by
        )


def _forget(model: Any, ids: Iterable[Any], *, but_newest: bool = False) -> None:
    table = connection.ops.quote_name(model._meta.get_field("events").related_model._meta.db_table)
    newest = f" AND pgh_id < (SELECT max(pgh_id) FROM {table} WHERE pgh_obj_id = ANY(%(ids)s))" if but_newest else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE pgh_obj_id = ANY(%(ids)s){newest}", {"ids": list(ids)})


def _values(rows: Iterable[Any]) -> list[dict[str, str]]:
    return [{field.attname: str(getattr(row, field.attname)) for field in row._meta.concrete_fields} for row in rows]


def _hash(said: Any) -> str:
    """Keyed: without the platform's key nobody can try names until one fits."""
    return salted_hmac(SALT, json.dumps(said, sort_keys=True), algorithm="sha256").hexdigest()
