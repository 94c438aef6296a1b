"""Proof, retention, trash and rebuilding: what is kept stays as it came, and what goes leaves its tombstone."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from rafid.commons import blobs
from rafid.commons.forms.keeping.rebuild import rebuild
from rafid.commons.forms.keeping.retention import (
    SWEEP_LOCK,
    agree,
    agreed,
    dry_run,
    due,
    empty_trash,
    keep_house,
    purge,
    purge_due,
    sweep,
)
from rafid.commons.forms.keeping.verify import verify
from rafid.commons.forms.models import (
    Attachment,
    Comment,
    EntityVersion,
    Finding,
    ReviewEvent,
    Row,
    Submission,
    SubmissionVersion,
    Tombstone,
)
from rafid.commons.forms.refusals import Refused
from rafid.commons.forms.submissions.served import thumbnail
from rafid.commons.forms.versions import publish_draft, put_draft
from tests.commons.forms.entities import only_these_forms
from tests.methods.xforms.conftest import T1_XFORM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _only_ours(db):
    only_these_forms()


def tamper(statement: str, *values: object) -> None:
    """What somebody with the database's password can do: triggers do not hold him."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        assert cursor.rowcount > 0
        cursor.execute("SET LOCAL session_replication_role = origin")


def remove(*instances: str) -> None:
    """Deletes versions so that nothing in the database points to them any more."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for instance in instances:
            cursor.execute(
                "WITH gone AS (DELETE FROM rafid_forms_submissionversion WHERE instance_id = %s RETURNING id, submission_id),"
                " r AS (DELETE FROM rafid_forms_row WHERE submission_version_id IN (SELECT id FROM gone)),"
                " f AS (DELETE FROM rafid_forms_finding WHERE submission_version_id IN (SELECT id FROM gone)),"
                " s AS (UPDATE rafid_forms_submission s SET current_id = coalesce((SELECT v.id FROM"
                "  rafid_forms_submissionversion v WHERE v.submission_id = s.id AND v.id NOT IN (SELECT id FROM gone)"
                "  ORDER BY number DESC LIMIT 1), current_id) WHERE current_id IN (SELECT id FROM gone))"
                " SELECT count(*) FROM gone",
                [instance],
            )
            assert cursor.fetchone() == (1,)
        orphans = "SELECT id FROM rafid_forms_submission s WHERE NOT EXISTS (SELECT 1 FROM rafid_forms_submissionversion v WHERE v.submission_id = s.id)"
        cursor.execute(f"DELETE FROM rafid_forms_attachment WHERE submission_id IN ({orphans})")
        cursor.execute(f"DELETE FROM rafid_forms_submission WHERE id IN ({orphans})")
        cursor.execute("SET LOCAL session_replication_role = origin")


def faults(**more) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    found = verify(lambda fault: told.append((fault.what, fault.where)), **more)
    assert found.faults == len(told)
    return told


def photo(text: bytes = b"photo") -> tuple[str, blobs.Blob]:
    return "a.jpg", blobs.keep(b"\xff\xd8\xff" + text)


@pytest.fixture
def five(field):
    """Five visits, the third with a photo, the fourth corrected."""
    for number in range(1, 6):
        field.send(field.visit(number), files=[photo()] if number == 3 else [])
    field.send(field.visit("4b", edits="uuid:4", deminers="13"))
    return field


def test_what_is_whole_is_said_to_be(five):
    assert faults() == []
    found = verify(lambda fault: None)
    assert (found.forms, found.versions, found.files, found.erased) == (1, 6, 1, 0)
    assert found.heads["t1"][0] == 6


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE rafid_forms_submissionversion SET xml = xml || ' '::bytea WHERE instance_id = 'uuid:2'",
            [("changed", "2")],
        ),
        ("UPDATE rafid_forms_submissionversion SET xml = NULL WHERE instance_id = 'uuid:2'", [("lost", "2")]),
        (
            "UPDATE rafid_forms_submissionversion SET xml = 'x'::bytea, sha256 = sha256('x'::bytea)"
            " WHERE instance_id = 'uuid:2'",
            [("chain", "2")],
        ),
        (
            "UPDATE rafid_forms_submissionversion SET xml = 'x'::bytea, sha256 = sha256('x'::bytea),"
            " chain = sha256(previous_hash || sha256('x'::bytea) || 'uuid:2'::bytea) WHERE instance_id = 'uuid:2'",
            [("order", "3")],
        ),
        (
            "UPDATE rafid_forms_submissionversion SET instance_id = 'uuid:9' WHERE instance_id = 'uuid:2'",
            [("chain", "2")],
        ),
        ("DELETE FROM rafid_forms_row WHERE key LIKE 'uuid:2%%'", [("rows", "2")]),
    ],
)
def test_what_was_tampered_with_is_told(five, statement, told):
    tamper(statement)
    assert faults() == told


def test_one_that_is_gone_is_told(five):
    remove("uuid:2")
    assert faults() == [("missing", "2")]


def test_several_that_are_gone_are_one_gap(five):
    remove("uuid:2", "uuid:3", "uuid:4")
    assert ("missing", "2 to 4") in faults()


def test_a_tail_that_was_cut_off_shows_against_the_heads(five):
    heads = verify(lambda fault: None).heads
    assert faults(since=heads) == []
    remove("uuid:5", "uuid:4b")
    assert faults() == []
    assert faults(since=heads) == [("cut", "6")]


def test_a_chain_that_was_made_anew_shows_against_the_heads(five):
    heads = verify(lambda fault: None).heads
    tamper(
        "UPDATE rafid_forms_submissionversion SET xml = 'x'::bytea, sha256 = sha256('x'::bytea),"
        " chain = sha256(previous_hash || sha256('x'::bytea) || 'uuid:4b'::bytea) WHERE instance_id = 'uuid:4b'"
    )
    assert faults() == []
    assert faults(since=heads) == [("head", "6")]


def test_more_that_came_since_is_no_fault(five):
    heads = verify(lambda fault: None).heads
    five.send(five.visit(6))
    assert faults(since=heads) == []


def test_a_form_that_is_gone_shows_against_the_heads(five):
    assert faults(since={"t1": verify(lambda fault: None).heads["t1"], "t9": (4, "00")}) == [("form", "4")]


def test_files(five):
    found = Attachment.objects.get(sha256__isnull=False)
    path = blobs.path_of(found.sha256)
    path.write_bytes(b"other")
    assert faults() == [("file", found.sha256)]
    path.unlink()
    assert faults() == [("file", found.sha256)]
    assert faults(files=False) == []


def test_the_command_says_it_and_fails(five, tmp_path):
    heads = tmp_path / "heads.json"
    out = StringIO()
    call_command("verify", heads=heads, stdout=out)
    assert "1 forms, 6 versions; 1 files" in out.getvalue()
    assert json.loads(heads.read_text())["heads"]["t1"][0] == 6
    remove("uuid:4b")
    out = StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("verify", since=heads, stdout=out)
    assert caught.value.code == 1
    assert "it ends at 5" in out.getvalue()
    heads.write_text("{}")
    with pytest.raises(CommandError, match="holds no heads"):
        call_command("verify", since=heads, stdout=out)


# Retention


@pytest.fixture
def old(five):
    """The first three were received 100 days ago."""
    long_ago = timezone.now() - timedelta(days=100)
    Submission.objects.filter(instance_id__in=["uuid:1", "uuid:2", "uuid:3"]).update(received_at=long_ago)
    five.form.retention_days = 90
    five.form.save()
    third = Submission.objects.get(instance_id="uuid:3")
    Comment.objects.create(submission=third, text="Zaynab said", by=five.world.keeper)
    ReviewEvent.objects.create(
        submission=third, old="received", new="has_issues", reason="Ask Zaynab", at=long_ago, version_number=1
    )
    Finding.objects.create(
        submission=third, submission_version=third.current, kind="outlier", path="/data/deminers", field="/data/deminers",
        severity=1, value="12", expected="3", evidence={"name": "Zaynab"}, state="explained", comment="Zaynab again",
    )  # fmt: skip
    return five


def test_a_dry_run_changes_nothing(old):
    found = dry_run(old.form)
    assert (found.submissions, found.versions, found.files) == (3, 3, 1)
    assert found.bytes == len(b"\xff\xd8\xffphoto")
    assert found.oldest == Submission.objects.get(instance_id="uuid:1").received_at
    assert Submission.objects.filter(purged_at=None).count() == 5
    assert not Tombstone.objects.exists()


def test_a_purge_empties_and_leaves_the_tombstone(old):
    third = Submission.objects.get(instance_id="uuid:3")
    before = (bytes(third.current.sha256), bytes(third.current.chain), third.received_at)
    sha256 = Attachment.objects.get(submission=third, sha256__isnull=False).sha256
    assert purge_due(old.form, by=old.world.keeper) == 3
    third = Submission.everything.get(pk=third.pk)
    version = third.current
    assert (bytes(version.sha256), bytes(version.chain), third.received_at) == before
    assert (version.xml, version.instance_id, version.purged_at) == (None, "uuid:3", third.purged_at)
    assert (third.location, third.interviewer, third.site, third.device_id, third.ended_at) == (None, "", "", "", None)
    stone = third.tombstone
    assert (stone.ground, stone.files, stone.by) == ("retention", [sha256], old.world.keeper)
    assert stone.reason == "Retention: 90 days"
    assert not Row.objects.filter(submission_version=version).exists()
    assert not Attachment.objects.filter(submission=third).exists()
    assert not Comment.objects.filter(submission=third).exists()
    finding = Finding.objects.get(submission=third, kind="outlier")
    assert (finding.value, finding.expected, finding.evidence, finding.comment) == (None, None, {}, "*")
    event = ReviewEvent.objects.get(submission=third)
    assert (event.new, event.reason) == ("has_issues", "")
    assert not Submission.objects.filter(pk=third.pk).exists()
    assert Submission.objects.count() == 2


def test_nothing_personal_is_left_anywhere(old):
    """The words of the erased submissions stand in no table of the room."""
    purge_due(old.form)
    third = Submission.everything.get(instance_id="uuid:3")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'rafid\\_forms\\_%%'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', ["%Zaynab%"])
            assert cursor.fetchone() == (0,), table
    assert third.versions.get().xml is None


def test_verify_says_erased_not_broken(old):
    purge_due(old.form)
    assert faults() == []
    assert verify(lambda fault: None).erased == 3
    # Whoever empties without recording an erasure is found out.
    tamper("UPDATE rafid_forms_submissionversion SET xml = NULL WHERE instance_id = 'uuid:5'")
    assert faults() == [("lost", "5")]


def test_what_was_erased_cannot_be_sent_again(old):
    purge_due(old.form)
    assert old.send(old.visit(1)).what == "same"
    assert Submission.everything.get(instance_id="uuid:1").current.xml is None
    with pytest.raises(Refused):
        old.send(old.visit("1b", edits="uuid:1"))


def test_files_that_others_name_stay(old):
    five = Submission.objects.get(instance_id="uuid:5")
    sha256 = Attachment.objects.get(sha256__isnull=False).sha256
    old.send(old.visit(5), files=[photo()])
    purge_due(old.form)
    assert sweep(older_than=-60) == 0
    assert blobs.is_whole(sha256)
    purge([five.pk], ground="law", reason="Asked to be forgotten")
    assert sweep(older_than=-60) == 1
    assert not blobs.path_of(sha256).exists()


def test_fresh_files_without_a_record_wait_a_day(five):
    blob = blobs.keep(b"on its way")
    assert sweep() == 0
    os.utime(blobs.path_of(blob.sha256), (0, 0))
    assert sweep() == 1


def test_the_same_bytes_received_while_the_sweep_looks_stay():
    blob = blobs.keep(b"left behind, and sent again")
    os.utime(blobs.path_of(blob.sha256), (0, 0))

    def nobody(hashes: list[str]) -> set[str]:
        """The sweep has chosen; before it removes, a phone sends the same bytes and is answered."""
        blobs.keep(b"left behind, and sent again")
        return set()

    assert blobs.sweep(nobody) == 0
    assert blobs.is_whole(blob.sha256)
    assert list((blobs.path_of(blob.sha256).parents[1] / "incoming").iterdir()) == []


def test_bytes_that_the_sweep_takes_while_they_come_again_are_written_anew(monkeypatch):
    blob = blobs.keep(b"just gone")
    renew = os.utime

    def too_late(path, *more):
        blobs.path_of(blob.sha256).unlink(missing_ok=True)
        renew(path, *more)

    monkeypatch.setattr(os, "utime", too_late)
    assert blobs.keep(b"just gone").sha256 == blob.sha256
    assert blobs.is_whole(blob.sha256)


def test_small_pictures_go_with_their_originals(old):
    """What was erased is not kept in small."""
    picture = BytesIO()
    Image.new("RGB", (800, 600), "red").save(picture, "JPEG")
    old.send(old.visit(7), files=[("a.jpg", blobs.keep(picture.getvalue()))])
    kept = Attachment.objects.get(submission__instance_id="uuid:7", sha256__isnull=False)
    assert thumbnail(kept)
    folder = blobs.path_of(kept.sha256).parents[1] / "thumbnails"
    sweep(older_than=-60)
    assert len(list(folder.glob("*/*.jpg"))) == 1
    purge([kept.submission_id], ground="law", reason="Asked to be forgotten")
    sweep(older_than=-60)
    assert list(folder.glob("*/*.jpg")) == []


def test_a_picture_that_unpacks_to_a_gigabyte_has_no_small_one(five):
    for size, kind, small in (((8000, 6000), "PNG", False), ((8000, 6000), "JPEG", True), ((900, 700), "PNG", True)):
        data = BytesIO()
        Image.new("L", size).save(data, kind)
        blob = blobs.keep(data.getvalue())
        found = Attachment(sha256=blob.sha256, size=blob.size, media_type=blob.media_type)
        if small:
            assert thumbnail(found)
        else:
            with pytest.raises(Http404):
                thumbnail(found)


def test_no_sweep_while_files_are_copied(five):
    blob = blobs.keep(b"left behind")
    os.utime(blobs.path_of(blob.sha256), (0, 0))
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock_shared(%s)", [SWEEP_LOCK])
        assert sweep() == 0
        assert blobs.is_whole(blob.sha256)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [SWEEP_LOCK])
    finally:
        other.close()
    assert sweep() == 1


def test_a_purge_needs_a_reason_and_does_it_once(old):
    with pytest.raises(Refused):
        purge([Submission.objects.get(instance_id="uuid:1").pk], ground="law", reason=" ")
    assert purge_due(old.form) == 3
    assert purge_due(old.form) == 0
    assert Tombstone.objects.count() == 3


def test_the_database_lets_nobody_empty_outside_a_purge(old):
    from django.db import DatabaseError, transaction

    with pytest.raises(DatabaseError), transaction.atomic():
        SubmissionVersion.objects.filter(instance_id="uuid:1").update(xml=None)
    purge_due(old.form)
    with pytest.raises(DatabaseError), transaction.atomic():
        SubmissionVersion.objects.filter(instance_id="uuid:5").update(xml=None)


def test_the_night_erases_only_what_somebody_agreed_to(old):
    keep_house()
    assert Tombstone.objects.count() == 0
    agree(old.form, by=old.world.keeper, days=90, seen=3)
    keep_house()
    assert Tombstone.objects.count() == 3
    assert set(Tombstone.objects.values_list("by", flat=True)) == {old.world.keeper.pk}


def test_an_agreement_is_for_the_days_that_were_shown(old):
    agree(old.form, by=old.world.keeper, days=90, seen=3)
    old.form.retention_days = 1
    old.form.save()
    assert agreed(old.form) is None
    keep_house()
    assert Tombstone.objects.count() == 0
    with pytest.raises(Refused):
        agree(old.form, by=old.world.keeper, days=90, seen=3)


def test_nobody_agrees_to_more_than_he_saw(old):
    with pytest.raises(Refused):
        agree(old.form, by=old.world.keeper, days=90, seen=2)
    old.form.retention_days = None
    old.form.save()
    assert due(old.form).count() == 0
    with pytest.raises(Refused):
        agree(old.form, by=old.world.keeper, days=90, seen=9)


def test_the_trash_is_emptied_after_thirty_days(five):
    now = timezone.now()
    Submission.objects.filter(instance_id="uuid:1").update(deleted_at=now - timedelta(days=29), deleted_why="Test")
    Submission.objects.filter(instance_id="uuid:2").update(deleted_at=now - timedelta(days=31), deleted_why="Test")
    assert empty_trash(now) == 1
    stone = Tombstone.objects.get()
    assert (stone.ground, stone.submission.instance_id) == ("trash", "uuid:2")
    assert Submission.everything.get(instance_id="uuid:1").purged_at is None


def test_what_a_submission_said_of_a_thing_stays_the_thing_s(grove):
    from tests.commons.forms.entities import new_tree

    accepted = grove.send(new_tree())
    purge([accepted.submission], ground="law", reason="Asked for")
    version = EntityVersion.objects.get()
    assert (version.data["species"], version.source_submission_id) == ("oak", accepted.version)


def test_the_command_lists_asks_and_erases(old, monkeypatch):
    out = StringIO()
    call_command("retention", stdout=out)
    assert "t1: after 90 days 3 submissions" in out.getvalue()
    monkeypatch.setattr("builtins.input", lambda text: "n")
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("retention", "t1", erase=True, stdout=out)
    call_command("retention", "t1", erase=True, yes=True, stdout=out)
    assert Tombstone.objects.count() == 3
    with pytest.raises(CommandError, match="--why"):
        call_command("retention", "t1", instance="uuid:5", erase=True, yes=True, stdout=out)
    call_command("retention", "t1", instance="uuid:4b", why="Asked for", erase=True, yes=True, stdout=out)
    stone = Tombstone.objects.get(ground="law")
    assert [version.xml for version in stone.submission.versions.all()] == [None, None]


# Rows made again


def bytes_of_rows() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute('SELECT t::text FROM rafid_forms_row t ORDER BY submission_version_id, "table", ordinal')
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def versions(five):
    """A second version has a question more in the middle, and one less."""
    xform = (
        T1_XFORM.replace('version="1"', 'version="2"').replace("<medics/>", "<guards/>").replace("/medics", "/guards")
    )
    put_draft(five.form, xform.encode())
    publish_draft(five.form)
    xml = five.visit(8).replace(b'version="1"', b'version="2"').replace(b"medics", b"guards")
    five.send(xml)
    five.send(five.visit(9, nc=(), deminers="١٢", loc="36 44"))
    return five


def test_a_rebuild_changes_nothing(versions):
    before = bytes_of_rows()
    assert len(before) > 20
    found = rebuild()
    assert (found.versions, found.differed) == (8, 0)
    assert bytes_of_rows() == before


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM rafid_forms_row",
        "UPDATE rafid_forms_row SET \"values\"[2] = 'nineveh'",
        'DELETE FROM rafid_forms_row WHERE "table" = 1 AND ordinal = 2',
        "UPDATE rafid_forms_row SET key = key || 'x'",
    ],
)
def test_a_rebuild_makes_rows_again_to_the_byte(versions, statement):
    before = bytes_of_rows()
    tamper(statement)
    damaged = bytes_of_rows()
    assert damaged != before
    assert rebuild(check=True).differed > 0
    assert bytes_of_rows() == damaged
    assert rebuild(versions.form).differed > 0
    assert bytes_of_rows() == before


def test_the_command_of_rebuilding(versions):
    out = StringIO()
    call_command("rebuild_rows", "t1", check=True, stdout=out)
    assert "8 versions looked at; the rows of 0 differ" in out.getvalue()
    tamper("DELETE FROM rafid_forms_row WHERE key = 'uuid:9'")
    with pytest.raises(SystemExit):
        call_command("rebuild_rows", check=True, stdout=out)
    assert "uuid:9" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("rebuild_rows", "nothing", stdout=out)


# The page


@pytest.fixture
def operator(old, client):
    account = old.world.person("operator", ("platform.administrator", None, None))
    client.force_login(account)
    return account


def test_the_page_shows_first_and_erases_then(old, operator, client):
    url = f"/forms/{old.form.pk}/retention/"
    text = client.get(url + "?lang=en").content.decode()
    assert 'name="seen" value="3"' in text
    assert Tombstone.objects.count() == 0
    assert client.post(url, {"action": "erase", "days": "90", "seen": "2"}).status_code == 409
    assert client.post(url, {"action": "erase", "days": "30", "seen": "3"}).status_code == 409
    assert Tombstone.objects.count() == 0
    assert client.post(url, {"action": "erase", "days": "90", "seen": "3"}).status_code == 302
    assert set(Tombstone.objects.values_list("by", flat=True)) == {operator.pk}
    assert "uuid:1" in client.get(url).content.decode()


def test_the_page_takes_an_agreement_and_takes_it_back(old, operator, client):
    url = f"/forms/{old.form.pk}/retention/"
    assert client.post(url, {"action": "agree", "days": "90", "seen": "1"}).status_code == 409
    assert client.post(url, {"action": "agree", "days": "90", "seen": "3"}).status_code == 302
    assert agreed(old.form).by == operator
    assert "withdraw" in client.get(url).content.decode()
    client.post(url, {"action": "withdraw"})
    assert agreed(old.form) is None


def test_the_page_is_the_operator_s(old, client):
    url = f"/forms/{old.form.pk}/retention/"
    client.force_login(old.world.person("officer", ("wells.officer", None, None)))
    assert client.get(url).status_code == 403
    client.force_login(old.world.stranger)
    assert client.get(url).status_code == 404


def test_what_is_erased_while_rows_are_made_again_does_not_come_back(five):
    """An erasure waits for the lot that is being compared; else answers that were read before it would be written after it."""
    with CaptureQueriesContext(connection) as captured:
        rebuild(five.form)
    statements = [one["sql"] for one in captured.captured_queries]
    begun = next(at for at, sql in enumerate(statements) if '"xml"' in sql and "LIMIT" in sql)
    assert "FOR NO KEY UPDATE" in statements[begun]
    assert any("SAVEPOINT" in sql for sql in statements[:begun])


def test_a_tombstone_names_neither_sender_nor_place_nor_thing(grove):
    from rafid.commons.forms.models import CopyingRank
    from tests.commons.forms.entities import new_tree

    world = grove.world
    accepted = grove.send(new_tree(), grove.world.branch)
    row = Submission.everything.get(pk=accepted.submission)
    Submission.everything.filter(pk=row.pk).update(place=world.town, interviewer="Zaynab")
    assert row.entity is not None
    rank = {"owner": row.owner, "records": 9, "score": 1, "expected": 0.5, "excess": 0.5, "p_value": 0.01}
    for name in ("Zaynab", "Hiwa"):
        CopyingRank.objects.create(form=grove.register, interviewer=name, made_at=timezone.now(), **rank)
    purge([row.pk], ground="law", reason="Asked for")
    row.refresh_from_db()
    gone = (row.app_user, row.account, row.link, row.place, row.entity, row.interviewer, row.device_id)
    assert gone == (None, None, None, None, None, "", "")
    assert {(one.app_user, one.account, one.link) for one in row.versions.all()} == {(None, None, None)}
    assert [one.interviewer for one in CopyingRank.objects.all()] == ["Hiwa"]
    assert faults() == []
