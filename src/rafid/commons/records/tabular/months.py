"""Names of months and the words around dates, in Arabic, Sorani, Persian and English."""

from __future__ import annotations

import re
from functools import cache

from .cells import plain

GREGORIAN = (
    ("كانون الثاني", "ك2", "يناير", "کانوونی دووەم", "کانونی دووەم", "january", "jan"),
    ("شباط", "فبراير", "شوبات", "february", "feb"),
    ("آذار", "مارس", "ئازار", "مارت", "march", "mar"),
    ("نيسان", "أبريل", "ابريل", "نیسان", "april", "apr"),
    ("أيار", "ايار", "مايس", "مايو", "ئایار", "مایس", "may"),
    ("حزيران", "يونيو", "يونيه", "حوزەیران", "june", "jun"),
    ("تموز", "يوليو", "يوليه", "تەمووز", "تەمموز", "تەمموووز", "تەموز", "july", "jul"),
    ("آب", "أغسطس", "اغسطس", "ئاب", "august", "aug"),
    ("أيلول", "ايلول", "سبتمبر", "ئەیلوول", "ئەیلول", "september", "sept", "sep"),
    ("تشرين الأول", "ت1", "أكتوبر", "اكتوبر", "تشرینی یەکەم", "october", "oct"),
    ("تشرين الثاني", "ت2", "نوفمبر", "تشرینی دووەم", "november", "nov"),
    ("كانون الأول", "ك1", "ديسمبر", "کانوونی یەکەم", "کانونی یەکەم", "december", "dec"),
)
HIJRI = (
    ("محرم", "محرم الحرام", "موحەڕەم", "muharram"),
    ("صفر", "سەفەر", "safar"),
    ("ربيع الأول", "ڕەبیعی یەکەم", "ڕەبیعولئەوەل", "rabi al awwal", "rabi al-awwal", "rabi i"),
    ("ربيع الآخر", "ربيع الثاني", "ڕەبیعی دووەم", "rabi al thani", "rabi al-thani", "rabi al akhir", "rabi ii"),
    ("جمادى الأولى", "جمادى الأول", "جەمادی یەکەم", "jumada al ula", "jumada al-awwal", "jumada i"),
    ("جمادى الآخرة", "جمادى الثانية", "جمادى الآخر", "جمادى الثاني", "جەمادی دووەم", "jumada al thani", "jumada al akhira",
     "jumada ii"),
    ("رجب", "ڕەجەب", "rajab"),
    ("شعبان", "شەعبان", "shaban", "sha'ban"),
    ("رمضان", "رمضان المبارك", "ڕەمەزان", "ramadan"),
    ("شوال", "شەوال", "shawwal", "shawal"),
    ("ذو القعدة", "ذي القعدة", "ذوالقعدة", "زیلقەعدە", "زولقەعدە", "dhu al qadah", "dhul qadah", "dhu al-qidah"),
    ("ذو الحجة", "ذي الحجة", "ذوالحجة", "زیلحەجە", "زولحیججە", "dhu al hijjah", "dhul hijjah", "dhu al-hijja"),
)  # fmt: skip
SOLAR = (
    ("خاکەلێوە", "نەورۆز", "فروردین", "farvardin", "xakelewe"),
    ("گوڵان", "بانەمەڕ", "اردیبهشت", "ordibehesht", "gulan"),
    ("جۆزەردان", "خرداد", "khordad", "jozerdan"),
    ("پووشپەڕ", "تیر", "tir", "pushper"),
    ("گەلاوێژ", "مرداد", "mordad", "gelawej"),
    ("خەرمانان", "شهریور", "shahrivar", "xermanan"),
    ("ڕەزبەر", "مهر", "mehr", "rezber"),
    ("گەڵاڕێزان", "خەزەڵوەر", "آبان", "aban", "gelarezan"),
    ("سەرماوەز", "آذر", "azar", "sermawez"),
    ("بەفرانبار", "دی", "dey", "befranbar"),
    ("ڕێبەندان", "بهمن", "bahman", "rebendan"),
    ("ڕەشەمە", "ڕەشەممە", "ڕەشەمێ", "اسفند", "esfand", "resheme"),
)

MARKERS = {
    "hijri": ("هـ", "هجري", "هجرية", "هجری", "کۆچی", "ah", "h", "hijri"),
    "gregorian": ("م", "ميلادي", "ميلادية", "زایینی", "ز", "ad", "ce", "gregorian"),
    "solar_hijri": ("هـ ش", "هـ.ش", "شمسي", "هجري شمسي", "هەتاوی", "کۆچی هەتاوی", "ap", "solar", "solar hijri"),
    "kurdish": ("کوردی", "كردي", "کوردیی", "kurdish"),
}
_IGNORED = (
    "الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت",
    "یەکشەممە", "دووشەممە", "سێشەممە", "چوارشەممە", "پێنجشەممە", "هەینی", "شەممە",
    "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sun", "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat",
    "يوم", "شهر", "سنة", "عام", "لسنة", "لعام", "في", "من", "مانگی", "مانگ", "ساڵی", "ساڵ", "ڕۆژی", "ڕۆژ", "لە", "ی",
    "of", "the", "on", "in", "year", "month", "st", "nd", "rd", "th", "date", "التاريخ", "تاريخ", "بتاريخ",
)  # fmt: skip

_SEAM = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")


def words(text: str) -> str:
    """Folded words, single blanks between them, digits apart from letters: "3ی نیسانی 2024" and "3/نيسان/2024" meet."""
    from rafid.methods.text import fold

    return _SEAM.sub(" ", fold(plain(text)))


@cache
def _tables() -> tuple[dict[str, tuple[str, int]], re.Pattern[str], dict[str, str], re.Pattern[str], frozenset[str]]:
    names: dict[str, tuple[str, int]] = {}
    for calendar, months in (("solar_hijri", SOLAR), ("hijri", HIJRI), ("gregorian", GREGORIAN)):
        for number, spellings in enumerate(months, start=1):
            for spelling in spellings:
                names[words(spelling)] = (calendar, number)
    markers = {words(spelling): calendar for calendar, spellings in MARKERS.items() for spelling in spellings}

    def either(spellings: dict[str, object] | dict[str, str] | dict[str, tuple[str, int]]) -> re.Pattern[str]:
        longest = sorted(spellings, key=len, reverse=True)
        # Sorani joins the next word by an ending ی, Arabic may join the article's لـ: "نیسانی"
        return re.compile(r"(?<!\S)(" + "|".join(map(re.escape, longest)) + r")ي?(?!\S)")

    return names, either(names), markers, either(markers), frozenset(words(word) for word in _IGNORED)


def take_month(text: str) -> tuple[str, int, str] | None:
    """Calendar, number and the rest of ``words(text)`` without the month's name; None where there is none or two."""
    names, pattern, *_ = _tables()
    found = list(pattern.finditer(text))
    if len(found) != 1:
        return None
    match = found[0]
    calendar, month = names[match[1]]
    return calendar, month, " ".join((text[: match.start()] + " | " + text[match.end() :]).split())


def take_marker(text: str) -> tuple[str | None, str]:
    """The calendar that a mark such as هـ names, and the rest; words that say nothing (weekdays) are dropped."""
    _, _, markers, pattern, ignored = _tables()
    found = {markers[match[1]] for match in pattern.finditer(text)}
    rest = " ".join(word for word in pattern.sub(" ", text).split() if word not in ignored)
    return (found.pop() if len(found) == 1 else None), rest
