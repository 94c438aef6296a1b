"""For the tests of maps: governorates with borders, people of the desk, datasets that are out."""

from __future__ import annotations

import json
from types import SimpleNamespace

from rafid.commons import blobs
from rafid.commons.places.models import Level, PlaceVersion
from rafid.commons.products.catalogue.sync import set_fields
from rafid.commons.products.models import Dataset, Recipe
from rafid.commons.products.release.decide import approve, publish, send_to_review
from rafid.commons.products.release.freeze import make_version

FIELDS = [
    {"name": "area", "kind": "place", "role": "none"},
    {"name": "period", "kind": "period", "role": "none"},
    {"name": "sex", "kind": "text", "role": "quasi"},
    {
        "name": "cases", "kind": "integer", "role": "sensitive", "measure": "cases",
        "names": {"ar": "الحالات", "ckb": "حاڵەتەکان", "en": "Cases"},
    },
    {"name": "rate", "kind": "number", "role": "none", "names": {"ar": "المعدل", "ckb": "ڕێژە", "en": "Rate"}},
]  # fmt: skip
TEXTS = {
    "ar": {"title": "معدل الحالات بحسب المحافظة", "subtitle": "أرقام شهر أيلول"},
    "ckb": {"title": "ڕێژەی حاڵەتەکان بەپێی پارێزگا", "subtitle": "ژمارەکانی مانگی ئەیلوول"},
    "en": {"title": "Rate of cases by governorate", "subtitle": "Figures of September"},
}


def people(world):
    drawn = PlaceVersion.objects.filter(place__level=Level.GOVERNORATE, geometry__isnull=False)
    return SimpleNamespace(
        world=world,
        author=world.person("author", ("platform.author", None, None)),
        steward=world.person("steward", ("platform.steward", None, None)),
        approver=world.person("approver", ("platform.approver", None, None)),
        refs=sorted(set(drawn.values_list("place__ref", flat=True))),
    )


def table(desk, text, code="cases", fields=FIELDS, **more):
    dataset, _made = Dataset.objects.update_or_create(
        code=code,
        defaults={
            "programme": "wells", "origin": "table", "k": 5, "licence": "CC-BY-4.0", "name_ar": "الحالات",
            "name_ckb": "حاڵەتەکان", "name_en": "Cases", "attribution": {"en": "Ministry of Health"},
            "source": {"sha256": blobs.keep(text.encode()).sha256, "name": "cases.csv"}, **more,
        },
    )  # fmt: skip
    set_fields(dataset, fields)
    return dataset


def out(desk, dataset):
    version = send_to_review(make_version(dataset, desk.author), desk.author)
    return publish(approve(version, desk.steward), desk.approver)


def rates(desk, *, small=()):
    """Cases and rates by governorate; ``small`` of them have few cases."""
    lines = ["area,period,sex,cases,rate"]
    for at, ref in enumerate(desk.refs):
        cases = 2 if ref in small else 40 + 13 * at
        lines.append(f"{ref},202609,,{cases},{1.5 + at * at / 4}")
    return "\n".join(lines)


def body(**more):
    said = {
        "layers": [{"dataset": "cases", "field": "rate", "style": {"kind": "choropleth", "classes": 4}}],
        "page": {"size": "A4", "orientation": "landscape", "labels": "both"},
        "texts": TEXTS,
    }
    return json.loads(json.dumps(said | more))


def recipe(desk, said=None, code="cases-map"):
    return Recipe.objects.create(
        code=code, kind="map", programme="wells", sensitivity=0, made_by=desk.author, body=said or body(),
        **{f"name_{language}": texts["title"] for language, texts in TEXTS.items()},
    )  # fmt: skip
