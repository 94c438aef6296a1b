"""Failed items of a visit become non-conformities, with a deadline by the contract and the earlier one that came back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.identity import random_ref
from rafid.commons.records.change import Refused
from rafid.commons.records.search import index_record

from ..models import Answer, Assessment, ChecklistItem, Contract, NonConformity, Observation, ObservationKind, Visit
from ..models.contracts import days_by_severity
from ..refusals import told

CRITICAL = ("critical",)


def due_on(contract: Contract, severity: str, opened: date) -> date:
    """The last day to correct it, by the contract's own days."""
    usual = days_by_severity()
    return opened + timedelta(days=int(contract.deadlines.get(severity, usual.get(severity, 30))))


def earlier(visit: Visit, item: ChecklistItem | None, code: str, opened: date) -> NonConformity | None:
    """The newest finding about the same item and the same team of this partner that was closed before: this one repeats it."""
    if not code:
        return None
    rows = NonConformity.objects.filter(
        contract__partner=visit.contract.partner_id, item_code=code, visit__team=visit.team, state="closed",
        closed_at__date__lte=opened,
    ).exclude(visit=visit)  # fmt: skip
    if item is not None:
        rows = rows.filter(item__checklist__code=item.checklist.code)
    return rows.order_by("-closed_at", "-pk").first()


def link_repeats(rows: Iterable[NonConformity]) -> int:
    """For findings that came before the earlier one was known to be closed, such as those of a demonstration: tells how many
    repeat one."""
    count = 0
    for row in rows:
        row.repeat_of = earlier(row.visit, row.item, row.item_code, row.opened_on)
        if row.repeat_of is not None:
            row.save(update_fields=["repeat_of"])
            count += 1
    return count


def failed(visit: Visit) -> list[Answer]:
    """Items answered "no" in the assessment that stands, of which no finding speaks yet."""
    assessment = visit.assessments.filter(superseded_at=None).first()
    return _failed(visit, assessment) if assessment else []


def _failed(visit: Visit, assessment: Assessment) -> list[Answer]:
    spoken = set(visit.nonconformities.values_list("item_code", flat=True))
    rows = assessment.answers.filter(result="no").select_related("item", "item__checklist")
    return [one for one in rows.order_by("item__place_in_list") if one.item.code not in spoken]


def opened_of(visit: Visit) -> date:
    return timezone.localdate(visit.arrived) if visit.arrived else visit.planned_on or timezone.localdate()


def open_one(
    visit: Visit,
    *,
    severity: str,
    text: str,
    item: ChecklistItem | None = None,
    code: str = "",
    key: str = "",
    stop_work: bool | None = None,
    due: date | None = None,
    by: Any = None,
    **provenance: Any,
) -> NonConformity:
    """Opened on the day of the visit. Of a visit that is released the partner sees it at once."""
    opened, code = opened_of(visit), item.code if item else code
    found = NonConformity.objects.create(
        ref=random_ref(NonConformity.REF_PREFIX), owner_id=visit.owner_id, place_id=visit.place_id, visit=visit,
        contract=visit.contract, item=item, item_code=code, severity=severity, text=text, opened_on=opened,
        due_on=due or due_on(visit.contract, severity, opened), key=key, stop_work=stop_work,
        repeat_of=earlier(visit, item, code, opened), made_by=by,
        released_at=timezone.now() if visit.released_to_partner_at else None, **provenance,
    )  # fmt: skip
    index_record(found)
    return found


def from_submission(visit: Visit, rows: Iterable[Mapping[str, Any]], assessment: Assessment) -> list[NonConformity]:
    """What the monitor wrote down, and every critical item that failed without a word. What stands already stays, whatever
    became of it since."""
    known = set(visit.nonconformities.values_list("key", flat=True))
    items = {item.code: item for item in assessment.checklist.items.select_related("checklist")}
    provenance = {"source": "submission", "source_id": visit.submission_id}
    made = []
    for number, row in enumerate(rows, 1):
        key = f"nc/{number}"  # the row's own key changes with each correction
        if key in known:
            continue
        code = row.get("item") or ""
        said = row.get("stop_work")
        made.append(
            open_one(
                visit, severity=row.get("severity") or "minor", text=row.get("text") or "-", item=items.get(code), code=code,
                key=key, stop_work=None if not said else said == "yes", **provenance,
            )
        )  # fmt: skip
    for answer in _failed(visit, assessment):
        if answer.severity in CRITICAL:
            made.append(_of_answer(visit, answer, **provenance))
    return made


def good_practice(visit: Visit, text: str) -> None:
    """What the form says of good practice stands at the visit; a corrected form corrects it. What people noted stays."""
    said = visit.observations.filter(made_by=None, kind=ObservationKind.GOOD)
    text = text.strip()
    if text and said.filter(text=text).exists():
        return
    said.delete()
    if text:
        Observation.objects.create(visit=visit, kind=ObservationKind.GOOD, text=text)


def _of_answer(visit: Visit, answer: Answer, **values: Any) -> NonConformity:
    values = {"text": answer.reason, "severity": answer.severity, **values}
    return open_one(visit, item=answer.item, key=f"item:{answer.item.code}", **values)


def raise_items(
    visit: Visit, codes: Collection[str], *, by: Any, texts: Mapping[str, str] | None = None
) -> list[NonConformity]:
    """Makes findings of these failed items. Raises Refused for an item that did not fail, or of which one speaks already."""
    with told(NonConformity), because("finding opened"):
        visit = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
        waiting = {one.item.code: one for one in failed(visit)}
        for code in codes:
            if code not in waiting:
                raise Refused(
                    _("The item “%(item)s” did not fail at this visit, or a finding speaks of it already.")
                    % {"item": code}
                )
        return [
            _of_answer(visit, waiting[code], by=by, text=(texts or {}).get(code, "").strip() or waiting[code].reason)
            for code in codes
        ]


def raise_other(
    visit: Visit, *, severity: str, text: str, by: Any, stop_work: bool | None = None, due: date | None = None
) -> NonConformity:
    """A finding that no item of the checklist asks about."""
    if not text.strip():
        raise Refused(_("Describe what was found."))
    with told(NonConformity), because("finding opened"):
        return open_one(visit, severity=severity, text=text.strip(), stop_work=stop_work, due=due, by=by)


def observe(visit: Visit, *, kind: str, text: str, by: Any) -> Observation:
    """What was seen and asks for no answer: an observation, or good practice."""
    if not text.strip():
        raise Refused(_("Describe what was seen."))
    with told(Observation):
        return Observation.objects.create(visit=visit, kind=kind, text=text.strip(), made_by=by)
