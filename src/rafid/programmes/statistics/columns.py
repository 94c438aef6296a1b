"""Columns of the two tables that can be imported, with the words that statistical sheets use for them."""

from __future__ import annotations

from typing import Any

from rafid.commons.indicators.disaggregation import code_lists
from rafid.commons.places.country import country
from rafid.commons.programme import Column

TOTAL = "total"
"""Rows of an age table that hold all ages."""

_SEXES = {
    "female": ("f", "females", "women", "إناث", "اناث", "أنثى", "انثى", "نساء", "مێ", "مێینە", "ژن", "+f"),
    "male": ("m", "males", "men", "ذكور", "ذكر", "رجال", "نێر", "نێرینە", "پیاو", "+m"),
}
_RESIDENCES = {
    "urban": ("u", "حضر", "حضري", "شار", "شارنشین", "مدينة"),
    "rural": ("r", "ريف", "ريفي", "لادێ", "گوند", "گوندنشین"),
}
_ALL_AGES = (
    "total",
    "all",
    "all ages",
    "المجموع",
    "الكلي",
    "المجموع الكلي",
    "جميع الأعمار",
    "کۆ",
    "کۆی گشتی",
    "هەموو تەمەنەکان",
)


def three(ar: str, ckb: str, en: str) -> dict[str, str]:
    return {"ar": ar, "ckb": ckb, "en": en}


def choices_of(dimension: str, spellings: dict[str, tuple[str, ...]] | None = None) -> dict[str, tuple[str, ...]]:
    """Codes of the country's list with their names in three languages and the spellings given."""
    found: dict[str, tuple[str, ...]] = {}
    for code, part in code_lists().get(dimension, {}).items():
        found[code] = (*part.names.values(), *(spellings or {}).get(code, ()))
    return found


def age_groups() -> dict[str, tuple[str, ...]]:
    """Also as sheets write them: ``0-4``, ``0 - 4``, ``85+``; and the row of all ages."""
    found = {TOTAL: _ALL_AGES}
    for code, names in choices_of("age_group").items():
        first, _dash, last = code.rstrip("+").partition("-")
        low = str(int(first)) if first.isdigit() else first
        if last.isdigit():
            high = str(int(last))
            own = (f"{low}-{high}", f"{low} - {high}", f"{low}–{high}", f"({low}-{high})", f"{low} إلى {high}")
        else:
            own = (
                f"{low}+",
                f"{low} +",
                f"+{low}",
                f"{low} فأكثر",
                f"{low} and over",
                f"{low} و زیاتر",
                f"{low} سنة فأكثر",
            )
        found[code] = (*names, *own)
    return found


