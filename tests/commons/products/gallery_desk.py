"""Products for the tests of the gallery: a maker that draws a small picture and a table, and people of the desk."""

from __future__ import annotations

import io
from types import SimpleNamespace

from PIL import Image

from rafid.commons import blobs
from rafid.commons.products.catalogue.sync import set_fields
from rafid.commons.products.editions import kinds, ladder
from rafid.commons.products.editions.canonical import recipe_sha256
from rafid.commons.products.editions.kinds import Made
from rafid.commons.products.models import Dataset, Recipe
from rafid.commons.products.release.decide import approve, publish, send_to_review
from rafid.commons.products.release.freeze import make_version

NAMES = {"ar": "خريطة الموصل", "ckb": "نەخشەی مووسڵ", "en": "Map of Mosul"}


class Fake:
    """Draws what its body says in one colour."""

    def problems(self, body):
        return []

    def missing(self, body, languages):
        return [f"title ({code})" for code in languages if not body.get("title", {}).get(code)]

    def inputs(self, body):
        dataset = Dataset.objects.filter(code=body.get("dataset", "")).first()
        found = dataset and dataset.versions.filter(state="published").order_by("-number").first()
        return [found] if found else []

    def figures(self, body, period, user):
        return {
            "cases": {"label": {"en": "Cases", "ar": "الحالات", "ckb": "حاڵەتەکان"}, "value": body["value"]},
            "kept": 7,
        }

    def draw(self, edition, language):
        picture = io.BytesIO()
        colour = (edition.body["value"] % 256, {"ar": 1, "ckb": 2, "en": 3}[language], 7)
        Image.new("RGB", (640, 480), colour).save(picture, "PNG")
        table = f"what,value\n{language},{edition.body['value']}\n".encode()
        return [
            Made(f"map-{language}.png", "image/png", picture.getvalue()),
            Made(f"data-{language}.csv", "text/csv", table),
        ]


def people(world):
    return SimpleNamespace(
        world=world,
        author=world.person("author", ("platform.author", None, None)),
        steward=world.person("steward", ("platform.steward", None, None)),
        approver=world.person("approver", ("platform.approver", None, None)),
    )


def use_fake(monkeypatch):
    monkeypatch.setitem(kinds._makers, "map", Fake())


def recipe_of(staff, code="mosul", *, value=40, names=NAMES, dataset="", **more):
    values = {
        "kind": "map", "programme": "wells", "owner": staff.world.authority, "sensitivity": 0, "theme": "health",
        "summary": {"en": "Where the cases are.", "ar": "أين الحالات.", "ckb": "حاڵەتەکان لە کوێن."},
        "body": {"title": names, "value": value, "dataset": dataset, "extent": {"places": ["T11"]}},
        "made_by": staff.author, **{f"name_{lang}": text for lang, text in names.items()}, **more,
    }  # fmt: skip
    values["sha256"] = recipe_sha256(values["body"])
    return Recipe.objects.create(code=code, **values)


def edition_of(staff, recipe, *, value=None, period=""):
    """Published, by the people of the desk."""
    if value is not None:
        recipe.body = {**recipe.body, "value": value}
        recipe.save()
    edition = ladder.send_to_review(ladder.begin(recipe, staff.author, period=period), staff.author)
    edition = ladder.approve(edition, staff.approver, incomplete=True)
    ladder.draw(edition)
    return ladder.publish(edition, staff.approver)


def version_of(staff, code="cases", value=40):
    """A dataset of one count, and its next published version."""
    blob = blobs.keep(f"area,period,cases\nT1,2026,{value}\n".encode())
    dataset, _made = Dataset.objects.update_or_create(
        code=code,
        defaults={
            "programme": "wells", "owner": staff.world.authority, "origin": "table", "licence": "CC-BY-4.0",
            "source": {"sha256": blob.sha256, "name": "cases.csv"},
            "name_ar": "الحالات", "name_ckb": "حاڵەتەکان", "name_en": "Cases", "attribution": {"en": "Ministry"},
        },
    )  # fmt: skip
    fields = (("area", "place", "none"), ("period", "period", "none"), ("cases", "integer", "sensitive"))
    set_fields(dataset, [{"name": name, "kind": kind, "role": role} for name, kind, role in fields])
    version = send_to_review(make_version(dataset, staff.author), staff.author)
    return publish(approve(version, staff.steward), staff.approver)
