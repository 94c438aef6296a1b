"""Sheets and bulletins: live fields, what is told of wrong ones, frozen figures, PDF and data file, the way to the public."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from rafid.commons import blobs
from rafid.commons.indicators.models import Indicator, IndicatorValue
from rafid.commons.places.models import Place
from rafid.commons.products.editions import ladder
from rafid.commons.products.editions.comparing import differences
from rafid.commons.products.models import Recipe
from rafid.commons.products.sheets import body as bodies
from rafid.commons.products.sheets.fields import NoField, read, written
from rafid.commons.products.sheets.gather import gather
from rafid.commons.products.sheets.maker import SheetMaker
from rafid.commons.products.sheets.markup import html_of
from rafid.commons.products.sheets.periods import after, before, compared_with, ended, meant

pytestmark = pytest.mark.django_db


def three(text, ar="نص", ckb="دەق"):
    return {"ar": ar, "ckb": ckb, "en": text}


@pytest.fixture
def room(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    south, north = (Place.objects.get(ref=ref) for ref in ("IQG08", "IQG02"))
    indicator = Indicator.objects.create(
        code="wells-open", programme="wells", unit="wells", kind="count", rollup="sum",
        name_ar="الآبار العاملة", name_ckb="بیرە کارکەرەکان", name_en="Open wells",
    )  # fmt: skip
    secret = Indicator.objects.create(
        code="wells-closed", programme="wells", unit="wells", kind="count", name_en="Closed"
    )

    def value(number, period, place=None, indicator=indicator, sensitivity=0):
        return IndicatorValue.objects.create(
            indicator=indicator, place=place or south, period=period, value=number, owner=world.authority,
            sensitivity=sensitivity, source_text="Water authority", as_of=period,
        )  # fmt: skip

    value(1200, "202607")
    value(1234, "202608")
    value(1300, "202608", north)
    value(5, "202608", indicator=secret, sensitivity=1)
    body = {
        "place": "IQG08",
        "blocks": [
            {"id": "a", "kind": "heading", "text": three("Wells", "الآبار", "بیرەکان")},
            {"id": "b", "kind": "text", "text": three(
                "There are **{indicator:wells-open}** wells, {indicator:wells-open change} since the month before.",
                "هناك **{indicator:wells-open}** بئراً، أي {indicator:wells-open change} عن الشهر السابق.",
                "**{indicator:wells-open}** بیر هەن، {indicator:wells-open change} لە مانگی پێشووەوە.")},
            {"id": "c", "kind": "chart", "chart": "line", "indicator": "wells-open", "title": three("By month")},
            {"id": "d", "kind": "table", "indicators": ["wells-open"], "place": "IQ", "title": three("By governorate")},
            {"id": "e", "kind": "footnote", "text": three("Counted on the last day of the month.")},
        ],
    }  # fmt: skip
    author = world.person("author", ("platform.author", None, None))
    approver = world.person("approver", ("platform.approver", None, None))
    recipe = Recipe.objects.create(
        code="wells-monthly", kind="bulletin", programme="wells", name_ar="نشرة الآبار", name_ckb="بڵاوکراوەی بیرەکان",
        name_en="Bulletin of wells", sensitivity=0, body=body, every="P1M", made_by=author,
    )  # fmt: skip
    return SimpleNamespace(world=world, author=author, approver=approver, recipe=recipe, body=body, value=value)


def out(room, edition, **how):
    ladder.send_to_review(edition, room.author)
    approved = ladder.approve(edition, room.approver, **how)
    ladder.draw(approved)
    return ladder.publish(approved, room.approver)


def file_of(edition, name):
    return blobs.read(edition.files.get(name=name).sha256)


def words_of(pdf):
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_field_is_read_in_any_order():
    assert read("indicator", "population 0 2024 IQG08 sex=female") == read(
        "indicator", "population IQG08 sex=female 2024 0"
    )
    live = read("indicator", "population prev change% sex=female;age_group=00-04")
    assert (live.period, live.how, live.by) == ("prev", "change%", "age_group=00-04;sex=female")
    assert read("dataset", "cases total IQG08 2026 sex=f").column == "total"
    assert written(read("indicator", "x IQG08")) == "{indicator:x IQG08}"


@pytest.mark.parametrize(("source", "inside"), [
    ("indicator", ""), ("indicator", "x A B"), ("indicator", "x sex="), ("dataset", "cases"), ("figure", "x"),
])  # fmt: skip
def test_a_field_that_cannot_be_read_says_why(source, inside):
    with pytest.raises(NoField) as told:
        read(source, inside)
    assert str(told.value)


def test_periods_before_and_meant():
    assert [before(one) for one in ("2026", "2026Q1", "202601", "2026W1")] == ["2025", "2025Q4", "202512", "2025W52"]
    assert [after(one) for one in ("2026", "2026Q4", "202612")] == ["2027", "2027Q1", "202701"]
    assert meant("", "202608", ["202606"]) == "202608"
    assert meant("latest", "202608", ["202609", "202606"]) == "202606"
    assert meant("prev", "202601", []) == "202512"
    assert compared_with("2024", ["2024", "202401", "1997"]) == "1997"
    from datetime import date

    assert ended(date(2026, 9, 1), "P1M") == "202608"
    assert ended(date(2026, 9, 30), "P3M") == "2026Q2"


def test_markup_runs_nothing():
    html = html_of(
        "<script>x</script> **bold** [here](javascript:alert) {indicator:x}", lambda live: "<bdi>1_2_3</bdi>"
    )
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert 'href="javascript' not in html
    assert "<strong>bold</strong>" in html
    assert "<bdi>1_2_3</bdi>" in html


def test_figures_are_read_for_the_edition(room):
    figures = gather(room.body, "202608", room.author)
    field = figures["fields"]["indicator|wells-open|||||"]
    assert (field["value"], field["place"], field["period"]) == (1234, "IQG08", "202608")
    assert [one["value"] for one in figures["blocks"]["c"]["points"]] == [1200, 1234]
    rows = {row["place"]: row["cells"]["wells-open"]["value"] for row in figures["blocks"]["d"]["rows"]}
    assert {ref: value for ref, value in rows.items() if value is not None} == {
        "IQG08": 1234,
        "IQG02": 1300,
        "IQ": 2534,
    }
    assert figures["sensitivity"] == 0
    assert ["Water authority", "202608"] in figures["sources"]


def test_what_the_public_does_not_see_does_not_become_public(room):
    room.recipe.body["blocks"][1]["text"]["en"] += " {indicator:wells-closed}"
    room.recipe.save()
    edition = ladder.begin(room.recipe, room.author, period="202608")
    assert edition.figures["fields"]["indicator|wells-closed|||||"]["value"] == 5
    edition.refresh_from_db()
    assert edition.sensitivity == 1


@pytest.mark.parametrize(("change", "told"), [
    (lambda body: body["blocks"][1]["text"].update(en="{indicator:no-such}"), "no indicator “no-such”"),
    (lambda body: body["blocks"][1]["text"].update(en="{indicator:wells-open NOWHERE}"), "no place “NOWHERE”"),
    (lambda body: body["blocks"][1]["text"].update(en="x" * 5001), "5001 characters"),
    (lambda body: body["blocks"][1]["text"].update(en="{indicator:wells-open"), "has no end"),
    (lambda body: body["blocks"][2].update(indicator="gone"), "no indicator “gone”"),
    (lambda body: body["blocks"][2].update(period="August"), "no period"),
    (lambda body: body["blocks"][1]["text"].update(en="{dataset:none total}"), "no released dataset"),
    (lambda body: body.update(blocks=[]), "Add a block"),
    (lambda body: body["blocks"].append({"kind": "video"}), "no such kind"),
    (lambda body: body.update(place="XX"), "no place “XX”"),
])  # fmt: skip
def test_what_is_wrong_is_told_with_its_block(room, change, told):
    change(room.body)
    with override("en"):
        found = bodies.problems(room.body)
    assert [one for one in found if told in one["message"]], found
    room.recipe.body = room.body
    room.recipe.save()
    with pytest.raises(ValidationError):
        ladder.begin(room.recipe, room.author, period="202608")
    assert not room.recipe.editions.exists()


def test_the_text_layer_and_the_data_file_hold_the_figures(room):
    edition = out(room, ladder.begin(room.recipe, room.author, period="202608"))
    assert edition.state == "published"
    with override("en"):
        words = words_of(file_of(edition, "wells-monthly-1-en.pdf"))
    for said in ("Bulletin of wells", "1,234", "+34", "August 2026", "Counted on the last day", "Water authority"):
        assert said in words, said
    assert edition.recipe_sha256 in words.replace("\n", "")
    rows = list(csv.DictReader(io.StringIO(file_of(edition, "wells-monthly-1-ar.csv").decode())))
    assert {row["value"] for row in rows} >= {"1234.0", "1200.0", "1300.0"}
    assert all(row["source"] == "Water authority" for row in rows if row["value"] and row["place_code"] != "IQ")
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(file_of(edition, "wells-monthly-1-ckb.xlsx")))
    assert any(1234 in [cell.value for cell in row] for row in book.worksheets[0])


def test_the_document_is_tagged_and_made_again_the_same(room):
    from pypdf import PdfReader

    edition = ladder.begin(room.recipe, room.author, period="202608")
    first, again = (SheetMaker().draw(edition, "ar") for _time in range(2))
    assert [one.data for one in first] == [one.data for one in again]
    reader = PdfReader(io.BytesIO(first[0].data))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "ar"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert reader.metadata.title.startswith("نشرة الآبار")
    assert first[0].pages == len(reader.pages)
    fonts = [
        font.get_object()
        for page in reader.pages
        for font in page["/Resources"].get("/Font", {}).values()
    ]  # fmt: skip
    assert fonts
    for font in fonts:
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        described = inner["/FontDescriptor"].get_object()
        assert any(f"/FontFile{n}" in described for n in ("", "2", "3"))


def test_approved_figures_stay(room):
    edition = ladder.begin(room.recipe, room.author, period="202608")
    ladder.send_to_review(edition, room.author)
    approved = ladder.approve(edition, room.approver)
    IndicatorValue.objects.filter(period="202608", place__ref="IQG08", value=1234).update(value=9999)
    ladder.draw(approved)
    words = words_of(file_of(approved, "wells-monthly-1-en.pdf"))
    assert "1,234" in words
    assert "9,999" not in words


def test_a_missing_language_stops_it_unless_the_approver_says_so(room):
    room.recipe.body["blocks"][1]["text"]["ckb"] = ""
    room.recipe.save()
    edition = ladder.begin(room.recipe, room.author, period="202608")
    ladder.send_to_review(edition, room.author)
    with pytest.raises(ValidationError):
        ladder.approve(edition, room.approver)
    approved = ladder.approve(edition, room.approver, incomplete=True)
    ladder.draw(approved)
    assert approved.incomplete
    from rafid.commons.products.sheets.paper import make_pdf

    with override("en"):
        told = words_of(make_pdf(approved, "en", ["2 Text (en)"]).data)
        silent = words_of(file_of(approved, "wells-monthly-1-en.pdf"))
    assert "whole in another language" in told.replace("\n", " ")
    assert "whole in another language" not in silent


def test_the_next_one_is_compared_with_the_last(room):
    first = out(room, ladder.begin(room.recipe, room.author, period="202607"))
    second = ladder.begin(room.recipe, room.author, period="202608")
    with override("en"):
        found = {one.what: (one.before, one.now) for one in differences(first, second)}
    assert ("1,200", "1,234") in found.values()


def test_mixed_scripts_and_long_texts_are_printed(room):
    room.recipe.body["blocks"][1]["text"] = three(
        ("Mixed نص عربي 12 and Latin. " * 170)[:5000],
        ("نص طويل mixed text 12. " * 210)[:5000],
        "دەقی درێژ (mixed) 12. " * 200,
    )
    room.recipe.save()
    edition = ladder.begin(room.recipe, room.author, period="202608")
    made = SheetMaker().draw(edition, "en")
    assert made[0].pages >= 2
    assert "Mixed" in words_of(made[0].data)


def form_of(recipe, **changes):
    """What the editor's form would send back."""
    body = recipe.body
    data = {"version": recipe.version, "count": len(body["blocks"]), "place": body.get("place", ""), "every": recipe.every,
            "sensitivity": recipe.sensitivity, "size": "A4"}  # fmt: skip
    for code in ("ar", "ckb", "en"):
        data[f"title-{code}"] = recipe.names[code]
    for at, block in enumerate(body["blocks"]):
        data |= {f"b{at}-kind": block["kind"], f"b{at}-id": block["id"]}
        for name in bodies.TEXTS.get(block["kind"], ()):
            data |= {f"b{at}-{name}-{code}": text for code, text in block.get(name, {}).items()}
        if "indicator" in block:
            data[f"b{at}-indicator"] = block["indicator"]
        for n, code in enumerate(block.get("indicators", [])):
            data[f"b{at}-indicator{n}"] = code
        data[f"b{at}-place"] = block.get("place", "")
    return data | changes


