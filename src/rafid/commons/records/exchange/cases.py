"""Cases: assigned, talked about, and decided by an ordinary change that has seen all sides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.methods.exchange import Change
from rafid.methods.exchange.rules import conflict_id
from rafid.methods.exchange.standing import differing

from ..models import Case, ExchangeChange, ExchangeState
from .declared import kind_named
from .errors import Refused
from .log import append
from .rights import may_see
from .settling import LOCK, settle

CHOICES = {
    "ground": ("same", "distinct"),
    "agreement": ("agree", "decline"),
}
"""What can be chosen where it is no side."""


def decide(case_id: str, choice: str, *, by: Any = None, why: str = "", keep: str = "") -> Case:
    """Decides a case; the decision travels and is never asked again.

    ``choice``: the newest change of a side, whose view is to stand; or ``same``, ``distinct``, ``agree``, ``decline``.
    ``keep``: of the same ground, the record as which it is counted. Raises ``Refused``.
    """
    settle()
    with transaction.atomic(), because(why or "case decided"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        case = Case.objects.select_for_update().filter(pk=case_id).first()
        if case is None:
            raise Refused(_("There is no such case."))
        if not case.open:
            raise Refused(_("This case was decided meanwhile. Open it to see by whom."))
        change = _change(case, choice, keep, by)
        settle()
        case.refresh_from_db()
        case.decision = f"{change.id} {choice}"
        case.decided_by = by
        if why.strip():
            case.comments = [*case.comments, _comment(why, by)]
        case.save(update_fields=["decision", "decided_by", "comments"])
    return case


def _change(case: Case, choice: str, keep: str, by: Any) -> Change:
    heads = {row.record: list(row.heads) for row in ExchangeState.objects.filter(record__in=case.records)}
    record = case.records[0]
    if case.cause == "ground":
        if choice not in CHOICES["ground"]:
            raise Refused(_("Say whether it is the same ground or not."))
        record = keep or record
        if record not in case.records:
            raise Refused(_("Choose one of the two records as the one that is counted."))
        other = next(one for one in case.records if one != record)
        said = ExchangeChange.objects.filter(action__in=CHOICES["ground"], record__in=case.records)
        seen = [row.name for row in said] + [head for one in case.records for head in heads.get(one, [])]
        return append(record, case.kind, choice, {"with": other}, dict.fromkeys(seen), by)
    if case.cause == "agreement":
        if choice not in CHOICES["agreement"]:
            raise Refused(_("Say whether this node consents or not."))
        about = asking(case)
        return append(record, case.kind, choice, {"change": about}, dict.fromkeys([about, *heads[record]]), by)
    if choice not in case.sides:
        raise Refused(_("Choose one of the sides of this case."))
    view, seen = case.sides[choice], dict.fromkeys([*heads[record], *case.sides])
    if case.cause == "retired":
        node, _colon, number = choice.rpartition(":")
        retires = ExchangeChange.objects.filter(node=node, number=number, action="retire").exists()
        return append(record, case.kind, "retire" if retires else "restore", {}, seen, by)
    names = case.names
    if case.cause == "check":
        names = sorted(differing(dict(enumerate(case.sides.values()))))
    return append(record, case.kind, "set", {name: view.get(name) for name in names}, seen, by)


def visible_cases(user: Any) -> QuerySet[Case]:
    """Cases of one's own programmes, about no record that this person may not see; out of scope is not there."""
    hidden: list[str] = []
    closed: list[str] = []
    for name in Case.objects.order_by().values_list("kind", flat=True).distinct():
        kind = kind_named(name)
        if not may_see(user, name):
            closed.append(name)
        if kind is None or name in closed:
            continue
        listed = {
            one for records in Case.objects.filter(kind=name).values_list("records", flat=True) for one in records
        }
        ids = [one for one in listed if _is_id(one)]
        rows = kind.model.everything.filter(pk__in=ids)
        hidden += map(str, rows.exclude(pk__in=rows.visible_to(user).values("pk")).values_list("pk", flat=True))
    seen = Case.objects.exclude(kind__in=closed)
    return seen.exclude(records__overlap=hidden) if hidden else seen


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def asking(case: Case) -> str:
    """The change that asks for consent, among the sides of its case."""
    return next(one for one in case.sides if conflict_id(case.cause, case.records, (), (one,)) == case.pk)


def assign(case: Case, to: Any) -> None:
    case.assigned_to = to
    case.save(update_fields=["assigned_to"])


def comment(case: Case, text: str, by: Any) -> None:
    if not text.strip():
        raise Refused(_("Write a comment first."))
    with transaction.atomic():
        row = Case.objects.select_for_update().get(pk=case.pk)
        row.comments = [*row.comments, _comment(text, by)]
        row.save(update_fields=["comments"])


def _comment(text: str, by: Any) -> dict[str, str]:
    return {"at": timezone.now().isoformat(), "by": str(by or ""), "text": text.strip()[:2000]}
