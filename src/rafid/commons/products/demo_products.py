"""Products of the demonstration: maps, an atlas and the programmes' bulletins, drawn by the worker after the start.

Each goes the whole way: begun by the author, approved and published by the approver. A cut-off task goes on where it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rafid.commons.people.models import Account
from rafid.commons.records.models import State

from .editions.ladder import approve, begin, draw, publish, send_to_review
from .models import Edition, Kind, Recipe


def _texts(ar: str, ckb: str, en: str) -> dict[str, dict[str, str]]:
    return {"ar": {"title": ar}, "ckb": {"title": ckb}, "en": {"title": en}}


def _rates(code: str, ramp: str, level: str = "governorate") -> dict[str, Any]:
    style = {"kind": "choropleth", "how": "jenks", "classes": 5, "ramp": ramp}
    return {"layers": [{"indicator": code, "level": level, "style": style}]}


def _maps() -> list[tuple[str, tuple[str, str, str], dict[str, Any]]]:
    """Code, titles and body."""
    from .ramps import DEFAULT

    symbols = {"kind": "symbols", "colour": "blue", "size": 22}
    points = {"kind": "points", "colour": "orange"}
    return [
        ("map-density", ("الكثافة السكانية حسب المحافظة", "چڕیی دانیشتووان بەپێی پارێزگا", "Population density by governorate"),
         _rates("population-density", DEFAULT)),
        ("map-urban", ("نسبة الحضر حسب المحافظة", "ڕێژەی شار بەپێی پارێزگا", "Urban share by governorate"),
         _rates("share-urban", DEFAULT)),
        ("map-children", ("نسبة الأطفال حسب المحافظة", "ڕێژەی منداڵان بەپێی پارێزگا", "Share of children by governorate"),
         _rates("share-children", DEFAULT)),
        ("map-dependency", ("نسبة الإعالة حسب المحافظة", "ڕێژەی بەخێوکردن بەپێی پارێزگا", "Dependency ratio by governorate"),
         _rates("dependency-ratio", DEFAULT)),
        ("map-population", ("عدد السكان حسب المحافظة", "ژمارەی دانیشتووان بەپێی پارێزگا", "Population by governorate"),
         {"layers": [{"indicator": "population", "level": "governorate", "style": symbols}]}),
        ("map-water-points", ("نقاط المياه (تجريبية)", "خاڵەکانی ئاو (تاقیکاری)", "DEMONSTRATION: water points"),
         {"layers": [{"dataset": "demo-water-points", "field": "served", "style": points}]}),
    ]  # fmt: skip


def make(progress: Any) -> None:
    """The task: what is there already stays; an edition that was cut off goes on."""
    people = {one.login: one for one in Account.objects.filter(login__in=("platform.author", "platform.approver"))}
    author, approver = people["platform.author"], people["platform.approver"]
    recipes = [_recipe(code, Kind.MAP, titles, body, author) for code, titles, body in _maps()]
    recipes.append(_atlas(author))
    recipes += Recipe.objects.filter(declared=True, kind__in=(Kind.BULLETIN, Kind.SHEET)).order_by("code")
    for done, recipe in enumerate(recipes):
        progress.at(done, len(recipes))
        _out(recipe, author, approver)
    progress.at(len(recipes), len(recipes))


def _recipe(code: str, kind: str, titles: tuple[str, str, str], body: Mapping[str, Any], author: Account) -> Recipe:
    ar, ckb, en = titles
    found = Recipe.objects.filter(code=code).first()
    if found is not None:
        return found
    return Recipe.objects.create(
        code=code, kind=kind, programme="statistics", owner=author.organisation, sensitivity=0, name_ar=ar, name_ckb=ckb,
        name_en=en, theme="population", made_by=author, demonstration=code == "map-water-points",
        body={"texts": _texts(ar, ckb, en), "page": {"size": "A4", "orientation": "landscape"}} | dict(body),
    )  # fmt: skip


def _atlas(author: Account) -> Recipe:
    titles = ("أطلس السكان حسب المحافظة", "ئەتڵەسی دانیشتووان بەپێی پارێزگا", "Atlas of population by governorate")
    drawn = Recipe.objects.get(code="map-density").body
    return _recipe("atlas-population", Kind.ATLAS, titles, {"map": drawn, "level": "governorate", "of": ""}, author)


def _out(recipe: Recipe, author: Account, approver: Account) -> None:
    edition = recipe.editions.order_by("-number").first() or begin(recipe, author)
    if edition.state == State.DRAFT:
        edition = send_to_review(edition, author)
    if edition.state == State.IN_REVIEW:
        edition = approve(edition, approver, incomplete=True)
    if edition.state == State.APPROVED:
        draw(edition)
        publish(Edition.objects.get(pk=edition.pk), approver)
