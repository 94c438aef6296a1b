"""Everything that a person did: changes of all records by the history's context, and what happened at the door."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from pghistory.models import Context, Event

from rafid.commons.kinds import kind_name, reason_text

from .administration import accounts_of, grants_of, invitations_of
from .doors import door_text
from .models import Account, Agreement, Grant, Invitation, Organisation, SignIn
from .scopes import role_name, scope_text

PAGE = 50
NAMED = 5
"""So many changed things of one kind are named, the rest is counted."""


@dataclass(frozen=True)
class Line:
    """What was done to one kind of thing: ``things`` are (text, link) of those that the reader may see."""

    kind: str
    verb: str
    count: int
    things: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Deed:
    at: datetime
    title: str = ""
    reason: str = ""
    address: str = ""
    lines: list[Line] = field(default_factory=list)


def did(
    account: Account, reader: Account, *, on: date | None = None, before: datetime | None = None
) -> tuple[list[Deed], datetime | None]:
    """Newest first, one page of them, and where the next page begins (None at the end).

    ``reader`` sees names of things only where the rule shows them to him; counts are always whole.
    """
    since = timezone.make_aware(datetime.combine(on, time())) if on else None
    until = since + timedelta(days=1) if since else None
    if before and (until is None or before < until):
        until = before
    contexts = Context.objects.filter(metadata__user=str(account.pk)).order_by("-created_at")
    doors = SignIn.objects.filter(Q(account=account, by=None) | Q(by=account)).select_related("account").order_by("-at")
    if since:
        contexts, doors = contexts.filter(created_at__gte=since), doors.filter(at__gte=since)
    if until:
        contexts, doors = contexts.filter(created_at__lt=until), doors.filter(at__lt=until)
    changes, events = list(contexts[: PAGE + 1]), list(doors[: PAGE + 1])
    moments = sorted([one.created_at for one in changes] + [one.at for one in events], reverse=True)
    last = moments[PAGE - 1] if len(moments) > PAGE else None
    changes = [one for one in changes if last is None or one.created_at >= last]
    lines = _lines([one.pk for one in changes], reader)
    deeds = [_deed(one, lines.get(str(one.pk), []), own=account == reader) for one in changes]
    deeds += [_at_the_door(one, account) for one in events if last is None or one.at >= last]
    return sorted(deeds, key=lambda deed: deed.at, reverse=True), last


def _deed(context: Any, lines: list[Line], own: bool) -> Deed:
    """Reason and address may tell of a record: they are shown to those who see what was changed."""
    told = own or any(line.things for line in lines)
    reason, address = (str(context.metadata.get(key) or "") if told else "" for key in ("reason", "url"))
    return Deed(context.created_at, reason=reason_text(reason), address=door_text(address), lines=lines)


def _at_the_door(event: SignIn, account: Account) -> Deed:
    title = event.get_kind_display()
    if event.account and event.account != account:
        title = f"{title}: {event.account}"
    where = _("from the network %s") % event.network if event.network else ""
    return Deed(event.at, title=title, reason=event.reason, address=where)


def _tracked() -> list[tuple[type[Event], type[Model]]]:
    return [
        (model, model.pgh_tracked_model)
        for model in apps.get_models()
        if issubclass(model, Event) and getattr(model, "pgh_tracked_model", None)
    ]


def _lines(contexts: list[Any], reader: Account) -> dict[str, list[Line]]:
    """For each context what was added, changed and deleted, by one statement over all history tables."""
    if not contexts:
        return {}
    parts, kinds = [], {}
    for number, (events, model) in enumerate(_tracked()):
        kinds[number] = model
        parts.append(
            f"SELECT pgh_context_id, {number} AS kind, pgh_label, count(*) AS n,"
            f" (array_agg(pgh_obj_id::text))[1:{NAMED}] AS some"
            f' FROM "{events._meta.db_table}" WHERE pgh_context_id = ANY(%(contexts)s) GROUP BY 1, 3'
        )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts) + " ORDER BY kind, pgh_label", {"contexts": contexts})
        rows = cursor.fetchall()
    wanted: dict[int, set[str]] = {}
    for _context, kind, _label, _n, some in rows:
        wanted.setdefault(kind, set()).update(key for key in some if key)
    named = {kind: _named(kinds[kind], keys, reader) for kind, keys in wanted.items()}
    verbs = {"insert": _("added"), "update": _("changed"), "delete": _("deleted")}
    found: dict[str, list[Line]] = {}
    for context, kind, label, count, some in rows:
        things = list(dict.fromkeys(named[kind][key] for key in some if key in named[kind]))
        name = kind_name(kinds[kind], count)
        found.setdefault(str(context), []).append(Line(name, verbs.get(label, label), count, things))
    return found


def _named(model: type[Model], keys: set[str], reader: Account) -> dict[str, tuple[str, str]]:
    """Text and link of those among ``keys`` that the reader may see."""
    rows: Any
    if model is Account:
        rows = accounts_of(reader) | Account.objects.filter(pk=reader.pk)
    elif model is Grant:
        rows = (grants_of(reader) | Grant.objects.filter(account=reader)).select_related("account")
    elif model is Invitation:
        rows = invitations_of(reader)
    elif model in (Organisation, Agreement) or model._meta.app_label == "rafid_places":
        rows = model._default_manager.all()
    elif hasattr(model._default_manager, "visible_to"):
        rows = model._default_manager.visible_to(reader)
    else:
        return {}
    return {str(row.pk): (_text(row), _link(row)) for row in rows.filter(pk__in=keys)}


def _text(row: Any) -> str:
    if isinstance(row, Grant):
        return _("%(role)s for %(person)s: %(scope)s") % {
            "role": role_name(row.role),
            "person": row.account,
            "scope": scope_text(row),
        }
    if type(row).__str__ is Model.__str__:
        return kind_name(type(row), 1)
    title = getattr(row, "title", "")
    if isinstance(title, str) and title:
        return title
    ref = getattr(row, "ref", "")
    return f"{row} ({ref})" if ref and ref != str(row) else str(row)


def _link(row: Any) -> str:
    if isinstance(row, Grant):
        return row.account.get_absolute_url()
    return str(row.get_absolute_url()) if hasattr(row, "get_absolute_url") else ""
