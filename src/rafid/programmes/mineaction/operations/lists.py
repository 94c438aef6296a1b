"""The lists of operations: tasks, accreditations, spot tasks, ordnance, days of work. Columns are those of page and files."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..declared import three
from ..listing import Choice, Column, Listing, name
from ..models import (
    Accreditation,
    AccreditationState,
    Activity,
    ActivityKind,
    DailyProgress,
    Device,
    Disposal,
    OrdnanceFind,
    Phase,
    Priority,
    SpotState,
    SpotTask,
    Task,
    TaskState,
)
from . import maps
from .choosing import operators

REF = three("المرجع", "ژمارەی تۆمار", "Reference")
OPERATOR = three("الجهة المنفذة", "لایەنی جێبەجێکار", "Operator")
ACTIVITY = three("النشاط", "چالاکی", "Activity")
STATE = three("الحالة", "دۆخ", "State")
PLACE = three("المكان", "شوێن", "Place")
PRIORITY = three("الأولوية", "ئەولەویەت", "Priority")
FROM = three("صالح من", "کارپێکراو لە", "Valid from")
TO = three("صالح إلى", "کارپێکراو تا", "Valid to")
ON = three("التاريخ", "بەروار", "Date")


def organisation(row: Any) -> str:
    return row.organisation.name if row.organisation else ""


def place(row: Any) -> str:
    return row.place.name if row.place else ""


def place_code(row: Any) -> str:
    return row.place.ref if row.place else ""


def state(row: Any) -> str:
    return str(row.state)


def operator_choice(lookup: str = "organisation__ref") -> Choice:
    return Choice("operator", _("Operator"), lambda: [(one.ref, one.name) for one in operators()], lookup)


CODE = Column("adm_code", three("رمز المكان", "کۆدی شوێن", "Code of the place"), place_code, only_file=True)
WHERE = Column("place", PLACE, place)
WHO = Column("operator", OPERATOR, organisation)


def own(row: Any) -> str:
    return str(row.ref)


TASKS = Listing(
    "mineaction-tasks",
    three("المهام", "ئەرکەکان", "Tasks"),
    _("What operators were told to do, and how it stands."),
    lambda user: Task.objects.visible_to(user).select_related("organisation", "place", "owner").prefetch_related("hazards"),
    (
        Column("ref", REF, own),
        Column("activity", ACTIVITY, lambda row: row.activity, shown=lambda row: row.get_activity_display()),
        WHO,
        WHERE,
        CODE,
        Column(
            "hazards", three("المناطق الخطرة", "ناوچە مەترسیدارەکان", "Hazards"),
            lambda row: " ".join(one.ref for one in row.hazards.all()),
            shown=lambda row: " ".join(one.ref for one in list(row.hazards.all())[:3]), refs=True,
        ),
        Column("priority", PRIORITY, lambda row: row.priority, shown=lambda row: row.get_priority_display()),
        Column("valid_from", FROM, lambda row: row.valid_from, "date"),
        Column("valid_to", TO, lambda row: row.valid_to, "date"),
        Column("state", STATE, state, shown=lambda row: row.get_state_display(), state=True),
    ),
    lambda row: reverse("mineaction-task", args=[row.ref]),
    (
        Choice("state", _("State"), lambda: [("open", _("Not ended")), *TaskState.choices], "state",
               {"open": ("draft", "issued", "accepted", "started", "suspended", "finished")}),
        Choice("activity", _("Activity"), name(ActivityKind), "activity"),
        operator_choice(),
    ),
    day="valid_from",
    order=("-valid_from", "-id"),
    empty=_("A task is drafted from the board, or from the page of a hazard."),
    dots=maps.TASKS,
)  # fmt: skip

ACCREDITATIONS = Listing(
    "mineaction-accreditations",
    three("اعتماد الجهات المنفذة", "متمانەپێدانی لایەنە جێبەجێکارەکان", "Accreditations"),
    _("Which operator may do what, from when to when."),
    lambda user: Accreditation.objects.visible_to(user).select_related("organisation", "owner"),
    (
        Column("ref", REF, own),
        WHO,
        Column("activity", ACTIVITY, lambda row: row.activity, shown=lambda row: row.get_activity_display()),
        Column("phase", three("المرحلة", "قۆناغ", "Phase"), lambda row: row.phase, shown=lambda row: row.get_phase_display()),
        Column("valid_from", FROM, lambda row: row.valid_from, "date"),
        Column("valid_to", TO, lambda row: row.valid_to, "date"),
        Column("state", STATE, state, shown=lambda row: row.get_state_display(), state=True),
        Column("conditions", three("الشروط", "مەرجەکان", "Conditions"), lambda row: row.conditions),
    ),
    lambda row: reverse("mineaction-accreditation", args=[row.ref]),
    (
        Choice("state", _("State"), name(AccreditationState), "state"),
        Choice("activity", _("Activity"), name(ActivityKind), "activity"),
        Choice("phase", _("Phase"), name(Phase), "phase"),
        operator_choice(),
    ),
    day="valid_to",
    order=("-valid_to", "-id"),
    empty=_("An operator applies, and the authority enters the application."),
)  # fmt: skip

SPOTS = Listing(
    "mineaction-spots",
    three("المهام الموضعية", "ئەرکە خاڵییەکان", "Spot tasks"),
    _("Calls about something found, until it is disposed of."),
    lambda user: SpotTask.objects.visible_to(user).select_related("organisation", "place", "owner"),
    (
        Column("ref", REF, own),
        Column("what", three("ما بُلّغ عنه", "ئەوەی ڕاگەیەندرا", "What was reported"), lambda row: row.what),
        Column(
            "device", three("النوع", "جۆر", "Device"), lambda row: row.device_category,
            shown=lambda row: row.get_device_category_display(),
        ),
        WHERE,
        CODE,
        Column("priority", PRIORITY, lambda row: row.priority, shown=lambda row: row.get_priority_display()),
        Column("reported_on", three("أُبلغ عنه في", "ڕاگەیەندرا لە", "Reported on"), lambda row: row.reported_on, "date"),
        WHO,
        Column("done_on", three("أُنجز في", "تەواوبوو لە", "Done on"), lambda row: row.done_on, "date"),
        Column("state", STATE, state, shown=lambda row: row.get_state_display(), state=True),
    ),
    lambda row: reverse("mineaction-spot", args=[row.ref]),
    (
        Choice("state", _("State"), lambda: [("open", _("Not ended")), *SpotState.choices], "state",
               {"open": ("reported", "verified", "tasked", "to_army")}),
        Choice("device", _("Device"), name(Device), "device_category"),
        Choice("priority", _("Priority"), name(Priority), "priority"),
        operator_choice(),
    ),
    day="reported_on",
    order=("-reported_on", "-id"),
    empty=_("Enter a call when somebody reports something found."),
    dots=maps.SPOTS,
)  # fmt: skip


def _point(row: Any, at: int) -> float | None:
    return None if row.point is None else round(row.point.coords[at], 6)


ORDNANCE = Listing(
    "mineaction-ordnance",
    three("الذخائر المعثور عليها", "تەقەمەنیی دۆزراوە", "Ordnance found"),
    _("What was found, where, how deep, and how it was disposed of."),
    lambda user: OrdnanceFind.objects.visible_to(user).select_related(
        "organisation", "place", "hazard", "spot_task", "owner"
    ),
    (
        Column("ref", REF, own),
        Column(
            "category",
            three("الفئة", "پۆل", "Category"),
            lambda row: row.category,
            shown=lambda row: row.get_category_display(),
        ),
        Column("model", three("الطراز", "مۆدێل", "Model"), lambda row: row.model),
        Column("quantity", three("العدد", "ژمارە", "Quantity"), lambda row: row.quantity, "integer"),
        Column("on", three("عُثر عليه في", "دۆزرایەوە لە", "Found on"), lambda row: row.on, "date"),
        Column("depth_m", three("العمق", "قووڵی", "Depth"), lambda row: row.depth_m, "number", "m"),
        WHERE,
        CODE,
        WHO,
        Column(
            "hazard",
            three("المنطقة الخطرة", "ناوچەی مەترسیدار", "Hazard"),
            lambda row: row.hazard.ref if row.hazard else "",
            refs=True,
        ),
        Column(
            "spot_task",
            three("المهمة الموضعية", "ئەرکی خاڵی", "Spot task"),
            lambda row: row.spot_task.ref if row.spot_task else "",
            only_file=True,
        ),
        Column(
            "disposal",
            three("التخلص", "لەناوبردن", "Disposal"),
            lambda row: row.disposal,
            shown=lambda row: row.get_disposal_display(),
        ),
        Column("destroyed_on", three("دُمّر في", "لەناوبرا لە", "Destroyed on"), lambda row: row.destroyed_on, "date"),
        Column(
            "lon", three("خط الطول", "هێڵی درێژی", "Longitude"), lambda row: _point(row, 0), "number", only_file=True
        ),
        Column(
            "lat", three("دائرة العرض", "هێڵی پانی", "Latitude"), lambda row: _point(row, 1), "number", only_file=True
        ),
    ),
    lambda row: reverse("record", args=["mineaction", "ordnance", row.ref]),
    (
        Choice("category", _("Category"), name(Device), "category"),
        Choice("disposal", _("Disposal"), name(Disposal), "disposal"),
        operator_choice(),
    ),
    empty=_("Finds come with the reports of activities, and are entered on the page of a spot task."),
    dots=maps.ORDNANCE,
)


def _of_activities(rows: Any) -> Any:
    """The rows whose owners are the authorities."""
    return Activity.everything.filter(pk__in=rows.values("activity"))


def _rate(row: Any) -> float | None:
    return round(row.area_m2 / row.deminers, 2) if row.deminers else None


PROGRESS = Listing(
    "mineaction-progress",
    three("الإنجاز اليومي", "پێشکەوتنی ڕۆژانە", "Daily progress"),
    _("What each day of work brought, and how far a deminer comes in a day."),
    lambda user: (
        DailyProgress.objects.visible_to(user)
        .filter(activity__deleted_at=None)
        .select_related("activity__organisation", "activity__place", "activity__owner")
    ),
    (
        Column("activity", ACTIVITY, lambda row: row.activity.ref),
        Column("day", three("اليوم", "ڕۆژ", "Day"), lambda row: row.day, "date"),
        Column("operator", OPERATOR, lambda row: organisation(row.activity)),
        Column("team", three("الفريق", "تیم", "Team"), lambda row: row.activity.team),
        Column(
            "kind",
            three("النوع", "جۆر", "Kind"),
            lambda row: row.activity.type,
            shown=lambda row: row.activity.get_type_display(),
        ),
        Column("place", PLACE, lambda row: place(row.activity)),
        Column("area_m2", three("المساحة", "ڕووبەر", "Area"), lambda row: row.area_m2, "number", "m²"),
        Column("deminers", three("المزيلون", "مینهەڵگران", "Deminers"), lambda row: row.deminers, "integer"),
        Column(
            "rate",
            three("لكل مزيل في اليوم", "بۆ هەر مینهەڵگرێک لە ڕۆژێکدا", "By deminer and day"),
            _rate,
            "number",
            "m²",
        ),
        Column("hours", three("ساعات العمل", "کاتژمێری کار", "Hours of work"), lambda row: row.hours, "number"),
        Column(
            "stop_hours", three("ساعات ضائعة", "کاتژمێری لەدەستچوو", "Hours lost"), lambda row: row.stop_hours, "number"
        ),
        Column("items", three("الذخائر", "تەقەمەنی", "Items found"), lambda row: row.items_found, "integer"),
    ),
    lambda row: reverse("record", args=["mineaction", "activity", row.activity.ref]),
    (
        Choice("kind", _("Kind"), name(ActivityKind), "activity__type"),
        operator_choice("activity__organisation__ref"),
    ),
    day="day",
    order=("-day", "-id"),
    place="activity__place",
    owner=_of_activities,
    empty=_("Days of work come with the daily reports of operators, once they are approved."),
    head="mineaction/operations/rates.html",
)
