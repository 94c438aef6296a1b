"""Stores, volunteers and alerts side by side."""

from __future__ import annotations

from rafid.commons.programme import Block, Dashboard

from .indicators import three


def _of(*codes: str, **more: object) -> dict[str, object]:
    return {"indicators": list(codes), **more}


DASHBOARDS = (
    Dashboard(
        "preparedness-readiness",
        three("الجاهزية: المخازن والمتطوعون", "ئامادەیی: کۆگا و خۆبەخشان", "Readiness: stores and volunteers"),
        (
            Block("number", _of("kits-covered", target=85), 4),
            Block("number", _of("volunteers-trained-share"), 4),
            Block("number", _of("alerts-answered-share", target=90), 4),
            Block(
                "map",
                _of("kits-covered"),
                6,
                three("تغطية المخزون للخطة", "پۆشینی پلان بە کۆگا", "Stock cover of the plan"),
            ),
            Block(
                "bar",
                _of("alerts-received"),
                6,
                three("الإنذارات حسب المكان", "ئاگادارییەکان بەپێی شوێن", "Alerts by place"),
            ),
            Block(
                "line",
                _of("families-assisted"),
                12,
                three("الأسر التي أُعينت", "خێزانە یارمەتیدراوەکان", "Families assisted"),
            ),
            Block(
                "table",
                _of("kits-needed", "kits-in-store", "kits-covered", "volunteers-active"),
                12,
                three("حسب المكان", "بەپێی شوێن", "By place"),
            ),
        ),
    ),
)
