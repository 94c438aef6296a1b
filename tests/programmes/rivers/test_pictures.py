"""A GeoTIFF among the files of values: asked what it is, and kept as that."""

from __future__ import annotations

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from rafid.programmes.rivers.models import ElevationModel, FloodMap, ValueFile
from rafid.programmes.rivers.terrain.pictures import only_one, why_not
from tests.programmes.rivers.ground import COLUMNS, MIDDLE, ROWS, own, tiff, valley

pytestmark = pytest.mark.django_db

SEEN = {
    "what": "flood",
    "name": "Seen",
    "source_text": "Test satellite",
    "seen_at": "2026-03-02T09:00",
    "sensitivity": "0",
}
SAID = {
    "what": "heights", "name": "Valley", "source_text": "Test", "licence": "CC0", "vertical_datum": "EGM2008",
    "sensitivity": "0",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"


def water():
    seen = np.zeros((ROWS, COLUMNS))
    seen[:, MIDDLE : MIDDLE + 2] = 1
    return seen


def sent(client, river, values):
    client.force_login(river.hydrologist)
    answer = client.post("/rivers/import/", {"file": SimpleUploadedFile("picture.tif", tiff(values))})
    assert answer.status_code == 302, answer.content.decode()
    return ValueFile.objects.get(made_by=river.hydrologist)


@pytest.mark.parametrize(
    ("values", "left"),
    [
        (water(), {"swe", "snow_cover", "flood", "heights"}),
        (valley(), {"swe", "heights"}),
        (valley() - 320, {"heights"}),
        (valley() / 10, {"swe", "snow_cover", "heights"}),
        (np.full((4, 4), 60.0), {"swe", "snow_cover"}),
    ],
)
def test_cells_say_what_a_picture_cannot_be(client, river, values, left):
    row = sent(client, river, values)
    against = why_not(row.sha256)
    assert {what for what, why in against.items() if not why} == left
    assert only_one(against) == (next(iter(left)) if len(left) == 1 else "")


def test_nothing_is_done_with_it_before_it_is_said(client, river):
    row = sent(client, river, water())
    page = client.get(f"/rivers/import/{row.pk}/").content.decode()
    assert "What does the picture show?" in page
    assert "Picture taken at" not in page
    for what, asks in (("swe", "Name of the product"), ("flood", "Picture taken at"), ("heights", "Vertical datum")):
        assert asks in client.get(f"/rivers/import/{row.pk}/?what={what}").content.decode()
    answer = client.post(f"/rivers/import/{row.pk}/keep/", {"what": ""})
    assert answer.status_code == 422
    assert "Say what the picture is" in answer.content.decode()


def test_the_only_thing_that_it_can_be_is_taken(client, river):
    row = sent(client, river, valley() - 320)
    page = client.get(f"/rivers/import/{row.pk}/").content.decode()
    assert "one thing that it can be" in page
    assert "Vertical datum" in page
    assert "which Snow cover cannot be" in page


def test_a_flood_goes_on_to_the_flood_maps_and_is_taken_back(client, river):
    row = sent(client, river, water())
    answer = client.post(f"/rivers/import/{row.pk}/keep/", SEEN | {"source_text": ""})
    assert answer.status_code == 422
    answer = client.post(f"/rivers/import/{row.pk}/keep/", SEEN)
    flood = own(FloodMap).get(name="Seen")
    assert answer["Location"] == f"/rivers/floods/maps/{flood.ref}/"
    assert (flood.origin, flood.owner_id) == ("observed", row.owner_id)
    page = client.get(f"/rivers/import/{row.pk}/").content.decode()
    assert f"/rivers/floods/maps/{flood.ref}/" in page
    assert client.post(f"/rivers/import/{row.pk}/keep/", SEEN).status_code == 422
    assert own(FloodMap).filter(name="Seen").count() == 1
    answer = client.post(f"/rivers/import/{row.pk}/undo/", {"reason": "Wrong picture"}, follow=True)
    assert "What it became is withdrawn" in answer.content.decode()
    assert "what stood before stands again" not in answer.content.decode()
    flood.refresh_from_db()
    row.refresh_from_db()
    assert (flood.state, row.state) == ("withdrawn", "undone")


def test_heights_go_on_to_the_terrain_and_stay_under_a_flood(client, river):
    row = sent(client, river, valley())
    answer = client.post(f"/rivers/import/{row.pk}/keep/", SAID)
    elevation = own(ElevationModel).get(name="Valley")
    assert answer["Location"] == f"/rivers/terrain/{elevation.ref}/"
    assert elevation.sha256 == row.sha256
    asked = {
        "elevation": elevation.ref, "by": "stage", "stage_m": "3", "bed_stage_m": "0.5", "drainage_km2": "0.0099",
        "sensitivity": "0", "quantile": "50", "name": "On it",
    }  # fmt: skip
    assert client.post("/rivers/floods/maps/new/", asked).status_code == 302
    flood = own(FloodMap).get(name="On it")
    answer = client.post(f"/rivers/import/{row.pk}/undo/", {"reason": "Wrong"})
    assert answer.status_code == 422
    assert "1 flood map rests on these heights" in answer.content.decode()
    client.post(f"/rivers/floods/maps/{flood.ref}/withdraw/", {"reason": "Wrong heights"})
    assert client.post(f"/rivers/import/{row.pk}/undo/", {"reason": "Wrong"}).status_code == 302
    elevation.refresh_from_db()
    assert elevation.state == "withdrawn"
    assert elevation.ref not in client.get("/rivers/floods/maps/new/").content.decode()


def test_what_it_cannot_be_is_refused_with_a_sentence(client, river):
    row = sent(client, river, valley())
    answer = client.post(f"/rivers/import/{row.pk}/keep/", SEEN)
    assert answer.status_code == 422
    assert "Water is 1 and dry ground 0" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "read"
    assert not own(FloodMap).filter(name="Seen").exists()


def test_a_table_is_no_picture(client, river):
    client.force_login(river.hydrologist)
    text = b"station,time,variable,value\ntt-x,2026-03-01T06:00Z,stage,1\n"
    client.post("/rivers/import/", {"file": SimpleUploadedFile("levels.csv", text)})
    row = ValueFile.objects.get(made_by=river.hydrologist)
    assert client.post(f"/rivers/import/{row.pk}/keep/", SEEN).status_code == 404
    client.force_login(river.partner)
    assert client.post(f"/rivers/import/{row.pk}/keep/", SEEN).status_code in (403, 404)


def test_the_command_asks_what_it_is(river, tmp_path, capsys):
    path = tmp_path / "seen.tif"
    path.write_bytes(tiff(water()))
    known = ["import", str(path), "--as", river.hydrologist.login, "--owner", river.ministry.ref, "--yes"]
    with pytest.raises(CommandError, match="--what flood"):
        call_command("rivers", *known)
    with pytest.raises(CommandError, match="--source, --at"):
        call_command("rivers", *known, "--what", "flood")
    call_command(
        "rivers",
        *known,
        "--what",
        "flood",
        "--source",
        "Test",
        "--at",
        "2026-03-02T09:00+03:00",
        "--name",
        "By command",
    )
    flood = own(FloodMap).get(name="By command")
    assert flood.get_absolute_url() in capsys.readouterr().out
    path.write_bytes(tiff(valley() - 320))
    call_command("rivers", *known, "--source", "Test", "--licence", "CC0", "--datum", "EGM2008", "--name", "Low land")
    assert own(ElevationModel).filter(name="Low land").exists()
