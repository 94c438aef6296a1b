"""What other programmes and the catalogue read of the floods: where water stands, by class of depth."""

from __future__ import annotations

from rafid.commons.programme import Dataset, Field, MapLayer

from ..declared import three
from ..models import FloodPart

_ORIGINS = {
    "computed": three("محسوبة", "ژمێردراو", "Computed"),
    "observed": three("مرصودة من الأعلى", "لە سەرەوە بینراو", "Seen from above"),
}

DATASETS = (
    Dataset(
        "rivers-flood-extent",
        title=three("امتداد الفيضان", "ڕووبەری لافاو", "Flood extent"),
        about=three(
            "مساحات الغمر حسب فئات العمق لكل خريطة فيضان: محسوبة من منسوب، أو مرصودة من قمر صناعي.",
            "ڕووبەری ژێرئاوکەوتوو بەپێی پۆلەکانی قووڵی بۆ هەر نەخشەیەکی لافاو: لە ئاستێکەوە ژمێردراو، یان لە ئاسمانەوە بینراو.",
            "Flooded ground by class of depth of each flood map: computed from a stage, or seen by a satellite.",
        ),
        query=lambda user: FloodPart.objects.visible_to(user).filter(flood__state="published"),
        fields=(
            Field("map_ref", three("خريطة الفيضان", "نەخشەی لافاو", "Flood map"), hxl="#meta+id"),
            Field("origin", three("المنشأ", "سەرچاوە", "Origin"), "choice", choices=_ORIGINS),
            Field("station_code", three("المحطة", "وێستگە", "Station")),
            Field("stage_m", three("المنسوب", "ئاستی ئاو", "Stage"), "number", "m"),
            Field("on", three("لليوم", "بۆ ڕۆژی", "For the day"), "date", hxl="#date"),
            Field("depth_from_m", three("العمق من", "قووڵی لە", "Depth from"), "number", "m"),
            Field("depth_to_m", three("العمق إلى", "قووڵی تا", "Depth to"), "number", "m"),
            Field("area_km2", three("المساحة", "ڕووبەر", "Area"), "number", "km²"),
            Field("made_up", three("توضيحي", "نموونەیی", "Demonstration"), "boolean"),
        ),
        place="place",
        licence="CC-BY-4.0",
        theme="hazards",
        caveats=three(
            "الارتفاع فوق أقرب مجرى لا يعرف السداد الأدق من الشبكة ولا الزمن الذي يحتاجه الماء.",
            "بەرزی سەروو نزیکترین ئاوەڕۆ بەستی وردتر لە تۆڕەکە و ئەو کاتەی ئاو پێویستیەتی نازانێت.",
            "Height above the nearest drainage knows no dyke finer than the grid and no time that water needs.",
        ),
    ),
)

LAYERS = (MapLayer("rivers-flood-extent", dataset="rivers-flood-extent", style="outline"),)