PAGE = "/compose/bulletins/wells-monthly/"


def test_the_editor_is_for_those_who_compose(room, client):
    for path in (PAGE, f"{PAGE}preview/", "/compose/bulletins/new/", "/compose/sheets/new/"):
        client.force_login(room.world.stranger)
        assert client.get(path).status_code == 404
        client.force_login(room.author)
        assert client.get(path).status_code == 200
    assert client.get("/compose/sheets/wells-monthly/").status_code == 404


def test_writing_saving_and_beginning_the_next(room, client):
    client.force_login(room.author)
    answer = client.post(PAGE, form_of(room.recipe, **{"b0-text-en": "Wells now", "do": "add:text"}))
    assert answer.status_code == 302, answer.content.decode()[:500]
    room.recipe.refresh_from_db()
    blocks = room.recipe.body["blocks"]
    assert (blocks[0]["text"]["en"], blocks[-1]["kind"], len(blocks)) == ("Wells now", "text", 6)
    answer = client.post(PAGE, form_of(room.recipe, do="drop:5"))
    room.recipe.refresh_from_db()
    assert len(room.recipe.body["blocks"]) == 5
    client.post(PAGE, form_of(room.recipe, do="down:0"))
    room.recipe.refresh_from_db()
    assert [one["kind"] for one in room.recipe.body["blocks"]][:2] == ["text", "heading"]
    answer = client.post(PAGE, {"do": "next", "period": "202608"})
    edition = room.recipe.editions.get()
    assert answer["Location"] == f"/compose/editions/{edition.pk}/"
    assert edition.figures["fields"]["indicator|wells-open|||||"]["value"] == 1234
    client.post(PAGE, form_of(room.recipe, **{"title-en": "Renamed"}))
    edition.refresh_from_db()
    assert edition.title["en"] == "Renamed"
    assert client.get(f"/compose/editions/{edition.pk}/").status_code == 200


