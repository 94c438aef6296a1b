"""The points of a field book and the hazards of a task go to the other authority with their record, and become rows there."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from django.contrib.gis.geos import Point

from rafid.commons.identity import uuid7
from rafid.commons.records.exchange import nodes
from rafid.commons.records.exchange.carrying import take
from rafid.commons.records.exchange.entries import write_now
from rafid.commons.records.models import ExchangeChange, ExchangeState
from rafid.methods.exchange import Change, new_box_keys, new_keys, seal
from rafid.programmes.mineaction.models import Hazard, SurveyPoint, SurveySheet, Task

from .conftest import refused, square

pytestmark = pytest.mark.django_db

POINTS = [("SP", "SP", "", "47.305", "36.05"), ("TP", "TP1", "045", "100", ""), ("TP", "TP2", "120.5", "150", "")]


def make_sheet(ground, state="draft"):
    sheet = SurveySheet.objects.create(
        owner=ground.dma, organisation=ground.operator, place=ground.place, on=date(2026, 3, 1), north="grid"
    )
    SurveyPoint.objects.bulk_create(
        SurveyPoint(
            sheet=sheet, mark=mark, label=label, order=order, entry="relative" if bearing else "absolute",
            bearing=bearing, distance=first if bearing else "", x_entered="" if bearing else first, y_entered=last,
            accuracy_m=2.5, point=Point(44.3, 36.1, srid=4326),
        )
        for order, (mark, label, bearing, first, last) in enumerate(POINTS)
    )  # fmt: skip
    if state == "accepted":
        sheet.refresh_from_db()
        sheet.state, sheet.ground, sheet.accepted_at = state, square(), datetime(2026, 3, 2, tzinfo=UTC)
        sheet.save()
    return SurveySheet.objects.get(pk=sheet.pk)


def test_the_points_stand_on_their_sheet_and_nobody_else_writes_them(ground):
    sheet = make_sheet(ground)
    assert [one["label"] for one in sheet.book] == ["SP", "TP1", "TP2"]
    assert (sheet.book[0]["x_entered"], sheet.book[1]["bearing"], sheet.book[1]["lon"]) == ("47.305", "045", 44.3)
    assert sheet.version == 1
    sheet.book = []
    sheet.save()
    assert len(SurveySheet.objects.get(pk=sheet.pk).book) == 3
    SurveyPoint.objects.filter(sheet=sheet, label="TP2").delete()
    SurveyPoint.objects.filter(sheet=sheet, label="TP1").update(bearing="046")
    assert [one["bearing"] for one in SurveySheet.objects.get(pk=sheet.pk).book] == ["", "046"]


def test_the_hazards_stand_on_their_task_and_nobody_else_writes_them(ground):
    one, other = ground.make_hazard("confirmed"), ground.make_hazard("suspected", ground=square(10))
    task = ground.make_task(one, other, state="draft")
    row = Task.objects.get(pk=task.pk)
    assert row.grounds == sorted([str(one.pk), str(other.pk)])
    assert row.version == task.version
    row.grounds = []
    row.save()
    task.hazards.remove(other)
    assert Task.objects.get(pk=task.pk).grounds == [str(one.pk)]


@pytest.fixture
def far(ground, monkeypatch):
    """This installation as a node whose log is empty, and a function that takes changes of another one."""
    monkeypatch.setattr(nodes, "kinds", dict)
    nodes.init("HERE")
    private, public = new_keys()
    said = {"box_key": new_box_keys()[1].hex(), "format": "rafid-node/1", "node": "FAR", "public_key": public.hex()}
    nodes.trust(json.dumps(said).encode())
    number = 0

    def sends(*rows):
        nonlocal number
        changes = []
        for record, kind, fields in rows:
            number += 1
            here = {"owner": "TT-IKMAA", "place": ground.place.ref, "sensitivity": 1, "on": "2026-02-01"}
            changes.append(Change(f"FAR:{number}", str(record), f"mineaction.{kind}", "set", {**here, **fields}, ()))
        return take(seal(changes, node="FAR", private_key=private))

    return sends


def entries(record):
    rows = ExchangeChange.objects.filter(node="HERE", record=str(record.pk)).order_by("number")
    return [json.loads(row.fields) for row in rows]


def test_points_and_hazards_go_out(ground, far):
    hazard = ground.make_hazard("confirmed")
    task = ground.make_task(hazard, state="draft")
    sheet = make_sheet(ground, "accepted")
    write_now()
    assert entries(task)[-1]["grounds"] == [str(hazard.pk)]
    book = {}
    for fields in entries(sheet):
        book = fields.get("book", book)
    assert [one["label"] for one in book] == ["SP", "TP1", "TP2"]


TASK = {"state": "draft", "activity": "manual", "valid_from": "2026-02-01", "ref": "TT-IKMAA-T-1"}
HAZARD = {
    "type": "minefield", "classification": "SHA", "state": "suspected", "suspected_on": "2026-02-01", "proofs": [],
    "ref": "TT-IKMAA-1", "ground": square().wkt,
}  # fmt: skip


@pytest.mark.parametrize("order", ["task first", "hazard first", "together"])
def test_a_task_comes_with_its_hazards_in_any_order(ground, far, order):
    hazard, task = uuid7(), uuid7()
    both = [(task, "task", {**TASK, "grounds": [str(hazard)]}), (hazard, "hazard", HAZARD)]
    if order == "together":
        far(*both)
    else:
        for one in both if order == "task first" else reversed(both):
            far(one)
    assert not ExchangeState.objects.exclude(refused="")
    assert list(Task.objects.get(pk=task).hazards.values_list("pk", flat=True)) == [hazard]
    assert Task.objects.get(pk=task).grounds == [str(hazard)]


def test_a_sheet_comes_with_its_points_and_is_not_edited_here(ground, far):
    sheet, hazard = uuid7(), uuid7()
    book = [
        {
            "id": str(uuid7()), "mark": "TP", "label": f"TP{order}", "order": order, "origin": "", "entry": "relative",
            "bearing": "045", "distance": "100", "x_entered": "", "y_entered": "", "fixed_by": "tape",
            "accuracy_m": None, "lon": 44.3, "lat": 36.1,
        }
        for order in range(3)
    ]  # fmt: skip
    fields = {
        "state": "accepted", "ref": "TT-IKMAA-S-1", "north": "grid", "ground": square().wkt, "hazard": str(hazard),
        "accepted_at": "2026-02-02T00:00:00+00:00", "book": book,
    }  # fmt: skip
    far((sheet, "surveysheet", fields))  # before the hazard that it draws
    assert not SurveySheet.objects.filter(pk=sheet)
    assert "does not have" in json.loads(ExchangeState.objects.get(record=str(sheet)).refused)["en"]
    far((hazard, "hazard", HAZARD))
    row = SurveySheet.objects.get(pk=sheet)
    assert row.hazard == Hazard.objects.get(pk=hazard)
    assert [one.label for one in row.marks.order_by("order")] == ["TP0", "TP1", "TP2"]
    assert row.marks.first().point.x == pytest.approx(44.3)
    with refused("sheet_stays"):
        row.marks.all().update(bearing="050")
