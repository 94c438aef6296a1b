"""One reading typed wrong, by each of three ways: on the sheet, through the API, in a file. Each way says what is wrong with it in
a sentence, or reads it right; nothing that was refused is stored."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from rafid.commons import blobs
from rafid.commons.records.change import Refused
from rafid.programmes.rivers.arriving import files
from rafid.programmes.rivers.arriving.readers import FileError
from rafid.programmes.rivers.models import SeriesFinding, ValueFile
from rafid.programmes.rivers.sheet.sheets import receive
from rafid.programmes.rivers.values.reading import known_values
from rafid.programmes.rivers.values.recording import Reading, record_values

pytestmark = pytest.mark.django_db

BAGHDAD = ZoneInfo("Asia/Baghdad")
GOOD, SUSPECT, FAILED = 1, 3, 4


@dataclass(frozen=True)
class Case:
    """``time`` and ``value`` as typed. Of each way either the words of its sentence or the (value, quality) that is stored."""

    time: str
    value: Any
    sheet: Any
    api: Any
    file: Any
    closed: bool = False
    twice: Any = None


def day(back: int = 1, form: str = "%Y-%m-%dT06:00+03:00") -> str:
    return (timezone.now().astimezone(BAGHDAD) - timedelta(days=back)).strftime(form)


CASES = {
    "text": Case(day(), "high", "“high” is no number", "“high” is no number", "“high” is not a number"),
    "infinity": Case(day(), "1e999", "is no number", "is no number", "infinite"),
    "infinity in words": Case(day(), "inf", "is no number", "is no number", "infinite"),
    "future": Case(day(-3), "3.2", "lies in the future", "lies in the future", "lies in the future"),
    "twice with two values": Case(
        day(), "3.2", "has another value for this time", "has another value for this time",
        "has another value at this time", twice="3.4",
    ),
    "another calendar": Case("1447-06-08T06:00+03:00", "3.2", *["another calendar, write the Gregorian date"] * 3),
    "a month of another calendar": Case("1447-02-30T06:00+03:00", "3.2", "is no time", "is no time", "is not a date and time"),
    "local time without a zone": Case(day(form="%Y-%m-%dT06:00"), "3.2", (3.2, GOOD), "has no zone", "do not say their zone"),
    "decimal comma": Case(day(), "3,25", *[(3.25, GOOD)] * 3),
    "a comma that may part thousands": Case(day(), "3,250", *["“3,250” can be read in two ways. Write 3250 or 3.250."] * 3),
    "Arabic-Indic digits": Case(day(), "٣٫٢٥", *[(3.25, GOOD)] * 3),
    "centimetres": Case(day(), "325", "Is this in centimetres?", (325.0, SUSPECT), (325.0, SUSPECT)),
    "below the gauge zero": Case(day(), "-0.4", "lies outside what this series can be", (-0.4, SUSPECT), (-0.4, SUSPECT)),
    "a closed station": Case(day(), "3.2", *["The station is closed"] * 3, closed=True),
}  # fmt: skip


@pytest.fixture
def stage(river):
    """A gauge with its zero and what it ever read, and no rules of its own."""
    station = river.make_station(gauge_zero_m=27.4, datum="Fao 1979", lowest_m=0.5, highest_m=9.0)
    series = river.make_series(station, manned=True)
    before = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=5)
    record_values([Reading(series.pk, before, 3.2)], origin="person")
    return series


def by_sheet(river, stage, case) -> str:
    typed = [case.value] if case.twice is None else [case.value, case.twice]
    rows = [{"series": str(stage.pk), "time": case.time, "typed": one} for one in typed]
    sheet = receive(uuid4(), user=river.reader, on=timezone.localdate(), rows=rows)
    return " ".join(one.get("reason", "") for one in sheet.answered["rows"])


def by_api(river, stage, case, client) -> str:
    values = [{"time": case.time, "value": one} for one in (case.value, case.twice) if one is not None]
    client.force_login(river.reader)
    answer = client.post(
        f"/api/v1/rivers/series/{stage.pk}/values", {"values": values}, content_type="application/json"
    )
    assert answer.status_code in (201, 422)
    if answer.status_code == 201:
        return ""
    body = json.loads(answer.content)
    assert all(one["row"] >= 1 and one["field"] for one in body["errors"])
    return " ".join(one["reason"] for one in body["errors"])


def by_file(river, stage, case) -> str:
    rows = "".join(f"tt-town;{case.time};stage;{one}\n" for one in (case.value, case.twice) if one is not None)
    text = f"station;time;variable;value\n{rows}"
    try:
        row = files.receive([text.encode()], name="values.csv", owner=river.ministry, by=river.hydrologist)
    except files.NotTaken as no:
        assert not ValueFile.objects.exists()
        return str(no)
    said = [one["reason"] for one in row.refused]
    pairs = {one.key: one.series for one in files.look(row, river.hydrologist).pairs if one.series}
    try:
        row = files.apply(row, chosen=pairs, by=river.hydrologist)
    except Refused as no:
        return " ".join([*said, str(no)])
    return " ".join(one["reason"] for one in row.refused)


@pytest.mark.parametrize("way", ["sheet", "api", "file"])
@pytest.mark.parametrize("name", CASES)
def test_a_reading_that_is_wrong(client, river, stage, name, way):
    case = CASES[name]
    if case.closed:
        stage.station.status = "closed"
        stage.station.save()
    expected = getattr(case, way)
    ways = {"sheet": by_sheet, "file": by_file}
    said = by_api(river, stage, case, client) if way == "api" else ways[way](river, stage, case)
    known = known_values(stage)
    if isinstance(expected, str):
        assert expected in said
        # On a sheet and in a file the rows beside a bad one are recorded, here the first of the two.
        stored = 1 if case.twice is None or way == "api" else 2
        assert len(known) == stored, "what was refused is not stored"
        return
    assert said == ""
    assert (known.values.tolist()[-1], known.quality.tolist()[-1]) == (pytest.approx(expected[0]), expected[1])
    if expected[1] == SUSPECT:
        assert SeriesFinding.objects.get(series=stage).check_code == "range"


@pytest.mark.parametrize("language", ["ar", "ckb"])
@pytest.mark.parametrize("name", [name for name, case in CASES.items() if isinstance(case.sheet, str)])
def test_each_sentence_is_in_the_language_of_the_person(river, stage, name, language):
    case = CASES[name]
    if case.closed:
        stage.station.status = "closed"
        stage.station.save()
    with override(language):
        said = by_sheet(river, stage, case)
    assert any("\u0600" <= letter <= "\u06ff" for letter in said)
    assert case.sheet not in said


# Files


def upload(client, river, data, name="values.csv"):
    client.force_login(river.hydrologist)
    return client.post(
        reverse("rivers-import"), {"file": SimpleUploadedFile(name, data), "owner": str(river.ministry.pk)}
    )


HEAD = b"station,time,variable,value\n"


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"%PDF-1.7\n", 415, "a PDF"),
        (b"\x89PNG\r\n\x1a\n", 415, "an image"),
        (b"PK\x03\x04" + b"\x00" * 40, 415, "damaged"),
        (b"<wml2:Collection xmlns:wml2='http://www.opengis.net/waterml/2.0'><wml2:observationMember>", 415, "ends in the middle"),
        (HEAD, 415, "no row"),
        (b"a,b\n1,2\n", 422, "No column of the table is a time"),
    ],
    ids=["pdf", "picture", "cut workbook", "cut WaterML", "head alone", "no time"],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_and_leaves_nothing(
    client, river, stage, settings, tmp_path, data, status, said
):
    settings.MEDIA_ROOT = tmp_path / "media"  # a store of its own: other tests write into the common one meanwhile
    before = set(blobs.all_hashes())
    answer = upload(client, river, data)
    assert said in answer.content.decode()
    assert answer.status_code == status
    assert not ValueFile.objects.exists()
    assert set(blobs.all_hashes()) == before


def test_a_station_that_nobody_knows_comes_with_the_nearest_codes(river, stage):
    text = HEAD + f"tt-twon,{day()},stage,3.1\n".encode()
    row = files.receive([text], name="values.csv", owner=river.ministry, by=river.hydrologist)
    (pair,) = files.look(row, river.hydrologist).pairs
    assert pair.series is None
    assert pair.near[0] == "tt-town"


class Endless(io.RawIOBase):
    """A body that would go on for ever; it knows how much of it was read."""

    def __init__(self, head: bytes) -> None:
        self.head, self.taken = head, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        size = 65_536 if size is None or size < 0 else size
        given, self.head = self.head[:size], self.head[size:]
        self.taken += size
        return given + b"1" * (size - len(given))


def test_two_gigabytes_are_refused_before_they_are_read(client, river, stage):
    client.force_login(river.hydrologist)
    head = (
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\nContent-Type: text/csv\r\n\r\n'
    )
    body = Endless(head)
    answer = client.generic(
        "POST", reverse("rivers-import"), b"",
        **{"CONTENT_TYPE": "multipart/form-data; boundary=edge", "wsgi.input": body, "CONTENT_LENGTH": str(3 << 30)},
    )  # fmt: skip
    assert answer.status_code == 413
    assert "Split it" in answer.content.decode()
    assert body.taken < 1 << 20
    assert not ValueFile.objects.exists()


def test_the_sentences_of_grids_name_what_is_missing():
    """What readers of grids refuse is tried in readers/test_grids.py; here, that each sentence has its remedy in three languages."""
    errors = [
        FileError("no_units", value="tp"),
        FileError("members_missing", found=3, wanted=51),
        FileError("steps_missing", value="2026-03-30 12:00"),
        FileError("grid_too_small", value="42 … 45"),
    ]
    from django.utils.translation import gettext

    for error in errors:
        said = set()
        for language in ("en", "ar", "ckb"):
            with override(language):
                said.add(error.text(gettext))
        assert len(said) == 3


def test_a_moment_that_a_clock_shows_twice_or_that_is_far_off_is_no_crash(river, stage):
    for text in ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-13-45T99:99", "", "٢٠٢٦-٠٣-٠١"):
        sheet = receive(
            uuid4(),
            user=river.reader,
            on=timezone.localdate(),
            rows=[{"series": str(stage.pk), "time": text, "typed": "3"}],
        )
        assert sheet.answered["rows"][0]["state"] in ("refused", "recorded"), text
    assert datetime(2026, 2, 28, 21, tzinfo=ZoneInfo("UTC")) in {
        one.astype("datetime64[us]").astype(datetime).replace(tzinfo=ZoneInfo("UTC"))
        for one in known_values(stage).times
    }, "Arabic-Indic digits are read in dates, too"