def test_a_stale_form_loses_nothing(room, client):
    client.force_login(room.author)
    old = form_of(room.recipe, **{"b0-text-en": "Mine"})
    client.post(PAGE, form_of(room.recipe, **{"b0-text-en": "Theirs"}))
    answer = client.post(PAGE, old)
    assert answer.status_code == 409
    assert "Mine" in answer.content.decode()
    assert "Theirs" in answer.content.decode()
    room.recipe.refresh_from_db()
    assert room.recipe.body["blocks"][0]["text"]["en"] == "Theirs"


@pytest.mark.parametrize("changes", [
    {"title-ar": "", "title-ckb": "", "title-en": ""}, {"b1-text-en": "x" * 20_001}, {"count": "1000"},
])  # fmt: skip
def test_what_cannot_be_saved_is_refused(room, client, changes):
    client.force_login(room.author)
    assert client.post(PAGE, form_of(room.recipe, **changes)).status_code == 422
    room.recipe.refresh_from_db()
    assert room.recipe.name_en == "Bulletin of wells"


def test_the_preview_marks_what_differs(room, client):
    out(room, ladder.begin(room.recipe, room.author, period="202607"))
    client.force_login(room.author)
    page = client.get(f"{PAGE}preview/?in=en&period=202608").content.decode()
    assert "live changed" in page
    assert "1,234" in page
    assert 'lang="ckb" dir="rtl"' in client.get(f"{PAGE}preview/?in=ckb&period=202608").content.decode()


