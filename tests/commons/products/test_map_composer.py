"""The map composer's pages: form, preview, recipe, template, edition, logos."""

from __future__ import annotations

import io
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override
from PIL import Image

from rafid.commons import blobs
from rafid.commons.products.keeping import named_blobs
from rafid.commons.products.maps.forms import layer_initial
from rafid.commons.products.maps.logos import LARGEST, keep_logo
from rafid.commons.products.maps.templates import sync_templates
from rafid.commons.products.models import Edition, Recipe, Template
from rafid.commons.programme import installed
from rafid.commons.records.models import Task

from .map_desk import out, people, rates, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    with override("en"):
        desk = people(world)
        out(desk, table(desk, rates(desk)))
        yield desk


def form(**more):
    return {
        "layers": "1", "l0-what": "d:cases:rate", "l0-kind": "choropleth", "l0-how": "quantile", "l0-classes": "4",
        "l0-ramp": "blues", "l0-colour": "blue", "l0-size": "18", "p-size": "A4", "p-orientation": "portrait",
        "p-labels": "names", "p-inset": "on", "en-title": "Rate of cases", "ar-title": "معدل", "ckb-title": "ڕێژە",
        "r-programme": "wells", "r-reach": "0", "action": "save", **more,
    }  # fmt: skip


NEW = "/compose/maps/new/?lang=en"


def test_from_the_form_to_an_edition(desk, client):
    client.force_login(desk.author)
    assert "Cases" in client.get(NEW).content.decode()
    answer = client.post(NEW, form())
    assert (answer.status_code, answer["Location"]) == (302, "/compose/maps/rate-of-cases/")
    recipe = Recipe.objects.get(code="rate-of-cases")
    assert (recipe.name_ar, recipe.sensitivity, recipe.made_by) == ("معدل", 0, desk.author)
    (layer,) = recipe.body["layers"]
    assert layer["style"]["how"] == "quantile"
    assert layer_initial(layer)["what"] == "d:cases:rate"
    page = "/compose/maps/rate-of-cases/?lang=en"
    shown = client.get(page).content.decode()
    assert "data:image/png;base64," in shown
    assert json.loads(client.get("/compose/maps/rate-of-cases.json").content) == recipe.body
    answer = client.post(page, {"action": "begin", "period": "soon"})
    assert answer.status_code == 422
    answer = client.post(page, {"action": "begin", "period": ""})
    edition = Edition.objects.get(recipe=recipe)
    task = Task.objects.get(link=f"/compose/editions/{edition.pk}/")
    assert answer["Location"] == reverse("task", args=[task.pk]), "it is seen being drawn, and goes on to the edition"
    assert edition.figures["layers"][0]["version"] == 1
    again = client.post(page, form(version=str(recipe.version), action="template", **{"l0-classes": "3"}))
    assert again.status_code == 302
    assert Template.objects.get(code="rate-of-cases").body["layers"][0]["style"]["classes"] == 3
    stale = client.post(page, form(version=str(recipe.version)))
    assert stale.status_code == 409
    assert "meanwhile" in stale.content.decode()


def test_whoever_does_not_compose_finds_nothing(desk, client):
    assert client.get(NEW).status_code == 302
    client.force_login(desk.world.stranger)
    for address in (NEW, "/compose/maps/rate-of-cases/", "/compose/maps/rate-of-cases.json"):
        assert client.get(address).status_code == 404
    assert client.post("/compose/maps/preview/", form()).status_code == 404


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"l0-what": "d:cases:cases"}, "Use circles or a rate"),
        ({"l0-classes": "300"}, "7"),
        ({"p-bbox": "44, 33"}, "four numbers"),
        ({"p-places": "Nowhereville"}, "No place is called"),
        ({"l0-how": "fixed", "l0-breaks": "5; x"}, "each larger"),
        ({"en-title": "", "ar-title": "", "ckb-title": ""}, "title"),
        ({"l0-period": "2020"}, "No row"),
        ({"l0-what": "d:nothing:x"}, "nothing"),
    ],
)
def test_what_cannot_be_drawn_is_said_beside_the_form(desk, client, more, said):
    client.force_login(desk.author)
    answer = client.post("/compose/maps/preview/?lang=en", form(**more))
    saved = client.post(NEW, form(**more))
    text = answer.content.decode() + saved.content.decode()
    assert answer.status_code == 200
    assert saved.status_code in (422, 302)
    assert said in text
    if saved.status_code == 302:  # a period without figures yet is no wrong recipe: its edition is refused
        assert client.post(saved["Location"], {"action": "begin"}).status_code == 422


def test_a_layer_is_added_and_taken_away(desk, client):
    client.force_login(desk.author)
    assert 'name="l1-what"' in client.post(NEW, form(action="add")).content.decode()
    two = form(layers="2", **{name.replace("l0-", "l1-"): value for name, value in form().items() if name[:3] == "l0-"})
    client.post(NEW, two | {"r-code": "two"})
    assert len(Recipe.objects.get(code="two").body["layers"]) == 2
    client.post(NEW, two | {"r-code": "one", "l0-remove": "on", "l1-classes": "2"})
    assert [one["style"]["classes"] for one in Recipe.objects.get(code="one").body["layers"]] == [2]


def logo(size=(40, 20), kind="PNG", name="logo.png"):
    held = io.BytesIO()
    Image.new("RGB", size, "red").save(held, kind)
    return SimpleUploadedFile(name, held.getvalue())


def test_logos_are_pictures_and_nothing_else(desk, client):
    client.force_login(desk.author)
    answer = client.post(NEW, form(**{"r-code": "with-logo"}) | {"logo": logo()})
    assert answer.status_code == 302
    (kept,) = Recipe.objects.get(code="with-logo").body["logos"]
    assert named_blobs([kept["sha256"], "0" * 64]) == {kept["sha256"]}
    assert blobs.read(kept["sha256"]).startswith(b"\x89PNG")
    script = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    for upload, said in (
        (SimpleUploadedFile("logo.svg", script), "SVG"),
        (SimpleUploadedFile("logo.png", script), "SVG"),
        (SimpleUploadedFile("logo.png", b"no picture"), "no PNG or JPEG"),
        (SimpleUploadedFile("logo.png", b"\x89PNG" + b"0" * LARGEST), "2 MB"),
        (logo(kind="GIF", name="logo.gif"), "no PNG or JPEG"),
        (logo(size=(5000, 2)), "4,000"),
    ):
        with pytest.raises(ValidationError) as refused:
            keep_logo(upload)
        assert said in refused.value.messages[0]
    refused = client.post(NEW, form(**{"r-code": "bad-logo"}) | {"logo": SimpleUploadedFile("logo.svg", script)})
    assert refused.status_code == 422
    assert not Recipe.objects.filter(code="bad-logo").exists()


def test_declared_layers_are_templates_once():
    declared = [f"{one.name}-{layer.code}" for one in installed() for layer in one.layers]
    assert declared
    sync_templates()
    assert {one.code for one in Template.objects.filter(declared=True, kind="map")} >= set(declared)
    assert sync_templates() == []
    Template.objects.filter(code=declared[0]).update(body={})
    assert sync_templates() == declared[:1]
    assert Template.objects.filter(code=declared[0]).count() == 2
