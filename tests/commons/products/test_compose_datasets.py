"""Staff make datasets from indicators and tables, and write what readers read of them, without overwriting one another."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from rafid.commons.products.models import Dataset
from rafid.commons.products.release.freeze import make_version
from rafid.commons.records.models import Task

from .test_release import desk, out  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def sent(desk, **more):  # noqa: F811
    return {
        "origin": "figures", "indicators": ["population"], "by": ["sex"], "levels": ["governorate"], "code": "people-by-sex",
        "programme": "statistics", "owner": str(desk.world.authority.pk), "name_ar": "السكان", "name_ckb": "دانیشتووان",
        "name_en": "People", **more,
    }  # fmt: skip


def table(*rows):
    return SimpleUploadedFile("stock.csv", "\n".join(",".join(row) for row in rows).encode())


def test_from_indicators_to_readers(desk, client):  # noqa: F811
    """The whole way: chosen, made with its first version, decided on, found in the catalogue."""
    client.force_login(desk.author)
    assert "/catalog/new/" in client.get("/catalog/", {"lang": "en"}).content.decode()
    assert "population" in client.get("/catalog/new/", {"indicator": "population"}).content.decode()
    answer = client.post("/catalog/new/", sent(desk, make="on"))
    assert answer.status_code == 302
    assert answer.url.startswith("/tasks/")
    assert Task.objects.filter(name="release", link="/catalog/people-by-sex/edit/").exists()
    made = Dataset.objects.get(code="people-by-sex")
    assert [one.name for one in made.fields.all()][-2:] == ["sex", "population"]
    assert made.fields.get(name="population").role == "sensitive"
    version = out(desk, made)
    assert version.rows > 18
    client.logout()
    assert client.get("/data/people-by-sex.csv").status_code == 200


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"code": "People!"}, "Use small Latin letters"),
        ({"code": "new"}, "Use small Latin letters"),
        ({"code": "population"}, "A dataset has this code already"),
        ({"indicators": []}, "Choose indicators that are adopted"),
        ({"levels": []}, "Choose at least one level"),
        ({"name_ar": "", "name_ckb": "", "name_en": ""}, "Write a title in one language at least"),
        ({"origin": "table"}, "Choose a file"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(desk, client, more, words):  # noqa: F811
    client.force_login(desk.author)
    count = Dataset.objects.count()
    answer = client.post("/catalog/new/?lang=en", sent(desk, **more))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Dataset.objects.count() == count


def test_nobody_else_composes(desk, client, world):  # noqa: F811
    assert client.get("/catalog/new/").status_code == 302
    client.force_login(world.stranger)
    assert client.get("/catalog/new/").status_code == 404
    client.force_login(desk.approver)
    assert client.post("/catalog/new/", sent(desk)).status_code == 404


def test_from_a_table(desk, client):  # noqa: F811
    client.force_login(desk.author)
    codes = [one.ref for one in desk.districts[:2]]
    upload = table(
        ("District", "السنة", "Stock (t)", "Checked on", "Latitude", "Note"),
        (codes[0], "2026", "12.5", "2026-09-01", "33.3", "=cmd"), (codes[1], "2026", "7", "", "33.4", "ok"),
    )  # fmt: skip
    answer = client.post("/catalog/new/", sent(desk, origin="table", table=upload, code="stock"))
    assert answer.status_code == 302
    assert answer.url == "/catalog/stock/edit/"
    made = Dataset.objects.get(code="stock")
    kinds = {one.name: (one.kind, one.role) for one in made.fields.all()}
    assert kinds == {
        "district": ("place", "none"), "column_2": ("period", "none"), "stock_t": ("number", "none"),
        "checked_on": ("date", "none"), "latitude": ("latitude", "geometry"), "note": ("text", "none"),
    }  # fmt: skip
    assert made.fields.get(name="column_2").names["ar"] == "السنة"
    version = make_version(made, desk.author)
    assert [row.values["stock_t"] for row in version.released.order_by("n")] == [12.5, 7]
    assert "latitude" not in version.released.first().values, "where it lies is a position, not a number"
    # A newer table with the same columns is the next version's; another one is refused.
    form = {"version": str(made.version), "name_en": "Stock", "every": "as needed"}
    wrong = client.post("/catalog/stock/edit/?lang=en", {**form, "table": table(("a",), ("1",))})
    assert wrong.status_code == 422
    assert "The columns must be those of the table before" in wrong.content.decode()
    newer = table(
        ("District", "السنة", "Stock (t)", "Checked on", "Latitude", "Note"), (codes[0], "2026", "9", "", "", "")
    )
    assert client.post("/catalog/stock/edit/", {**form, "table": newer}).status_code == 302
    assert make_version(Dataset.objects.get(code="stock"), desk.author).rows == 1


def test_a_workbook_with_hxl_tags(desk, client):  # noqa: F811
    book = Workbook()
    for row in (["Place", "People"], ["#adm2+code", "#affected"], [desk.districts[0].ref, 12]):
        book.active.append(row)
    out_ = io.BytesIO()
    book.save(out_)
    client.force_login(desk.author)
    upload = SimpleUploadedFile("people.xlsx", out_.getvalue())
    assert client.post("/catalog/new/", sent(desk, origin="table", table=upload, code="tagged")).status_code == 302
    assert [(one.kind, one.hxl) for one in Dataset.objects.get(code="tagged").fields.all()] == [
        ("place", "#adm2+code"), ("integer", "#affected"),
    ]  # fmt: skip


@pytest.mark.parametrize(("content", "words"), [(b"", "empty"), (b"\x00\x01\x02", ""), (b"a,b\n", "no rows")])
def test_a_file_that_is_no_table_is_refused(desk, client, content, words):  # noqa: F811
    client.force_login(desk.author)
    upload = SimpleUploadedFile("x.csv", content)
    answer = client.post("/catalog/new/?lang=en", sent(desk, origin="table", table=upload, code="none-such"))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Dataset.objects.filter(code="none-such").exists()


@pytest.fixture
def made(desk, client):  # noqa: F811
    client.force_login(desk.author)
    client.post("/catalog/new/", sent(desk))
    return Dataset.objects.get(code="people-by-sex")


def form_of(dataset, **more):
    """As the browser sends the page back."""
    found = {"version": str(dataset.version), "fields": "1", "name_ar": "السكان", "name_en": "People", "every": "P1Y"}
    for one in dataset.fields.all():
        base = f"field-{one.name}-"
        found |= {base + code: (one.names or {}).get(code, "") for code in ("ar", "ckb", "en")}
        found |= {base + "unit": one.unit, base + "hxl": one.hxl, base + "role": one.role}
    return found | more


def test_texts_and_fields_are_edited(made, client):
    answer = client.get("/catalog/people-by-sex/edit/", {"lang": "en"})
    assert answer.status_code == 200
    more = {
        "description_en": "Who lives where",
        "licence": "CC-BY-4.0",
        "theme": "population",
        "field-population-hxl": "#population",
    }
    assert client.post("/catalog/people-by-sex/edit/", form_of(made, **more)).status_code == 302
    found = Dataset.objects.get(pk=made.pk)
    assert (found.description["en"], found.licence, found.every) == ("Who lives where", "CC-BY-4.0", "P1Y")
    assert found.fields.get(name="population").hxl == "#population"
    assert found.version > made.version
    assert found.fields.get(name="sex").role == "quasi"


def test_whoever_read_an_older_state_overwrites_nothing(made, client, desk):  # noqa: F811
    late = form_of(made, description_en="Mine")
    assert client.post("/catalog/people-by-sex/edit/", form_of(made, description_en="Theirs")).status_code == 302
    answer = client.post("/catalog/people-by-sex/edit/?lang=en", late)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Somebody changed this dataset while you were writing" in html
    assert "Theirs" in html
    assert "Mine" in html
    assert str(desk.author) in html, "it says who"
    found = Dataset.objects.get(pk=made.pk)
    assert found.description["en"] == "Theirs"
    assert client.post("/catalog/people-by-sex/edit/", {**late, "version": str(found.version)}).status_code == 302
    assert Dataset.objects.get(pk=made.pk).description["en"] == "Mine"


def test_a_change_of_fields_alone_is_a_change(made, client):
    late = form_of(made, **{"field-sex-en": "Mine"})
    first = form_of(made, **{"field-sex-en": "Theirs"})
    assert client.post("/catalog/people-by-sex/edit/", first).status_code == 302
    again = form_of(Dataset.objects.get(pk=made.pk), **{"field-sex-en": "Again"})
    assert client.post("/catalog/people-by-sex/edit/", again).status_code == 302
    assert client.post("/catalog/people-by-sex/edit/", late).status_code == 409


def test_protection_is_taken_off_by_a_steward_alone(made, client, desk):  # noqa: F811
    weaker = form_of(made, **{"field-population-role": "none"})
    answer = client.post("/catalog/people-by-sex/edit/?lang=en", weaker)
    assert answer.status_code == 422
    assert "a data steward alone" in answer.content.decode()
    both = desk.world.person("both", ("platform.author", None, None), ("platform.steward", None, None))
    client.force_login(both)
    assert client.post("/catalog/people-by-sex/edit/", weaker).status_code == 302
    assert made.fields.get(name="population").role == "none"


@pytest.mark.parametrize("tag", ["affected", "#Affected", "#affected +f", "=#x"])
def test_a_tag_that_is_none_is_refused(made, client, tag):
    answer = client.post("/catalog/people-by-sex/edit/?lang=en", form_of(made, **{"field-population-hxl": tag}))
    assert answer.status_code == 422
    assert "write an HXL tag" in answer.content.decode()


def test_a_declared_one_is_edited_where_it_is_declared(client, desk):  # noqa: F811
    client.force_login(desk.author)
    assert client.get("/catalog/population/edit/").status_code == 404


@pytest.mark.parametrize("lang", ["ar", "ckb", "en"])
def test_the_pages_stand_in_each_language(made, client, lang):
    for address in ("/catalog/new/", "/catalog/people-by-sex/edit/", "/catalog/people-by-sex/"):
        assert client.get(address, {"lang": lang}).status_code == 200


def test_the_api_changes_what_was_read_and_nothing_newer(made, client, world):
    address = "/api/v1/products/datasets/people-by-sex"
    etag = client.get(address).json()["etag"]

    def change(body, **headers):
        return client.patch(f"{address}?lang=en", body, content_type="application/json", headers=headers)

    assert change({"theme": "population"}).status_code == 428
    done = change({"about": {"en": "Who"}, "theme": "population"}, **{"If-Match": etag})
    assert (done.status_code, done.json()["about"], done.json()["theme"]) == (200, {"en": "Who"}, "population")
    late = change({"theme": "health"}, **{"If-Match": etag})
    assert (late.status_code, late["Content-Type"]) == (409, "application/problem+json")
    etag = done.json()["etag"]
    for body, where in (
        ({"every": "monthly"}, "every"), ({"titles": {"de": "Leute"}}, "titles"),
        ({"titles": {"ar": "", "ckb": "", "en": ""}}, "name_ar"), ({"theme": "a\x00"}, "theme"),
    ):  # fmt: skip
        refused = change(body, **{"If-Match": etag})
        assert (refused.status_code, refused.json()["errors"][0]["where"]) == (422, where)
    client.force_login(world.stranger)
    assert change({"theme": "health"}, **{"If-Match": etag}).status_code == 404


def test_a_column_of_place_names_is_one_of_places(desk, client):  # noqa: F811
    client.force_login(desk.author)
    upload = table(("المحافظة", "التقدير"), ("البصرة", "40"), ("نينوى", "50"), ("السليمانية", "60"))
    assert client.post("/catalog/new/", sent(desk, origin="table", table=upload, code="named")).status_code == 302
    assert [one.kind for one in Dataset.objects.get(code="named").fields.all()] == ["place", "integer"]
