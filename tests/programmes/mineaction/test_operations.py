"""Tasks and their orders, accreditations, spot tasks, lists and addresses of operations."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from rafid.commons.records.change import Refused, Stale
from rafid.programmes.mineaction.models import Accreditation, OrdnanceFind, SealedPerson, SpotTask, Task
from rafid.programmes.mineaction.operations import accreditations, orders, spots, tasks
from rafid.programmes.mineaction.operations.ground import turning_points, zone_of
from rafid.programmes.mineaction.operations.rates import rates
from rafid.programmes.mineaction.stepping import NotYours, take

pytestmark = pytest.mark.django_db
API = "/api/v1/mineaction/"


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def read(client, user, path, status=200, **query):
    client.logout()
    if user is not None:
        client.force_login(user)
    answer = client.get(path, query, headers={"accept-language": "en"})
    assert answer.status_code == status, (path, answer.status_code, answer.content[-2000:])
    return answer


def post(client, user, path, status=302, **given):
    client.force_login(user)
    answer = client.post(path, given, headers={"accept-language": "en"})
    assert answer.status_code == status, (path, answer.status_code, answer.content.decode()[-4000:])
    return answer


def text(answer):
    return answer.content.decode()


def step(record, code, by, **given):
    of = {Task: tasks.STEPS, Accreditation: accreditations.STEPS, SpotTask: spots.STEPS}[type(record)]
    return take(record, of[code], by=by, given=given)


def granted(ground, **values):
    row = accreditations.apply(
        authority=ground.dma, operator=ground.operator, by=ground.operations, activity="manual",
        valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31), **values,
    )  # fmt: skip
    step(row, "desk", ground.operations)
    step(row, "field", ground.quality)
    return step(row, "grant", ground.operations, conditions="Two teams at most")


def drafted(ground, *hazards, **values):
    values = {"organisation": ground.operator, "activity": "manual", "valid_from": date(2026, 2, 1), **values}
    return tasks.draft(by=ground.operations, owner=ground.dma, hazards=hazards, **values)


def test_a_task_from_its_draft_to_its_end(ground):
    hazard = ground.make_hazard("confirmed")
    task = drafted(ground, hazard)
    assert (task.state, task.place) == ("draft", ground.place)
    with pytest.raises(Refused, match="no accreditation for “Manual clearance” at all"):
        step(task, "issue", ground.operations)
    task.refresh_from_db()
    assert task.state == "draft"
    assert not task.orders.exists()
    granted(ground)
    step(task, "issue", ground.operations)
    assert task.orders.get().content["hazards"][0]["ref"] == hazard.ref
    with pytest.raises(NotYours):
        step(task, "accept", ground.rival_desk)
    step(task, "accept", ground.desk, on=date(2026, 2, 1))
    with pytest.raises(Refused, match="valid from"):
        step(task, "start", ground.desk, on=date(2026, 1, 20))
    step(task, "start", ground.desk, on=date(2026, 2, 2))
    hazard.refresh_from_db()
    assert hazard.state == "worked_on"
    with pytest.raises(Refused, match="empty"):
        step(task, "suspend", ground.desk, reason=" ")
    step(task, "suspend", ground.desk, reason="Floods", on=date(2026, 2, 5))
    hazard.refresh_from_db()
    assert (hazard.state, task.step_reason) == ("suspended", "Floods")
    step(task, "resume", ground.operations, on=date(2026, 2, 8))
    hazard.refresh_from_db()
    assert hazard.state == "worked_on"
    step(task, "finish", ground.desk, on=date(2026, 3, 1))
    with pytest.raises(NotYours):
        step(task, "close", ground.desk)
    with pytest.raises(Refused, match="after today"):
        step(task, "close", ground.director, on=timezone.localdate() + timedelta(days=2))
    step(task, "close", ground.director)
    assert task.state == "closed"
    with pytest.raises(Refused, match="not possible"):
        step(task, "cancel", ground.operations, reason="x")


def test_what_an_accreditation_lets_do_on_which_day(ground):
    hazard = ground.make_hazard("confirmed")
    row = granted(ground)
    assert accreditations.valid(ground.operator, "manual", date(2026, 12, 31)) == row
    assert accreditations.valid(ground.operator, "manual", date(2027, 1, 1)) is None
    assert accreditations.valid(ground.operator, "bac", date(2026, 5, 1)) is None
    early = drafted(ground, hazard, valid_from=date(2025, 12, 31))
    with pytest.raises(Refused, match=row.ref):
        step(early, "issue", ground.operations)
    task = drafted(ground, hazard)
    step(task, "issue", ground.operations)
    step(task, "accept", ground.operations)
    with pytest.raises(Refused, match="empty"):
        step(row, "suspend", ground.operations)
    step(row, "suspend", ground.quality, reason="An accident is looked into")
    with pytest.raises(Refused, match="Suspended"):
        step(task, "start", ground.desk)
    step(row, "restore", ground.quality)
    step(task, "start", ground.desk)
    with pytest.raises(Refused, match="another accreditation"):
        granted(ground)
    with pytest.raises(NotYours):
        step(row, "withdraw", ground.desk, reason="x")


def test_two_at_once_and_drafts(ground):
    hazard, other = ground.make_hazard("confirmed"), ground.make_hazard("confirmed", east=10, owner=ground.ikmaa)
    with pytest.raises(Refused, match=other.ref):
        drafted(ground, hazard, other)
    task = drafted(ground, hazard)
    with pytest.raises(Stale):
        tasks.change(task, by=ground.operations, version=task.version + 1, hazards=[hazard], purpose="x")
    tasks.change(task, by=ground.operations, version=task.version, hazards=[hazard], purpose="Clear the field")
    assert Task.objects.get(pk=task.pk).purpose == "Clear the field"
    nothing = drafted(ground)
    granted(ground)
    with pytest.raises(Refused, match="names no hazard"):
        step(nothing, "issue", ground.operations)
    step(task, "issue", ground.operations)
    with pytest.raises(Refused, match="not changed"):
        tasks.change(task, by=ground.operations, version=None, hazards=[hazard], purpose="y")


def test_the_paper_says_every_turning_point(ground, client):
    hazard = ground.make_hazard("confirmed", landmark_text="The old pump")
    granted(ground)
    task = drafted(ground, hazard, purpose="Clear the field")
    step(task, "issue", ground.operations)
    order = task.orders.get()
    points = order.content["hazards"][0]["points"]
    assert [one["label"] for one in points] == ["TP1", "TP2", "TP3", "TP4"]
    assert (points[0]["zone"], zone_of(41.9), zone_of(48.5)) == ("38N", 37, 39)
    assert points[0]["lon"] == pytest.approx(hazard.ground[0][0][0][0], abs=1e-6)
    for language, word in (("en", "Task order"), ("ar", "أمر"), ("ckb", "فەرمان")):
        page = read(client, ground.desk, f"/mineaction/tasks/{task.ref}/orders/1.pdf", **{"in": language})
        assert page["Content-Type"] == "application/pdf"
        assert page.content.startswith(b"%PDF")
        with override(language):
            said = orders.said(order.content)
            assert word in said["title"]
    told = orders.said(order.content)
    assert "safe" not in told["safety"].casefold()
    assert told["datum"] == "WGS 84"
    read(client, ground.desk, f"/mineaction/tasks/{task.ref}/orders/2.pdf", 404)
    read(client, ground.rival_desk, f"/mineaction/tasks/{task.ref}/orders/1.pdf", 404)
    # Printed again it is the same file, and it is known as genuine to whoever holds it.
    order.refresh_from_db()
    own = read(client, ground.desk, f"/mineaction/tasks/{task.ref}/orders/1.pdf", **{"in": order.language}).content
    assert orders.printed(order, order.language) == own
    for sha256 in (order.content["verify"], order.sha256):
        found = read(client, None, f"/verify/{sha256}", format="json").json()
        assert (found["genuine"], found["status"]) == (True, "current")
    post(client, ground.operations, f"/mineaction/tasks/{task.ref}/order/")
    assert read(client, None, f"/verify/{order.content['verify']}", format="json").json()["status"] == "superseded"
    step(task, "cancel", ground.operations, reason="No access")
    assert read(client, None, f"/verify/{order.content['verify']}", format="json").json()["status"] == "withdrawn"


def test_turning_points_of_holes_and_parts(ground):
    from django.contrib.gis.geos import MultiPolygon, Polygon

    outer, inner = ground.square(0, 0, 4, 4)[0][0], ground.square(1, 1, 1, 1)[0][0]
    shape = MultiPolygon(Polygon(outer, inner), ground.square(10)[0], srid=4326)
    found = turning_points(shape)
    assert len(found) == 12
    assert [one["label"] for one in found[::4]] == ["TP1.1", "TP2.1", "TP3.1"]
    assert [one["inner"] for one in found[::4]] == [False, True, False]


def test_pages_of_a_task(ground, client):
    hazard = ground.make_hazard("confirmed")
    post(client, ground.desk, "/mineaction/tasks/new/", 403)
    given = {"organisation": ground.operator.pk, "activity": "manual", "priority": "high", "valid_from": "2026-02-01"}
    wrong = post(client, ground.operations, "/mineaction/tasks/new/", 422, hazards="DMA-1 nothing", **given)
    assert "There is no hazard" in text(wrong)
    assert "Say where the work is" in text(post(client, ground.operations, "/mineaction/tasks/new/", 422, **given))
    backwards = post(
        client, ground.operations, "/mineaction/tasks/new/", 422, hazards=hazard.ref, valid_to="2026-01-01", **given
    )
    assert "before the start" in text(backwards)
    post(client, ground.operations, "/mineaction/tasks/new/", hazards=f"{hazard.ref},", purpose="Clear it", **given)
    task = Task.objects.get(owner=ground.dma)
    at = f"/mineaction/tasks/{task.ref}/"
    page = text(read(client, ground.operations, at))
    assert hazard.ref in page
    assert "Not valid" in page
    read(client, ground.desk, at, 404)
    read(client, ground.partner, at, 404)
    refused = post(client, ground.operations, f"{at}step/issue/", 422, version=task.version)
    assert "no accreditation" in text(refused)
    granted(ground)
    assert "since you read it" in text(
        post(client, ground.operations, f"{at}step/issue/", 409, version=task.version + 3)
    )
    post(client, ground.director, f"{at}step/issue/", 403, version=task.version)
    post(client, ground.operations, f"{at}step/issue/", version=task.version)
    post(client, ground.operations, f"{at}step/nothing/", 404)
    page = text(read(client, ground.desk, at))
    assert "orders/1.pdf" in page
    assert "Accept" in page
    task.refresh_from_db()
    post(client, ground.desk, f"{at}step/accept/", version=task.version)
    late = Task.objects.filter(pk=task.pk).update(valid_to=date(2026, 2, 20))
    assert late == 1
    board = text(read(client, ground.operations, "/mineaction/operations/"))
    assert "Late" in board
    assert task.ref in board
    read(client, ground.partner, "/mineaction/operations/", 404)
    assert task.ref not in text(read(client, ground.rival_desk, "/mineaction/operations/"))


def test_lists_and_their_files(ground, client):
    hazard = ground.make_hazard("confirmed")
    task = ground.make_task(hazard, state="issued")
    hidden = ground.make_task(hazard)
    ground.make_find(hazard, quantity=4, model="PMN")
    ground.make_find(hazard, quantity=2, sensitivity=2, model="Zq-secret")
    work = ground.make_activity(hazard, task=task)
    ground.make_day(work, area_m2=400, deminers=8)
    for code in ("tasks", "accreditations", "spots", "ordnance", "progress"):
        read(client, ground.operations, f"/mineaction/{code}/")
        read(client, ground.partner, f"/mineaction/{code}/", 404)
        for kind in ("csv", "xlsx"):
            b"".join(read(client, ground.operations, f"/mineaction/{code}.{kind}").streaming_content)
        read(client, ground.operations, f"/mineaction/{code}.exe", 404)
    assert hidden.ref not in text(read(client, ground.desk, "/mineaction/tasks/"))
    assert hidden.ref in text(read(client, ground.operations, "/mineaction/tasks/", state="draft"))
    assert "Zq-secret" in text(read(client, ground.operations, "/mineaction/ordnance/"))
    assert "Zq-secret" not in text(read(client, ground.desk, "/mineaction/ordnance/"))
    page = text(read(client, ground.operations, "/mineaction/tasks/", state="nonsense", since="soon"))
    assert "does not know" in page
    table = read(client, ground.desk, "/mineaction/ordnance.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(table.streaming_content).decode())))
    assert [(row["model"], row["quantity"]) for row in rows] == [("PMN", "4")]
    assert "No record does not mean" in rows[0]["note"]
    progress = text(read(client, ground.operations, "/mineaction/progress/", operator=ground.operator.ref))
    assert "50" in progress


def test_maps_of_lists_show_the_rows_that_the_table_shows(ground, client):
    hazard = ground.make_hazard("confirmed")
    issued, draft = ground.make_task(hazard, state="issued"), ground.make_task(hazard)
    seen = ground.make_find(point=ground.spot())
    secret = ground.make_find(point=ground.spot(0.6), sensitivity=2)
    call = ground.make_spot_task(point=ground.spot(0.7), state="verified")

    def named(user, code, status=200, **query):
        answer = read(client, user, f"/mineaction/{code}/shapes", status, **query)
        found = json.loads(answer.content)["features"] if status == 200 else []
        ours = {issued.ref, draft.ref, seen.ref, secret.ref, call.ref}
        return {one["properties"]["name"]: one["properties"] for one in found if one["properties"]["name"] in ours}

    assert set(named(ground.operations, "tasks")) == {issued.ref, draft.ref}
    assert set(named(ground.desk, "tasks")) == {issued.ref}
    assert set(named(ground.operations, "tasks", state="draft")) == {draft.ref}
    assert set(named(ground.operations, "ordnance")) == {seen.ref, secret.ref}
    assert set(named(ground.desk, "ordnance")) == {seen.ref}
    assert not named(ground.rival_desk, "ordnance")
    assert named(ground.operations, "spots")[call.ref]["kind"] == "waiting"
    for code in ("tasks", "spots", "ordnance"):
        read(client, ground.partner, f"/mineaction/{code}/shapes", 404)
        read(client, ground.operations, f"/mineaction/{code}/shapes", 400, since="soon")
        page = text(read(client, ground.operations, f"/mineaction/{code}/", operator=ground.operator.ref))
        assert f'data-people="/mineaction/{code}/shapes?operator={ground.operator.ref}"' in page


def test_rates(ground):
    work = ground.make_activity()
    for at, area in enumerate((400, 420, 380, 410, 390, 4000)):
        ground.make_day(work, date(2026, 2, 3) + timedelta(days=at), area_m2=area, deminers=10)
    ground.make_day(work, date(2026, 3, 1), area_m2=50, deminers=0)
    from rafid.programmes.mineaction.models import DailyProgress

    (found,) = rates(DailyProgress.objects.filter(activity=work))
    assert (found.days, found.deminer_days, found.odd) == (6, 60, 1)
    assert found.median == pytest.approx(40.5)
    assert rates([]) == []


def test_a_spot_task_from_the_call_to_the_disposal(ground, client):
    given = {"authority": ground.dma.pk, "what": "A shell by the canal", "device_category": "other_uxo", "priority": "high",
             "reported_on": "2026-03-01", "place": ground.place.ref}  # fmt: skip
    swapped = post(client, ground.operations, "/mineaction/spots/new/", 422, point="36.05, 44.33", **given)
    assert "exchanged" in text(swapped)
    assert "outside" in text(post(client, ground.operations, "/mineaction/spots/new/", 422, point="2.1, 48.9", **given))
    post(
        client, ground.operations, "/mineaction/spots/new/", point="44.3301, 36.0502", reporter="Zqxcaller Hasan",
        telephone="0770", **given,
    )  # fmt: skip
    spot = SpotTask.objects.get(owner=ground.dma)
    assert SealedPerson.objects.get(spot_task=spot).sealed.startswith("fernet:")
    at = f"/mineaction/spots/{spot.ref}/"
    assert "Zqxcaller" not in text(read(client, ground.operations, at))
    read(client, ground.desk, at, 404)
    step(spot, "verify", ground.operations, on=date(2026, 3, 2))
    post(client, ground.operations, f"{at}step/task/", 422, version=spot.version)
    post(
        client, ground.operations, f"{at}step/task/", version=spot.version, operator=ground.operator.pk, on="2026-03-02"
    )
    found = {"category": "other_uxo", "quantity": 2, "condition": "fuzed", "on": "2026-03-03", "disposal": "waiting"}
    assert "1" in text(post(client, ground.desk, f"{at}find/", 422, **{**found, "quantity": 0}))
    post(client, ground.desk, f"{at}find/", **found)
    find = OrdnanceFind.objects.get(spot_task=spot)
    assert (find.point.coords, find.organisation) == (spot.point.coords, ground.operator)
    spot.refresh_from_db()
    with pytest.raises(Refused, match="not disposed of yet"):
        step(spot, "done", ground.desk, outcome="Blown up")
    early = post(
        client,
        ground.desk,
        f"{at}find/{find.ref}/",
        422,
        version=find.version,
        disposal="in_place",
        destroyed_on="2026-03-01",
    )
    assert "before it was found" in text(early)
    post(
        client,
        ground.desk,
        f"{at}find/{find.ref}/",
        version=find.version,
        disposal="in_place",
        destroyed_on="2026-03-03",
    )
    step(spot, "done", ground.desk, outcome="Blown up where they lay", on=date(2026, 3, 3))
    assert (spot.state, spot.done_on) == ("done", date(2026, 3, 3))
    with pytest.raises(Refused, match="has ended"):
        spots.found(spot, by=ground.desk, category="other_uxo")
    quiet = ground.make_spot_task()
    step(quiet, "nothing", ground.operations, outcome="A water pipe")
    step(quiet, "again", ground.operations)
    assert (quiet.state, quiet.done_on) == ("reported", None)
    step(quiet, "army", ground.operations)
    step(quiet, "ended", ground.operations, outcome="Taken by the army")
    assert quiet.state == "done"


def test_addresses(ground, client):
    hazard = ground.make_hazard("confirmed")
    task, hidden = ground.make_task(hazard, state="issued"), ground.make_task(hazard)
    ground.make_find(hazard, quantity=4)
    ground.make_find(hazard, sensitivity=2)
    ground.make_spot_task()
    mine = read(client, ground.operations, f"{API}tasks", hazard=hazard.ref).json()["items"]
    assert {one["ref"] for one in mine} == {task.ref, hidden.ref}
    assert mine[0]["hazards"] == [hazard.ref]
    theirs = read(client, ground.desk, f"{API}tasks").json()["items"]
    assert [(one["ref"], one["status"], one["organisation"]) for one in theirs] == [(task.ref, "issued", "TT-OP")]
    assert read(client, ground.desk, f"{API}tasks/{task.ref}").json()["authority"] == "TT-DMA"
    read(client, ground.desk, f"{API}tasks/{hidden.ref}", 404)
    found = read(client, ground.desk, f"{API}ordnance").json()["items"]
    assert [(one["category"], one["quantity"], one["hazard"]) for one in found] == [("ap_mine", 4, hazard.ref)]
    assert len(read(client, ground.operations, f"{API}ordnance", hazard=hazard.ref).json()["items"]) == 2
    assert read(client, ground.rival_desk, f"{API}ordnance").json()["items"] == []
    assert len(read(client, ground.operations, f"{API}spot-tasks?status=reported").json()["items"]) >= 1
    assert (
        read(client, ground.operations, f"{API}accreditations", organisation="TT-OP").json()["items"][0]["status"]
        == "granted"
    )
    for path in ("tasks", "ordnance", "spot-tasks", "accreditations"):
        read(client, ground.partner, API + path, 404)
        read(client, None, API + path, 401)
        read(client, ground.operations, API + path, 422, place="Nowhere-1")
    assert not re.search(r"\bsafe\b", text(read(client, ground.operations, "/mineaction/operations/")))


def test_a_new_task_offers_those_that_asked_to_be_accredited_first(ground):
    from rafid.programmes.mineaction.operations.forms import TaskForm

    granted(ground)
    offered = [label for _key, label in TaskForm(ground.operations).fields["organisation"].choices if _key]
    mine, rival = ground.operator.name, f"{ground.rival.name} (not accredited)"
    assert offered.index(mine) < offered.index(rival)
    first = next(at for at, label in enumerate(offered) if label.endswith("(not accredited)"))
    assert all(label.endswith("(not accredited)") for label in offered[first:])
