"""The receipt of submissions, through the real database."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from rafid.commons import blobs
from rafid.commons.forms.facts import read_time
from rafid.commons.forms.models import Attachment, Finding, FormState, Row, Submission, SubmissionVersion
from rafid.commons.forms.refusals import Refused
from rafid.commons.forms.sender import of_account

pytestmark = pytest.mark.django_db


def one(accepted) -> Submission:
    return Submission.objects.get(pk=accepted.submission)


def refused(field, *args, **kwargs) -> int:
    with pytest.raises(Refused) as caught:
        field.send(*args, **kwargs)
    return caught.value.status


def test_a_visit_is_kept_with_its_rows(field):
    accepted = field.send(field.visit(7))
    kept = one(accepted)
    assert (accepted.what, kept.instance_id, kept.state) == ("new", "uuid:7", "received")
    assert (kept.app_user, kept.owner, kept.site) == (field.phone, field.world.branch, "TPM-0001")
    assert kept.location.coords == (44.01, 36.1909)
    rows = list(Row.objects.filter(submission_version=kept.current).order_by("table", "ordinal"))
    assert [(row.table, row.ordinal, row.parent, row.key) for row in rows] == [
        (0, 1, None, "uuid:7"),
        (1, 1, "uuid:7", "uuid:7/nc[1]"),
        (1, 2, "uuid:7", "uuid:7/nc[2]"),
        (1, 3, "uuid:7", "uuid:7/nc[3]"),
    ]
    assert rows[0].values[:7] == ["TPM-0001", "kirkuk", "dibis", "12", "2", "yes", None]
    assert rows[0].values[-4:] == ["36.1909", "44.01", "412", "4.8"]
    assert [row.values for row in rows[1:]] == [["major", "a.jpg"], ["minor", None], ["major", "b.jpg"]]


def test_broken_answers_are_kept_and_flagged(field):
    kept = one(field.send(field.visit(1, visit_id="XXX", n_major="5")))
    told = Finding.objects.filter(submission=kept).order_by("path")
    assert [(finding.kind, finding.path, finding.severity, finding.expected) for finding in told] == [
        ("calculation_mismatch", "/data/n_major", 3, "2"),
        ("constraint", "/data/visit_id", 2, None),
    ]
    assert (kept.findings_open, kept.worst) == (2, 3)


def test_the_same_again_is_one(field):
    first = field.send(field.visit(1))
    again = field.send(field.visit(1))
    assert again.what == "same"
    assert again.submission == first.submission
    assert Submission.objects.filter(form=field.form).count() == 1


def test_other_answers_under_one_identity_are_refused(field):
    field.send(field.visit(1))
    assert refused(field, field.visit(1, medics="3")) == 409
    assert SubmissionVersion.objects.filter(form=field.form).count() == 1


def test_files_come_in_parts(field):
    photo = blobs.keep(b"\xff\xd8\xff first")
    accepted = field.send(field.visit(1), files=[("a.jpg", photo), ("stray.jpg", photo)])
    assert (accepted.present, accepted.expected) == (1, 2)
    later = field.send(field.visit(1), files=[("b.jpg", blobs.keep(b"\xff\xd8\xff second"))])
    assert (later.what, later.present, later.expected) == ("same", 2, 2)
    other = field.send(field.visit(1), files=[("a.jpg", blobs.keep(b"\xff\xd8\xff other"))])
    assert (other.present, other.expected) == (2, 2)
    shown = Attachment.objects.get(submission=accepted.submission, name="a.jpg", replaced_by=None)
    assert shown.sha256 == photo.sha256
    assert Attachment.objects.filter(submission=accepted.submission, name="a.jpg").count() == 2
    assert Finding.objects.filter(submission=accepted.submission, kind="attachment_changed").count() == 1


def test_an_edit_is_a_new_version(field):
    field.send(field.visit(1, medics="13"))
    edit = field.send(field.visit(2, edits="uuid:1"))
    kept = one(edit)
    assert (edit.what, kept.state, kept.edits, kept.instance_id, kept.findings_open) == (
        "edit",
        "edited",
        1,
        "uuid:1",
        0,
    )
    assert [version.instance_id for version in kept.versions.order_by("number")] == ["uuid:1", "uuid:2"]
    assert refused(field, field.visit(3, edits="uuid:1")) == 409
    assert refused(field, field.visit(4, edits="uuid:none")) == 404


def test_what_is_refused(field):
    assert refused(field, b"<data id='t1'>") == 400
    assert refused(field, field.visit(1).replace(b'id="t1"', b'id="t2"')) == 404
    assert refused(field, field.visit(1).replace(b'version="1"', b'version="9"')) == 404
    field.form.state = FormState.CLOSED
    field.form.save()
    assert refused(field, field.visit(1)) == 403
    assert not Submission.objects.filter(form=field.form).exists()


def test_the_chain_holds_each_version(field):
    for number in (1, 2, 3):
        field.send(field.visit(number))
    previous = b""
    for number, version in enumerate(SubmissionVersion.objects.filter(form=field.form).order_by("chain_number"), 1):
        assert version.chain_number == number
        assert bytes(version.sha256) == hashlib.sha256(bytes(version.xml)).digest()
        expected = hashlib.sha256(previous + bytes(version.sha256) + version.instance_id.encode()).digest()
        assert (bytes(version.previous_hash), bytes(version.chain)) == (previous, expected)
        previous = expected


@pytest.mark.parametrize("change", ["update", "delete"])
def test_what_was_received_does_not_change(field, change):
    kept = one(field.send())
    versions = SubmissionVersion.objects.filter(submission=kept)
    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        versions.update(xml=b"<other/>") if change == "update" else kept.versions.all()._raw_delete("default")


def test_encrypted_is_sealed(field):
    xml = (
        b'<data xmlns="http://opendatakit.org/submissions" encrypted="yes" id="t1" version="1">'
        b"<base64EncryptedKey>x</base64EncryptedKey><meta><instanceID>uuid:9</instanceID></meta>"
        b"<media><file>a.jpg.enc</file></media><encryptedXmlFile>submission.xml.enc</encryptedXmlFile></data>"
    )
    accepted = field.send(xml, files=[("submission.xml.enc", blobs.keep(b"\x01\x02"))])
    assert (accepted.present, accepted.expected) == (1, 2)
    assert one(accepted).sealed
    assert one(accepted).findings_open == 0


@pytest.mark.parametrize("said", ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59-14:00"])
def test_a_phone_at_the_end_of_the_calendar_leaves_no_moment_that_nobody_can_read_again(said):
    assert read_time(said) is None
    assert read_time("0002-01-01T00:00:00+14:00").year == 2
    assert read_time("9998-12-31T23:59:59-14:00").year == 9998


@pytest.mark.parametrize("number", ["9" * 400, "0." + "0" * 400 + "1", "-" + "9" * 199 + "." + "9" * 100, "1" * 100])
def test_numbers_beyond_all_measure_neither_break_the_list_nor_the_feed(field, number, client):
    field.send(field.visit(1, deminers=number, loc=f"{number} 44"))
    field.send(field.visit(2))
    client.force_login(field.world.person("officer", ("wells.officer", None, None)))
    base = f"/api/v1/forms/{field.form.pk}/submissions"
    for order in ("deminers", "-deminers", "loc-Latitude"):
        answer = client.get(base, {"order": order, "limit": 1})
        assert answer.status_code == 200
        rest = client.get(base, {"order": order, "cursor": answer.json()["next"]})
        assert len(rest.json()["items"]) == 1
    for url in (
        f"{base}/uuid:1",
        f"/odata/v4/{field.form.pk}/Submissions",
        f"/api/v1/forms/{field.form.pk}/export.geojson",
    ):
        answer = client.get(url)
        text = b"".join(answer) if answer.streaming else answer.content
        json.loads(text, parse_constant=pytest.fail)


def test_the_forms_lock_is_taken_before_any_row_as_decisions_take_it(field):
    """Else a correction or a late file, and a decision on the same visit, would each hold what the other waits for."""
    field.send(field.visit(1), files=[("a.jpg", blobs.keep(b"first"))])
    for what in (
        {"files": [("b.jpg", blobs.keep(b"late"))]},
        {"files": [("a.jpg", blobs.keep(b"other"))]},
        {"xml": field.visit(2, edits="uuid:1", nc=(("major", "c.jpg"),)), "files": [("c.jpg", blobs.keep(b"new"))]},
    ):
        with CaptureQueriesContext(connection) as captured:
            field.send(what.get("xml", field.visit(1)), files=what["files"])
        statements = [one["sql"] for one in captured.captured_queries]
        locked = next(at for at, sql in enumerate(statements) if f"'{field.form.pk} '" in sql and "advisory" in sql)
        touched = [
            at
            for at, sql in enumerate(statements)
            if "FOR UPDATE" in sql or sql.startswith(("UPDATE", "INSERT")) or "rafid_forms_receive(" in sql
        ]
        assert locked < min(touched), statements
    kept = Submission.objects.get(form=field.form)
    assert (kept.attachments_present, kept.attachments_expected) == (3, 3)


def test_to_see_a_visit_is_not_to_correct_it(field, world):
    """Somebody fills forms for one organisation and reads what is approved of all."""
    account = world.person("both", ("wells.collector", world.other, None), ("wells.donor", None, None))
    field.send(field.visit(1))
    Submission.objects.update(state="approved")
    assert Submission.objects.visible_to(account).exists()
    correction = field.visit(2, edits="uuid:1", deminers=9)
    assert refused(field, correction, of_account(account)) == 404
    colleague = world.person("colleague", ("wells.collector", world.branch, None))
    assert field.send(correction, of_account(colleague)).what == "edit"


def test_a_corrected_visit_stays_its_phones_where_no_question_says_who_it_was(field, world):
    field.send(field.visit(1))
    editor = world.person("editor", ("wells.officer", None, None))
    field.send(field.visit(2, edits="uuid:1", deminers=9), of_account(editor))
    assert Submission.objects.get(form=field.form).interviewer == "Tablet 7"
    field.form.roles = {**field.form.roles, "interviewer": "/data/gov"}
    field.form.save()
    field.send(field.visit(3, edits="uuid:2"), of_account(editor))
    assert Submission.objects.get(form=field.form).interviewer == "kirkuk"


def test_a_browser_sends_as_many_files_as_a_phone(field, world, client):
    client.force_login(world.person("clerk", ("wells.collector", None, None)))
    photos = {f"p{number}.jpg": SimpleUploadedFile(f"p{number}.jpg", b"x%d" % number) for number in range(120)}
    xml = field.visit(1, nc=tuple(("major", name) for name in photos))
    answer = client.post(
        f"/forms/fill/{field.form.pk}/send",
        {"xml_submission_file": SimpleUploadedFile("submission.xml", xml), **photos},
    )
    assert (answer.status_code, answer.json()["files_present"]) == (201, 120)
