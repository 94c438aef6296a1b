"""Reports as people read and decide them: the inbox, one report beside what stands, three gates, corrections."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from rafid.programmes.mineaction.models import Accident, FieldReport, Hazard, LedgerRow, Release
from rafid.programmes.mineaction.reports import decide
from rafid.programmes.mineaction.reports.receive import receive
from rafid.programmes.mineaction.reports.reconcile import as_new
from rafid.programmes.mineaction.reports.since import since
from rafid.programmes.mineaction.waiting import panels

from .conftest import EAST, NORTH, own, square

pytestmark = pytest.mark.django_db
INBOX = "/mineaction/reports/"
WRONG = re.compile(r'role="alert".*?</(?:p|div)>', re.DOTALL)


def shape(*at: float) -> dict:
    return json.loads(square(*at).json)


def ask(client, user, path, status=200, **query):
    client.logout()
    if user is not None:
        client.force_login(user)
    answer = client.get(path, query, headers={"accept-language": "en"})
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def send(client, user, path, data, status=302):
    client.logout()
    client.force_login(user)
    answer = client.post(path, data, headers={"accept-language": "en"})
    assert answer.status_code == status, (path, answer.status_code, WRONG.findall(answer.content.decode()))
    return answer.content.decode()


def page_of(report):
    return f"{INBOX}{report.ref}/"


@pytest.fixture
def take(ground):
    def taken(reference="R-1", type="hazard", content=None, *, on=date(2026, 2, 1), **values):
        content = {"type": "minefield", "ground": shape(), "suspected_on": "2026-01-10"} if content is None else content
        return receive(
            authority=ground.dma, operator=ground.operator, reference=reference, type=type, on=on, content=content,
            place=ground.place, **values,
        ).report  # fmt: skip

    return taken


def gate(client, user, report, act, status=302, **data):
    report.refresh_from_db()
    found = send(client, user, f"{page_of(report)}step/{act}/", {"version": report.version, **data}, status)
    report.refresh_from_db()
    return found


def test_each_finds_in_the_inbox_what_waits_for_him(ground, take, client):
    report = take("OP-7")
    assert "OP-7" in ask(client, ground.desk, INBOX, show="mine")
    assert "OP-7" in ask(client, ground.im_officer, INBOX, show="mine")
    assert "OP-7" not in ask(client, ground.director, INBOX, show="mine")
    for stranger in (ground.rival_desk, ground.ikmaa_officer, ground.partner):
        assert "OP-7" not in ask(client, stranger, INBOX, show="all")
        ask(client, stranger, page_of(report), 404)
    gate(client, ground.desk, report, "check")
    assert report.state == "operator_checked"
    assert "OP-7" not in ask(client, ground.desk, INBOX, show="mine")
    assert "OP-7" not in ask(client, ground.im_officer, INBOX, show="mine")
    assert "OP-7" in ask(client, ground.operator_manager, INBOX, show="mine")
    gate(client, ground.operator_manager, report, "endorse")
    for officer in (ground.im_officer, ground.second, ground.director):
        assert "OP-7" in ask(client, officer, INBOX, show="mine")
    assert "OP-7" not in ask(client, ground.operator_manager, INBOX, show="mine")
    assert "OP-7" in ask(client, ground.desk, INBOX, show="open")
    assert "does not know" in ask(client, ground.im_officer, INBOX, show="soon")


def test_a_paper_of_an_operator_without_a_manager_here(ground, client):
    paper = receive(
        authority=ground.dma, operator=ground.rival, reference="P-1", type="eore", on=date(2026, 2, 1),
        content={"men": 4}, place=ground.place, by=ground.im_officer,
    ).report  # fmt: skip
    gate(client, ground.im_officer, paper, "check")
    assert "P-1" in ask(client, ground.second, INBOX, show="mine")
    gate(client, ground.im_officer, paper, "endorse", 403)
    gate(client, ground.second, paper, "endorse")
    as_new(paper)
    gate(client, ground.second, paper, "accept", 403)
    gate(client, ground.director, paper, "accept")
    assert paper.state == "approved"
    assert own_sessions(ground) == 1


def own_sessions(ground):
    from rafid.programmes.mineaction.models import EoreSession

    return EoreSession.objects.filter(owner=ground.dma).count()


def test_a_report_stands_beside_what_it_changes(ground, take, client):
    hazard = ground.make_hazard(comment="Old words", east=0)
    report = take(content={"comment": "New words", "ground": shape(1), "landmark_text": "The well", "unheard": 1})
    page = ask(client, ground.im_officer, page_of(report))
    assert hazard.ref in page  # a candidate: it shares ground
    assert "shares ground" in page
    send(client, ground.im_officer, f"{page_of(report)}reconcile/", {"version": report.version, "record": hazard.ref})
    report.refresh_from_db()
    assert (report.reconciled, report.target) == ("existing", hazard.pk)
    page = ask(client, ground.im_officer, page_of(report))
    assert "Old words" in page
    assert "New words" in page
    assert "unheard" in page
    shapes = json.loads(ask(client, ground.im_officer, f"{page_of(report)}shapes"))["features"]
    assert {one["properties"]["what"] for one in shapes} == {"outline", "sheet"}
    assert "<svg" in page


def test_the_remaining_area_is_told_before_it_is_accepted(ground, take, client):
    hazard = ground.make_hazard("confirmed")
    half = {
        "type": "cleared",
        "hazard": hazard.ref,
        "ground": shape(0, 0, 1.5, 2),
        "depth_m": 0.2,
        "reported_m2": 90_000,
    }
    report = take("R-2", "release", half, on=date(2026, 3, 1))
    page = ask(client, ground.im_officer, page_of(report))
    assert "Remaining, if it is accepted" in page
    assert "more than 2 % off" in page
    as_new(report)
    for user, act in ((ground.desk, "check"), (ground.operator_manager, "endorse"), (ground.im_officer, "accept")):
        gate(client, user, report, act)
    row = LedgerRow.objects.get(hazard=hazard)
    assert row.remaining_m2 == pytest.approx(row.area_m2 / 2, rel=1e-3)


def test_a_shape_that_crosses_itself_is_shown_with_its_place_and_accepted_by_nobody(ground, take, client):
    x, y = EAST, NORTH
    bow = {"type": "Polygon", "coordinates": [[[x, y], [x + 0.002, y + 0.002], [x + 0.002, y], [x, y + 0.002], [x, y]]]}
    report = take(content={"type": "minefield", "ground": bow})
    page = ask(client, ground.im_officer, page_of(report))
    assert "The shape crosses itself." in page
    assert f"{y + 0.001:.5f}, {x + 0.001:.5f}" in page
    assert "cannot be taken as it is" in page  # the finding
    as_new(report)
    gate(client, ground.desk, report, "check")
    gate(client, ground.operator_manager, report, "endorse")
    assert "crosses itself" in gate(client, ground.im_officer, report, "accept", 422)
    assert report.state == "operator_approved"
    assert not own(Hazard).exists()


@pytest.mark.parametrize(
    ("type", "content", "said"),
    [
        ("release", {"type": "cleared", "ground": 0}, "depth"),
        ("release", {"type": "cancelled", "ground": 0, "hazard": 0}, "before the hazard was discovered"),
        ("progress", {"type": "manual", "start": "2026-02-20", "end": "2026-02-10"}, "before the start"),
        ("progress", {"type": "manual", "start": "2026-01-20", "end": "2999-02-10"}, "after today"),
        ("survey", {"type": "minefield", "ground": 0, "classification": "CHA"}, "direct evidence"),
        ("hazard", {"type": "minefield", "suspected_on": "2999-01-01"}, "after today"),
        ("find", {"category": "ap_mine", "quantity": 0}, "more than 0"),
        ("completion", {"hazard": "DMA-1900-0001"}, "nobody here knows"),
    ],
)
def test_what_is_wrong_is_refused_whole(ground, take, client, type, content, said):
    hazard = ground.make_hazard(on=date(2026, 3, 10))
    before = (Hazard.objects.count(), Release.objects.count())
    content = dict(content)
    if "ground" in content:
        content["ground"] = shape()
    if content.get("hazard") == 0:
        content["hazard"] = hazard.ref
    report = as_new(take("R-9", type, content, on=date(2026, 3, 1)))
    gate(client, ground.desk, report, "check")
    gate(client, ground.operator_manager, report, "endorse")
    assert said in gate(client, ground.im_officer, report, "accept", 422)
    assert report.state == "operator_approved"
    assert (Hazard.objects.count(), Release.objects.count()) == before


def test_two_who_decide_at_once(ground, take, client):
    report = as_new(take())
    gate(client, ground.desk, report, "check")
    gate(client, ground.operator_manager, report, "endorse")
    version = report.version
    gate(client, ground.im_officer, report, "accept")
    said = send(client, ground.second, f"{page_of(report)}step/accept/", {"version": version}, 409)
    assert "Somebody changed this report" in said
    assert str(ground.im_officer) in said
    assert own(Hazard).count() == 1
    assert "not possible" in ask(client, ground.second, f"{page_of(report)}step/accept/", 409)


def test_rejected_and_taken_again_without_a_second_record(ground, take, client):
    report = as_new(take())
    assert "Say why" in gate(client, ground.im_officer, report, "reject", 422)
    gate(client, ground.im_officer, report, "reject", reason="The date is that of typing")
    assert "The date is that of typing" in ask(client, ground.desk, page_of(report))
    gate(client, ground.desk, report, "take-again", 403, reason="It was right")
    gate(client, ground.im_officer, report, "take-again", reason="It was right")
    for user, act in ((ground.desk, "check"), (ground.operator_manager, "endorse"), (ground.im_officer, "accept")):
        gate(client, user, report, act)
    gate(client, ground.second, report, "withdraw", reason="Of another operator")
    gate(client, ground.im_officer, report, "take-again", reason="No, of this one")
    assert FieldReport.objects.filter(reference="R-1", owner=ground.dma).count() == 1


TYPED = {
    "reference": "OP-12", "on": "2026-02-03", "type": "minefield", "suspected_on": "2026-02-01",
    "ground": f"{EAST} {NORTH}\n{EAST + 0.003} {NORTH}\n{EAST + 0.003} {NORTH + 0.002}",
    "comment": "By the river", "device_categories": ["ap_mine"],
}  # fmt: skip


@pytest.fixture
def typed(ground):
    return {**TYPED, "authority": ground.dma.ref, "operator": ground.operator.ref, "place": ground.place.ref}


def test_a_report_is_typed_by_hand_and_corrected_by_a_version(ground, typed, client):
    assert "Explosive ordnance" not in ask(client, ground.desk, f"{INBOX}new/")
    page = ask(client, ground.desk, f"{INBOX}new/hazard/")
    assert ground.operator.ref in page
    assert ground.rival.ref not in page
    send(client, ground.desk, f"{INBOX}new/hazard/", typed)
    report = own(FieldReport).get()
    assert (report.reference, report.number, report.made_by) == ("OP-12", 1, ground.desk)
    assert report.content["ground"]["coordinates"][0][0] == report.content["ground"]["coordinates"][0][-1]
    assert report.content["device_categories"] == ["ap_mine"]
    send(client, ground.desk, f"{INBOX}new/hazard/", typed)
    assert own(FieldReport).count() == 1
    assert "By the river" in ask(client, ground.desk, f"{page_of(report)}correct/")
    send(
        client,
        ground.desk,
        f"{page_of(report)}correct/",
        {**typed, "comment": "By the old river", "ground": json.dumps(report.content["ground"])},
    )
    second = own(FieldReport).get(number=2)
    assert second.content["comment"] == "By the old river"
    report.refresh_from_db()
    assert report.state == "superseded"
    ask(client, ground.partner, f"{INBOX}new/hazard/", 403)
    ask(client, ground.desk, f"{INBOX}new/weather/", 404)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"on": (timezone.localdate() + timedelta(days=2)).isoformat()}, "after today"),
        ({"suspected_on": "2026-02-20"}, "before the hazard was discovered"),
        ({"reference": " "}, "Report number"),
        ({"place": "XX"}, "Choose a place"),
        ({"ground": "44.3"}, "a corner on each line"),
        ({"ground": "44.3 36\n44.4 36"}, "at least three corners"),
        ({"ground": "44.30 36.00\n44.31 36.01\n44.31 36.00\n44.30 36.01"}, "crosses itself"),
        ({"classification": "CHA"}, "direct evidence"),
        ({"operator": "TT-RIVAL"}, "Operator"),
    ],
)
def test_what_is_typed_wrong_is_said_beside_its_field(ground, typed, client, change, said):
    assert said in send(client, ground.desk, f"{INBOX}new/hazard/", {**typed, **change}, 422)
    assert not own(FieldReport).exists()


def test_days_are_typed_a_line_each(ground, typed, client):
    days = {**typed, "type": "manual", "days": "2026-02-02; 400; 10; 6; 1\n2026-02-03;350;9"}
    send(client, ground.desk, f"{INBOX}new/progress/", days)
    report = own(FieldReport).get()
    assert report.content["days"] == [
        {"day": "2026-02-02", "area_m2": 400.0, "deminers": 10, "hours": 6.0, "items_found": 1},
        {"day": "2026-02-03", "area_m2": 350.0, "deminers": 9},
    ]
    wrong = send(
        client, ground.desk, f"{INBOX}new/progress/", {**days, "reference": "OP-13", "days": "yesterday; 4"}, 422
    )
    assert "Line 1" in wrong


def test_a_report_of_a_task_begins_with_what_is_known(ground, typed, client):
    hazard = ground.make_hazard("confirmed")
    task = ground.make_task(hazard, state="started")
    page = ask(client, ground.desk, f"/mineaction/tasks/{task.ref}/")
    assert f"{INBOX}new/progress/?task={task.ref}" in page
    form = ask(client, ground.desk, f"{INBOX}new/progress/", task=task.ref)
    for known in (f'value="{task.ref}"', f'value="{ground.place.ref}" selected', 'value="manual" selected'):
        assert known in form, known
    form = ask(client, ground.desk, f"{INBOX}new/release/", task=task.ref)
    assert f'value="{hazard.ref}"' in form
    assert 'value="cancelled" selected' not in form
    assert ">Activity" in form
    release = {**typed, "ground": json.dumps(shape()), "type": ""}
    assert "Kind" in send(client, ground.desk, f"{INBOX}new/release/", release, 422), "nobody chose how it was released"
    strange = ask(client, ground.rival_desk, f"{INBOX}new/progress/", task=task.ref)
    assert f'value="{task.ref}"' not in strange


def test_the_page_leads_to_what_the_report_made_and_tells_each_step_once(ground, take, client):
    report = take()
    gate(client, ground.desk, report, "check")
    gate(client, ground.operator_manager, report, "endorse")
    assert 'href="#reconcile"' in ask(client, ground.im_officer, page_of(report)), "what comes before acceptance"
    send(client, ground.im_officer, f"{page_of(report)}reconcile/", {"version": report.version, "record": "new"})
    gate(client, ground.im_officer, report, "accept")
    with override("en"):
        told = [one.what for one in since(report, 0)]
    assert told == [
        "Accepted",
        "Reconciled: A new record",
        "Approved by the operator",
        "Checked by the operator",
        "Received",
    ]
    page = ask(client, ground.im_officer, page_of(report))
    hazard = own(Hazard).get()
    assert f'class="button primary" href="/mineaction/hazards/{hazard.ref}/"' in page
    assert "button primary" not in page[page.index('class="decide') : page.index("Withdraw")]


def test_what_waits_stands_on_the_first_page(ground, take, rf):
    report = take("OP-7")
    hazard = ground.make_hazard("confirmed")
    task = ground.make_task(hazard, state="issued")

    def waits(user):
        request = rf.get("/")
        request.user = user
        return {line.url for panel in panels(request) for line in panel.lines}

    assert {f"{INBOX}{report.ref}/", f"/mineaction/tasks/{task.ref}/"} <= waits(ground.desk)
    assert f"{INBOX}{report.ref}/" in waits(ground.im_officer)
    assert waits(ground.rival_desk) == waits(ground.partner) == set()


def test_a_document_comes_back_as_a_download_to_those_who_see_the_report(ground, typed, client, settings, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.MEDIA_ROOT = tmp_path / "media"
    file = SimpleUploadedFile("scan.html", b"<script>alert(1)</script>")
    send(client, ground.desk, f"{INBOX}new/hazard/", {**typed, "document": file})
    report = own(FieldReport).get()
    client.force_login(ground.im_officer)
    answer = client.get(f"{page_of(report)}document")
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    client.force_login(ground.rival_desk)
    assert client.get(f"{page_of(report)}document").status_code == 404


def test_an_accident_typed_names_nobody(ground, typed, client):
    said = {**typed, "type": "civilian", "point": f"{EAST} {NORTH}", "killed": "1", "injured": "0"}
    page = ask(client, ground.desk, f"{INBOX}new/accident/")
    assert "No names here" in page
    send(client, ground.desk, f"{INBOX}new/accident/", said)
    report = as_new(own(FieldReport).get())
    decide.check(report, by=ground.desk)
    decide.endorse(report, by=ground.operator_manager)
    decide.accept(report, by=ground.im_officer)
    assert own(Accident).get().killed == 1
