"""Reports and sheets: their sums are the ledger's, their figures stay, and they come again from their state."""

from __future__ import annotations

import csv
import io
from datetime import date

import pypdfium2 as pdfium
import pytest
from django.utils import timezone
from docx import Document as read_docx
from openpyxl import load_workbook

from rafid.commons.records.change import Refused
from rafid.commons.records.models import Task
from rafid.programmes.mineaction.models import OrdnanceFind, Product
from rafid.programmes.mineaction.picture.asked import Asked
from rafid.programmes.mineaction.picture.inputs import inputs_for
from rafid.programmes.mineaction.picture.ledgers import ledger_at
from rafid.programmes.mineaction.products.make import make, recompute
from rafid.programmes.mineaction.products.making import make_by_task
from rafid.programmes.mineaction.products.plate import plate
from rafid.programmes.mineaction.products.printing import print_by_task, printed
from tests.test_routes import body_of

from .conftest import refused, square

pytestmark = pytest.mark.django_db
BEFORE, AFTER = Asked(date(2026, 1, 31)), Asked(date(2026, 6, 30))


@pytest.fixture
def reported(ground):
    """Two hazards of January, one that is half cleared in March, one of April; a find that was destroyed."""
    first = ground.make_hazard("confirmed")
    ground.make_hazard("suspected", east=5)
    ground.make_hazard("suspected", east=10, on=date(2026, 4, 1))
    ground.make_release(first, ground=square(0, 0, 1.5))
    OrdnanceFind.objects.create(
        owner=ground.dma, place=ground.place, organisation=ground.operator, on=date(2026, 3, 2), category="ap_mine",
        quantity=7, hazard=first, destroyed_on=date(2026, 3, 3),
    )  # fmt: skip
    return ground


def treaty(ground, user=None, **more):
    return make(user or ground.im_officer, "treaty", AFTER, before=BEFORE, **more)


def test_treaty_tables_add_up_to_the_ledger(reported):
    figures = treaty(reported).figures
    ledger = ledger_at(inputs_for(reported.im_officer), AFTER)
    rows = figures["governorates"]
    for name in ("remaining", "cleared", "reduced", "cancelled", "ground"):
        assert sum(one[name] for one in rows) == pytest.approx(getattr(ledger, name), abs=0.1)
        assert figures["ledger"][name] == pytest.approx(getattr(ledger, name), abs=0.01)
    assert sum(one["cha_m2"] + one["sha_m2"] for one in rows) == pytest.approx(ledger.remaining, abs=0.1)
    assert (sum(one["cha"] for one in rows), sum(one["sha"] for one in rows)) == (1, 2)
    assert sum(one["destroyed"] for one in rows) == figures["destroyed"]["ap_mine"] == 7
    assert abs(figures["in_two"]) < 0.1


def test_the_bridge_leads_from_the_report_before_to_this_one(reported):
    figures = treaty(reported).figures
    before = ledger_at(inputs_for(reported.im_officer), BEFORE).remaining
    assert figures["before_ledger"]["remaining"] == pytest.approx(before, abs=0.01)
    change = figures["ledger"]["remaining"] - figures["before_ledger"]["remaining"]
    assert sum(one["change"] for one in figures["steps"]) == pytest.approx(change, abs=0.05)
    assert sum(one["change"] for one in figures["bridge"]) == pytest.approx(change, abs=0.05)
    assert {one["code"]: one["count"] for one in figures["bridge"]} == {"hazard added": 1, "release added cleared": 1}
    released = -next(one["change"] for one in figures["bridge"] if one["kind"] == "cleared")
    assert sum(one["cleared_since"] for one in figures["governorates"]) == pytest.approx(released, abs=0.05)


def test_figures_stay_and_come_again_from_their_state(reported):
    product = treaty(reported)
    late = reported.make_release(type="cancelled", ground=square(5, 0, 1), on=date(2026, 5, 1))
    product = Product.objects.get(pk=product.pk)
    assert recompute(product, reported.im_officer).same
    now = recompute(product, reported.im_officer, known=timezone.now())
    assert {"ledger / remaining", "ledger / cancelled"} <= {one.where for one in now.differences}
    assert treaty(reported).figures["ledger"]["cancelled"] > 0
    assert late.known_at > product.known
    with refused("product_stays"):
        Product.objects.filter(pk=product.pk).update(sha256="0" * 64)


