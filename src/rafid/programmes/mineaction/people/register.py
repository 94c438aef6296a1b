"""Registering a victim, and correcting what was recorded: the name is enciphered before it is kept anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused, locked

from ..models import Victim, VictimName
from ..reading import seal_name
from ..refusals import told
from ..seeing import may_here

FIELDS = (
    "accident", "on", "place", "sex", "born_on", "age", "age_given", "residence", "harm", "injuries", "doing", "tampered",
    "knew_danger", "had_eore",
)  # fmt: skip


def age_on(born: date, day: date) -> int:
    """Whole years on that day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def register(owner: Any, name: Sequence[str], values: Mapping[str, Any], *, by: Any) -> Victim:
    """``name``: up to four parts, or none where nobody knows it. Raises ``Refused``."""
    victim = Victim(owner=owner, made_by=by, **_aged(values))
    _reached(by, victim)
    with told(Victim), because("victim registered"):
        victim.save(force_insert=True)
        _name(victim, name, by)
    victim.refresh_from_db()
    return victim


def correct(victim: Victim, name: Sequence[str], values: Mapping[str, Any], *, by: Any, version: int | None) -> Victim:
    """Raises ``Refused`` and ``Stale``."""
    with told(Victim), because("victim corrected"):
        row: Victim = locked(Victim, victim.pk, version)  # type: ignore[assignment]
        if row.state == "erased":
            raise Refused(_("What was recorded of this person was erased. There is nothing to correct."))
        for field, value in _aged(values).items():
            setattr(row, field, value)
        _reached(by, row)
        row.save()
        _name(row, name, by)
    row.refresh_from_db()
    return row


def _reached(by: Any, victim: Victim) -> None:
    """Whoever registers must be able to open it again."""
    if not may_here(by, "victims", owner=victim.owner_id, place=victim.place, side="authority"):
        raise Refused(
            _("Your role does not reach this place and organisation. Choose others, or ask for a wider role.")
        )


def _name(victim: Victim, name: Sequence[str], by: Any) -> None:
    if any(part.strip() for part in name):
        VictimName.objects.update_or_create(victim=victim, defaults={"sealed": seal_name(name), "made_by": by})
    else:
        VictimName.objects.filter(victim=victim).delete()


def _aged(values: Mapping[str, Any]) -> dict[str, Any]:
    """With the age on the day, computed where the birth date was given."""
    said = {name: values[name] for name in FIELDS if name in values}
    if said.get("age_given") == "birth":
        born, on = said.get("born_on"), said["on"]
        if not born or born > on:
            raise Refused(_("The birth date lies on or before the day of the accident. Correct one of them."))
        said["age"] = age_on(born, on)
    else:
        said["born_on"] = None
        said["age_given"] = "age" if said.get("age") is not None else ""
    return said