def test_html_in_a_text_is_shown_as_text(room, client):
    room.recipe.body["blocks"][1]["text"]["en"] = "<img src=x onerror=alert(1)> and <script>alert(2)</script>"
    room.recipe.save()
    client.force_login(room.author)
    page = client.get(f"{PAGE}preview/?in=en&period=202608").content.decode()
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    edition = ladder.begin(room.recipe, room.author, period="202608")
    assert "<script>" in words_of(SheetMaker().draw(edition, "en")[0].data)


@pytest.mark.parametrize(("text", "now", "then"), [
    ("0 7 5 * *", "2026-09-05T06:59+03:00", "2026-09-05T07:00+03:00"),
    ("0 7 5 * *", "2026-09-05T07:00+03:00", "2026-10-05T07:00+03:00"),
    ("0 7 * * 0", "2026-09-30T12:00+03:00", "2026-10-04T07:00+03:00"),
    ("*/20 8-9 * * *", "2026-09-30T09:41+03:00", "2026-10-01T08:00+03:00"),
    ("0 7 5 1,4,7,10 *", "2026-12-31T23:00+00:00", "2027-01-05T07:00+03:00"),
    ("30 6 13 * 5", "2026-09-01T00:00+03:00", "2026-09-04T06:30+03:00"),
    ("0 0 29 2 *", "2026-01-01T00:00+03:00", "2028-02-29T00:00+03:00"),
])  # fmt: skip
def test_cron_is_followed_in_the_country(text, now, then):
    from datetime import datetime

    from rafid.commons.products.sheets import cron

    assert cron.read(text).after(datetime.fromisoformat(now), "Asia/Baghdad") == datetime.fromisoformat(then)