def test_who_reads_a_report(reported, client):
    product = treaty(reported)
    assert (product.owner, product.organisation) == (reported.dma, None)
    own = make(reported.desk, "district", AFTER, place=reported.place)
    assert (own.owner, own.organisation) == (None, reported.operator)
    seen = {
        reported.second: {product.pk}, reported.operator_manager: {own.pk}, reported.rival_desk: set(),
        reported.ikmaa_officer: set(), reported.partner: set(),
    }  # fmt: skip
    for user, expected in seen.items():
        assert set(Product.objects.visible_to(user).values_list("pk", flat=True)) == expected
        client.force_login(user)
        for one in (product, own):
            there = 200 if one.pk in expected else 404
            assert client.get(f"/mineaction/products/{one.pk}/").status_code == there
            assert client.get(f"/mineaction/products/{one.pk}.xlsx").status_code == there


def test_what_is_asked_wrongly_is_refused(reported):
    with pytest.raises(Refused, match="last day of the report before"):
        make(reported.im_officer, "treaty", AFTER)
    with pytest.raises(Refused, match="ends earlier"):
        make(reported.im_officer, "treaty", BEFORE, before=AFTER)
    with pytest.raises(Refused, match="Choose the place"):
        make(reported.im_officer, "district", AFTER)
    with pytest.raises(Refused, match="role"):
        make(reported.partner, "district", AFTER, place=reported.place)


@pytest.mark.parametrize(("language", "said"), [("en", "No record does not mean"), ("ar", "WGS 84"), ("ckb", "WGS 84")])
def test_each_file_says_its_dates_its_datum_and_the_hash(reported, language, said):
    product = make(reported.im_officer, "district", AFTER, place=reported.place)
    pdf = pdfium.PdfDocument(printed(product, "pdf", language))
    text = " ".join(page.get_textpage().get_text_range() for page in pdf)
    assert said in text.replace("\r\n", " ")
    assert product.sha256[:12] in text
    assert "2026" in text
    if language == "en":  # the text of a page from right to left comes out in pieces
        assert all(one["ref"] in text for one in product.figures["hazards"])
    assert ("DEMONSTRATION" in text) == product.figures["demonstration"]
    word = read_docx(io.BytesIO(printed(product, "docx", language)))
    cells = {cell.text.strip("\u200e") for table in word.tables for row in table.rows for cell in row.cells}
    assert {one["ref"] for one in product.figures["hazards"]} <= cells
    assert len(word.inline_shapes) == 1
    assert ("w:bidiVisual" in word.tables[1]._tbl.xml) == (language != "en")
    book = load_workbook(io.BytesIO(printed(product, "xlsx", language)))
    assert all(bool(sheet.sheet_view.rightToLeft) == (language != "en") for sheet in book)
    remaining = [row[-1].value for row in book.worksheets[1].iter_rows(min_row=2)]
    assert remaining[-1] == pytest.approx(sum(remaining[:-1]))
    assert printed(product, "xlsx", language) == printed(product, "xlsx", language)


def test_a_place_without_a_hazard_has_no_record(reported):
    product = make(reported.im_officer, "district", Asked(date(2025, 1, 1)), place=reported.place)
    text = " ".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(printed(product, "pdf", "en")))
    assert "no hazard is recorded here in this state" in text
    assert "safe" not in text.casefold()


def test_a_task_and_a_month_of_an_operator(reported):
    hazard = reported.make_hazard("confirmed", east=20)
    reported.make_accreditation()
    task = reported.make_task(hazard, state="started")
    dossier = make(reported.im_officer, "task", Asked(timezone.localdate()), task=task).figures
    assert [one["ref"] for one in dossier["hazards"]] == [hazard.ref]
    assert len(dossier["hazards"][0]["points"]) == 4
    month = make(
        reported.desk, "operator", Asked(date(2026, 3, 31)), before=Asked(date(2026, 2, 28)), subject=reported.operator
    ).figures
    assert [one["type"] for one in month["releases"]] == ["cleared"]
    assert month["found"] == {"ap_mine": 7}


def test_pages(reported, client):
    client.force_login(reported.im_officer)
    for kind in ("treaty", "district", "task", "operator"):
        assert client.get(f"/mineaction/products/new/{kind}/").status_code == 200
    answer = client.post("/mineaction/products/new/district/", {"place": reported.place.ref, "on": "2026-06-30"})
    page = client.get(answer["Location"], {"check": "state"}, headers={"accept-language": "en"})
    assert "every figure comes out as it was frozen" in page.content.decode()
    wrong = client.post("/mineaction/products/new/district/", {"on": "2999-01-01"})
    assert wrong.status_code == 422
    assert client.get("/mineaction/products/").status_code == 200


def test_a_map_of_nothing_is_none():
    assert plate([]) is None


