"""The lists of quality: inspections, non-conformities, completions, handovers."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rafid.commons.records.models import NonConformitySeverity, NonConformityState

from ..declared import three
from ..listing import Choice, Column, Listing, name
from ..models import Completion, Handover, NonConformity, QaResult, QaState, QaType, QaVisit
from ..operations.lists import CODE, REF, STATE, WHERE, WHO, operator_choice, own, state
from .checklists import in_words
from .forms import topic

HAZARD = three("المنطقة الخطرة", "ناوچەی مەترسیدار", "Hazard")
TASK = three("المهمة", "ئەرک", "Task")
HELP = "mineaction-quality"


def hazard(row: Any) -> str:
    return row.hazard.ref if row.hazard else ""


def task(row: Any) -> str:
    return row.task.ref if row.task else ""


INSPECTIONS = Listing(
    "mineaction-inspections",
    three("عمليات التفتيش", "پشکنینەکان", "Inspections"),
    _("What was inspected by which checklist, and with which result."),
    lambda user: QaVisit.objects.visible_to(user).select_related("organisation", "place", "hazard", "task", "owner"),
    (
        Column("ref", REF, own),
        Column("kind", three("النوع", "جۆر", "Kind"), lambda row: row.type, shown=lambda row: row.get_type_display()),
        Column("hazard", HAZARD, hazard, refs=True),
        Column("task", TASK, task, refs=True),
        WHO,
        WHERE,
        CODE,
        Column("on", three("التاريخ", "بەروار", "Date"), lambda row: row.on, "date"),
        Column(
            "checklist",
            three("قائمة الفحص", "لیستی پشکنین", "Checklist"),
            lambda row: row.checklist,
            shown=lambda row: topic(row.checklist),
        ),
        Column(
            "result",
            three("النتيجة", "ئەنجام", "Result"),
            lambda row: row.result,
            shown=lambda row: row.get_result_display(),
        ),
        Column("state", STATE, state, shown=lambda row: row.get_state_display(), state=True),
    ),
    lambda row: reverse("mineaction-inspection", args=[row.ref]),
    (
        Choice("state", _("State"), name(QaState), "state"),
        Choice("kind", _("Kind"), name(QaType), "type"),
        Choice("result", _("Result"), name(QaResult), "result"),
        operator_choice(),
    ),
    empty=_("Plan an inspection: what is looked at, by which checklist, when."),
    help=HELP,
)


def overdue(row: Any) -> int:
    late = (timezone.localdate() - row.due_on).days
    return late if late > 0 and row.state not in ("closed", "withdrawn") else 0


FINDINGS = Listing(
    "mineaction-nonconformities",
    three("حالات عدم المطابقة", "حاڵەتەکانی ناگونجان", "Non-conformities"),
    _("What was not as it should be, until when it is to be corrected, and what became of it."),
    lambda user: NonConformity.objects.visible_to(user).select_related(
        "organisation", "place", "hazard", "task", "visit", "owner"
    ),
    (
        Column("ref", REF, own),
        Column(
            "severity",
            three("الخطورة", "مەترسی", "Severity"),
            lambda row: row.severity,
            shown=lambda row: row.get_severity_display(),
        ),
        Column("text", three("ما وُجد", "ئەوەی دۆزرایەوە", "What was found"), lambda row: row.text, shown=in_words),
        WHO,
        Column("hazard", HAZARD, hazard, refs=True),
        WHERE,
        CODE,
        Column("opened_on", three("فُتحت في", "کرایەوە لە", "Opened on"), lambda row: row.opened_on, "date"),
        Column("due_on", three("تستحق في", "وادەی", "Due on"), lambda row: row.due_on, "date"),
        Column("late", three("أيام التأخير", "ڕۆژانی دواکەوتن", "Days late"), overdue, "integer"),
        Column("state", STATE, state, shown=lambda row: row.get_state_display(), state=True),
    ),
    lambda row: reverse("mineaction-nonconformity", args=[row.ref]),
    (
        Choice(
            "state",
            _("State"),
            lambda: [("waiting", _("Not yet settled")), *NonConformityState.choices],
            "state",
            {"waiting": ("open", "answered", "under_review", "sent_back", "disputed")},
        ),
        Choice("severity", _("Severity"), name(NonConformitySeverity), "severity"),
        operator_choice(),
    ),
    day="due_on",
    order=("due_on", "id"),
    empty=_("Findings come from inspections, and from the page of an inspection."),
    help=HELP,
)

_DEPTH = Column("depth_m", three("العمق", "قووڵی", "Depth"), lambda row: row.depth_m, "number", "m")
_WHEN = Column("on", three("التاريخ", "بەروار", "Date"), lambda row: row.on, "date")

COMPLETIONS = Listing(
    "mineaction-completions",
    three("شهادات الإنجاز", "بڕوانامەکانی تەواوبوون", "Completions"),
    _("Where work ended, to which depth, and what the ledger said was left that day."),
    lambda user: Completion.objects.visible_to(user).select_related("organisation", "place", "hazard", "task", "owner"),
    (
        Column("ref", REF, own),
        Column("hazard", HAZARD, hazard, refs=True),
        Column("task", TASK, task, refs=True),
        WHO,
        WHERE,
        CODE,
        _WHEN,
        _DEPTH,
        Column("remaining_m2", three("المتبقي", "ماوە", "Remaining"), lambda row: row.remaining_m2, "number", "m²"),
        Column("reason", three("سبب بقاء أرض", "هۆی مانەوەی زەوی", "Why ground is left"), lambda row: row.reason),
    ),
    lambda row: reverse("mineaction-completion", args=[row.ref]),
    (operator_choice(),),
    empty=_("Completion is entered from the page of a hazard on which work goes on."),
    help=HELP,
)

HANDOVERS = Listing(
    "mineaction-handovers",
    three("عمليات التسليم", "ڕادەستکردنەکان", "Handovers"),
    _("Ground that was given back, and what its users were told."),
    lambda user: Handover.objects.visible_to(user).select_related(
        "organisation", "place", "hazard", "task", "completion", "owner"
    ),
    (
        Column("ref", REF, own),
        Column("hazard", HAZARD, hazard, refs=True),
        Column(  # in a shared area it is closed later than the ground was handed over, or never
            "hazard_state",
            three("حالة المنطقة الخطرة", "دۆخی ناوچە مەترسیدارەکە", "State of the hazard"),
            lambda row: row.hazard.state if row.hazard else "",
            shown=lambda row: row.hazard.get_state_display() if row.hazard else "",
        ),
        Column("task", TASK, task, refs=True),
        WHO,
        WHERE,
        CODE,
        _WHEN,
        _DEPTH,
        Column(
            "completion",
            three("الإنجاز", "تەواوبوون", "Completion"),
            lambda row: row.completion.ref if row.completion else "",
        ),
        Column("men", three("رجال المجتمع", "پیاوانی کۆمەڵگە", "Community, men"), lambda row: row.men, "integer"),
        Column("women", three("نساء المجتمع", "ژنانی کۆمەڵگە", "Community, women"), lambda row: row.women, "integer"),
        Column(
            "residual_risk",
            three("الخطر المتبقي", "مەترسیی ماوە", "Residual risk"),
            lambda row: row.residual_risk,
            only_file=True,
        ),
    ),
    lambda row: reverse("mineaction-handover", args=[row.ref]),
    (operator_choice(),),
    empty=_("Checked ground is handed over from the page of its hazard."),
    help=HELP,
)

LISTS = {"inspections": INSPECTIONS, "nonconformities": FINDINGS, "completions": COMPLETIONS, "handovers": HANDOVERS}


def late(rows: Any) -> Any:
    """Non-conformities not settled after their day."""
    return rows.exclude(state__in=("closed", "withdrawn")).filter(due_on__lt=timezone.localdate()).order_by(F("due_on"))
