"""The forms by which operators report: each makes a field report of a kind, which waits for its three gates."""

from __future__ import annotations

from rafid.commons.programme import Form

from ..declared import three

HEARS = "rafid.programmes.mineaction.arriving.reports:on_state"
HAZARDS, TASKS = "mine_hazards", "mine_tasks"
"""The lists of hazards and tasks that phones and browsers take along: each gets those that its person sees."""

KINDS = {
    "mine_nts": "survey", "mine_progress": "progress", "mine_release": "release", "mine_completion": "completion",
    "mine_find": "find", "mine_spot": "spot", "mine_eore": "eore", "mine_accident": "accident",
}  # fmt: skip
"""Form → kind of report."""

TITLES = {
    "mine_nts": three("تقرير المسح غير التقني", "ڕاپۆرتی ڕووپێویی ناتەکنیکی", "Non-technical survey report"),
    "mine_progress": three("تقدم العمل اليومي", "پێشکەوتنی ڕۆژانەی کار", "Daily progress"),
    "mine_release": three("أرض محررة", "زەوی ئازادکراو", "Released ground"),
    "mine_completion": three("إتمام العمل", "تەواوبوونی کار", "Completion"),
    "mine_find": three("ذخيرة عُثر عليها", "تەقەمەنیی دۆزراوە", "Ordnance found"),
    "mine_spot": three("بلاغ عن جسم", "ڕاگەیاندنی تەنێک", "Call about an item"),
    "mine_eore": three("جلسة توعية", "دانیشتنی هۆشیارکردنەوە", "Session of risk education"),
    "mine_accident": three("حادث", "ڕووداو", "Accident"),
}

FORMS = tuple(Form(code, f"{code}.md", on_state=HEARS, names=TITLES[code]) for code in KINDS)