def with_total(choices: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {TOTAL: _ALL_AGES, **choices}


def place_columns() -> tuple[Column, ...]:
    """Where a figure belongs: the deepest of the three counts.

    The statistical office's districts are a division of their own; a name that is in both would fit two places.
    """
    others = tuple(one.code for one in country().divisions[1:])
    return (
        Column(
            "governorate",
            three("المحافظة", "پارێزگا", "Governorate"),
            kind="place",
            levels=(0, 1),
            synonyms=(
                "governorate", "governorate name", "governorate_pcode", "gov", "province", "muhafadha", "adm1", "adm1_name",
                "adm1_pcode", "محافظة", "اسم المحافظة", "المحافظات", "پارێزگاکان", "ناوی پارێزگا", "پارێزگای",
            ),
            hxl="#adm1+name",
        ),
        Column(
            "district",
            three("القضاء (تقسيم الإحصاء)", "قەزا (دابەشکردنی ئامار)", "District (of the statistical office)"),
            kind="place",
            parent="governorate",
            levels=(2,),
            divisions=others,
            synonyms=(
                "district", "district name", "qadha", "qada", "القضاء", "قضاء", "اسم القضاء", "الأقضية", "رمز القضاء",
                "قەزا", "قەزاکان", "ناوی قەزا", "ref",
            ),
            hxl="#adm2+name",
        ),
        Column(
            "place",
            three("المكان (رمز أو اسم)", "شوێن (کۆد یان ناو)", "Place (P-code or name)"),
            kind="place",
            parent="governorate",
            levels=(0, 1, 2, 3),
            synonyms=(
                "place", "pcode", "p-code", "place code", "adm2_pcode", "adm3_pcode", "admin code", "location",
                "المكان", "الرمز المكاني", "رمز المكان", "الوحدة الإدارية", "شوێن", "کۆدی شوێن",
            ),
            hxl="#loc+code",
        ),
    )  # fmt: skip


def period_column() -> Column:
    return Column(
        "period",
        three("الفترة", "ماوە", "Period"),
        kind="period",
        required=True,
        synonyms=("period", "year", "date", "السنة", "سنة", "العام", "الشهر", "ساڵ", "مانگ", "بەروار"),
        hxl="#date+period",
    )


def _people(code: str, names: dict[str, str], hxl: str, *synonyms: str) -> Column:
    return Column(code, names, kind="number", minimum=0, synonyms=synonyms, hxl=hxl)


def population_columns() -> tuple[Column, ...]:
    return (
        *place_columns(),
        period_column(),
        Column(
            "age_group",
            three("الفئة العمرية", "گرووپی تەمەن", "Age group"),
            kind="choice",
            choices=age_groups(),
            default=TOTAL,
            synonyms=("age", "ages", "age groups", "العمر", "الفئات العمرية", "فئات العمر", "تەمەن", "گرووپەکانی تەمەن"),
            hxl="#age",
        ),
        _people(
            TOTAL, three("المجموع", "کۆی گشتی", "Total"), "#population+total", "total population", "population",
            "both sexes", "مجموع", "المجموع الكلي", "عدد السكان", "السكان", "كلا الجنسين", "الكلي", "کۆ",
            "دانیشتووان", "ژمارەی دانیشتووان", "هەردوو ڕەگەز",
        ),
        _people(
            "female", three("إناث", "مێ", "Female"), "#population+f", "females", "women", "اناث", "أنثى", "نساء",
            "مێینە", "ژن", "مجموع الإناث",
        ),
        _people(
            "male", three("ذكور", "نێر", "Male"), "#population+m", "males", "men", "ذكر", "رجال", "نێرینە", "پیاو",
            "مجموع الذكور",
        ),
        _people("urban", three("حضر", "شار", "Urban"), "#population+urban", "حضري", "شارنشین", "سكان الحضر"),
        _people("rural", three("ريف", "لادێ", "Rural"), "#population+rural", "ريفي", "گوندنشین", "سكان الريف", "گوند"),
        _people(
            "urban_female", three("حضر، إناث", "شار، مێ", "Urban, female"), "#population+urban+f", "حضر إناث",
            "إناث حضر", "female urban",
        ),
        _people(
            "urban_male", three("حضر، ذكور", "شار، نێر", "Urban, male"), "#population+urban+m", "حضر ذكور",
            "ذكور حضر", "male urban",
        ),
        _people(
            "rural_female", three("ريف، إناث", "لادێ، مێ", "Rural, female"), "#population+rural+f", "ريف إناث",
            "إناث ريف", "female rural",
        ),
        _people(
            "rural_male", three("ريف، ذكور", "لادێ، نێر", "Rural, male"), "#population+rural+m", "ريف ذكور",
            "ذكور ريف", "male rural",
        ),
    )  # fmt: skip


def value_columns() -> tuple[Column, ...]:
    text: dict[str, Any] = {"kind": "text"}
    return (
        Column(
            "indicator", three("المؤشر", "نیشاندەر", "Indicator"), required=True, hxl="#indicator+code",
            synonyms=("indicator code", "code", "رمز المؤشر", "کۆدی نیشاندەر", "پێوەر"), **text,
        ),
        *place_columns(),
        period_column(),
        Column(
            "sex", three("الجنس", "ڕەگەز", "Sex"), kind="choice", choices=with_total(choices_of("sex", _SEXES)),
            default=TOTAL, synonyms=("gender", "النوع", "ڕەگەزی"),
        ),
        Column(
            "age_group", three("الفئة العمرية", "گرووپی تەمەن", "Age group"), kind="choice", choices=age_groups(),
            default=TOTAL, synonyms=("age", "العمر", "تەمەن"),
        ),
        Column(
            "residence", three("البيئة", "ژینگە", "Urban or rural"), kind="choice",
            choices=with_total(choices_of("residence", _RESIDENCES)), default=TOTAL,
            synonyms=("residence", "milieu", "حضر/ريف", "شار/لادێ", "area type"),
        ),
        Column(
            "value", three("القيمة", "بەها", "Value"), kind="number", hxl="#indicator+value+num",
            synonyms=("القيمة العددية", "figure", "ژمارە", "بەهای نیشاندەر"),
        ),
        Column(
            "numerator", three("البسط", "سەرکەرت", "Numerator"), kind="number", synonyms=("num",),
            hxl="#indicator+numerator",
        ),
        Column(
            "denominator", three("المقام", "ژێرکەرت", "Denominator"), kind="number", minimum=0, synonyms=("denom",),
            hxl="#indicator+denominator",
        ),
        Column("source", three("المصدر", "سەرچاوە", "Source"), synonyms=("مصدر البيانات",), hxl="#meta+source", **text),
    )  # fmt: skip