@pytest.mark.parametrize("text", ["", "* * * *", "60 * * * *", "0 7 0 * *", "a * * * *", "0 7 5-1 * *", "*/0 * * * *"])
def test_no_cron(text):
    from rafid.commons.products.sheets import cron

    with pytest.raises(ValueError, match=r"."):
        cron.read(text)


def test_a_schedule_begins_the_edition_and_tells(room, client):
    from datetime import datetime

    from rafid.commons.people.models import Message
    from rafid.commons.products.models import Schedule
    from rafid.commons.products.sheets.schedule import run_due

    client.force_login(room.author)
    client.post(PAGE, {"do": "schedule", "plain": "P1M", "day": "5", "approver": str(room.approver.pk)})
    schedule = Schedule.objects.get()
    assert (schedule.cron, schedule.approver) == ("0 7 5 * *", room.approver)
    Schedule.objects.update(next_at=datetime.fromisoformat("2026-09-05T04:00+00:00"))
    now = datetime.fromisoformat("2026-09-05T04:02+00:00")
    assert run_due(now) == 1
    edition = room.recipe.editions.get()
    assert (edition.period, edition.state, edition.made_by) == ("202608", "draft", room.author)
    assert set(Message.objects.filter(link__contains=str(edition.pk)).values_list("account__login", flat=True)) == {
        "author", "approver",
    }  # fmt: skip
    schedule.refresh_from_db()
    assert schedule.next_at == datetime.fromisoformat("2026-10-05T04:00+00:00")
    assert run_due(now) == 0
    Schedule.objects.update(next_at=now)
    assert run_due(now) == 0  # the period has its edition


