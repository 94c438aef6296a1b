"""The picture, what changed, a hazard and its steps, as people read them."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest

from rafid.programmes.mineaction.models import Evidence, Hazard, StrategyTarget
from rafid.programmes.mineaction.picture.contamination import month_starts
from rafid.programmes.mineaction.picture.pace import pace

from .conftest import at, square
from .test_picture_api import told  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
PAGE = "/mineaction/"


def read(client, user, path, status=200, **query):
    client.logout()
    if user is not None:
        client.force_login(user)
    answer = client.get(path, query, headers={"accept-language": "en"})
    assert answer.status_code == status, path
    return answer


def text(answer):
    return answer.content.decode()


def test_the_picture_shows_the_ledger_and_its_hazards(ground, told, client):  # noqa: F811
    page = text(read(client, ground.im_officer, PAGE))
    assert told.first.ref in page
    assert told.again.ref in page
    assert "No record does not mean that there is no hazard" in page
    assert "safe" not in page.casefold().replace("unsafe", "")
    early = text(read(client, ground.im_officer, PAGE, on="2025-05-01", known="2025-05-01"))
    assert told.first.ref in early
    assert told.again.ref not in early
    assert "known=2025-05-01" in early
    wrong = text(read(client, ground.im_officer, PAGE, on="soon"))
    assert "does not know" in wrong


def test_the_public_sees_a_grid_and_no_exact_ground(ground, told, client):  # noqa: F811
    for user in (None, ground.partner):
        page = text(read(client, user, PAGE))
        assert told.first.ref in page
        assert "Remaining, m²" not in page
        shapes = read(client, user, "/mineaction/picture/shapes").json()["features"]
        whats = {one["properties"]["what"]: one["geometry"]["type"] for one in shapes}
        assert whats == {"cell": "Point", "release": "MultiPolygon"}
        read(client, user, "/mineaction/changes/", 404)
        read(client, user, "/mineaction/picture.csv", 404)


def test_the_shapes_of_a_state(ground, told, client):  # noqa: F811
    features = read(client, ground.im_officer, "/mineaction/picture/shapes", on="2025-06-30").json()["features"]
    found = {(one["properties"]["what"], one["properties"]["ref"]) for one in features}
    assert found == {
        ("hazard", told.first.ref), ("hazard", told.again.ref), ("release", told.cleared.ref), ("release", told.late.ref),
    }  # fmt: skip
    early = read(client, ground.im_officer, "/mineaction/picture/shapes", on="2025-06-30", known="2025-06-30").json()
    assert told.late.ref not in {one["properties"]["ref"] for one in early["features"]}


def test_the_files_hold_the_rows_of_the_page(ground, told, client):  # noqa: F811
    table = read(client, ground.im_officer, "/mineaction/picture.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(table.streaming_content).decode())))
    assert {row["ref"] for row in rows} == {told.first.ref, told.again.ref}
    first = next(row for row in rows if row["ref"] == told.first.ref)
    assert float(first["remaining_m2"]) == pytest.approx(float(first["area_m2"]) / 3, rel=0.01)
    assert "No record does not mean" in first["note"]
    for kind in ("xlsx", "gpkg"):
        body = b"".join(read(client, ground.im_officer, f"/mineaction/picture.{kind}").streaming_content)
        assert len(body) > 4000
    shaped = read(client, ground.im_officer, "/mineaction/picture.geojson")
    assert b"MultiPolygon" in b"".join(shaped.streaming_content)
    read(client, ground.im_officer, "/mineaction/picture.exe", 404)


def test_why_it_changed(ground, told, client):  # noqa: F811
    query = {"on": "2025-05-30", "known": "2025-05-30", "to_on": "2026-01-31"}
    page = text(read(client, ground.im_officer, "/mineaction/changes/", **query))
    assert told.late.ref in page
    assert told.again.ref in page
    table = read(client, ground.im_officer, "/mineaction/changes.csv", **query)
    rows = list(csv.DictReader(io.StringIO(b"".join(table.streaming_content).decode())))
    assert [row["ref"] for row in rows] == [told.again.ref, told.late.ref]
    same = text(read(client, ground.im_officer, "/mineaction/changes/", on="2025-05-30", to_on="2025-05-30"))
    assert "Nothing changed" in same
    since = text(read(client, ground.im_officer, "/mineaction/changes/", to_on="2026-01-31"))
    assert 'value="2025-12-31"' in since, "asked without a first day: since the end of the year before"


def test_a_hazard_shows_stated_beside_computed(ground, told, client):  # noqa: F811
    Evidence.objects.filter(hazard=told.first).update(text="A mine in the ditch")
    ground.make_release(told.first, "reduced", on=date(2025, 7, 1), ground=square(-1, 0, 2), reported_m2=99_999)
    page = text(read(client, ground.im_officer, f"/mineaction/hazards/{told.first.ref}/"))
    assert "A mine in the ditch" in page
    assert "99,999" in page
    assert "differs" in page
    assert "<svg" in page
    shapes = read(client, ground.im_officer, f"/mineaction/hazards/{told.first.ref}/shapes").json()["features"]
    assert {one["properties"]["what"] for one in shapes} == {"remaining", "twice", "outside", "release", "outline"}
    read(client, ground.rival_desk, f"/mineaction/hazards/{told.first.ref}/", 404)
    undrawn = ground.make_hazard("reported", ground=None, east=9)
    assert "Not drawn yet" in text(read(client, ground.im_officer, f"/mineaction/hazards/{undrawn.ref}/"))


def take(client, user, hazard, new, status=302, **given):
    client.force_login(user)
    given = {"version": hazard.version, "on": "2026-03-15", "reason": "", **given}
    answer = client.post(f"/mineaction/hazards/{hazard.ref}/step/{new}/", given, headers={"accept-language": "en"})
    assert answer.status_code == status, answer.content.decode()[-4000:]
    hazard.refresh_from_db()
    return answer


def test_the_steps_of_a_hazard(ground, client):
    hazard = ground.make_hazard("suspected", east=40)
    Hazard.objects.filter(pk=hazard.pk).update(known_at=at(date(2026, 1, 10)))
    take(client, ground.desk, hazard, "confirmed", 403)
    take(client, ground.operations, hazard, "closed", 409)
    refused = take(client, ground.im_officer, hazard, "confirmed", 422)
    assert "required" in text(refused)
    take(client, ground.im_officer, hazard, "confirmed", evidence_type="seen", evidence_text="A mine")
    assert (hazard.state, hazard.classification) == ("confirmed", "CHA")
    assert "required" in text(take(client, ground.operations, hazard, "worked_on", 422))
    task = ground.make_task(hazard, state="accepted")
    take(client, ground.operations, hazard, "worked_on", task=task.pk)
    left = take(client, ground.operations, hazard, "completed", 422, depth_m="0.2")
    assert "left" in text(left)
    ground.make_release(hazard)
    take(client, ground.operations, hazard, "completed", depth_m="0.2")
    take(client, ground.quality, hazard, "checked")
    handover = ground.make_handover(hazard, on=date(2026, 3, 15))
    take(client, ground.director, hazard, "closed", handover=handover.pk)
    assert hazard.state == "closed"
    take(client, ground.im_officer, hazard, "reopened", reason="A mine was found")
    assert hazard.state == "reopened"
    page = text(read(client, ground.im_officer, f"/mineaction/hazards/{hazard.ref}/"))
    assert "A mine was found" in page
    old = Hazard.objects.get(pk=hazard.pk)
    old.version -= 1
    assert "Somebody changed" in text(take(client, ground.im_officer, old, "confirmed", 409))


def test_two_persons_cancel(ground, client):
    hazard = ground.make_hazard(east=50)
    criteria = ground.make_criteria()
    given = {"criteria": criteria.pk, "reason": "A stone wall"}
    take(client, ground.director, hazard, "cancelled", 422, second_by=ground.director.pk, **given)
    take(client, ground.director, hazard, "cancelled", second_by=ground.operations.pk, **given)
    assert hazard.state == "cancelled"
    page = text(read(client, ground.im_officer, PAGE, place=ground.place.ref))
    assert hazard.ref in page


def test_contamination_by_district(ground, told, client):  # noqa: F811
    ground.make_find(told.first, on=date(2025, 4, 1), quantity=3)
    StrategyTarget.objects.create(
        owner=ground.dma, period="2025", indicator="released_m2", value=60_000, name_en="Release"
    )
    page = text(read(client, ground.director, "/mineaction/districts/", on="2025-12-31"))
    assert ground.place.name in page
    assert "Release" in page
    table = read(client, ground.director, "/mineaction/districts.csv", on="2025-12-31")
    (row,) = csv.DictReader(io.StringIO(b"".join(table.streaming_content).decode()))
    ledger = read(client, ground.director, "/api/v1/mineaction/ledger", on="2025-12-31").json()
    for name in ("remaining", "cleared", "reduced", "cancelled"):
        assert float(row[f"{name}_m2"]) == pytest.approx(ledger[name], abs=0.01)
    assert (row["cha"], row["sha"], row["items"]) == ("1", "1", "3")
    assert float(row["items_per_ha"]) == pytest.approx(3 / (ledger["cleared"] / 10_000), abs=0.01)
    # A third was cleared in March and a third cancelled in May: both months are among the last twelve.
    assert float(row["rate_m2_year"]) == pytest.approx(40_000, rel=0.01)
    assert float(row["years_low"]) < float(row["years"]) < float(row["years_high"] or "inf")
    for user in (ground.partner, ground.desk):
        assert ground.place.name in text(read(client, user, "/mineaction/districts/"))
    assert "Years left" not in text(read(client, ground.partner, "/mineaction/districts/"))
    read(client, ground.partner, "/mineaction/districts.csv", 404)


def test_pace():
    assert pace([1000] * 6 + [0] * 6, 12_000).years == pytest.approx(2)
    assert pace([0] * 12, 12_000).years is None
    assert pace([0] * 12, 0).years == 0
    bursts = pace([12_000] + [0] * 11, 12_000)
    assert bursts.low is not None
    assert bursts.low < bursts.years == 1
    assert bursts.high is None
    with pytest.raises(ValueError, match="less than 0"):
        pace([-1], 5)
    with pytest.raises(ValueError, match="no month"):
        pace([], 5)


@pytest.mark.parametrize(
    ("last", "first"), [("2025-12-31", "2025-01-01"), ("2025-12-30", "2024-12-01"), ("2026-01-15", "2025-01-01")]
)
def test_the_last_twelve_months_are_over(last, first):
    starts = month_starts(date.fromisoformat(last))
    assert starts[0] == date.fromisoformat(first)
    assert len(starts) == 13
    assert starts[-1] <= date.fromisoformat(last) + timedelta(days=1)
