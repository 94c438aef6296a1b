"""The list of findings, its files and its API; many decided at once; a value corrected by two people."""

from __future__ import annotations

import io
from datetime import UTC, timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from rafid.programmes.rivers.models import SeriesFinding
from rafid.programmes.rivers.values.reading import known_values
from rafid.programmes.rivers.values.recording import Reading, record_values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alone")]

LIST = "/rivers/check/"


def start():
    return timezone.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=10)


@pytest.fixture
def findings(river):
    """Two of a range at the town's gauge, one stuck at the lower one."""
    river.stage = river.make_series(river.make_station(), rules={"minimum": 0, "maximum": 12})
    lower = river.make_series(river.make_station("tt-lower"), rules={"flat_steps": 3}, sensitivity=2)
    for series, values in ((river.stage, [3, 32, 3.1, 33, 3.2]), (lower, [2, 2, 2, 2, 2])):
        rows = [Reading(series.pk, start() + timedelta(days=day), value) for day, value in enumerate(values)]
        record_values(rows, origin="person", user=river.hydrologist)
    return list(SeriesFinding.objects.order_by("check_code", "start"))


def test_filters_and_the_map(client, river, findings):
    client.force_login(river.hydrologist)
    assert len(client.get(LIST).context["rows"]) == 3
    for query, count in (
        ("check=stuck", 1), ("station=tt-town", 2), ("severity=3", 2), ("variable=discharge", 0), ("state=corrected", 0),
        (f"to={(start() - timedelta(days=1)):%Y-%m-%d}", 0), (f"from={(start() + timedelta(days=2)):%Y-%m-%d}", 2),
    ):  # fmt: skip
        assert len(client.get(f"{LIST}?{query}").context["rows"]) == count, query
    wrong = client.get(f"{LIST}?from=yesterday")
    assert (len(wrong.context["rows"]), len(wrong.context["filter_notes"])) == (3, 1)
    shapes = client.get(reverse("rivers-findings-shapes")).json()["features"]
    assert {one["properties"]["code"]: one["properties"]["class"] for one in shapes} == {
        "tt-town": "severe",
        "tt-lower": "warning",
    }
    assert client.get(reverse("rivers-findings-shapes") + "?check=stuck").json()["features"][0]["properties"]["text"]


def test_files_hold_the_same_rows(client, river, findings):
    client.force_login(river.hydrologist)
    text = client.get(reverse("rivers-findings-file") + "?station=tt-town").content.decode("utf-8-sig")
    assert text.count("tt-town,stage,range,3") == 2
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("rivers-findings-workbook")).content))
    cells = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert cells.count("tt-town") == 2
    assert cells.count("stuck") == 1


def test_many_are_decided_at_once(client, river, findings):
    client.force_login(river.hydrologist)
    stuck = findings[2]
    ids = [str(one.pk) for one in findings]
    no_reason = client.post(LIST, {"ids": ids, "action": "explain"})
    assert (no_reason.status_code, SeriesFinding.objects.filter(state="open").count()) == (422, 3)
    assert "Say why" in no_reason.content.decode()
    assert client.post(LIST, {"action": "confirm"}).status_code == 422
    assert client.post(f"{LIST}?check=range", {"ids": ids[:1], "action": "confirm"}).url == f"{LIST}?check=range"
    client.post(LIST, {"ids": ids, "action": "explain", "reason": "the flood of March"})
    assert set(SeriesFinding.objects.values_list("state", "reason")) == {("explained", "the flood of March")}
    answer = client.post(LIST, {"ids": ids, "action": "explain", "reason": "again"}, follow=True)
    assert "3 findings stay as they were" in answer.content.decode()
    client.post(LIST, {"ids": [str(stuck.pk)], "action": "assign", "to": str(river.chief.pk)})
    stuck.refresh_from_db()
    assert stuck.assigned_to == river.chief
    assert (
        client.post(LIST, {"ids": [str(stuck.pk)], "action": "assign", "to": str(river.reader.pk)}).status_code == 422
    )


