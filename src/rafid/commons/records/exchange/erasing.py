"""What somebody wrote into a text that travels, erased from the log: here at once, elsewhere with the next file.

The record is corrected first, so that no page shows the text; then the value leaves the log, the cases and the history, and a
tombstone with its hash stands in its place. An entry of its own in the log tells the other nodes: the next file for each holds
this node's whole log, signed anew, and there it takes the place of the files that had the value.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.db import models, transaction
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.identity import uuid7
from rafid.methods.exchange import Change, canonical
from rafid.methods.exchange.erasing import erased, is_tombstone

from ..models import Case, ExchangeBundle, ExchangeChange, ExchangeState
from .declared import Kind, kind_named, kinds
from .errors import Refused
from .log import append, change_of
from .nodes import own_or_refuse
from .settling import lock, settle

KIND = "rafid.erasure"
"""Of the entries that tell other nodes; no table, and known to every version: what is unknown is kept and passed on."""
CHANGE_STAYS, BUNDLE_STAYS = "rafid_records.ExchangeChange:change_stays", "rafid_records.ExchangeBundle:bundle_stays"


@dataclass(frozen=True)
class Erased:
    """``changes``: from which the value was taken. ``elsewhere``: those of other nodes that hold a text in this field still."""

    changes: tuple[str, ...]
    elsewhere: tuple[str, ...]


def erase(record: str, field: str, *, why: str, by: Any = None) -> Erased:
    """Erases what this node wrote into a text of a record and corrected since. Raises ``Refused``."""
    if not why.strip():
        raise Refused(_("Say why it is erased, without the name itself."))
    own_or_refuse()
    with transaction.atomic(), because("erased from the exchange"):
        settle()
        lock()
        own = own_or_refuse()
        rows = list(ExchangeChange.objects.filter(record=record).order_by("node", "number"))
        kind = kind_named(rows[0].kind) if rows else None
        if kind is None:
            raise Refused(_("The log has no such record."))
        _only_text(kind, field)
        if Case.objects.filter(ended_at=None, records__contains=[record]).exists():
            raise Refused(_("A case about this record is open. Have it decided first."))
        shown = json.loads(ExchangeState.objects.get(record=record).fields_shown).get(field)
        written = {change.id: change for change in map(change_of, rows) if _holds(change, field)}
        mine = {one: change for one, change in written.items() if one.startswith(f"{own.name}:")}
        todo = [change for change in mine.values() if change.fields[field] != shown]
        if not todo and mine:
            raise Refused(
                _("This is what every page shows now. Correct the record first; then erase what stood there.")
            )
        if not todo:
            raise Refused(_("This node wrote nothing into this field that could be erased."))
        for change in todo:
            forget(change, [field])
        ids = [change.id for change in todo]
        append(str(uuid7()), KIND, "set", {"changes": ids, "fields": [field], "why": why.strip()[:300]}, (), by)
    return Erased(tuple(ids), tuple(one for one in written if one not in mine))


def _only_text(kind: Kind, name: str) -> None:
    field = kind.field(name)
    if not isinstance(field, models.CharField | models.TextField) or field.choices or name in ("ref",):
        raise Refused(_("Only a text that somebody wrote can be erased; “%s” is none.") % name[:60])


def _holds(change: Change, field: str) -> bool:
    value = change.fields.get(field)
    return bool(value) and not is_tombstone(value)


def forget(change: Change, names: Iterable[str]) -> None:
    """Takes these values out of a change in the log, and out of the cases and the history of its record here."""
    listed = list(names)
    values = {name: change.fields[name] for name in listed}
    node, _colon, number = change.id.rpartition(":")
    with pgtrigger.ignore(CHANGE_STAYS):
        ExchangeChange.objects.filter(node=node, number=number).update(fields=canonical(erased(change, listed).fields))
    _forget_cases(change, values)
    kind = kind_named(change.kind)
    if kind is not None:
        _forget_history(kind, change.record, values)


def _forget_cases(change: Change, values: Mapping[str, Any]) -> None:
    stones = erased(change, values).fields

    def without(view: dict[str, Any]) -> dict[str, Any]:
        return {
            name: stones[name] if name in values and value == values[name] else value for name, value in view.items()
        }

    events: Any = Case._meta.get_field("events").related_model
    cases = Case.objects.filter(records__contains=[change.record])
    ids = list(cases.values_list("pk", flat=True))
    for rows in (cases, events.objects.filter(pgh_obj_id__in=ids)):  # the cases first: their change is an event, too
        for row in rows:
            sides = {side: without(view) for side, view in row.sides.items()}
            past = without(row.past)
            if (sides, past) != (row.sides, row.past):
                type(row).objects.filter(pk=row.pk).update(sides=sides, past=past)


def _forget_history(kind: Kind, record: str, values: Mapping[str, Any]) -> None:
    try:
        events: Any = kind.model._meta.get_field("events").related_model
    except LookupError:
        return
    names = {field.name for field in events._meta.concrete_fields}
    for name, value in values.items():
        if name in names and isinstance(value, str):
            events.objects.filter(pgh_obj_id=record, **{name: value}).update(**{name: ""})


def take_over(
    gone: Mapping[str, tuple[Change, tuple[str, ...]]], kept: ExchangeBundle | None, numbers: set[int]
) -> None:
    """A node's log came signed anew, without these values: ``gone`` has each change as it is here, and the fields that go. The
    new file, which holds these ``numbers``, takes the place of those that it covers."""
    for change, names in gone.values():
        forget(change, names)
    # Nothing that is shown depends on them; where a correction has not come yet, the page is to be empty.
    ExchangeState.objects.filter(record__in={change.record for change, _names in gone.values()}).update(stale=True)
    if kept is None:
        return
    for old in ExchangeBundle.objects.filter(node=kept.node).exclude(pk=kept.pk):
        held = ExchangeChange.objects.filter(bundle=old)
        if numbers.issuperset(held.values_list("number", flat=True)):
            with pgtrigger.ignore(CHANGE_STAYS, BUNDLE_STAYS):
                held.update(bundle=kept)
                old.delete()


def find(text: str) -> str:
    """The id of a record by its id or reference, among the kinds that travel. Raises ``Refused``."""
    if ExchangeState.objects.filter(record=text).exists():
        return text
    for kind in kinds().values():
        row = kind.model.everything.filter(ref=text).first()
        if row is not None:
            return str(row.pk)
    raise Refused(_("The log has no such record."))


def told_since(node: str, number: int) -> bool:
    """Whether a node erased something after this change of its own."""
    return ExchangeChange.objects.filter(node=node, kind=KIND, number__gt=number).exists()
