"""Whatever shows or hands out invented answers says DEMONSTRATION."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation

from rafid.commons.forms.demo import bring_form
from rafid.commons.forms.models import Form
from rafid.commons.programme import Form as Declared
from rafid.commons.programme import installed
from tests.methods.xforms.conftest import T1_XFORM

pytestmark = pytest.mark.django_db

PAGES = ("", "submissions/", "submissions/uuid:1/", "quality/", "quality/findings/", "export/")
SAID = "DEMONSTRATION: invented answers"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize("demonstration", [True, False])
def test_the_pages_and_files_say_it(field, client, demonstration):
    Form.objects.update(demonstration=demonstration)
    field.send(field.visit(1))
    client.force_login(field.world.person("officer", ("wells.officer", None, None)))
    for page in PAGES:
        answer = client.get(f"/forms/{field.form.pk}/{page}?lang=en")
        assert answer.status_code == 200, page
        assert (SAID in answer.content.decode()) is demonstration, page
    assert (">demonstration<" in client.get("/forms/?lang=en").content.decode()) is demonstration
    for file, name in (("export.csv.zip", "t1{}.csv.zip"), ("export.geojson", "t1{}.geojson")):
        said = client.get(f"/api/v1/forms/{field.form.pk}/{file}")["Content-Disposition"]
        assert name.format("-DEMONSTRATION" if demonstration else "") in said


def test_the_forms_of_a_demonstration_are_marked(world, monkeypatch):
    monkeypatch.setattr("rafid.commons.forms.demo.source_of", lambda _programme, _file: T1_XFORM.encode())
    programme = next(one for one in installed() if one.name == "wells")
    at = datetime(2026, 1, 1, tzinfo=UTC)
    form = bring_form(programme, Declared("t1", "t1.xml"), world.authority, None, [("t1.xml", at)])
    assert Form.objects.get(pk=form.pk).demonstration
