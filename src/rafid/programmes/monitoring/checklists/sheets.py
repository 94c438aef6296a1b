"""A checklist as an XLSForm: its items become questions that say how grave they are and which procedure asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rafid.commons.places.country import country

TOPICS = {
    "clearance_site": ("موقع إزالة", "شوێنی پاککردنەوە", "Clearance site"),
    "mechanical": ("الوسائل الآلية", "ئامرازە میکانیکییەکان", "Mechanical assets"),
    "dogs": ("كلاب الكشف", "سەگی دۆزینەوە", "Detection dogs"),
    "nts": ("مسح غير تقني", "ڕووپێوی ناتەکنیکی", "Non-technical survey"),
    "eore_session": ("جلسة توعية بالمخاطر", "دانیشتنی هۆشیارکردنەوە لە مەترسی", "Risk education session"),
    "medical": ("الإسناد الطبي", "پشتیوانیی پزیشکی", "Medical support"),
    "eod": ("التخلص من الذخائر المتفجرة", "لەناوبردنی تەقەمەنی", "Explosive ordnance disposal"),
    "stores": ("المخازن", "کۆگاکان", "Stores"),
    "office": ("مكتب", "نووسینگە", "Office"),
    "victims": ("مساعدة الضحايا", "یارمەتیی قوربانیان", "Victim assistance"),
    "completion": ("إنجاز الأرض", "تەواوکردنی زەوی", "Completed ground"),
}
VERSIONS = (1, 2, 3)


@dataclass(frozen=True)
class Item:
    code: str
    severity: str
    sop_reference: str
    evidence: bool
    since: int
    texts: tuple[str, str, str]
    """Arabic, Kurdish, English."""


def items_of(topic: str, version: int, rows: Iterable[Mapping[str, str]] | None = None) -> list[Item]:
    """The items of a topic in a version, as the country pack lists them."""
    return [
        Item(
            row["code"], row["severity"], row["sop_reference"], row["evidence"] == "yes", int(row["since"]),
            (row["text_ar"], row["text_ckb"], row["text_en"]),
        )
        for row in (country().table("checklists.csv") if rows is None else rows)
        if row["topic"] == topic and int(row["since"]) <= version
    ]  # fmt: skip


def form_id(topic: str) -> str:
    return f"checklist_{topic}"


def title(topic: str) -> dict[str, str]:
    ar, ckb, en = TOPICS[topic]
    return {"ar": f"قائمة تحقق: {ar}", "ckb": f"لیستی پشکنین: {ckb}", "en": f"Checklist: {en}"}


_LABELS = "label::العربية (ar) | label::کوردی (ckb) | label::English (en)"
_OWN = "bind::rafid:role | bind::rafid:severity | bind::rafid:sop | bind::rafid:evidence"
_ASKED = "required | relevant | constraint | appearance | parameters | default | repeat_count"
_HEAD = f"| | type | name | {_LABELS} | {_ASKED} | {_OWN} |"
_COLUMNS = (
    "required", "relevant", "constraint", "appearance", "parameters", "default", "repeat_count", "role", "severity", "sop",
    "evidence",
)  # fmt: skip


def _row(kind: str, name: str = "", texts: tuple[str, str, str] = ("", "", ""), **more: str) -> str:
    said = [more.get(key, "") for key in _COLUMNS]
    return f"| | {kind} | {name} | {' | '.join(texts)} | {' | '.join(said)} |"


def sheet(topic: str, version: int, items: Iterable[Item]) -> bytes:
    """The XLSForm, as a table in Markdown."""
    seen = "${access} != 'denied'"
    rows = [
        _row("start", "start"),
        _row("end", "end"),
        _row("begin_group", "about", ("الزيارة", "سەردان", "Visit")),
        _row("text", "visit", ("مرجع الزيارة", "ژمارەی سەردان", "Reference of the visit"), required="yes",
             constraint="regex(., '^V-[0-9A-Z]{8}$')"),
        _row("text", "monitor", ("رمز المراقب", "کۆدی چاودێر", "Monitor's code"), required="yes", role="interviewer"),
        _row("text", "site", ("مرجع الموقع", "ژمارەی شوێن", "Reference of the site"), required="yes", role="site"),
        _row("geopoint", "spot", ("موقعك", "شوێنی تۆ", "Your position"), role="location"),
        _row("select_one access", "access", ("الوصول", "گەیشتن", "Access"), required="yes"),
        _row("text", "why_denied", ("لماذا مُنع الوصول؟", "بۆچی ڕێگە نەدرا؟", "Why was access denied?"), required="yes",
             relevant="${access} = 'denied'"),
        _row("end_group"),
        _row("begin_group", "items", ("البنود", "بڕگەکان", "Items"), relevant=seen),
    ]  # fmt: skip
    for item in items:
        rows.append(
            _row("select_one answer", item.code, item.texts, required="yes", severity=item.severity,
                 sop=item.sop_reference, evidence="yes" if item.evidence else "")
        )  # fmt: skip
        if item.severity == "critical":
            rows.append(
                _row("text", f"{item.code}_why", ("لماذا لا ينطبق؟", "بۆچی پەیوەندیی نییە؟", "Why does it not apply?"),
                     required="yes", relevant=f"${{{item.code}}} = 'na'")
            )  # fmt: skip
        if item.evidence:
            rows.append(
                _row("image", f"{item.code}_photo", ("صورة", "وێنە", "Photo"), relevant=f"${{{item.code}}} = 'no'",
                     parameters="max-pixels=1600")
            )  # fmt: skip
    rows += [
        _row("end_group"),
        _row("begin_group", "measured", ("المقيس", "پێوراو", "Measured"), relevant=seen),
        _row("decimal", "value", ("الكمية المتحقق منها", "بڕی پشتڕاستکراو", "Quantity verified"), constraint=". >= 0"),
        _row("end_group"),
        # Asked first: a visit that found nothing else is not to be held up by an empty case.
        _row("integer", "found", ("كم حالة عدم مطابقة تصفها؟", "چەند ناگونجان باس دەکەیت؟",
             "How many non-conformities do you describe?"), relevant=seen, constraint=". >= 0 and . <= 20", default="0"),
        _row("begin_repeat", "nc", ("حالة عدم مطابقة", "ناگونجان", "Non-conformity"), relevant=seen,
             repeat_count="${found}"),
        _row("text", "item", ("البند", "بڕگە", "Item")),
        _row("select_one severity", "severity", ("الشدة", "توندی", "Severity"), required="yes"),
        _row("text", "text", ("صف ما رأيت", "ئەوەی بینیت باسی بکە", "Describe what you saw"), required="yes",
             appearance="multiline"),
        _row("select_one yes_no", "stop_work", ("هل أُوقف العمل؟", "ئایا کار وەستێنرا؟", "Was work stopped?"), required="yes",
             relevant="${severity} = 'critical'"),
        _row("image", "photo", ("صورة", "وێنە", "Photo"), parameters="max-pixels=1600"),
        _row("end_repeat"),
        _row("begin_repeat", "pictures", ("صور أخرى", "وێنەی تر", "More photos"), relevant=seen),
        _row("image", "photo", ("صورة", "وێنە", "Photo"), parameters="max-pixels=1600"),
        _row("end_repeat"),
        _row("image", "overview", ("صورة عامة للموقع", "وێنەیەکی گشتیی شوێنەکە", "Overview photo of the site"),
             parameters="max-pixels=1600"),
        _row("text", "good_practice", ("ممارسة جيدة رأيتها", "کارێکی باش کە بینیت", "Good practice that you saw"),
             relevant=seen, appearance="multiline"),
        _row("text", "remarks", ("ملاحظات", "تێبینی", "Remarks"), appearance="multiline"),
    ]  # fmt: skip
    choices = [
        ("answer", "yes", "نعم", "بەڵێ", "Yes"), ("answer", "no", "لا", "نەخێر", "No"),
        ("answer", "na", "لا ينطبق", "پەیوەندیی نییە", "Does not apply"),
        ("access", "full", "كامل", "تەواو", "Full"), ("access", "partial", "جزئي", "بەشێکی", "Partial"),
        ("access", "denied", "ممنوع", "ڕێگە پێنەدراو", "Denied"),
        ("severity", "critical", "حرجة", "مەترسیدار", "Critical"), ("severity", "major", "كبيرة", "گەورە", "Major"),
        ("severity", "minor", "بسيطة", "سووک", "Minor"),
        ("yes_no", "yes", "نعم", "بەڵێ", "Yes"), ("yes_no", "no", "لا", "نەخێر", "No"),
    ]  # fmt: skip
    lines = [
        "| survey |", _HEAD, *rows, "", "| choices |", f"| | list_name | name | {_LABELS} |",
        *(f"| | {' | '.join(one)} |" for one in choices), "", "| settings |",
        "| | form_title | form_id | version | default_language |",
        f"| | {title(topic)['ar']} | {form_id(topic)} | {version} | العربية (ar) |", "",
    ]  # fmt: skip
    return "\n".join(lines).encode()
