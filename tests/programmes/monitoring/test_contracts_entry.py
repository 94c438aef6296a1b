"""What partners report and managers plan: by form and by table, kept as versions; what cannot stand is told with its remedy."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from rafid.commons import blobs
from rafid.commons.records.imports import apply, receive, stage
from rafid.commons.records.imports.mapping import choose_as_suggested
from rafid.commons.records.imports.receive import open_run
from rafid.commons.records.imports.targets import may_import, owners_for, target_of
from rafid.programmes.monitoring.models import (
    Contract,
    PlannedMonth,
    ReportedAtSite,
    ReportedProgress,
    Spending,
    WorkplanLine,
)

from .contracts_world import promise, report, spend

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def office(field, client):
    client.force_login(field.manager)
    return client


def address(field, tail="", contract=None):
    return f"/monitoring/contracts/{(contract or field.contract).ref}/{tail}?lang=en"


def told_of(field):
    return ReportedProgress.objects.filter(line__contract=field.contract)


def planned(field):
    return PlannedMonth.objects.filter(line__contract=field.contract)


def told(answer) -> str:
    return answer.content.decode()


def send(client, field, **values):
    line = field.contract.lines.get(code="1.1")
    return client.post(
        address(field, "report/"),
        {"line": str(line.pk), "month": "202603", "value": "500", "received_on": "2026-04-02", **values},
    )


def test_a_number_is_kept_with_its_paper_and_corrected_with_a_reason(field, office):
    paper = SimpleUploadedFile("march.pdf", b"%PDF-1.4 report of March")
    assert send(office, field, document=paper).status_code == 302
    row = told_of(field).get()
    assert (row.value, row.number, row.made_by, row.document_name) == (500, 1, field.manager, "march.pdf")
    assert blobs.read(row.document) == b"%PDF-1.4 report of March"
    again = send(office, field, value="480")
    assert again.status_code == 422
    assert "was reported as 500 already, and now as 480" in told(again)
    assert send(office, field, value="480", reason="Counted twice").status_code == 302
    assert list(told_of(field).values_list("number", "value", "reason")) == [
        (1, 500, ""), (2, 480, "Counted twice"),
    ]  # fmt: skip
    assert send(office, field, value="480").status_code == 302  # nothing new: no third version
    assert told_of(field).count() == 2
    page = told(office.get(address(field, "numbers/")))
    assert "Counted twice" in page
    assert row.document[:12] in page
    paper = office.get(f"/monitoring/contracts/{field.contract.ref}/documents/{row.document}")
    assert b"".join(paper.streaming_content) == b"%PDF-1.4 report of March"
    office.force_login(field.rival_account)
    assert office.get(f"/monitoring/contracts/{field.contract.ref}/documents/{row.document}").status_code == 404


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"value": "250"}, "1.1: 250 until 2026-03 is less than the 300 until 2026-02"),
        ({"unit": "ha"}, "Line 1.1 counts in m², this says ha"),
        ({"value": "-5"}, "is less than 0"),
    ],
)
def test_what_cannot_stand_is_told(field, office, values, sentence):
    report(field.contract.lines.get(code="1.1"), 2, 300)
    answer = send(office, field, **values)
    assert answer.status_code == 422
    assert sentence in told(answer)
    assert told_of(field).count() == 1


def test_above_the_target_is_kept_and_told(field, office):
    answer = office.post(
        address(field, "report/"),
        {
            "line": str(field.contract.lines.get(code="1.2").pk), "month": "202603", "value": "4500",
            "received_on": "2026-04-02",
        },
        follow=True,
    )  # fmt: skip
    assert "1.2: 4,500 is more than the target of 4,000" in told(answer)
    assert told_of(field).get().value == 4500


def test_spending_above_the_budget_is_kept_and_told(field, office):
    of = {"month": "202603", "amount": "900000", "received_on": "2026-04-02"}
    answer = office.post(address(field, "spending/"), of, follow=True)
    assert "900,000 spent is more than the budget of 800,000" in told(answer)
    assert Spending.objects.get(contract=field.contract).amount == 900_000
    less = office.post(address(field, "spending/"), {**of, "month": "202604", "amount": "1"})
    assert "Money spent: 1 until 2026-04 is less than the 900,000 until 2026-03" in told(less)


def test_the_partner_reports_for_itself_and_plans_nothing(field, client):
    client.force_login(field.partner_account)
    assert send(client, field).status_code == 302
    assert client.get(address(field, "new-line/")).status_code == 403
    client.force_login(field.rival_account)
    assert send(client, field).status_code == 404
    client.force_login(field.donor_account)
    assert send(client, field).status_code == 403
    client.force_login(field.monitor)
    assert send(client, field).status_code == 403
    assert told_of(field).count() == 1


def test_a_plan_by_month_is_kept_and_one_that_falls_is_told(field, office):
    tail = "lines/1.1/plan/"
    assert office.post(address(field, tail), {"m202601": "100", "m202602": "250", "m202604": "900"}).status_code == 302
    assert list(planned(field).order_by("month").values_list("value", flat=True)) == [100, 250, 900]
    falls = office.post(address(field, tail), {"m202601": "100", "m202602": "90"})
    assert "Line 1.1: the plan falls from 100 (2026-01) to 90 (2026-02)" in told(falls)
    assert planned(field).count() == 3
    assert office.post(address(field, tail), {"m202601": "100"}).status_code == 302
    assert planned(field).get().value == 100


def test_weights_of_an_active_contract_add_up_in_the_form(field, office):
    line = {
        "code": "1.1", "name_en": "Clearance", "unit": "m²", "kind": "clearance", "weight": "0.58", "target": "180000",
        "baseline": "0",
    }  # fmt: skip
    answer = office.post(address(field, "lines/1.1/change/"), line)
    assert answer.status_code == 422
    assert "add up to 1" in told(answer)
    assert WorkplanLine.objects.get(contract=field.contract, code="1.1").weight == 0.6
    assert office.post(address(field, "lines/1.1/change/"), {**line, "weight": "0.6"}).status_code == 302
    zero = office.post(address(field, "lines/1.1/change/"), {**line, "weight": "0.6", "target": "0"})
    assert "A target is more than 0" in told(zero)


def test_a_contract_takes_its_steps_on_its_page(field, office):
    draft = field.make_contract("Draft", field.partner, field.donor, state="draft")
    draft.lines.filter(code="1.1").update(weight=0.58)
    answer = office.post(address(field, "state/", draft), {"state": "active"}, follow=True)
    assert "add up to 1" in told(answer)
    draft.lines.filter(code="1.1").update(weight=0.6)
    office.post(address(field, "state/", draft), {"state": "active"})
    assert Contract.objects.get(pk=draft.pk).state == "active"


# By table


def table(field, target: str, text: str):
    """Read and judged, as the preview shows it."""
    target = target_of(f"monitoring.{target}")
    run = receive(SimpleUploadedFile("table.csv", text.encode()), target, field.manager, {}, owner=field.third)
    choose_as_suggested(run, target, open_run(run), {})
    run.save()
    return stage(run)


def problems(run) -> list[tuple[int, str, str]]:
    return [
        (row.number, column, one["params"]["text"]["en"] if "text" in one["params"] else one["code"])
        for row in run.staged.filter(problems__isnull=False).order_by("number")
        for column, found in row.problems.items()
        for one in found
    ]


def doubts(run) -> list[str]:
    return [
        one["params"]["text"]["en"]
        for row in run.staged.filter(warnings__isnull=False).order_by("number")
        for found in row.warnings.values()
        for one in found
    ]


WORKPLAN = "Contract,Line,Name (English),Unit,Kind,Weight,Target,Month 1,Month 2,Month 3\n"


def test_a_workplan_comes_by_table(field):
    draft = Contract.objects.create(
        title="New", partner=field.partner, donor=field.donor, owner=field.third, start=date(2026, 1, 15),
        end=date(2026, 12, 31), budget=1000,
    )  # fmt: skip
    run = table(
        field, "workplan",
        WORKPLAN + f"{draft.ref},1,Clear,m²,Clearance,0.7,900,100,200,300\n{draft.ref},2,Teach,sessions,Risk education sessions,0.3,40,,5,9\n",
    )  # fmt: skip
    assert (run.good, run.bad, run.outlook["new"]) == (2, 0, 2)
    assert not WorkplanLine.objects.filter(contract=draft).exists()
    apply(run)
    line = WorkplanLine.objects.get(contract=draft, code="2")
    assert (line.kind, line.weight, line.target) == ("eore_sessions", 0.3, 40)
    assert list(line.planned.values_list("month", "value")) == [(date(2026, 2, 1), 5), (date(2026, 3, 1), 9)]
    again = table(field, "workplan", WORKPLAN + f"{draft.ref},2,Teach,sessions,Risk education sessions,0.3,40,,5,9\n")
    assert (again.outlook["new"], again.outlook["same"]) == (0, 1)


@pytest.mark.parametrize(
    ("lines", "row", "column", "sentence"),
    [
        (["0.6,900,1,2,3", "0.38,40,1,2,3"], 3, "weight", "add up to 0.98 and not to 1"),
        (["0.6,0,1,2,3", "0.4,40,1,2,3"], 2, "target", "has the target 0"),
        (["0.6,900,1,2,3", "0.4,40,9,5,9"], 3, "m02", "the plan falls from 9 (2026-01) to 5 (2026-02)"),
    ],
)
def test_a_wrong_workplan_names_row_field_and_remedy(field, lines, row, column, sentence):
    text = WORKPLAN + "".join(
        f"{field.contract.ref},1.{number},Line,m²,Clearance,{line}\n" for number, line in enumerate(lines, 1)
    )
    found = problems(table(field, "workplan", text))
    assert (row, column) == found[0][:2]
    assert sentence in found[0][2]
    assert not planned(field).exists()


PROGRESS = "Contract,Month,Line,Site,Unit,Reported,Spent,Reason\n"


def test_a_month_comes_by_table(field):
    site = field.sites[0]
    ref = field.contract.ref
    run = table(
        field, "progress",
        PROGRESS + f"{ref},2026-03,1.1,,m2,900,,\n{ref},2026-03,1.1,{site.ref},m²,400,,\n{ref},2026-03,,,,,50000,\n",
    )  # fmt: skip
    assert (run.good, run.bad, run.outlook["new"]) == (3, 0, 3)
    apply(run)
    assert told_of(field).get().value == 900
    assert ReportedAtSite.objects.get(line__contract=field.contract).value == 400
    assert Spending.objects.get(contract=field.contract).amount == 50_000
    assert told_of(field).get().document == run.file_sha256


@pytest.mark.parametrize(
    ("rows", "number", "column", "sentence"),
    [
        (["2026-03,1.1,,m²,250,,"], 2, "reported", "250 until 2026-03 is less than the 300 until 2026-02"),
        (["2025-12,1.1,,m²,5,,"], 2, "month", "lies outside the time of contract"),
        (["2026-02,1.1,,m²,310,,"], 2, "reported", "was reported as 300 already, and now as 310"),
        (["2026-03,1.1,,dunum,400,,"], 2, "unit", "counts in m², this says dunum"),
        (["2026-03,9.9,,m²,400,,"], 2, "line", "has no line “9.9”"),
        (["2026-03,1.1,S-NOWHERE,m²,400,,"], 2, "site", "has no site “S-NOWHERE”"),
        (["2026-03,1.1,,m²,400,,", "2026-03,1.1,,m²,500,,"], 2, "", "contradicts_row"),
        (["2026-03,1.1,,m²,,,"], 2, "", "The row reports nothing"),
    ],
)
def test_a_wrong_month_names_row_field_and_remedy(field, rows, number, column, sentence):
    report(field.contract.lines.get(code="1.1"), 2, 300)
    found = problems(table(field, "progress", PROGRESS + "".join(f"{field.contract.ref},{row}\n" for row in rows)))
    assert found[0][:2] == (number, column)
    assert sentence in found[0][2]
    assert told_of(field).count() == 1


def test_what_is_odd_is_shown_before_it_is_recorded(field):
    ref = field.contract.ref
    run = table(field, "progress", PROGRESS + f"{ref},2026-03,1.2,,m²,4500,,\n{ref},2026-03,,,,,900000,\n")
    assert (run.bad, run.outlook["to_check"]) == (0, 2)
    assert [one.split(".")[0] for one in doubts(run)] == [
        "1", "900,000 spent is more than the budget of 800,000",
    ]  # fmt: skip
    apply(run)
    assert told_of(field).get().value == 4500


def test_a_correction_by_table_says_why(field):
    report(field.contract.lines.get(code="1.1"), 2, 300)
    run = table(field, "progress", PROGRESS + f"{field.contract.ref},2026-02,1.1,,m²,280,,Counted twice\n")
    assert (run.bad, run.outlook["replacing"]) == (0, 1)
    apply(run)
    assert list(told_of(field).values_list("number", "value")) == [(1, 300), (2, 280)]


def test_tables_to_fill_in_hold_what_is_there_and_are_read_back(field, office):
    line = field.contract.lines.get(code="1.1")
    promise(line, m1=10, m2=20)
    report(line, 3, 900)
    spend(field.contract, 3, 5000)
    book = load_workbook(io.BytesIO(office.get(address(field, "workplan.xlsx")).content)).active
    rows = list(book.iter_rows(values_only=True))
    assert rows[0][-1] == "Month 13"  # from January 2026 to January 2027
    assert rows[1][:2] == (field.contract.ref, "1.1")
    assert rows[1][11:13] == (10, 20)
    data = office.get(f"{address(field, 'progress.xlsx')}&month=202603").content
    rows = list(load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))
    assert (field.contract.ref, "2026-03", "1.1", None, "m²", 900, None, None) in rows
    assert (field.contract.ref, "2026-03", None, None, None, None, 5000, None) in rows
    target = target_of("monitoring.progress")
    run = receive(SimpleUploadedFile("t.xlsx", data), target, field.manager, {}, owner=field.third)
    choose_as_suggested(run, target, open_run(run), {})
    run.save()
    run = stage(run)
    assert {one[2] for one in problems(run)} == {
        "The row reports nothing. Fill in what was reached, or what was spent."
    }


def test_the_partner_imports_its_own_progress_and_nothing_else(field, client):
    """From the contract's page: the table to fill in, filled in, comes back as what the partner reported, by versions."""
    client.force_login(field.partner_account)
    line = field.contract.lines.get(code="1.1")
    page = told(client.get(address(field)))
    link = f"/imports/new/?target=monitoring.progress&amp;owner={field.partner.ref}"
    assert link in page
    assert "target=monitoring.workplan" not in page
    assert client.get(f"/imports/new/?target=monitoring.progress&owner={field.partner.ref}").status_code == 200
    assert client.get(reverse("import-example", args=["monitoring", "progress", "xlsx"])).status_code == 200
    assert client.get(reverse("import-example", args=["monitoring", "sites", "xlsx"])).status_code == 404
    for target in ("workplan", "sites"):
        assert client.get(f"/imports/new/?target=monitoring.{target}").status_code == 404
    target = target_of("monitoring.progress")
    assert owners_for(field.partner_account, target) == [field.partner]
    data = client.get(f"{address(field, 'progress.xlsx')}&month=202603").content
    book = load_workbook(io.BytesIO(data))
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        values = dict(zip(heads, row, strict=True))
        if values["Line"].value == "1.1":
            values["Reported"].value = 700
        elif values["Line"].value == "1.2":
            values["Reported"].value = 12
        else:
            values["Spent"].value = 4000
    out = io.BytesIO()
    book.save(out)
    run = receive(SimpleUploadedFile("t.xlsx", out.getvalue()), target, field.partner_account, {}, owner=field.partner)
    choose_as_suggested(run, target, open_run(run), {})
    run.save()
    run = stage(run)
    assert problems(run) == []
    apply(run)
    kept = told_of(field).get(line=line)
    assert (kept.value, kept.number, kept.made_by, kept.document) == (700, 1, field.partner_account, run.file_sha256)
    assert Spending.objects.get(contract=field.contract).amount == 4000


def test_another_partners_contract_is_none_that_may_be_filled_in(field):
    target = target_of("monitoring.progress")
    text = f"Contract,Month,Line,Reported\n{field.other.ref},2026-03,1.1,5\n".encode()
    for owner in (field.partner, field.rival, field.third):
        run = receive(SimpleUploadedFile("t.csv", text), target, field.partner_account, {}, owner=owner)
        choose_as_suggested(run, target, open_run(run), {})
        run.save()
        assert "There is no contract" in problems(stage(run))[0][2], owner
    assert not may_import(field.partner_account, target, field.third.pk)
    assert not may_import(field.partner_account, target, field.rival.pk)
    assert not may_import(field.donor_account, target, field.donor.pk)
