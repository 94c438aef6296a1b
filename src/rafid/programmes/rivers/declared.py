"""Who works with rivers, and which registers are kept."""

from __future__ import annotations

from rafid.commons.programme import Record, Role


def three(ar: str, ckb: str, en: str) -> dict[str, str]:
    return {"ar": ar, "ckb": ckb, "en": en}


ROLES = (
    Role(
        "hydrologist",
        three("الهيدرولوجي المناوب", "هایدرۆلۆجیستی نۆبەدار", "Duty hydrologist"),
        reads="restricted",
        may=frozenset(
            {"add", "change", "import", "check", "export", "collect"}
            | {"record", "correct", "forecast", "draft_warning", "issue_warning", "bulletin", "network"}
        ),
    ),
    Role(
        "chief",
        three("رئيس المركز", "سەرۆکی سەنتەر", "Head of the centre"),
        reads="restricted",
        may=frozenset(
            {"export", "check", "approve"}
            | {"issue_warning", "sign_warning", "bulletin", "publish_bulletin", "publish_rating", "forecast"}
        ),
    ),
    Role(
        "reader",
        three("قارئ المقياس", "خوێنەرەوەی پێوەر", "Gauge reader"),
        reads="partner",
        may=frozenset({"collect", "record"}),
    ),
    Role(
        "rating_engineer",
        three("مهندس المعايرة", "ئەندازیاری پێوانەکردن", "Rating engineer"),
        reads="restricted",
        may=frozenset(
            {"add", "change", "check", "export", "collect"} | {"record", "correct", "gauge", "publish_rating"}
        ),
    ),
    Role(
        "dam_operator",
        three("مشغّل السد", "بەڕێوەبەری بەنداو", "Dam operator"),
        reads="restricted",
        may=frozenset({"collect", "export"} | {"record", "operate_dam"}),
    ),
    Role(
        "forecaster",
        three("المتنبئ", "پێشبینیکار", "Forecaster"),
        reads="restricted",
        may=frozenset({"export", "import", "check"} | {"forecast", "model", "network", "draft_warning", "outlook"}),
    ),
    Role(
        "planner",
        three("مخطط الموسم المائي", "پلاندانەری وەرزی ئاو", "Planner of the season"),
        reads="restricted",
        may=frozenset({"export", "change"} | {"outlook", "demand", "operate_dam"}),
    ),
    Role(
        "partner",
        three("شريك", "هاوبەش", "Partner"),
        reads="public",
        may=frozenset({"export"}),
    ),
)
"""``record`` enters values, ``correct`` changes them with a reason, ``gauge`` keeps gaugings; ``sign_warning`` is the second
signature, ``publish_bulletin`` and ``publish_rating`` end a draft; ``network`` edits the river network."""

RECORDS = (
    Record(
        "station",
        list=("code", "name", "station_kind", "river", "place", "status", "sensitivity"),
        page=(
            "code", "name_ar", "name_ckb", "name_en", "station_kind", "status", "river", "node", "point", "gauge_zero_m",
            "datum", "zero_as_of", "catchment_km2", "lowest_m", "highest_m", "foreign", "source_text",
        ),
        search=("code", "name_ar", "name_ckb", "name_en"),
    ),
    Record(
        "series",
        list=("ref", "station", "variable", "step", "origin", "sensitivity"),
        page=(
            "station", "variable", "unit", "step", "aggregation", "origin", "origin_name", "derived_from", "embargo_hours",
            "rules", "preferred", "manned",
        ),
        search=("ref",),
    ),
    Record(
        "reservoir",
        list=("code", "name", "node", "country", "sensitivity"),
        page=("code", "name_ar", "name_ckb", "name_en", "node", "station", "country"),
        search=("code", "name_ar", "name_ckb", "name_en"),
    ),
)  # fmt: skip
