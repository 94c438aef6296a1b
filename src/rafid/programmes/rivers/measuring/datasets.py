"""The datasets of rivers, for the catalogue, OData and the feeds."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from rafid.commons.programme import Dataset, Field, MapLayer

from ..declared import three


def _rows(name: str) -> Any:
    """The query of that name, whose libraries are read when it is first asked."""

    def query(user: Any) -> Any:
        return getattr(import_module("rafid.programmes.rivers.measuring.rows"), name)(user)

    return query


_CLASSES = {
    "unknown": three("غير معروف", "نەزانراو", "Unknown"),
    "normal": three("اعتيادي", "ئاسایی", "Normal"),
    "watch": three("مراقبة", "چاودێری", "Watch"),
    "warning": three("إنذار", "ئاگادارکردنەوە", "Warning"),
    "severe": three("شديد", "توند", "Severe"),
    "extreme": three("بالغ الشدة", "زۆر توند", "Extreme"),
    "low": three("منخفض", "نزم", "Low"),
    "critical": three("منخفض بدرجة حرجة", "بە شێوەیەکی مەترسیدار نزم", "Critically low"),
}
_QUALITY = {
    "good": three("جيدة", "باش", "Good"),
    "not_judged": three("لم تُقيَّم", "هەڵنەسەنگێنراو", "Not judged"),
    "suspect": three("مشكوك فيها", "گومانلێکراو", "Suspect"),
}
_NAMES = (
    Field("name_ar", three("الاسم بالعربية", "ناو بە عەرەبی", "Name in Arabic"), hxl="#loc+name+i_ar"),
    Field("name_ckb", three("الاسم بالكردية", "ناو بە کوردی", "Name in Kurdish"), hxl="#loc+name+i_ckb"),
    Field("name_en", three("الاسم بالإنجليزية", "ناو بە ئینگلیزی", "Name in English"), hxl="#loc+name+i_en"),
)
_PLACE = Field("place", three("رمز المكان", "کۆدی شوێن", "Code of the place"), "place", hxl="#loc+code")
_MADE_UP = Field(
    "demonstration", three("عرض توضيحي", "نموونەی پیشاندان", "Demonstration"), "boolean", hxl="#meta+demonstration"
)
_CAVEAT = three(
    "قيم أولية: قد تُصحَّح لاحقاً، ويبقى ما كان معروفاً قبل التصحيح.",
    "بەهای سەرەتایین: لەوانەیە دواتر ڕاست بکرێنەوە، و ئەوەی پێش ڕاستکردنەوە زانراو بوو دەمێنێتەوە.",
    "Provisional values: they may be corrected later, and what was known before stays.",
)


def number(name: str, names: dict[str, str], unit: str = "", hxl: str | None = None) -> Field:
    return Field(name, names, "number", unit, hxl=hxl)


RESERVOIR = (
    Field("code", three("الرمز", "کۆد", "Code"), hxl="#loc+reservoir+code"), *_NAMES,
    Field("country", three("البلد", "وڵات", "Country"), hxl="#country+code"),
    Field("time", three("وقت القراءة", "کاتی خوێندنەوە", "Time of the reading"), "datetime", hxl="#date+reported"),
    number("level_m", three("المنسوب", "ئاستی ئاو", "Level"), "m", "#indicator+level+num"),
    number("storage_mm3", three("الخزين", "ئاوی کۆکراو", "Storage"), "Mm³", "#indicator+storage+num"),
    number("capacity_mm3", three("السعة", "توانا", "Capacity"), "Mm³", "#capacity+num"),
    Field("fill_pct", three("نسبة الامتلاء", "ڕێژەی پڕبوون", "Fill"), "number", "%", hxl="#indicator+fill+pct",
          of=("storage_mm3", "capacity_mm3")),
    number("inflow_m3s", three("الوارد", "هاتوو", "Inflow"), "m³/s", "#indicator+inflow+num"),
    number("release_m3s", three("الإطلاق", "بەردان", "Release"), "m³/s", "#indicator+release+num"),
    _MADE_UP,
)  # fmt: skip

_PARTS = {
    "low": three("منخفض", "کەم", "Low"),
    "below_normal": three("دون المعتاد", "خوار ئاسایی", "Below normal"),
    "normal": three("معتاد", "ئاسایی", "Normal"),
    "above_normal": three("فوق المعتاد", "سەرووی ئاسایی", "Above normal"),
    "high": three("مرتفع", "زۆر", "High"),
}
DROUGHT = (
    Field("period", three("الشهر", "مانگ", "Month"), "period", hxl="#date+period"),
    Field("index", three("المؤشر", "پێنیشاندەر", "Index"), "choice", hxl="#indicator+code", choices={
        "spi": three("الأمطار (SPI)", "باران (SPI)", "Rain (SPI)"),
        "spei": three("الأمطار ناقص التبخر والنتح (SPEI)", "باران کەم هەڵمین (SPEI)", "Rain less evapotranspiration (SPEI)"),
    }),
    Field("scale", three("عدد الأشهر", "ژمارەی مانگەکان", "Months together"), "integer", hxl="#indicator+scale+num"),
    Field("area", three("رمز المحافظة أو الحوض", "کۆدی پارێزگا یان حەوز", "Governorate or basin"), hxl="#adm1+code"),
    *_NAMES,
    Field("area_kind", three("النوع", "جۆر", "Kind"), "choice", hxl="#loc+type", choices={
        "governorate": three("محافظة", "پارێزگا", "Governorate"), "basin": three("حوض", "حەوز", "Basin"),
    }),
    number("mean", three("متوسط المؤشر", "ناوەندی پێنیشاندەر", "Mean of the index"), "", "#indicator+mean+num"),
    number("dry_pct", three("المساحة الجافة", "ڕووبەری وشک", "Area in drought"), "%", "#indicator+drought+pct"),
    *(number(f"{code}_pct", names, "%", f"#indicator+{code.replace('_', '')}+pct") for code, names in _PARTS.items()),
    number("known_km2", three("المساحة المعروفة", "ڕووبەری زانراو", "Area with an index"), "km²", "#geo+area+num"),
    number("covered_pct", three("ما تغطيه الشبكة", "ئەوەی تۆڕەکە دایدەپۆشێت", "Covered by the grid"), "%", "#meta+pct"),
    _MADE_UP,
)  # fmt: skip

REACH = (
    Field("code", three("الرمز", "کۆد", "Code"), hxl="#loc+reach+code"),
    Field("upstream", three("من", "لە", "From"), hxl="#loc+from+code"),
    Field("downstream", three("إلى", "بۆ", "To"), hxl="#loc+to+code"),
    Field("river", three("النهر", "ڕووبار", "River"), hxl="#loc+river"),
    number("length_km", three("الطول", "درێژی", "Length"), "km", "#geo+length+num"),
    number("travel_h", three("زمن الانتقال", "کاتی گەیشتن", "Travel time"), "h", "#indicator+travel+num"),
    number("x", three("المعامل x", "هاوکۆلکەی x", "Weight x"), "", "#indicator+x+num"),
    number("loss_share", three("نسبة الفاقد", "ڕێژەی ونبوو", "Share lost"), "", "#indicator+loss+num"),
    Field("valid_from", three("صالح من", "لەوەوە کارپێکراوە", "Valid from"), "datetime", hxl="#date+start"),
    Field("source", three("المصدر", "سەرچاوە", "Source"), hxl="#meta+source"),
)


def _dataset(code: str, title: dict[str, str], about: dict[str, str], query: Any, fields: Any, **more: Any) -> Dataset:
    return Dataset(
        code, title=title, about=about, query=query, fields=tuple(fields), theme="water", caveats=_CAVEAT, **more
    )


DATASETS = (
    _dataset(
        "rivers-stations", three("محطات القياس", "وێستگەکانی پێوان", "Gauging stations"),
        three("المحطات ومواقعها وأنهارها وما تقيسه.", "وێستگەکان و شوێن و ڕووباریان و ئەوەی دەیپێون.",
              "Stations, where they are, on which river, and what they measure."),
        _rows("stations"),
        (
            Field("code", three("الرمز", "کۆد", "Code"), hxl="#loc+station+code"), *_NAMES,
            Field("station_kind", three("النوع", "جۆر", "Kind"), hxl="#loc+type"),
            Field("river", three("النهر", "ڕووبار", "River"), hxl="#loc+river"),
            Field("status", three("الحالة", "دۆخ", "Status"), hxl="#status"),
            _PLACE,
            Field("owner", three("الجهة المالكة", "خاوەن", "Owner"), hxl="#org+name"),
        ),
        place="place", licence="CC-BY-4.0", every="as needed",
    ),
    _dataset(
        "rivers-readings", three("آخر القراءات", "دوایین خوێندنەوەکان", "Latest readings"),
        three("آخر قيمة صالحة لكل متغير في كل محطة، بعد انتهاء الحظر عليها.",
              "دوایین بەهای دروستی هەر گۆڕاوێک لە هەر وێستگەیەک، دوای کۆتایی قەدەغەکەی.",
              "The latest good value of each variable at each station, once its embargo is over."),
        _rows("readings"),
        (
            Field("station", three("المحطة", "وێستگە", "Station"), hxl="#loc+station+code"),
            Field("variable", three("المتغير", "گۆڕاو", "Variable"), hxl="#indicator+code"),
            Field("time", three("الوقت", "کات", "Time"), "datetime", hxl="#date"),
            number("value", three("القيمة", "بەها", "Value"), "", "#indicator+value+num"),
            Field("unit", three("الوحدة", "یەکە", "Unit"), hxl="#indicator+unit"),
            Field("quality", three("الجودة", "جۆرایەتی", "Quality"), "choice", hxl="#status+quality", choices=_QUALITY),
            Field("class", three("الصنف", "پۆل", "Class"), "choice", hxl="#severity", choices=_CLASSES),
            Field("known_from", three("معروفة منذ", "لەوەوە زانراوە", "Known from"), "datetime", hxl="#date+known"),
            _PLACE,
            _MADE_UP,
        ),
        place="place", licence="CC-BY-4.0", every="P1D",
    ),
    _dataset(
        "rivers-reservoirs", three("الخزانات", "عەمبارەکان", "Reservoirs"),
        three("منسوب كل خزان وخزينه وامتلاؤه ووارده وإطلاقه كما يراها من يسأل.",
              "ئاست و ئاوی کۆکراو و پڕبوون و هاتوو و بەردانی هەر عەمبارێک وەک ئەوەی پرسیارکەر دەیبینێت.",
              "Level, storage, fill, inflow and release of each reservoir, as whoever asks may see them."),
        _rows("reservoirs"), RESERVOIR, licence="CC-BY-4.0", every="P1D",
    ),
    _dataset(
        "rivers-drought", three("الجفاف حسب المحافظة", "وشکەساڵی بەپێی پارێزگا", "Drought by governorate"),
        three("SPI وSPEI لثلاثة أشهر واثني عشر شهراً: حصة كل صنف من مساحة المحافظة أو الحوض.",
              "SPI و SPEI بۆ سێ و دوازدە مانگ: بەشی هەر پۆلێک لە ڕووبەری پارێزگا یان حەوز.",
              "SPI and SPEI of three and twelve months: the share of each class in the area of a governorate or basin."),
        _rows("droughts"), DROUGHT, place="place", licence="CC-BY-4.0", every="P1M",
    ),
)  # fmt: skip

LAYERS = (MapLayer("rivers-stations", dataset="rivers-stations", style="point"),)

__all__ = ["DATASETS", "DROUGHT", "LAYERS", "REACH", "RESERVOIR"]
