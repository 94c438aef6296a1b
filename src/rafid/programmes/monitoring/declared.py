"""Who works in monitoring, and which registers it keeps."""

from __future__ import annotations

from rafid.commons.programme import Record, Role


def three(ar: str, ckb: str, en: str) -> dict[str, str]:
    return {"ar": ar, "ckb": ckb, "en": en}


ROLES = (
    Role(
        "manager",
        three("مدير الرصد", "بەڕێوەبەری چاودێری", "Monitoring manager"),
        reads="restricted",
        may=frozenset(
            {"add", "change", "delete", "import", "check", "review", "export"}
            | {"plan", "schedule", "judge", "close", "release", "report", "exact"}
        ),
    ),
    Role(
        "officer",
        three("مسؤول الرصد", "بەرپرسی چاودێری", "Monitoring officer"),
        reads="restricted",
        may=frozenset(
            {"design", "collect", "review", "approve", "export"}
            | {"add", "change", "import", "schedule", "judge", "exact"}
        ),
    ),
    Role(
        "monitor",
        three("مراقب ميداني", "چاودێری مەیدانی", "Field monitor"),
        reads="restricted",
        may=frozenset({"collect", "visit", "exact"}),
    ),
    Role(
        "quality",
        three("مسؤول الجودة", "بەرپرسی جۆر", "Quality officer"),
        reads="restricted",
        may=frozenset({"review", "approve", "export", "check", "judge", "close", "exact"}),
    ),
    Role(
        "reviewer",
        three("مراجع الزيارات", "پێداچوونەوەکاری سەردانەکان", "Reviewer of visits"),
        reads="restricted",
        may=frozenset({"review", "approve", "judge", "close"}),
    ),
    Role(
        "director",
        three("مدير جهة الرصد", "بەڕێوەبەری لایەنی چاودێر", "Director of the third party"),
        reads="restricted",
        may=frozenset({"export", "independence"}),
    ),
    Role(
        "collector",
        three("كاتب المنظمة الشريكة", "نووسەری ڕێکخراوی هاوبەش", "Partner's clerk"),
        reads="partner",
        may=frozenset({"collect"}),
    ),
    Role(
        "partner",
        three("المنظمة الشريكة", "ڕێکخراوی هاوبەش", "Partner organisation"),
        reads="partner",
        may=frozenset({"collect", "export", "answer", "comment", "progress"}),
    ),
    Role("donor", three("المانح", "بەخشەر", "Donor"), reads="partner", may=frozenset({"export"})),
)
"""``officer`` and ``reviewer`` came with the forms: the officer designs them and works as managers do, but registers, reveals
and releases nothing; the reviewer is a quality officer who exports nothing. The administrator is the platform's."""


def of_pages(add: str, page: str, *, delete: bool = True) -> dict[str, str]:
    """What this register's form leaves to the pages on which the rules of monitoring are looked at."""
    return {"add": add, "change": page} | ({"delete": page} if delete else {})


RECORDS = (
    Record(
        "contract",
        list=("ref", "title", "donor", "partner", "start", "end", "budget", "currency", "state"),
        page=("title", "donor", "partner", "start", "end", "currency", "budget", "pass_mark", "state"),
        search=("title",),
        period="start",
    ),
    Record(
        "site",
        list=("ref", "external_id", "kind_of_site", "partner", "contract", "place", "size", "active_to"),
        page=(
            "name_ar", "name_ckb", "name_en", "kind_of_site", "partner", "contract", "team", "size", "active_from",
            "active_to", "origin", "external_id",
        ),
        search=("external_id", "name_ar", "name_ckb", "name_en"),
        period="active_from",
    ),
    Record(
        "monitoringplan",
        code="plan",
        list=("ref", "title", "period", "aim", "state", "registered_at", "seed_hash"),
        page=("title", "period", "aim", "state", "registered_at", "seed_hash", "frame_hash", "revealed_at", "seed"),
        search=("title", "period"),
        period="registered_at",
        instead=of_pages("/monitoring/plans/new/", "/monitoring/plans/{ref}/", delete=False),
    ),
    Record(
        "visit",
        list=("ref", "site", "contract", "type", "planned_on", "state", "access", "score", "verdict"),
        page=(
            "site", "contract", "plan", "reason", "reason_text", "type", "checklist", "planned_on", "lead", "second", "state",
            "access", "not_seen_reason", "not_seen_text", "arrived", "left", "team", "score", "verdict",
            "released_to_partner_at",
        ),
        period="planned_on",
        instead=of_pages("/monitoring/weeks/", "/monitoring/weeks/visits/{ref}/"),
    ),
    Record(
        "nonconformity",
        list=("ref", "contract", "item_code", "severity", "opened_on", "due_on", "state"),
        page=("item", "item_code", "severity", "text", "opened_on", "due_on", "state", "repeat_of", "answer"),
        search=("text", "item_code"),
        period="opened_on",
        instead=of_pages("/monitoring/findings/", "/monitoring/findings/{ref}/"),
    ),
    Record(
        "monitor",
        list=("ref", "code", "name_ar", "languages", "skills", "joined_on", "left_on"),
        page=("code", "name_ar", "name_ckb", "name_en", "languages", "skills", "joined_on", "left_on"),
        search=("code", "name_ar", "name_ckb", "name_en"),
        period="joined_on",
    ),
    Record(
        "outcomestudy",
        code="study",
        list=("ref", "contract", "kind_of_study", "design", "released_at"),
        page=("name_ar", "name_ckb", "name_en", "contract", "kind_of_study", "design", "released_at"),
        search=("name_ar", "name_ckb", "name_en"),
        instead={"add": "/monitoring/outcomes/new/"},
    ),
    Record(
        "earlywarning",
        code="warning",
        list=("ref", "contract", "rule", "subject", "since", "state"),
        page=("contract", "rule", "subject", "since", "until", "state", "muted_until", "muted_reason", "confirmed_on"),
        search=("subject",),
        period="since",
        instead=of_pages("/monitoring/warnings/", "/monitoring/warnings/{ref}/"),
    ),
    Record(
        "report",
        list=("ref", "period", "language", "state", "known", "final_at"),
        page=("period", "language", "state", "known", "comments_until", "final_at"),
        search=("period",),
        instead=of_pages("/monitoring/reports/new/", "/monitoring/reports/{ref}/", delete=False),
    ),
)  # fmt: skip
