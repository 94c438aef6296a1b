"""Official statistics: what the statistical office counts, checked against real places and published."""

from __future__ import annotations

from rafid.commons.programme import Navigation, Programme, Role

STATISTICS = Programme(
    name="statistics",
    names={"ar": "الإحصاءات الرسمية", "ckb": "ئاماری فەرمی", "en": "Official statistics"},
    navigation=Navigation(names={"ar": "الإحصاءات الرسمية", "ckb": "ئاماری فەرمی", "en": "Official statistics"}),
    roles=(
        Role(
            "officer",
            {"ar": "موظف الإحصاء", "ckb": "فەرمانبەری ئامار", "en": "Statistics officer"},
            reads="restricted",
            may=frozenset({"add", "change", "delete", "import", "check"}),
        ),
        Role(
            "approver",
            {"ar": "المصادِق", "ckb": "پەسەندکەر", "en": "Approver"},
            reads="restricted",
            may=frozenset({"approve", "publish"}),
        ),
        Role("viewer", {"ar": "مطّلع", "ckb": "بینەر", "en": "Viewer"}, reads="partner"),
    ),
)
