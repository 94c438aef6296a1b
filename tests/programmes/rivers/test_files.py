"""Files of values: sent, looked at, recorded as one, undone as one."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from rafid.commons import blobs
from rafid.commons.records.change import Refused
from rafid.programmes.rivers.arriving import files
from rafid.programmes.rivers.models import FileMapping, SeriesFinding, ValueFile
from rafid.programmes.rivers.values.reading import known_values, versions_of
from rafid.programmes.rivers.values.recording import Reading, record_values

pytestmark = pytest.mark.django_db

LONG = "station,time,variable,value,unit\ntt-town,2026-03-01 06:00,stage,3.20,m\ntt-town,2026-03-02 06:00,stage,325,cm\ntt-town,soon,stage,3.3,m\n"
WIDE = "date;Town gauge;Lower gauge\n01/03/2026;3,20;2,10\n02/03/2026;٣٫٢٥;2,15\n"


def sent(river, text, *, name="values.csv", zone="Asia/Baghdad", by=None):
    return files.receive([text.encode()], name=name, owner=river.ministry, by=by or river.hydrologist, zone=zone)


@pytest.fixture
def stage(river):
    return river.make_series(river.make_station(), rules={"minimum": 0, "maximum": 12})


def all_of(row, user):
    return {one.key: one.series for one in files.look(row, user).pairs if one.series}


def test_a_table_is_recorded_and_its_bad_row_is_named(river, stage):
    row = sent(river, LONG)
    assert [one["row"] for one in row.refused] == [4]
    assert "soon" in row.refused[0]["reason"]
    row = files.apply(row, chosen=all_of(row, river.hydrologist), by=river.hydrologist)
    known = known_values(stage)
    assert known.values.tolist() == pytest.approx([3.20, 3.25])
    assert str(known.times[0]) == "2026-03-01T03:00:00.000000", "six in Baghdad is three in UTC"
    assert set(known.origin) == {f"import:{row.pk}"}
    assert (row.state, row.accepted, row.same) == ("applied", 2, 0)


def test_the_zone_is_asked_once_and_remembered(river, stage):
    with pytest.raises(files.NotTaken, match="do not say their zone") as asked:
        sent(river, LONG, zone="")
    assert asked.value.zone
    assert not ValueFile.objects.exists(), "a refused file leaves nothing behind"
    row = sent(river, LONG)
    files.apply(row, chosen=all_of(row, river.hydrologist), by=river.hydrologist)
    again = sent(river, LONG.replace("3.20", "3.21").replace("03-01", "03-05"), zone="")
    assert str(files.look(again, river.hydrologist).found.rows[0].time) == "2026-03-05 03:00:00+00:00"


def test_columns_that_were_chosen_are_chosen_again(river, stage):
    lower = river.make_series(river.make_station("tt-lower"))
    row = sent(river, WIDE)
    pairs = files.look(row, river.hydrologist).pairs
    assert [(one.station, one.series) for one in pairs] == [("Lower gauge", None), ("Town gauge", None)]
    files.apply(row, chosen={pairs[0].key: lower, pairs[1].key: stage}, by=river.hydrologist)
    assert known_values(stage).values.tolist() == pytest.approx([3.20, 3.25])
    assert FileMapping.objects.get().stations == {"Lower gauge": "tt-lower", "Town gauge": "tt-town"}
    later = sent(river, WIDE.replace("/03/", "/02/"))
    assert {one.station: one.series for one in files.look(later, river.hydrologist).pairs} == {
        "Lower gauge": lower,
        "Town gauge": stage,
    }


def test_codes_that_are_not_known_come_with_the_nearest(river, stage):
    row = sent(river, LONG.replace("tt-town", "tt-twon"))
    (pair,) = files.look(row, river.hydrologist).pairs
    assert pair.series is None
    assert pair.near[0] == "tt-town"


def test_another_value_needs_a_reason_and_only_its_row_is_left_out(river, stage):
    record_values([Reading(stage.pk, river.at(1, 3), 9.9)], origin="person", user=river.hydrologist)
    row = sent(river, LONG)
    row = files.apply(row, chosen=all_of(row, river.hydrologist), by=river.hydrologist)
    assert row.accepted == 1
    assert any("Say why" in one["reason"] and one["row"] == 2 for one in row.refused)
    assert known_values(stage).values.tolist() == pytest.approx([9.9, 3.25])
    other = sent(river, LONG.replace("3.20", "3.22"))
    other = files.apply(
        other, chosen=all_of(other, river.hydrologist), by=river.hydrologist, reason="the sheet was misread"
    )
    assert other.replaced == 1
    assert other.same == 1


def test_undoing_writes_back_what_stood(river, stage):
    record_values([Reading(stage.pk, river.at(1, 3), 9.9)], origin="person", user=river.hydrologist)
    before = files.timezone.now()
    row = sent(river, LONG)
    row = files.apply(row, chosen=all_of(row, river.hydrologist), by=river.hydrologist, reason="newer sheet")
    during = row.known_from
    row = files.undo(row, by=river.hydrologist, reason="wrong station")
    assert row.state == "undone"
    known = known_values(stage)
    assert known.values[0] == 9.9
    assert known.values[1] != known.values[1], "what was not there is missing again"
    assert known_values(stage, known_at=during).values.tolist() == pytest.approx([3.20, 3.25])
    assert known_values(stage, known_at=before).values.tolist() == [9.9]
    assert [one["reason"] for one in versions_of(stage, river.at(1, 3))] == ["", "newer sheet", "wrong station"]
    with pytest.raises(Refused, match="nothing to undo"):
        files.undo(row, by=river.hydrologist, reason="again")


def test_what_was_changed_since_is_not_undone(river, stage):
    row = sent(river, LONG)
    row = files.apply(row, chosen=all_of(row, river.hydrologist), by=river.hydrologist)
    record_values([Reading(stage.pk, river.at(1, 3), 3.4)], origin="person", user=river.hydrologist, reason="re-read")
    with pytest.raises(Refused, match="1 values of this file were changed since"):
        files.undo(row, by=river.hydrologist, reason="wrong station")
    assert known_values(stage).values.tolist() == pytest.approx([3.4, 3.25])


def test_a_file_is_recorded_once(river, stage):
    row = sent(river, LONG)
    chosen = all_of(row, river.hydrologist)
    files.apply(row, chosen=chosen, by=river.hydrologist)
    with pytest.raises(Refused, match="taken in already"):
        files.apply(row, chosen=chosen, by=river.hydrologist)


def test_a_file_in_which_nothing_can_be_recorded_says_why(river, stage):
    ahead = (files.timezone.now() + timedelta(days=3)).date().isoformat()
    row = sent(river, f"station,time,variable,value\ntt-town,{ahead} 06:00,stage,3\n")
    with pytest.raises(Refused, match="lies in the future"):
        files.apply(row, chosen=all_of(row, river.hydrologist), by=river.hydrologist)
    row.refresh_from_db()
    assert row.state == "read"
    with pytest.raises(Refused, match="No station of the file"):
        files.apply(row, chosen={}, by=river.hydrologist)


def test_a_value_that_breaks_a_rule_is_recorded_and_found(river, stage):
    row = sent(river, LONG.replace("3.20", "32.0"))
    files.apply(row, chosen=all_of(row, river.hydrologist), by=river.hydrologist)
    assert SeriesFinding.objects.filter(series=stage, check_code="range").count() == 1


def upload(client, text, name="values.csv", **more):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(reverse("rivers-import"), {"file": SimpleUploadedFile(name, data), "zone": "UTC", **more})


def test_the_pages_from_sending_to_undoing(client, river, stage):
    client.force_login(river.hydrologist)
    answer = upload(client, LONG)
    row = ValueFile.objects.get()
    assert answer.url == reverse("rivers-file", args=[row.pk])
    body = client.get(answer.url).content.decode()
    assert "tt-town" in body
    assert "Rows that were not taken" in body
    answer = client.post(reverse("rivers-file-apply", args=[row.pk]), {"series-0": str(stage.pk)}, follow=True)
    assert "2 values are recorded" in answer.content.decode()
    assert client.post(reverse("rivers-file-undo", args=[row.pk]), {"reason": ""}).status_code == 422
    answer = client.post(reverse("rivers-file-undo", args=[row.pk]), {"reason": "wrong"}, follow=True)
    assert "is undone" in answer.content.decode()
    assert row.name in client.get(reverse("rivers-import")).content.decode()


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"%PDF-1.7", 415, "a PDF"),
        (b"", 415, "empty"),
        (b"\x89HDF\r\n\x1a\n" + b"\x00" * 50, 415, "damaged"),
        (b"# Title: GRDC STATION DATA FILE\n# GRDC-No.: 1\n# Data lines: 9\n2000-01-01;--:--; 1\n", 415, "more rows"),
        (b"code,depth\nA,1\n", 422, "time"),
    ],
)
def test_what_is_no_such_file_is_refused_with_what_was_found(client, river, settings, tmp_path, data, status, said):
    settings.MEDIA_ROOT = tmp_path / "media"  # a store of its own: other tests write into the common one meanwhile
    client.force_login(river.hydrologist)
    before = set(blobs.all_hashes())
    answer = upload(client, data)
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert not ValueFile.objects.exists()
    assert set(blobs.all_hashes()) == before


def test_who_imports(client, river, stage):
    row = sent(river, LONG)
    pages = [reverse("rivers-import"), reverse("rivers-file", args=[row.pk])]
    for one in (river.reader, river.planner):
        client.force_login(one)
        assert [client.get(page).status_code for page in pages] == [403, 403]
    client.force_login(river.world.person("r-stranger"))
    assert client.get(pages[1]).status_code in (403, 404)
    client.logout()
    assert client.get(pages[0]).status_code == 302


def test_series_of_others_cannot_be_chosen(client, river, stage):
    other = river.make_series(river.make_station("tt-lower", owner=river.northern), owner=river.northern)
    row = sent(river, LONG)
    client.force_login(river.hydrologist)
    answer = client.post(reverse("rivers-file-apply", args=[row.pk]), {"series-0": str(other.pk)})
    assert answer.status_code == 422
    assert not len(known_values(other))


def test_the_command_does_what_the_page_does(river, stage, tmp_path, capsys):
    river.hydrologist.organisation = river.ministry
    river.hydrologist.save()
    path = tmp_path / "levels.csv"
    path.write_text(LONG)
    known = ["import", str(path), "--as", river.hydrologist.login, "--zone", "Asia/Baghdad"]
    with pytest.raises(CommandError, match="without --yes"):
        call_command("rivers", *known)
    call_command("rivers", *known, "--yes")
    said = capsys.readouterr().out
    assert "tt-town stage" in said
    assert "2 values are recorded" in said
    assert known_values(stage).values.tolist() == pytest.approx([3.20, 3.25])
    with pytest.raises(CommandError, match="no account"):
        call_command("rivers", "import", str(path), "--as", "nobody")
    path.write_bytes(b"%PDF-1.7")
    with pytest.raises(CommandError, match="a PDF"):
        call_command("rivers", *known, "--yes")
