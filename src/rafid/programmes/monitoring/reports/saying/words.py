"""Words that several sections share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

from rafid.commons.names import pick
from rafid.commons.writing import day, number

from ...contracts.units import unit_name
from ...models import (
    Access,
    Chosen,
    ContractState,
    NotSeenReason,
    PlanState,
    Rule,
    StratumMethod,
    StudyRound,
    Topic,
    Verdict,
    VisitState,
    VisitType,
    WarningState,
)
from ...models.people import Relation

SECTIONS: Mapping[str, Promise] = {
    "summary": gettext_lazy("Summary"),
    "seen": gettext_lazy("What was promised and what was seen"),
    "progress": gettext_lazy("Progress"),
    "compliance": gettext_lazy("By the book"),
    "findings": gettext_lazy("Non-conformities"),
    "outcomes": gettext_lazy("What changed for people"),
    "warnings": gettext_lazy("Early warnings"),
    "independence": gettext_lazy("Independence"),
    "methods": gettext_lazy("Methods, and how to repeat them"),
    "comments": gettext_lazy("What the partners say"),
    "annex": gettext_lazy("Annex: the visits"),
}
"""In the order of the report. All but the comments can bear a text that the office writes."""
FRESH = frozenset({"summary", "seen", "progress", "compliance", "independence", "methods", "annex"})
"""Sections that begin a page."""


@dataclass(frozen=True)
class Choices:
    of: Any

    def __call__(self, value: str | None) -> str:
        return str(dict(self.of.choices).get(value or "", value or ""))


visit_state, visit_type, access, chosen = Choices(VisitState), Choices(VisitType), Choices(Access), Choices(Chosen)
not_seen_reason, verdict, rule, relation = Choices(NotSeenReason), Choices(Verdict), Choices(Rule), Choices(Relation)
method, topic, study_round, plan_state = Choices(StratumMethod), Choices(Topic), Choices(StudyRound), Choices(PlanState)
warning_state, contract_state = Choices(WarningState), Choices(ContractState)


def finding_state(value: str) -> str:
    from rafid.commons.records.models import NonConformityState

    return Choices(NonConformityState)(value)


def severity(value: str) -> str:
    from rafid.commons.records.models import NonConformitySeverity

    return Choices(NonConformitySeverity)(value)


def name(of: Mapping[str, Any]) -> str:
    """Of an organisation, a line, a study: its name, else its code."""
    return pick(of.get("names") or {}) or str(of.get("ref") or of.get("code") or "")


def unit(text: str) -> str:
    """Of a line: a usual one in the reader's language."""
    return unit_name(text)


def on(iso: str | None) -> str:
    return day(date.fromisoformat(iso)) if iso else ""


def count(value: int | None) -> str:
    return number(value or 0, 0)


def mirrored() -> bool:
    return bool(get_language_bidi())


def said(text: Any) -> str:
    """A text in the reader's language, of one that is kept in three."""
    return pick(text) if isinstance(text, Mapping) else str(text or "")


def of(part: int, whole: int) -> str:
    return _("%(part)s of %(whole)s") % {"part": count(part), "whole": count(whole)}
