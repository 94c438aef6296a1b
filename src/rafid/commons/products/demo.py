"""The demonstration of publishing: datasets released through the desk by three people who do not exist.

Real figures where the country pack brings them; what is invented says DEMONSTRATION in its name. Loading again adds what is
missing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from rafid.commons import blobs
from rafid.commons.indicators.models import Indicator
from rafid.commons.names import in_three
from rafid.commons.people.models import Account
from rafid.commons.places.country import country
from rafid.commons.places.models import Level, Place
from rafid.commons.records.tasks import start

from .catalogue.sync import set_fields
from .models import Dataset, DatasetVersion
from .release.decide import approve, publish, send_to_review, withdraw
from .release.freeze import make_version
from .release.of_figures import figure_fields

SEED = "products"
FIGURES = (
    # code, indicators, dimensions, levels, name (ar, ckb, en)
    ("population-by-sex", ("population",), ("sex",), ("governorate", "district"),
     ("السكان حسب الجنس", "دانیشتووان بەپێی ڕەگەز", "Population by sex")),
    ("population-by-residence", ("population",), ("residence",), ("governorate",),
     ("السكان حسب البيئة", "دانیشتووان بەپێی ژینگە", "Population by residence")),
    ("population-governorates", ("population",), (), ("country", "governorate"),
     ("سكان المحافظات", "دانیشتووانی پارێزگاکان", "Population of governorates")),
    ("population-density", ("population-density",), (), ("governorate", "district"),
     ("الكثافة السكانية", "چڕیی دانیشتووان", "Population density")),
    ("sex-ratio", ("sex-ratio",), (), ("governorate", "district"), ("نسبة النوع", "ڕێژەی ڕەگەز", "Sex ratio")),
    ("share-urban", ("share-urban",), (), ("governorate", "district"), ("نسبة الحضر", "ڕێژەی شار", "Urban share")),
    ("dependency-ratio", ("dependency-ratio",), (), ("governorate",), ("نسبة الإعالة", "ڕێژەی بەخێوکردن", "Dependency ratio")),
    ("share-children", ("share-children",), (), ("governorate",), ("نسبة الأطفال", "ڕێژەی منداڵان", "Share of children")),
    ("population-overview", ("population", "share-urban", "sex-ratio", "population-density"), (), ("governorate",),
     ("نظرة عامة على السكان", "پوختەی دانیشتووان", "Population at a glance")),
)  # fmt: skip
MONTHLY = (
    # code, programme, theme, indicators, levels, name (ar, ckb, en)
    ("immunization-coverage", "immunization", "health",
     ("bcg-coverage", "penta1-coverage", "penta3-coverage", "mcv1-coverage", "penta-dropout"), ("governorate", "district"),
     ("تغطية التلقيح حسب الشهر", "پۆشینی کوتان بەپێی مانگ", "Immunization coverage by month")),
    ("preparedness-stocks", "preparedness", "relief", ("kits-needed", "kits-in-store", "kits-covered"), ("governorate",),
     ("مخزون الإغاثة حسب الشهر", "کۆگای فریاگوزاری بەپێی مانگ", "Relief stocks by month")),
    ("preparedness-response", "preparedness", "hazards",
     ("volunteers-trained-share", "alerts-answered-share"), ("governorate",),
     ("المتطوعون والاستجابة للإنذارات", "خۆبەخشان و وەڵامدانەوەی ئاگاداری", "Volunteers and response to alerts")),
    ("mine-action-progress", "monitoring", "mines", ("land-surveyed", "land-released", "land-released-share"), ("governorate",),
     ("تقدم تحرير الأراضي", "پێشکەوتنی ئازادکردنی زەوی", "Progress of land release")),
    ("labour-market", "statistics", "work", ("participation-rate", "unemployment-rate", "placement-rate"),
     ("governorate", "district"), ("سوق العمل حسب الشهر", "بازاڕی کار بەپێی مانگ", "The labour market by month")),
    ("water-quality", "statistics", "water", ("rainfall", "river-salinity", "water-safe-share", "irrigation-share"),
     ("governorate", "district"), ("المياه حسب الشهر", "ئاو بەپێی مانگ", "Water by month")),
)  # fmt: skip
POINTS = (
    ("demo-water-points", 600, ("نقاط مياه (عرض توضيحي)", "خاڵەکانی ئاو (نیشاندان)", "DEMONSTRATION: water points"), "exact"),
    ("demo-clinics", 240, ("مراكز صحية (عرض توضيحي)", "بنکەی تەندروستی (نیشاندان)", "DEMONSTRATION: health centres"), "exact"),
    ("demo-shelters", 160,
     ("مآوٍ على شبكة (عرض توضيحي)", "پەناگەکان لەسەر تۆڕ (نیشاندان)", "DEMONSTRATION: shelters on a grid"), "grid"),
)  # fmt: skip
INVENTED = {
    "ar": "أرقام مختلقة للعرض التوضيحي؛ لا تدل على مكان ولا على شخص.",
    "ckb": "ژمارەی دروستکراو بۆ تاقیکردنەوە؛ هیچ شوێن و کەسێک دەرناخات.",
    "en": "DEMONSTRATION: invented figures; they say nothing of any place or person.",
}


class _Desk:
    """The three people, and what they do one after another."""

    def __init__(self, today: date) -> None:
        named = {one.login: one for one in Account.objects.filter(login__startswith="platform.")}
        self.author, self.steward = named["platform.author"], named["platform.steward"]
        self.approver = named["platform.approver"]
        self.now = timezone.make_aware(datetime.combine(today, time(9)))

    def out(self, dataset: Dataset, *, days: int = 0, reach: str = "") -> DatasetVersion:
        """``days`` ago."""
        version = send_to_review(make_version(dataset, self.author, reach=reach), self.author)
        version = publish(approve(version, self.steward, why="Demonstration"), self.approver)
        if days:
            at = self.now - timedelta(days=days)
            DatasetVersion.objects.filter(pk=version.pk).update(published_at=at, made_at=at - timedelta(hours=3))
        return version


def load(today: date, scale: float = 1) -> list[str]:
    desk, random = _Desk(today), Random(SEED)  # noqa: S311 - a demonstration, not a secret
    small = scale < 1
    done = []
    declared = Dataset.objects.filter(origin="declared", versions=None, programme="statistics").order_by("code")
    for dataset in declared:
        desk.out(dataset, days=40)
        done.append(dataset.code)
    for code, indicators, by, levels, names in FIGURES[: 1 if small else None]:
        if not Dataset.objects.filter(code=code).exists():
            done.append(_figures(desk, code, indicators, by, levels, names, days=random.randrange(5, 60)))
    for code, count, names, policy in POINTS[: 1 if small else None]:
        if not Dataset.objects.filter(code=code).exists():
            done.append(_points(desk, code, count if not small else 40, names, policy, random))
    if not Dataset.objects.filter(code="demo-cases").exists():
        done.append(_cases(desk, today, random, months=1 if small else 6))
    if not small:
        for code, programme, theme, indicators, levels, names in MONTHLY:
            if not Dataset.objects.filter(code=code).exists():
                done.append(
                    _figures(
                        desk, code, indicators, (), levels, names, days=6, programme=programme, theme=theme, every="P1M",
                        demonstration=True, attribution={},
                    )
                )  # fmt: skip
        done += _states(desk, today, random)
        if done:
            about = in_three(gettext_noop("Maps, an atlas and bulletins of the demonstration are drawn"))
            start(
                "demonstration",
                "rafid.commons.products.demo_products:make",
                {},
                about=about,
                link="/gallery/",
                by=desk.author,
            )
    return [f"{len(done)} datasets: {', '.join(done)}"] if done else []


def _new(desk: _Desk, code: str, names: Sequence[str], **more: Any) -> Dataset:
    ar, ckb, en = names
    said: dict[str, Any] = {
        "programme": "statistics", "name_ar": ar, "name_ckb": ckb, "name_en": en, "licence": "CC-BY-4.0", "sensitivity": 0,
        "owner": desk.author.organisation, "demonstration": True, "made_by": desk.author,
    }  # fmt: skip
    return Dataset.objects.create(code=code, **said | more)


def _figures(
    desk: _Desk,
    code: str,
    codes: Sequence[str],
    by: Sequence[str],
    levels: Sequence[str],
    names: Sequence[str],
    *,
    days: int,
    **more: Any,
) -> str:
    chosen = list(Indicator.objects.adopted().filter(code__in=codes).order_by("order"))
    said: dict[str, Any] = {
        "origin": "figures", "demonstration": False, "every": "P1Y", "theme": "population",
        "source": {"indicators": [one.code for one in chosen], "by": list(by), "levels": list(levels)},
        "description": _about(chosen),
        "attribution": {"ar": "هيئة الإحصاء", "ckb": "دەستەی ئامار", "en": "Statistical office"},
    }  # fmt: skip
    said |= more
    if said["demonstration"]:
        said["caveats"] = INVENTED
    dataset = _new(desk, code, names, **said)
    set_fields(dataset, figure_fields(chosen, by))
    desk.out(dataset, days=days)
    return code


def _about(chosen: Sequence[Indicator]) -> dict[str, str]:
    """What the figures mean: the definition of one, the names of several."""
    if len(chosen) == 1:
        return {language: chosen[0].definition.get(language, "") for language in ("ar", "ckb", "en")}
    return {
        language: {"en": ", "}.get(language, "، ").join(one.names[language] for one in chosen) + "."
        for language in ("ar", "ckb", "en")
    }


def _table(
    desk: _Desk, code: str, names: Sequence[str], fields: list[dict[str, Any]], rows: list[Sequence[Any]], **more: Any
) -> Dataset:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([one["name"] for one in fields])
    writer.writerows(rows)
    blob = blobs.keep(text.getvalue().encode())
    more.setdefault("description", INVENTED)
    dataset = _new(desk, code, names, origin="table", source={"sha256": blob.sha256, "name": f"{code}.csv"}, **more)
    set_fields(dataset, fields)
    return dataset


def _field(name: str, names: Sequence[str], kind: str, role: str = "none", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "names": dict(zip(("ar", "ckb", "en"), names, strict=True)),
        "kind": kind,
        "role": role,
        **more,
    }


AREA = _field("area", ("رمز المكان", "کۆدی شوێن", "Place code"), "place", hxl="#loc+code")
PERIOD = _field("period", ("الفترة", "ماوە", "Period"), "period", hxl="#date+period")


def _districts() -> list[Place]:
    rows = Place.objects.filter(level=Level.DISTRICT, division=country().division).exclude(point=None)
    return list(rows.select_related("parent").order_by("ref"))


def _points(desk: _Desk, code: str, count: int, names: Sequence[str], points: str, random: Random) -> str:
    districts = _districts()
    kinds = ("a", "b", "c")
    rows = []
    for number in range(count):
        place = random.choice(districts)
        lon, lat = place.point.x + random.gauss(0, 0.05), place.point.y + random.gauss(0, 0.05)
        rows.append((f"{code[5:].upper()}-{number + 1:04}", place.ref, random.choice(kinds), random.randrange(20, 900),
                     f"{lon:.5f}", f"{lat:.5f}"))  # fmt: skip
    fields = [
        _field("number", ("الرقم", "ژمارە", "Number"), "text", hxl="#meta+id"),
        AREA,
        _field("kind", ("النوع", "جۆر", "Kind"), "choice", choices={
            "a": {"ar": "عام", "ckb": "گشتی", "en": "Public"}, "b": {"ar": "خاص", "ckb": "تایبەت", "en": "Private"},
            "c": {"ar": "مؤقت", "ckb": "کاتی", "en": "Temporary"},
        }),
        _field("served", ("المستفيدون", "سوودمەندان", "People served"), "integer", unit="persons", hxl="#reached"),
        _field("lon", ("خط الطول", "درێژی", "Longitude"), "longitude", "geometry"),
        _field("lat", ("خط العرض", "پانی", "Latitude"), "latitude", "geometry"),
    ]  # fmt: skip
    dataset = _table(
        desk,
        code,
        names,
        fields,
        rows,
        theme="services",
        every="P3M",
        points=points,
        grid_m=5000 if points == "grid" else None,
    )
    desk.out(dataset, days=12)
    return code


def _cases(desk: _Desk, today: date, random: Random, *, months: int) -> str:
    """Small cells on purpose: in some district a month has three cases of one sex."""
    rows: list[Sequence[Any]] = []
    districts = _districts()
    for back in range(months, 0, -1):
        first = (today.replace(day=1) - timedelta(days=28 * back)).replace(day=1)
        period = f"{first:%Y%m}"
        sums: dict[tuple[str, str], int] = {}
        for place in districts:
            for sex in ("f", "m"):
                cases = random.choices((0, random.randrange(1, 5), random.randrange(5, 40)), (3, 2, 6))[0]
                rows.append((place.ref, period, sex, cases))
                for area in (place.ref, place.parent.ref):
                    for key in (sex, "total"):
                        if (area, key) != (place.ref, sex):
                            sums[area, key] = sums.get((area, key), 0) + cases
        rows += [(area, period, sex, cases) for (area, sex), cases in sorted(sums.items())]
    fields = [
        AREA,
        PERIOD,
        _field("sex", ("الجنس", "ڕەگەز", "Sex"), "choice", "quasi", hxl="#gender", choices={
            "f": {"ar": "إناث", "ckb": "مێ", "en": "Female"}, "m": {"ar": "ذكور", "ckb": "نێر", "en": "Male"},
            "total": {"ar": "المجموع", "ckb": "کۆی گشتی", "en": "Total"},
        }),
        _field("cases", ("الحالات", "حاڵەتەکان", "Cases"), "integer", "sensitive", unit="cases",
               measure="demo-cases", hxl="#affected"),
    ]  # fmt: skip
    names = ("حالات حسب القضاء (عرض توضيحي)", "حاڵەتەکان بەپێی قەزا (نیشاندان)", "DEMONSTRATION: cases by district")
    dataset = _table(desk, "demo-cases", names, fields, rows, theme="health", every="P1M", k=5)
    desk.out(dataset, days=5)
    return "demo-cases"


def _states(desk: _Desk, today: date, random: Random) -> list[str]:
    """One that nobody may have, one that is overdue, one that was withdrawn, one that waits at the desk."""
    rows = [(place.ref, f"{today.year - 1}", random.randrange(40, 4000)) for place in _districts()]
    fields = [
        AREA,
        PERIOD,
        _field("households", ("الأسر", "خێزانەکان", "Households"), "integer", "sensitive", unit="households"),
    ]
    made = []
    for code, names, more in (
        ("demo-withheld",
         ("عناوين الأسر (عرض توضيحي)", "ناونیشانی خێزانەکان (نیشاندان)", "DEMONSTRATION: addresses of households"),
         {"may_leave": "nobody", "sensitivity": 2, "caveats": {
             "ar": "لا يخرج: عنوان الأسرة يكشف أفرادها.", "ckb": "دەرناچێت: ناونیشانی خێزان ئەندامەکانی دەناسێنێت.",
             "en": "Does not leave: an address tells who lives there."}}),
        ("demo-overdue",
         ("أسر مستضيفة (عرض توضيحي)", "خێزانە میواندارەکان (نیشاندان)", "DEMONSTRATION: host households"), {"every": "P1M"}),
        ("demo-withdrawn",
         ("أسر نازحة (عرض توضيحي)", "خێزانە ئاوارەکان (نیشاندان)", "DEMONSTRATION: displaced households"), {}),
        ("demo-waiting", ("أسر عائدة (عرض توضيحي)", "خێزانە گەڕاوەکان (نیشاندان)", "DEMONSTRATION: returned households"), {}),
    ):  # fmt: skip
        if Dataset.objects.filter(code=code).exists():
            continue
        dataset = _table(desk, code, names, fields, rows, theme="population", **more)
        made.append(code)
        if code == "demo-overdue":
            desk.out(dataset, days=75)
        elif code == "demo-withdrawn":
            desk.out(dataset, days=30)
            why = {"ar": "مصدره خاطئ.", "ckb": "سەرچاوەکەی هەڵەیە.", "en": "Its source was wrong."}
            withdraw(dataset, desk.approver, why=why)
        elif code == "demo-waiting":
            send_to_review(make_version(dataset, desk.author), desk.author)
    return made
