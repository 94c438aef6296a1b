"""The checks of mine action, each with its sentence and with what to do about it. ``programme.py`` declares them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rafid.commons.programme import Check

from ..declared import three
from . import of_facts, of_ground, of_points

NOTE, LOOK, SERIOUS = 1, 2, 3
ALARMS = ("accident-on-closed-ground", "find-on-closed-ground", "spot-on-closed-ground")
"""Told at once to those who answer for the ground, with the hazard that ought to be opened again."""

CHECKS: tuple[Check, ...] = (
    Check(
        "hazard-shape", LOOK, of_ground.odd_shape, "hazard",
        three("في شكل المنطقة خلل: {wrong_in}.", "شێوەی ناوچەکە هەڵەی تێدایە: {wrong_in}.", "The shape is odd: {wrong_in}."),
    ),
    Check(
        "hazards-overlap", LOOK, of_ground.hazards_overlap, "hazard",
        three(
            "تشترك مع {other} في {shared_m2} م² ({percent} % من الأصغر).",
            "لەگەڵ {other} لە {shared_m2} م² هاوبەشە ({percent} % ی بچووکترەکە).",
            "It shares {shared_m2} m² with {other} ({percent} % of the smaller one).",
        ),
    ),
    Check(
        "suspected-with-direct-evidence", LOOK, of_facts.suspected_with_direct, "hazard",
        three(
            "منطقة مشتبه بخطورتها ولها دليل مباشر.", "ناوچەی گومانلێکراوە و بەڵگەی ڕاستەوخۆی هەیە.",
            "It is suspected and has direct evidence.",
        ),
        "classification",
    ),
    Check(
        "confirmed-without-evidence", SERIOUS, of_facts.confirmed_without, "hazard",
        three(
            "منطقة مؤكدة الخطورة بلا دليل مباشر.", "ناوچەی دڵنیاکراوەیە بەبێ بەڵگەی ڕاستەوخۆ.",
            "It is confirmed and has no direct evidence.",
        ),
        "classification",
    ),
    Check(
        "hazard-dates", LOOK, of_facts.dates_of_hazard, "hazard",
        three(
            "التواريخ ليست على الترتيب: معلومة أو خطوة قبل الاكتشاف أو قبل ما تتبعه.",
            "بەروارەکان بەڕیز نین: زانیارییەک یان هەنگاوێک پێش دۆزینەوەکە یان پێش ئەوەی بەدوایدا دێت.",
            "Its dates are out of order: information or a step lies before the discovery, or before what it follows.",
        ),
        "suspected_on",
    ),
    Check(
        "closed-with-ground-left", SERIOUS, of_facts.closed_with_ground_left, "hazard",
        three(
            "مغلقة ويبقى بحسب التحريرات {left_m2} م².", "داخراوە و بەپێی ئازادکردنەکان {left_m2} م² ماوە.",
            "It is closed, and by the releases {left_m2} m² are left.",
        ),
        "state",
    ),
    Check(
        "more-disabled-than-people", LOOK, of_facts.more_disabled_than_people, "hazard",
        three(
            "عدد ذوي الإعاقة أكبر من عدد المستفيدين جميعاً.", "ژمارەی خاوەن پێداویستییەکان لە هەموو سوودمەندان زیاترە.",
            "More people with a disability than people.",
        ),
        "with_disability",
    ),
    Check(
        "release-shape", LOOK, of_ground.odd_shape, "release",
        three("في شكل الأرض المحررة خلل: {wrong_in}.", "شێوەی زەوییە ئازادکراوەکە هەڵەی تێدایە: {wrong_in}.",
              "The shape of the released ground is odd: {wrong_in}."),
    ),
    Check(
        "released-twice", LOOK, of_ground.released_twice, "release",
        three(
            "حُررت {shared_m2} م² منها في {other} أيضاً.", "{shared_m2} م² ی لە {other} یشدا ئازاد کراوە.",
            "{shared_m2} m² of it were released by {other}, too.",
        ),
    ),
    Check(
        "released-outside", LOOK, of_ground.released_outside, "release",
        three(
            "تقع {outside_m2} م² منها خارج كل منطقة خطرة ({percent} %).",
            "{outside_m2} م² ی لە دەرەوەی هەموو ناوچە مەترسیدارەکانە ({percent} %).",
            "{outside_m2} m² of it lie outside every hazard ({percent} %).",
        ),
    ),
    Check(
        "released-and-claimed", SERIOUS, of_ground.claimed_again, "release",
        three(
            "تقع {shared_m2} م² منها في {other} التي اشتُبه بها بعد التحرير.",
            "{shared_m2} م² ی لە {other} دایە کە دوای ئازادکردنەکە گومانی لێ کرا.",
            "{shared_m2} m² of it lie in {other}, which was suspected after the release.",
        ),
    ),
    Check(
        "stated-area", LOOK, of_ground.stated_area, "release",
        three(
            "المساحة المذكورة {stated} م² والمحسوبة {computed} م²: الفرق {percent} %.",
            "ڕووبەری باسکراو {stated} م² و هەژمارکراو {computed} م²: جیاوازی {percent} %.",
            "{stated} m² are stated, {computed} m² are computed: {percent} % apart.",
        ),
        "reported_m2",
    ),
    Check(
        "accident-on-closed-ground", SERIOUS, of_points.on_closed_ground, "accident",
        three(
            "حادث في أرض مغلقة أو محررة ({there}).",
            "ڕووداو لە زەوییەکی داخراو یان ئازادکراودا ({there}).",
            "An accident on ground that was closed or released ({there}).",
        ),
        "point",
    ),
    Check(
        "find-on-closed-ground", SERIOUS, of_points.on_closed_ground, "ordnance",
        three(
            "عُثر على ذخيرة في أرض مغلقة أو محررة ({there}).",
            "تەقەمەنی لە زەوییەکی داخراو یان ئازادکراودا دۆزرایەوە ({there}).",
            "Ordnance was found on ground that was closed or released ({there}).",
        ),
        "point",
    ),
    Check(
        "spot-on-closed-ground", SERIOUS, lambda rows: of_points.on_closed_ground(rows, day="reported_on"), "spot",
        three(
            "بُلّغ عن جسم في أرض مغلقة أو محررة ({there}).",
            "تەنێک لە زەوییەکی داخراو یان ئازادکراودا ڕاگەیەنرا ({there}).",
            "An item was reported on ground that was closed or released ({there}).",
        ),
        "point",
    ),
    Check(
        "find-outside-work", LOOK, of_points.find_outside_work, "ordnance",
        three(
            "عُثر عليها خارج الأرض التي جرى العمل فيها.", "لە دەرەوەی ئەو زەوییە دۆزرایەوە کە کاری تێدا کرا.",
            "It was found outside the ground that was worked on.",
        ),
        "point",
    ),
    Check(
        "odd-rate", NOTE, of_facts.odd_rate, "activity",
        three(
            "في {day_of} {rate} م² لكل مزيل ألغام، والمعتاد لهذه الجهة {usual} م².",
            "لە {day_of} {rate} م² بۆ هەر مینهەڵگرێک، ئاسایی ئەم لایەنە {usual} م² یە.",
            "On {day_of} {rate} m² for each deminer; usual for this operator are {usual} m².",
        ),
    ),
    Check(
        "team-at-two-places", LOOK, of_facts.two_places, "activity",
        three(
            "الفريق نفسه في {day_of} في هذا العمل وفي {other}.", "هەمان تیم لە {day_of} لەم کارە و لە {other} دا.",
            "The same team is here and in {other} on {day_of}.",
        ),
        "team",
    ),
    Check(
        "parts-of-day", LOOK, of_facts.parts_of_day, "activity",
        three(
            "أجزاء {day_of} مجموعها {total} م²، والمذكور {stated} م².",
            "بەشەکانی {day_of} دەکاتە {total} م²، باسکراو {stated} م² یە.",
            "The parts of {day_of} add up to {total} m², {stated} m² are stated.",
        ),
    ),
    Check(
        "coarse-position", LOOK, of_facts.coarse_position, "sheet",
        three(
            "دقة موقع {mark} هي {accuracy} م فقط.", "وردیی شوێنی {mark} تەنها {accuracy} م یە.",
            "The position of {mark} is known to {accuracy} m only.",
        ),
    ),
    Check(
        "copied-counts", NOTE, of_facts.copied_counts, "eore",
        three(
            "الأعداد نفسها ({counts}) في هذا المكان في {months} أشهر.", "هەمان ژمارە ({counts}) لەم شوێنە لە {months} مانگدا.",
            "The same counts ({counts}) at this place in {months} months.",
        ),
    ),
    Check(
        "nobody-came", NOTE, of_facts.nobody_came, "eore",
        three("جلسة بلا حضور.", "دانیشتنێک بەبێ ئامادەبوو.", "A session without an audience."), "men",
    ),
    Check(
        "completed-with-ground-left", LOOK, of_facts.left_without_reason, "completion",
        three(
            "يبقى {left_m2} م² ولا يُذكر السبب.", "{left_m2} م² ماوە و هۆکەی نەوتراوە.",
            "{left_m2} m² are left, and it does not say why.",
        ),
        "reason",
    ),
    Check(
        "report-shape", SERIOUS, of_facts.shape_of_report, "report",
        three(
            "الشكل الوارد لا يمكن أخذه كما هو.", "شێوەی گەیشتوو وەک خۆی وەرناگیرێت.",
            "The shape, as it was received, cannot be taken as it is.",
        ),
    ),
    Check(
        "report-number-reused", LOOK, of_facts.reference_reused, "report",
        three(
            "رقم التقرير نفسه استُعمل لشيء آخر: {other}.", "هەمان ژمارەی ڕاپۆرت بۆ شتێکی تر بەکارهاتووە: {other}.",
            "The same report number was used for something else: {other}.",
        ),
        "reference",
    ),
    Check(
        "report-dates", LOOK, of_facts.dates_of_report, "report",
        three(
            "التاريخ {day_of} في التقرير لا يوافق تاريخ المعلومة أو البدء.",
            "بەرواری {day_of} لە ڕاپۆرتەکەدا لەگەڵ بەرواری زانیاری یان دەستپێک ناگونجێت.",
            "The date {day_of} in the report does not fit its date of information, or its start.",
        ),
        "on",
    ),
    Check(
        "report-without-accreditation", SERIOUS, of_facts.without_accreditation, "report",
        three(
            "لم تكن الجهة المنفذة معتمدة لهذا العمل في ذلك اليوم.",
            "لایەنی جێبەجێکار لەو ڕۆژەدا بۆ ئەم کارە متمانەپێدراو نەبوو.",
            "The operator was not accredited for this work on that day.",
        ),
        "organisation",
    ),
    Check(
        "report-sums", LOOK, of_facts.sums_of_report, "report",
        three(
            "الأجزاء مجموعها {total}، والمذكور {stated}.", "بەشەکان دەکاتە {total}، باسکراو {stated} یە.",
            "The parts add up to {total}, {stated} is stated.",
        ),
    ),
)  # fmt: skip

REMEDIES = {
    "hazard-shape": _("Look at the shape on its page. Correct the field book, or send the report's next version."),
    "release-shape": _("Enter the release again with the right shape: the new one replaces it."),
    "hazards-overlap": _("Is it the same ground under two numbers? Reconcile the later report with the earlier record, and"
                         " discard one; or say why both stand. The ledger counts the shared ground once."),
    "suspected-with-direct-evidence": _("Confirm the hazard on its page, or correct the kind of evidence."),
    "confirmed-without-evidence": _("Enter the direct evidence, or bring the hazard back to suspected by a survey."),
    "hazard-dates": _("Correct the date that is wrong, by the next version of its report."),
    "closed-with-ground-left": _("Enter the release that is missing, or open the hazard again."),
    "more-disabled-than-people": _("Correct one of the counts."),
    "released-twice": _("The ledger counts the ground once. Correct the shape that is wrong, or excuse it with the reason."),
    "released-outside": _("Was the hazard drawn too small, or the release wrongly? Try the readings of its field book."),
    "released-and-claimed": _("The ground counts as hazardous. Look whether the release missed something, and tell quality."),
    "stated-area": _("The computed area counts. Ask the operator which shape his number belongs to."),
    "accident-on-closed-ground": _("Open the hazard again, mark the ground, and have the release examined."),
    "find-on-closed-ground": _("Open the hazard again, mark the ground, and have the release examined."),
    "spot-on-closed-ground": _("Have it looked at today. If it is ordnance, open the hazard again."),
    "find-outside-work": _("Correct the position, or draw the ground that was worked on."),
    "odd-rate": _("Ask the team: a wrong day, a wrong unit, or a machine that is not named?"),
    "team-at-two-places": _("Correct the team or the day in one of the two."),
    "parts-of-day": _("Correct the day by the next version of its report."),
    "coarse-position": _("Have the mark measured again."),
    "copied-counts": _("Ask for the lists of the sessions."),
    "nobody-came": _("Enter the audience, or withdraw the report."),
    "completed-with-ground-left": _("Enter the release that is missing, or the reason."),
    "report-shape": _("Send it back with the reason: the operator corrects it by its next version."),
    "report-number-reused": _("Send it back: a report of another thing has a number of its own."),
    "report-dates": _("Correct the date by the next version of the report."),
    "report-without-accreditation": _("Look at its accreditation. What was released without one is checked anew."),
    "report-sums": _("Ask the operator which of the numbers is right."),
}  # fmt: skip
"""What to do, by check."""
