from rafid.commons.forms.answers import approved_rows
from rafid.commons.indicators.periods import span
from rafid.commons.programme import (
    Check,
    Column,
    Dataset,
    Exchange,
    Field,
    Form,
    Import,
    Indicator,
    Link,
    MapLayer,
    Navigation,
    Programme,
    Record,
    Role,
)

from .models import Well


def three(ar: str, ckb: str, en: str) -> dict[str, str]:
    return {"ar": ar, "ckb": ckb, "en": en}


def working_share(places, period):
    """Share of wells that work, by the place that they lie in."""
    found: dict = {}
    for well in Well.objects.exclude(place=None).filter(state="published"):
        of = found.setdefault(well.place_id, [0, 0])
        of[0] += well.working
        of[1] += 1
    for place, (working, of) in found.items():
        yield {"place": place, "period": period, "numerator": working, "denominator": of}


def people_served(places, period):
    """People who use the wells that approved checks of the period found working, by the place of the check."""
    when, found = span(period), {}
    for check in approved_rows("well_check", when.start, when.end):
        if check.place and check.main["working"] == "yes":
            found[check.place] = found.get(check.place, 0) + (check.main["users"] or 0)
    for place, people in found.items():
        yield {"place": place, "value": people}


WELLS = Programme(
    name="wells",
    names=three("الآبار", "بیرەکان", "Wells"),
    navigation=Navigation(
        three("الآبار", "بیرەکان", "Wells"),
        links=(
            Link("/records/wells/well/", three("سجل الآبار", "تۆماری بیرەکان", "Register of wells")),
            Link("/imports/new/?target=wells.wells", three("استيراد", "هاوردەکردن", "Import"), action="import"),
        ),
    ),
    roles=(
        Role(
            "keeper",
            three("أمين السجل", "تۆمارکار", "Keeper"),
            reads="restricted",
            may=frozenset({"add", "change", "delete", "import", "check"}),
        ),
        Role("reader", three("قارئ", "خوێنەر", "Reader"), reads="partner"),
        Role(
            "officer",
            three("ضابط الاستمارات", "ئەفسەری فۆڕمەکان", "Forms officer"),
            reads="restricted",
            may=frozenset({"design", "collect", "review", "approve", "export"}),
        ),
        Role(
            "reviewer",
            three("مراجع", "پێداچوونەوەکار", "Reviewer"),
            reads="restricted",
            may=frozenset({"review", "approve"}),
        ),
        Role("collector", three("جامع بيانات", "کۆکەرەوە", "Collector"), reads="partner", may=frozenset({"collect"})),
        Role("donor", three("مانح", "بەخشەر", "Donor"), reads="partner", may=frozenset({"export"})),
        Role("guard", three("حارس", "پاسەوان", "Guard"), reads="restricted", second_factor=True),
    ),
    records=(
        Record(
            "well",
            list=("ref", "number", "place", "depth_m", "working", "state"),
            page=("number", "name_ar", "name_ckb", "name_en", "depth_m", "yield_m3h", "working", "drilled_on", "point"),
            search=("number", "name_ar", "name_ckb", "name_en"),
            period="drilled_on",
        ),
    ),
    forms=(
        Form(
            "well_check",
            "well_check.md",
            on_state="wells.heard:heard",
            names=three("فحص بئر", "پشکنینی بیر", "Check of a well"),
        ),
    ),
    checks=(
        Check(
            "deep",
            2,
            query=lambda wells: wells.filter(depth_m__gt=600),
            message=three(
                "عمق البئر {depth_m} م يزيد على 600 م",
                "قووڵیی بیر {depth_m} م لە 600 م زیاترە",
                "{depth_m} m is deeper than 600 m",
            ),
            field="depth_m",
            row=lambda values: (values.get("depth_m") or 0) > 600,
        ),
    ),
    indicators=(
        Indicator(
            "wells-working",
            three("نسبة الآبار العاملة", "ڕێژەی بیرە کارکەرەکان", "Share of wells that work"),
            unit="%",
            definition=three(
                "الآبار العاملة من مجموع الآبار", "بیرە کارکەرەکان لە کۆی بیرەکان", "Working wells of all wells"
            ),
            kind="share",
            multiplier=100,
            rollup="ratio",
            compute=working_share,
        ),
        Indicator(
            "wells-people",
            three("المستفيدون من الآبار", "سوودمەندانی بیرەکان", "People who use wells"),
            unit="people",
            definition=three(
                "المستفيدون بحسب الفحوص المعتمدة",
                "سوودمەندان بەپێی پشکنینە پەسەندکراوەکان",
                "People by approved checks",
            ),
            compute=people_served,
        ),
    ),
    imports=(
        Import(
            "wells",
            names=three("الآبار", "بیرەکان", "Wells"),
            record="well",
            unique=("number",),
            columns=(
                Column("number", three("الرقم", "ژمارە", "Number"), required=True),
                Column("governorate", three("المحافظة", "پارێزگا", "Governorate"), kind="place", levels=(1,)),
                Column("place", three("القضاء", "قەزا", "District"), kind="place", parent="governorate", levels=(2,)),
                Column("depth_m", three("العمق", "قووڵی", "Depth"), kind="number", required=True, minimum=0),
                Column("yield_m3h", three("التصريف", "بەرهەم", "Yield"), kind="number"),
                Column("working", three("عامل", "کاردەکات", "Working"), kind="boolean", default=True),
                Column("drilled_on", three("تاريخ الحفر", "بەرواری هەڵکەندن", "Drilled on"), kind="date"),
                Column("name_ar", three("الاسم بالعربية", "ناو بە عەرەبی", "Name (Arabic)")),
                Column("name_en", three("الاسم بالإنجليزية", "ناو بە ئینگلیزی", "Name (English)")),
            ),
        ),
    ),
    datasets=(
        Dataset(
            "wells",
            title=three("الآبار", "بیرەکان", "Wells"),
            query=lambda user: Well.objects.visible_to(user),
            place="place",
            fields=(
                Field("ref", hxl="#meta+id"),
                Field("number"),
                Field("depth_m", kind="number", unit="m", hxl="#value+depth"),
                Field("working", kind="boolean"),
            ),
            licence="CC-BY-4.0",
        ),
    ),
    exchange=(
        Exchange(
            "wells.well",
            fields=(
                "number",
                "name_ar",
                "name_ckb",
                "name_en",
                "depth_m",
                "yield_m3h",
                "working",
                "drilled_on",
                "point",
                "state",
            ),
            rules="wells.sharing:rules",
            areas="wells.sharing:areas",
            consent="wells.sharing:closes",
        ),
    ),
    layers=(MapLayer("wells", dataset="wells", style="point"),),
)
