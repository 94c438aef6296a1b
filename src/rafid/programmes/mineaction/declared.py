"""Who works in mine action, and which registers it keeps. Persons have no register page: they stand behind their own door."""

from __future__ import annotations

from rafid.commons.programme import Record, Role


def three(ar: str, ckb: str, en: str) -> dict[str, str]:
    return {"ar": ar, "ckb": ckb, "en": en}


ROLES = (
    Role(
        "im_officer",
        three("مسؤول إدارة المعلومات", "بەرپرسی بەڕێوەبردنی زانیاری", "Information-management officer"),
        reads="restricted",
        may=frozenset(
            {"add", "change", "delete", "import", "check", "review", "design", "collect", "export"}
            | {"enter", "approve", "exchange", "prioritise", "compose"}
        ),
    ),
    Role(
        "operations",
        three("مسؤول العمليات", "بەرپرسی کردارەکان", "Operations officer"),
        reads="restricted",
        may=frozenset(
            {"add", "change", "collect", "export"} | {"enter", "approve", "task", "accredit", "close", "prioritise"}
        ),
    ),
    Role(
        "quality",
        three("مسؤول ضمان الجودة", "بەرپرسی دڵنیایی جۆر", "Quality officer"),
        reads="restricted",
        may=frozenset({"collect", "export"} | {"accredit", "inspect", "close"}),
    ),
    Role(
        "director",
        three("مدير السلطة", "بەڕێوەبەری دەسەڵات", "Director of the authority"),
        reads="restricted",
        may=frozenset({"export", "approve", "close", "prioritise", "exchange", "decide", "publish"}),
    ),
    Role(
        "victim_assistance",
        three("مسؤول مساعدة الضحايا", "بەرپرسی یارمەتیی قوربانیان", "Victim-assistance officer"),
        reads="restricted",
        may=frozenset({"victims"}),
    ),
    Role(
        "eore_officer",
        three("مسؤول التوعية بالمخاطر", "بەرپرسی هۆشیارکردنەوە", "Risk-education officer"),
        reads="partner",
        may=frozenset({"collect", "export", "enter", "eore"}),
    ),
    Role(
        "node",
        three("أمين تبادل البيانات", "سەرپەرشتیاری ئاڵوگۆڕی داتا", "Keeper of the exchange"),
        reads="partner",
        may=frozenset({"exchange"}),
    ),
    Role(
        "operator",
        three("مكتب الجهة المنفذة", "نووسینگەی لایەنی جێبەجێکار", "Operator's desk"),
        reads="partner",
        may=frozenset({"collect", "export", "enter", "check"}),
    ),
    Role(
        "operator_manager",
        three("مدير الجهة المنفذة", "بەڕێوەبەری لایەنی جێبەجێکار", "Operator's manager"),
        reads="partner",
        may=frozenset({"collect", "export", "enter", "check", "approve"}),
    ),
    Role(
        "partner",
        three("شريك أو جهة مانحة", "هاوبەش یان بەخشەر", "Partner or donor"),
        reads="public",
        may=frozenset({"export"}),
    ),
)
"""``approve`` of an operator's manager is the operator's own gate; that of the authority the last one. ``close`` ends tasks,
hazards and non-conformities; ``decide`` ends cases of the exchange; ``victims`` opens names; ``compose`` begins
editions, ``publish`` puts them out."""