def test_a_file_is_printed_by_a_task_and_then_there(reported, client):
    product = make(reported.im_officer, "district", AFTER, place=reported.place)
    client.force_login(reported.im_officer)
    for kind in ("pdf", "docx"):
        address = f"/mineaction/products/{product.pk}.{kind}?lang=en"
        asked = client.get(address)
        assert (asked.status_code, asked["Location"][:7]) == (302, "/tasks/")
        again = client.get(f"/api/v1/mineaction/products/{product.pk}.{kind}?lang=en")
        assert (again.status_code, again["Retry-After"]) == (503, "10")
        task = Task.objects.get(name__startswith=f"mineaction-{kind}-en")
        assert task.link == address
        print_by_task(Progress(), product=str(product.pk), format=kind, language="en")
        there = client.get(address)
        assert there.status_code == 200
        assert there.content == client.get(f"/api/v1/mineaction/products/{product.pk}.{kind}?lang=en").content
    client.force_login(reported.second)
    assert client.get(address).status_code == 200
    client.force_login(reported.rival_desk)
    assert client.get(address).status_code == 404
    assert client.get(f"/api/v1/mineaction/products/{product.pk}.pdf").status_code == 404


class Progress:
    def at(self, *_how):
        pass


def test_treaty_tables_are_gathered_by_a_task_once(reported, client):
    client.force_login(reported.im_officer)
    data = {"on": "2026-06-30", "before_on": "2026-01-31"}
    asked = client.post("/mineaction/products/new/treaty/", data)
    assert asked["Location"].startswith("/tasks/")
    task = Task.objects.get(name="mineaction-figures")
    pk = task.link.strip("/").rpartition("/")[2]
    given = {"pk": pk, "by": str(reported.im_officer.pk), "kind": "treaty", "after": ["2026-06-30", ""],
             "before": ["2026-01-31", ""], "place": ""}  # fmt: skip
    for _again in range(2):
        make_by_task(Progress(), **given)
    assert client.get(task.link).status_code == 200
    found = client.get(f"/api/v1/mineaction/products/{pk}").json()
    assert found["figures"] == Product.objects.get(pk=pk).figures
    assert (found["on"], found["before_on"]) == ("2026-06-30", "2026-01-31")
    assert client.get(f"/api/v1/mineaction/products/{pk}/recomputed").json()["same"] is True
    listed = client.get("/api/v1/mineaction/products?kind=treaty").json()["items"]
    assert [one["id"] for one in listed if one["authority"] == "TT-DMA"] == [pk]
    assert client.get("/api/v1/mineaction/products?kind=nothing").status_code == 422
    wrong = client.post("/mineaction/products/new/treaty/", {"on": "2026-01-31", "before_on": "2026-06-30"})
    assert wrong.status_code == 422


def test_verify_knows_the_hash_of_frozen_figures(reported, client):
    product = make(reported.im_officer, "district", AFTER, place=reported.place)
    found = client.get(f"/verify/{product.sha256}?format=json").json()
    assert (found["status"], found["matches"][0]["kind"]) == ("current", "figures")
    reported.make_hazard("suspected", east=30)
    make(reported.im_officer, "district", AFTER, place=reported.place)
    assert client.get(f"/verify/{product.sha256}?format=json").json()["status"] == "superseded"


def test_the_address_of_contamination_says_what_the_page_says(reported, client):
    client.force_login(reported.im_officer)
    found = client.get("/api/v1/mineaction/contamination?on=2026-06-30").json()
    ledger = ledger_at(inputs_for(reported.im_officer), AFTER)
    assert found["total"]["remaining_m2"] == pytest.approx(ledger.remaining, abs=0.1)
    assert (found["total"]["cha"], found["total"]["sha"], found["total"]["items"]) == (1, 2, 7)
    assert found["total"]["items_per_ha"] == pytest.approx(7 / (ledger.cleared / 10_000))
    again = client.get("/api/v1/mineaction/contamination", {"on": "2026-06-30", "known": found["state"]}).json()
    assert again["districts"] == found["districts"]
    today = timezone.localdate().isoformat()
    files = {
        name: body_of(client.get(f"/mineaction/districts/{name}.csv?on=2026-06-30&known={today}")).lstrip("\ufeff")
        for name in ("released", "targets")
    }
    rows = list(csv.DictReader(io.StringIO(files["released"])))
    assert {row["by"] for row in rows} == {"operator", "method"}
    assert {(row["as_of"], row["known"]) for row in rows} == {("2026-06-30", today)}
    assert files["targets"].startswith("period,indicator,name,aim")
    assert client.get("/mineaction/districts/released.pdf").status_code == 404
    client.force_login(reported.partner)
    assert client.get("/api/v1/mineaction/contamination").status_code == 404
    assert client.get("/mineaction/districts/released.csv").status_code == 404