def test_a_schedule_that_cannot_begin_says_why(room):
    from datetime import datetime

    from rafid.commons.people.models import Message
    from rafid.commons.products.models import Schedule
    from rafid.commons.products.sheets.schedule import run_due

    now = datetime.fromisoformat("2026-09-05T04:02+00:00")
    Schedule.objects.create(recipe=room.recipe, cron="0 7 5 * *", next_at=now)
    room.recipe.body["blocks"][1]["text"]["en"] = "{indicator:gone}"
    room.recipe.save()
    assert run_due(now) == 0
    assert "gone" in Message.objects.get(account=room.author).text["en"]


def test_declared_bulletins_are_there_and_whole(db):
    for code in ("population-yearly", "monitoring-monthly"):
        recipe = Recipe.objects.get(code=code)
        assert recipe.declared
        assert bodies.problems(recipe.body) == []
        assert bodies.missing(recipe.body, recipe.languages) == []


def test_what_staff_wrote_of_a_declared_one_stays(db):
    from rafid.commons.products.sheets.declared import sync_bulletins

    assert sync_bulletins() == []
    recipe = Recipe.objects.get(code="population-yearly")
    recipe.body["blocks"][1]["text"]["en"] = "Ours"
    recipe.body["declared_sha256"] = "0" * 64  # as if the declaration had changed since
    recipe.save()
    assert sync_bulletins() == []
    recipe.refresh_from_db()
    assert recipe.body["blocks"][1]["text"]["en"] == "Ours"


def test_the_monthly_bulletin_says_what_was_received(db):
    from django.contrib.auth.models import AnonymousUser

    from rafid.commons.people.visibility import holder

    recipe = Recipe.objects.get(code="monitoring-monthly")
    period = max(IndicatorValue.objects.filter(indicator__code="visits-received").values_list("period", flat=True))
    received = sum(
        IndicatorValue.objects.filter(indicator__code="visits-received", period=period).values_list("value", flat=True)
    )
    figures = gather(recipe.body, period, holder("platform.author"))
    assert received > 0
    assert figures["fields"]["indicator|visits-received|||||"]["value"] == received
    assert figures["demonstration"]
    assert figures["sensitivity"] == 1
    public = gather(recipe.body, period, AnonymousUser())
    assert public["fields"]["indicator|visits-received|||||"]["value"] is None


REFERENCE = Path(__file__).parent / "sheet-ar.png"


def test_an_arabic_line_looks_as_it_should(room):
    """Unjoined or reversed letters fail here: the head of the first page beside a picture of it that a person looked at."""
    from PIL import Image, ImageChops

    room.recipe.body["blocks"] = room.recipe.body["blocks"][:2]
    room.recipe.save()
    edition = ladder.begin(room.recipe, room.author, period="202608")
    with override("ar"):
        pdf = SheetMaker().draw(edition, "ar")[0].data
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    page = document[0].render(scale=1.5).to_pil().convert("L")
    document.close()
    # The title and the text; not the code and the hash, which differ from edition to edition.
    head = page.crop((int(page.width * 0.3), 0, page.width, int(page.height * 0.3))).resize((400, 250))
    if not REFERENCE.exists():  # to be looked at before it is committed
        head.save(REFERENCE)
    difference = ImageChops.difference(head, Image.open(REFERENCE).convert("L"))
    worst = sum(difference.histogram()[97:]) / (head.width * head.height)
    assert worst < 0.01, f"{worst:.1%} of the picture differs"