RECORDS = (
    Record(
        "hazard",
        list=("ref", "place", "type", "classification", "state", "on"),
        page=(
            "type", "classification", "state", "on", "suspected_on", "confirmed_on", "organisation", "name_local", "point",
            "landmark", "landmark_text", "benchmark", "device_categories", "depth_expected_m", "blocked", "land_dispute",
            "owner_known", "men", "women", "boys", "girls", "with_disability", "slope", "vegetation", "soil", "comment",
        ),
        search=("name_local", "comment"),
        period="on",
    ),
    Record(
        "fieldreport",
        code="report",
        list=("ref", "reference", "number", "type", "organisation", "on", "state"),
        page=(
            "reference", "number", "type", "organisation", "on", "state", "checked_at", "endorsed_at", "accepted_at",
            "reason_code", "reason",
        ),
        search=("reference",),
        period="on",
        instead={
            "add": "/mineaction/reports/new/",
            "change": "/mineaction/reports/{ref}/",
            "delete": "/mineaction/reports/{ref}/",
        },
    ),
    Record(
        "surveysheet",
        code="sheet",
        list=("ref", "hazard", "observer", "on", "north", "ellipsoidal_area", "state"),
        page=(
            "hazard", "on", "observer", "crs_code", "datum", "north", "instrument", "bearing_unit", "distance_unit", "taped",
            "ellipsoidal_area", "plane_area", "misclosure_m", "ratio", "adjusted", "state",
        ),
        period="on",
    ),
    Record(
        "activity",
        list=("ref", "type", "organisation", "team", "start", "end", "state"),
        page=("type", "organisation", "task", "team", "on", "start", "end", "state", "comment"),
        search=("team",),
        period="start",
    ),
    Record(
        "release",
        list=("ref", "type", "hazard", "organisation", "on", "depth_m"),
        page=(
            "type", "hazard", "organisation", "on", "depth_m", "method", "assets", "not_covered", "reported_m2", "cost_usd",
        ),
        period="on",
        instead={"add": "/mineaction/reports/new/release/", "change": "/mineaction/reports/new/release/"},
    ),
    Record(
        "ordnancefind",
        code="ordnance",
        list=("ref", "category", "model", "quantity", "on", "disposal"),
        page=(
            "category", "model", "quantity", "condition", "on", "depth_m", "point", "disposal", "destroyed_on", "hazard",
            "activity", "organisation", "sensitivity",
        ),
        search=("model",),
        period="on",
    ),
    Record(
        "spottask",
        code="spot",
        list=("ref", "what", "device_category", "priority", "reported_on", "state"),
        page=(
            "what", "device_category", "priority", "on", "reported_on", "point", "organisation", "state", "done_on", "outcome",
        ),
        search=("what",),
        period="reported_on",
    ),
    Record(
        "task",
        list=("ref", "activity", "organisation", "priority", "valid_from", "valid_to", "state"),
        page=("activity", "organisation", "purpose", "priority", "on", "valid_from", "valid_to", "state", "step_reason"),
        search=("purpose",),
        period="valid_from",
    ),
    Record(
        "accreditation",
        list=("ref", "organisation", "activity", "phase", "valid_from", "valid_to", "state"),
        page=("organisation", "activity", "phase", "on", "valid_from", "valid_to", "conditions", "state", "step_reason"),
        period="valid_from",
    ),
    Record(
        "qavisit",
        code="inspection",
        list=("ref", "type", "hazard", "organisation", "on", "result", "state"),
        page=("type", "hazard", "task", "organisation", "inspector", "on", "checklist", "result", "state", "comment"),
        period="on",
    ),
    Record(
        "nonconformity",
        list=("ref", "organisation", "severity", "item_code", "opened_on", "due_on", "state"),
        page=("organisation", "severity", "item_code", "text", "hazard", "opened_on", "due_on", "state", "answer", "action"),
        search=("text", "item_code"),
        period="opened_on",
    ),
    Record(
        "completion",
        list=("ref", "hazard", "task", "organisation", "on"),
        page=("hazard", "task", "organisation", "on", "depth_m", "remaining_m2", "reason", "text"),
        period="on",
    ),
    Record(
        "handover",
        list=("ref", "hazard", "task", "organisation", "on"),
        page=("hazard", "task", "organisation", "completion", "on", "depth_m", "men", "women", "residual_risk"),
        period="on",
    ),
    Record(
        "accident",
        list=("ref", "type", "device_category", "on", "killed", "injured"),
        page=("type", "device_category", "on", "point", "killed", "injured", "inside_hazard", "investigation"),
        period="on",
    ),
    Record(
        "eoresession",
        code="eore",
        list=("ref", "method", "organisation", "on", "men", "women", "boys", "girls"),
        page=("method", "organisation", "on", "point", "men", "women", "boys", "girls", "with_disability", "campaign"),
        search=("campaign",),
        period="on",
    ),
)  # fmt: skip