def test_who_does_not_check_decides_nothing(client, river, findings):
    client.force_login(river.reader)
    assert client.post(LIST, {"ids": [str(findings[0].pk)], "action": "confirm"}).status_code == 403
    assert client.get("/api/v1/rivers/findings").status_code == 403
    client.force_login(river.partner)
    assert client.get(LIST).status_code == 403
    client.logout()
    assert client.get("/api/v1/rivers/findings").status_code == 401


def test_the_api_lists_them(client, river, findings):
    client.force_login(river.hydrologist)
    page = client.get("/api/v1/rivers/findings?limit=2").json()
    assert len(page["items"]) == 2
    assert len(client.get(f"/api/v1/rivers/findings?limit=2&cursor={page['next']}").json()["items"]) == 1
    (stuck,) = client.get("/api/v1/rivers/findings?check=stuck&state=open").json()["items"]
    assert (stuck["station"], stuck["unit"], stuck["severity"]) == ("tt-lower", "m", 2)
    assert set(stuck["message"]) == {"ar", "ckb", "en"}
    wrong = client.get("/api/v1/rivers/findings?check=magic")
    assert wrong.status_code == 422
    assert client.get("/api/v1/rivers/findings?from=never").status_code == 422


def test_who_corrects_second_is_told_what_it_is_now(client, river, findings):
    finding = findings[0]
    page = f"{LIST}{finding.pk}/"
    client.force_login(river.hydrologist)
    seen = client.get(page).context["base"].isoformat()
    client.force_login(river.rating_engineer)
    client.post(page, {"action": "correct", "value": "3.2", "reason": "lost decimal", "base": seen, "version": 1})
    client.force_login(river.hydrologist)
    second = client.post(
        page, {"action": "correct", "value": "3.3", "reason": "by telephone", "base": seen, "version": 1}
    )
    assert second.status_code in (409, 422)
    text = second.content.decode()
    assert "it is 3.2 now" in text
    assert "lost decimal" in text
    assert str(river.rating_engineer) in text
    assert known_values(river.stage).values.tolist()[1] == 3.2


def test_a_value_of_a_longer_finding_is_chosen_by_its_time(client, river, findings):
    stuck = findings[2]
    page = f"{LIST}{stuck.pk}/"
    client.force_login(river.hydrologist)
    times = client.get(page).context["times"]
    assert len(times) == 5
    third = f"{times[2].time.isoformat()}~{times[2].known_from.isoformat()}"
    client.post(page, {"action": "correct", "at": third, "value": "2.4", "reason": "read again"})
    assert known_values(stuck.series).values.tolist() == [2, 2, 2.4, 2, 2]
    stuck.refresh_from_db()
    assert stuck.state == "corrected"
    client.post(page, {"action": "undo", "at": third, "reason": "it was stuck"})
    stuck.refresh_from_db()
    assert (stuck.state, known_values(stuck.series).values.tolist()[2]) == ("open", 2)
    outside = (times[0].time - timedelta(days=1)).isoformat()
    assert client.post(page, {"action": "correct", "at": outside, "value": "1", "reason": "x"}).status_code == 422


def test_figures_have_their_unit_and_what_is_settled_asks_no_decision(client, river, findings):
    client.force_login(river.hydrologist)
    (one,) = [one for one in findings if one.check_code == "range" and one.value == 32]
    page = client.get(f"{LIST}{one.pk}/?lang=en").content.decode()
    assert "32.000 m</bdi></strong>" in page
    assert "Decide</h2>" in page
    SeriesFinding.objects.filter(pk=one.pk).update(state="corrected")
    assert "Decide</h2>" not in client.get(f"{LIST}{one.pk}/?lang=en").content.decode()
    SeriesFinding.objects.filter(pk=one.pk).update(check_code="balance", against=70.03)
    assert "70.030 <bdi>Mm³</bdi>" in client.get(f"{LIST}{one.pk}/?lang=en").content.decode()
