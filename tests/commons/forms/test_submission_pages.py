"""The reviewer's pages and API: who sees which rows and which answers, in every way out; filters, paging, files."""

from __future__ import annotations

import io
import json
import re
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from rafid.commons import blobs
from rafid.commons.forms.accept import accept
from rafid.commons.forms.addressing import address_of
from rafid.commons.forms.filters import asked
from rafid.commons.forms.models import Attachment, FieldPolicy, Finding, Form, ReviewEvent, SavedView, Submission
from rafid.commons.forms.sender import of_account
from rafid.commons.forms.submissions.list_views import cut
from rafid.commons.forms.submissions.listing import page_of
from rafid.commons.forms.versions import publish_draft, put_draft
from rafid.commons.people.access_log import readings_of
from rafid.commons.people.models import Message
from rafid.commons.records import tasks
from rafid.commons.records.models import Task
from tests.commons.forms.visits import XFORM, visit_xml

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def desk(field, world, client):
    field.officer = world.person("officer", ("wells.officer", None, None))
    field.reviewer = world.person("reviewer", ("wells.reviewer", None, None))
    field.donor = world.person("donor", ("wells.donor", None, None))
    field.partner = world.person("partner", ("wells.collector", world.branch, None))
    field.other = world.person("other", ("wells.collector", world.other, None))
    field.url = f"/forms/{field.form.pk}/submissions/"
    field.api = f"/api/v1/forms/{field.form.pk}/submissions"

    def get(user, url, **query):
        client.force_login(user)
        return client.get(url + ("&" if "?" in url else "?") + urlencode({"lang": "en", **query}))

    def post(user, url, data=None, **more):
        client.force_login(user)
        return client.post(url, data or {}, headers={"accept-language": "en"}, **more)

    field.get, field.post = get, post
    return field


@pytest.mark.parametrize("instance_id", ["uuid:1", "..", "a/b?c#d", "~2F %2F", "زيارة ٣", "<&'\";=", "//evil", "a\\tb"])
def test_a_list_writes_each_address_as_the_site_does(desk, instance_id):
    assert address_of(desk.form.pk)(instance_id) == reverse("submission", args=[desk.form.pk, instance_id])


def test_a_long_answer_is_cut_in_its_cell_and_an_empty_one_is_a_dash():
    assert (cut("a" * 80), cut("")) == ("a" * 80, "")
    assert cut("a" * 81) == "a" * 79 + "…"


def picture(colour: str = "red", exif: bool = False) -> bytes:
    data = io.BytesIO()
    image = Image.new("RGB", (900, 700), colour)
    facts = Image.Exif()
    facts[0x010F] = "SecretCamera"
    image.save(data, "JPEG", **({"exif": facts} if exif else {}))
    return data.getvalue()


def mask(form, path: str, sees: str = "nothing") -> None:
    FieldPolicy.objects.create(form=form, path=path, reader_sees=sees)


def approve(submission) -> None:
    Submission.objects.filter(pk=submission).update(state="approved")


def ids(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [item["instance_id"] for item in response.json()["items"]]


# The list


def test_the_worst_come_first_then_the_newest(desk):
    desk.send()
    desk.send(desk.visit(10, n_major=9))
    desk.send()
    desk.send(desk.visit(11, deminers=500))
    assert ids(desk.get(desk.reviewer, desk.api)) == ["uuid:10", "uuid:11", "uuid:2", "uuid:1"]
    assert ids(desk.get(desk.reviewer, desk.api, order="received_at")) == ["uuid:1", "uuid:10", "uuid:2", "uuid:11"]


@pytest.mark.parametrize("order", ["worst", "-received_at", "changed_at", "interviewer", "-site", "deminers", "-gov"])
def test_pages_by_key_neither_repeat_nor_leave_out_while_data_arrives(desk, order):
    for number in range(7):
        desk.send(desk.visit(number + 1, deminers=number * 3 % 5))
    seen, cursor = [], None
    while True:
        answer = desk.get(desk.reviewer, desk.api, limit=3, order=order, **({"cursor": cursor} if cursor else {}))
        seen += ids(answer)
        cursor = answer.json()["next"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(f"uuid:{number}" for number in range(1, 8))
    assert answer.json()["count"] == 7


def test_what_follows_a_cursor_is_found_before_anything_is_joined_to_it(desk):
    """The database takes what follows a key of few values for next to nothing: it joined and sorted all of a large form."""
    for number in range(1, 4):
        desk.send(desk.visit(number))
    wanted = asked({}, desk.form, desk.officer)
    first = page_of(wanted, limit=1)
    with CaptureQueriesContext(connection) as captured:
        second = page_of(wanted, limit=1, cursor=first.next or "")
    assert [len(second.rows), second.rows == first.rows] == [1, False]
    (statement,) = [one["sql"] for one in captured.captured_queries]
    inner = statement[statement.rindex(" IN (SELECT") :]
    assert ["LIMIT 2" in inner, "JOIN" in inner] == [True, False]


def test_a_cursor_of_another_order_or_none_is_refused(desk):
    for _number in range(3):
        desk.send()
    cursor = desk.get(desk.reviewer, desk.api, limit=1).json()["next"]
    assert desk.get(desk.reviewer, desk.api, cursor=cursor, order="received_at").status_code == 422
    for wrong in ("x", "W10", cursor[:-3] + "zzz", "WyJ3b3JzdCIsMSwyLDNd"):
        assert desk.get(desk.reviewer, desk.api, cursor=wrong).status_code == 422
        assert desk.get(desk.reviewer, desk.url, cursor=wrong).status_code == 422


def test_each_filter_finds_its_rows(desk, world):
    desk.send()
    desk.send(desk.visit(20, n_major=9, visit_id="TPM-0002", gov="nineveh", dist="mosul"))
    Submission.objects.filter(instance_id="uuid:20").update(
        place=world.town, owner=world.other, interviewer="Sami", state="has_issues",
        received_at=timezone.now() - timezone.timedelta(days=40),
    )  # fmt: skip
    long_ago = (timezone.now() - timezone.timedelta(days=20)).date().isoformat()
    for words in (
        {"state": "has_issues"}, {"finding": "calculation_mismatch"}, {"place": "T1"}, {"organisation": "OTHER"},
        {"interviewer": "Sami"}, {"until": long_ago}, {"q": "uuid:20"}, {"q": "20"}, {"site": "TPM-0002"},
        {"worst": "3"}, {"answer.gov": "nineveh"}, {"state": "has_issues,approved", "finding": "calculation_mismatch"},
    ):  # fmt: skip
        assert ids(desk.get(desk.reviewer, desk.api, **words)) == ["uuid:20"], words
        assert b"1 submission<" in desk.get(desk.reviewer, desk.url, **words).content
    for words in ({"state": "waiting"}, {"since": long_ago}, {"place": "T2"}, {"version": "1", "state": "received"}):
        assert "uuid:20" not in ids(desk.get(desk.reviewer, desk.api, **words)), words
    assert len(ids(desk.get(desk.reviewer, desk.api, version="1"))) == 2


@pytest.mark.parametrize(
    "words",
    [
        {"state": "perhaps"}, {"finding": "nothing"}, {"place": "Nowhere"}, {"organisation": "NONE"}, {"since": "soon"},
        {"until": "2026-13-01"}, {"version": "99"}, {"order": "colour"}, {"answer.colour": "red"}, {"worst": "9"},
    ],
)  # fmt: skip
def test_a_filter_that_means_nothing_is_told(desk, words):
    desk.send()
    assert desk.get(desk.reviewer, desk.api, **words).status_code == 422
    page = desk.get(desk.reviewer, desk.url, **words)
    assert page.status_code in (200, 404)
    assert b'class="note warn"' in page.content


def test_an_empty_list_says_what_to_do(desk):
    assert "Nothing has been sent yet." in desk.get(desk.reviewer, desk.url).content.decode()
    desk.send()
    assert "Nothing fits this filter." in desk.get(desk.reviewer, desk.url, state="rejected").content.decode()


def test_a_view_is_kept_for_its_person_and_dropped(desk):
    desk.post(desk.reviewer, f"/forms/{desk.form.pk}/views/", {"name": "What waits", "query": "state=waiting&cursor=x"})
    view = SavedView.objects.get(form=desk.form)
    assert (view.account, view.query) == (desk.reviewer, "state=waiting")
    assert "What waits" in desk.get(desk.reviewer, desk.url).content.decode()
    assert "What waits" not in desk.get(desk.officer, desk.url).content.decode()
    desk.post(desk.reviewer, f"/forms/{desk.form.pk}/views/", {"drop": "What waits"})
    assert not SavedView.objects.filter(form=desk.form).exists()


# Who sees which rows


def everywhere(desk, user, instance_id: str) -> dict[str, int]:
    one = f"{desk.url}{instance_id}/"
    return {
        url: desk.get(user, url).status_code
        for url in (
            one, f"{one}places.geojson", f"{one}edit/", f"{one}delete/", f"{desk.api}/{instance_id}",
            f"{desk.api}/{instance_id}.xml", f"{desk.api}/{instance_id}/diff?from=1&to=1",
        )
    }  # fmt: skip


def test_who_is_not_in_scope_finds_nothing_by_any_door(desk):
    desk.send()
    assert set(everywhere(desk, desk.other, "uuid:1").values()) == {404}
    assert ids(desk.get(desk.other, desk.api)) == []
    assert b"uuid:1" not in desk.get(desk.other, desk.url).content
    assert desk.get(desk.other, f"/forms/{desk.form.pk}/submissions.geojson").json()["features"] == []
    assert desk.post(desk.other, f"{desk.url}uuid:1/review/", {"state": "approved"}).status_code == 404
    assert desk.post(desk.other, f"{desk.url}uuid:1/comments/", {"text": "x"}).status_code == 404
    assert ids(desk.get(desk.partner, desk.api)) == ["uuid:1"]


def test_who_sees_may_not_decide_for_it(desk):
    desk.send()
    assert desk.post(desk.partner, f"{desk.url}uuid:1/review/", {"state": "approved"}).status_code == 403
    assert desk.get(desk.partner, f"{desk.url}uuid:1/edit/").status_code == 403
    answer = desk.post(
        desk.partner, f"{desk.api}/uuid:1/review", json.dumps({"state": "approved"}), content_type="application/json"
    )
    assert answer.status_code == 403
    assert Submission.objects.get(form=desk.form).state == "received"


def test_a_donor_sees_what_is_approved_and_no_talk(desk):
    done, _open = desk.send(), desk.send()
    approve(done.submission)
    desk.post(desk.reviewer, f"{desk.url}uuid:1/comments/", {"text": "Zqxtalk"})
    desk.post(desk.reviewer, f"{desk.url}uuid:1/review/", {"state": "has_issues", "reason": "Zqxreason"})
    approve(done.submission)
    assert ids(desk.get(desk.donor, desk.api)) == ["uuid:1"]
    assert desk.get(desk.donor, f"{desk.url}uuid:2/").status_code == 404
    page, answer = desk.get(desk.donor, f"{desk.url}uuid:1/"), desk.get(desk.donor, f"{desk.api}/uuid:1")
    assert page.status_code == answer.status_code == 200
    for content in (page.content, answer.content):
        assert b"Zqx" not in content
    assert b"Zqxreason" in desk.get(desk.reviewer, f"{desk.url}uuid:1/").content


# Which answers


@pytest.fixture
def masked(desk):
    """The site's name, the position and the photos are not for readers; numbers of deminers are made coarser."""
    for path in ("/data/visit_id", "/data/loc", "/data/nc/photo"):
        mask(desk.form, path)
    mask(desk.form, "/data/deminers", "generalised")
    files = [("a.jpg", blobs.keep(picture())), ("b.jpg", blobs.keep(picture("blue")))]
    desk.one = desk.send(desk.visit(1, visit_id="Zqxsite", deminers=813477), files=files)
    approve(desk.one.submission)
    return desk


def test_masks_hold_in_list_detail_map_gallery_files_and_api(masked):
    desk = masked
    one = f"{desk.url}uuid:1/"
    pages = [
        desk.url, f"{desk.url}?show=visit_id&show=deminers&show=loc-Latitude", f"{desk.url}?view=gallery", f"{desk.url}?view=map",
        one, f"{one}?all=1", f"{one}places.geojson", f"/forms/{desk.form.pk}/submissions.geojson", desk.api,
        f"{desk.api}/uuid:1",
    ]  # fmt: skip
    for url in pages:
        answer = desk.get(desk.donor, url)
        assert answer.status_code == 200, url
        text = answer.content.decode()
        for secret in ("Zqxsite", "36.19", "44.01", "813477", "a.jpg", "Tablet 7"):
            assert secret not in text.replace(answer.headers.get("ETag", "-"), ""), (url, secret)
    for url in (
        f"{desk.api}/uuid:1.xml", f"{desk.api}/uuid:1/attachments/a.jpg", f"{one}files/a.jpg", f"{one}thumbnails/a.jpg",
        f"{one}files/a.jpg?public=1", f"{desk.api}/uuid:1/diff?from=1&to=1",
    ):  # fmt: skip
        assert desk.get(desk.donor, url).status_code in (403, 404), url
        assert desk.get(desk.reviewer, url).status_code == 200, url
    values = desk.get(desk.donor, f"{desk.api}/uuid:1").json()["values"]
    assert (values["deminers"], values["visit_id"], values["gov"]) == (813480, None, "kirkuk")
    assert values["loc-Latitude"] is None
    plain = desk.get(desk.reviewer, f"{desk.api}/uuid:1").json()
    assert (plain["values"]["deminers"], plain["site"], plain["submitter"]) == (813477, "Zqxsite", "Tablet 7")


@pytest.mark.parametrize(
    "words",
    [
        {"site": "Zqxsite"}, {"order": "site"}, {"order": "-visit_id"}, {"order": "deminers"}, {"answer.visit_id": "Zqxsite"},
        {"answer.deminers": "813477"}, {"order": "loc-Latitude"},
    ],
)  # fmt: skip
def test_masked_questions_are_neither_filtered_nor_sorted_by(masked, words):
    desk = masked
    assert desk.get(desk.donor, desk.api, **words).status_code == 422
    assert desk.get(desk.donor, desk.url, **words).status_code == 422
    assert desk.get(desk.donor, f"/forms/{desk.form.pk}/submissions.geojson", **words).status_code == 422
    assert ids(desk.get(desk.reviewer, desk.api, **words)) == ["uuid:1"]


def test_the_search_does_not_tell_a_masked_site(masked):
    assert ids(masked.get(masked.donor, masked.api, q="Zqxsite")) == []
    assert ids(masked.get(masked.reviewer, masked.api, q="Zqxs")) == ["uuid:1"]


def test_a_generalised_position_is_a_tenth_of_a_degree_on_the_map(desk):
    mask(desk.form, "/data/loc", "generalised")
    approve(desk.send().submission)
    (feature,) = desk.get(desk.donor, f"/forms/{desk.form.pk}/submissions.geojson").json()["features"]
    assert feature["geometry"]["coordinates"] == [44.0, 36.2]
    (exact,) = desk.get(desk.reviewer, f"/forms/{desk.form.pk}/submissions.geojson").json()["features"]
    assert exact["geometry"]["coordinates"] == [44.01, 36.1909]


def test_a_picture_tells_readers_of_masked_submissions_no_place(desk):
    mask(desk.form, "/data/loc")
    approve(desk.send(files=[("a.jpg", blobs.keep(picture(exif=True)))]).submission)
    url = f"{desk.api}/uuid:1/attachments/a.jpg"
    assert b"SecretCamera" in body(desk.get(desk.reviewer, url))
    told = desk.get(desk.donor, url)
    assert told.status_code == 200
    assert b"SecretCamera" not in body(told)
    assert told["ETag"] != desk.get(desk.reviewer, url)["ETag"]


def body(answer) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


def test_what_a_question_of_an_older_version_said_stays_masked_when_no_question_says_it_any_more(desk):
    mask(desk.form, "/data/loc")
    mask(desk.form, "/data/visit_id")
    approve(desk.send(desk.visit(1, visit_id="Zqxsite")).submission)
    desk.form.roles = {}
    desk.form.save()
    ways = (
        desk.api, desk.url, f"{desk.url}?view=map", f"{desk.url}uuid:1/", f"{desk.url}uuid:1/places.geojson",
        f"/forms/{desk.form.pk}/submissions.geojson", f"/api/v1/forms/{desk.form.pk}/export.geojson",
    )  # fmt: skip
    for url in ways:
        answer = desk.get(desk.donor, url)
        assert answer.status_code == 200, url
        for secret in ("36.19", "44.01", "Zqxsite"):
            assert secret not in body(answer).decode(), (url, secret)
    assert ids(desk.get(desk.donor, desk.api, q="Zqxsite")) == []
    assert "44.01" in body(desk.get(desk.reviewer, ways[-2])).decode()


def test_who_sees_all_of_his_own_visit_sees_no_more_of_others_of_its_site(desk):
    mask(desk.form, "/data/loc")
    desk.partner.organisation = desk.world.branch
    desk.partner.save()
    desk.send(desk.visit(1))
    desk.send(desk.visit(2, loc="35.5555 43.3333 0 1"), sender=of_account(desk.partner))
    (feature,) = desk.get(desk.partner, f"{desk.url}uuid:2/places.geojson").json()["features"]
    assert feature["geometry"]["coordinates"] == [43.3333, 35.5555]
    assert 'data-bounds="43.3133' in desk.get(desk.partner, f"{desk.url}uuid:2/").content.decode()
    assert len(desk.get(desk.reviewer, f"{desk.url}uuid:2/places.geojson").json()["features"]) == 2
    mask(desk.form, "/data/visit_id")
    assert "Other visits of this site" not in desk.get(desk.partner, f"{desk.url}uuid:2/").content.decode()
    assert "Other visits of this site" in desk.get(desk.reviewer, f"{desk.url}uuid:2/").content.decode()


def test_answers_that_were_never_approved_are_not_shown_to_those_who_see_approved_ones(desk):
    desk.send(desk.visit(1, amb_why="Zqxbefore"))
    approve(desk.send(desk.visit(2, edits="uuid:1")).submission)
    for url in (f"{desk.api}/uuid:1/diff?from=1&to=2", f"{desk.api}/uuid:1.xml?version=1"):
        assert desk.get(desk.donor, url).status_code == 404
        assert b"Zqxbefore" in desk.get(desk.reviewer, url).content
    assert desk.get(desk.donor, f"{desk.api}/uuid:2.xml").status_code == 200
    assert b"Zqxbefore" not in desk.get(desk.donor, f"{desk.url}uuid:1/").content


def test_findings_about_masked_answers_are_not_told(desk):
    mask(desk.form, "/data/deminers")
    desk.send(desk.visit(5, deminers=98765, visit_id="XXX"))
    worker = desk.get(desk.partner, f"{desk.api}/uuid:5").json()
    assert [one["field"] for one in worker["findings"]] == ["/data/visit_id"]
    assert "98765" not in desk.get(desk.partner, f"{desk.url}uuid:5/").content.decode()
    assert len(desk.get(desk.reviewer, f"{desk.api}/uuid:5").json()["findings"]) == 2


def test_the_log_of_an_interview_is_not_for_those_who_see_masked(desk):
    mask(desk.form, "/data/deminers")
    one = desk.send()
    Attachment.objects.create(
        submission_id=one.submission, name="audit.csv", sha256=blobs.keep(b"event,node,start,end\n").sha256, size=21
    )
    for url in (f"{desk.api}/uuid:1/attachments/audit.csv", f"{desk.url}uuid:1/files/audit.csv"):
        assert desk.get(desk.partner, url).status_code == 404
        assert desk.get(desk.reviewer, url).status_code == 200


# One submission


def test_any_versions_identity_finds_the_submission(desk):
    desk.send()
    desk.send(desk.visit(90, edits="uuid:1", deminers=9))
    for name in ("uuid:1", "uuid:90"):
        answer = desk.get(desk.reviewer, f"{desk.api}/{name}").json()
        assert (answer["instance_id"], answer["edits"], answer["state"]) == ("uuid:1", 1, "edited")
        assert [one["instance_id"] for one in answer["versions"]] == ["uuid:1", "uuid:90"]
        assert desk.get(desk.reviewer, f"{desk.url}{name}/").status_code == 200
    first, second = (bytes(one.xml) for one in Submission.objects.get(form=desk.form).versions.order_by("number"))
    assert desk.get(desk.reviewer, f"{desk.api}/uuid:90.xml").content == second
    assert desk.get(desk.reviewer, f"{desk.api}/uuid:1.xml", version=1).content == first
    changes = desk.get(desk.reviewer, f"{desk.api}/uuid:1/diff", **{"from": 1, "to": 2}).json()["changes"]
    assert changes == [{"path": "/data/deminers", "old": "12", "new": "9"}]
    assert "<del>" in desk.get(desk.reviewer, f"{desk.url}uuid:1/").content.decode()
    assert desk.get(desk.reviewer, f"{desk.api}/uuid:1/diff", **{"from": 1, "to": 7}).status_code == 404


def test_when_it_was_filled_in_is_no_answer_that_somebody_changed(desk, world):
    form = Form.objects.create(xform_id="visits", programme="wells", owner=world.authority)
    put_draft(form, XFORM.encode())
    publish_draft(form)
    for more in ({"people": "31"}, {"people": "32", "minutes": 99, "edits": "uuid:v1"}):
        accept(visit_xml(1, **more), of_account(desk.officer))
    page = desk.get(desk.reviewer, f"/forms/{form.pk}/submissions/uuid:v1/").content.decode()
    assert re.findall(r"<(?:del|ins)><bdi[^>]*>([^<]*)<", page) == ["31", "32"]
    # On a narrow screen each stands below the other.
    assert 'data-label="Before"' in page
    told = desk.get(desk.reviewer, f"/api/v1/forms/{form.pk}/submissions/uuid:v1/diff", **{"from": 1, "to": 2}).json()
    assert [one["path"] for one in told["changes"]] == ["/data/end", "/data/people"]


@pytest.mark.parametrize("identity", ["a/b", "..", ".", "~2F~", "x y?&#", "سلام/١", "a.xml"])
def test_an_identity_of_any_signs_has_an_address(desk, identity):
    xml = desk.visit(1).replace(
        b"uuid:1</orx:instanceID>", f"{identity.replace('&', '&amp;')}</orx:instanceID>".encode()
    )
    desk.send(xml)
    page = desk.get(desk.reviewer, Submission.objects.get(form=desk.form).get_absolute_url())
    assert page.status_code == 200
    assert desk.get(desk.reviewer, desk.url).status_code == 200


def test_the_page_shows_findings_beside_their_answers_and_rows_of_repeats(desk):
    desk.send(desk.visit(6, visit_id="XXX", n_major=5))
    page = desk.get(desk.reviewer, f"{desk.url}uuid:6/").content.decode()
    assert "“XXX” breaks the rule of this question." in page
    assert "The phone sent 5; the answers make it 2." in page
    assert "NC · 3" in page
    assert "Ma" in page


def test_a_file_is_handed_over_harmlessly(desk):
    files = [
        ("a.jpg", blobs.keep(picture(exif=True))),
        ("b.jpg", blobs.keep(b"<html><script>alert(1)</script></html>")),
    ]
    desk.send(desk.visit(1), files=files)
    for base in (f"{desk.api}/uuid:1/attachments", f"{desk.url}uuid:1/files"):
        photo, page = desk.get(desk.reviewer, f"{base}/a.jpg"), desk.get(desk.reviewer, f"{base}/b.jpg")
        assert (photo["Content-Type"], page["Content-Type"]) == ("image/jpeg", "application/octet-stream")
        assert photo["Content-Disposition"].startswith("inline")
        assert page["Content-Disposition"].startswith("attachment")
        for answer in (photo, page):
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer["Content-Security-Policy"]
        public = desk.get(desk.reviewer, f"{base}/a.jpg", public=1)
        assert b"SecretCamera" in b"".join(photo.streaming_content)
        assert b"SecretCamera" not in public.content
        assert desk.get(desk.reviewer, f"{base}/b.jpg", public=1).status_code == 403
        assert desk.get(desk.reviewer, f"{base}/c.jpg").status_code == 404
    small = desk.get(desk.reviewer, f"{desk.url}uuid:1/thumbnails/a.jpg")
    assert small["Content-Type"] == "image/jpeg"
    assert b"SecretCamera" not in small.content
    with Image.open(io.BytesIO(small.content)) as image:
        assert max(image.size) == 320
    assert desk.get(desk.reviewer, f"{desk.url}uuid:1/thumbnails/b.jpg").status_code == 404
    gallery = desk.get(desk.reviewer, desk.url, view="gallery").content.decode()
    assert "thumbnails/a.jpg" in gallery
    assert "thumbnails/b.jpg" not in gallery


@pytest.mark.parametrize("masked", [None, "/data/loc"])
def test_who_does_not_see_every_answer_gets_pictures_without_traces_and_nothing_else(desk, masked):
    data = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(data, "GIF", comment=b"SecretCamera")
    files = [("a.jpg", blobs.keep(data.getvalue())), ("b.jpg", blobs.keep(b"\0\0\0\x18ftypmp42SecretVoice"))]
    one = desk.send(desk.visit(1), files=files)
    Submission.objects.filter(pk=one.submission).update(state="approved")
    if masked:
        mask(desk.form, masked)
    for base in (f"{desk.api}/uuid:1/attachments", f"{desk.url}uuid:1/files"):
        photo, film = desk.get(desk.donor, f"{base}/a.jpg"), desk.get(desk.donor, f"{base}/b.jpg")
        assert photo.status_code == 200
        if masked:
            assert b"SecretCamera" not in photo.content
            assert film.status_code == 403
            assert "nothing can be taken out of them" in film.content.decode()
        else:
            assert film.status_code == 200
        whole = desk.get(desk.reviewer, f"{base}/a.jpg")
        assert b"SecretCamera" in b"".join(whole.streaming_content)
        assert desk.get(desk.reviewer, f"{base}/b.jpg").status_code == 200
    # Nobody is led to a file that he does not get.
    page = desk.get(desk.donor, f"{desk.url}uuid:1/").content.decode()
    assert "files/a.jpg" in page
    assert ("files/b.jpg" in page) == (masked is None)
    assert ("only for those who see every answer" in page) == (masked is not None)


def test_an_encrypted_one_is_sealed(desk):
    one = desk.send()
    Submission.objects.filter(pk=one.submission).update(sealed=True)
    assert "Sealed" in desk.get(desk.reviewer, f"{desk.url}uuid:1/").content.decode()
    assert desk.get(desk.reviewer, f"{desk.url}uuid:1/edit/").status_code == 403


def test_time_per_question_comes_from_the_log(desk):
    one = desk.send()
    log = b"event,node,start,end\nform start,,1000,\nquestion,/data/gov,1000,8000\nquestion,/data/gov,9000,14000\n"
    Attachment.objects.create(
        submission_id=one.submission, name="audit.csv", sha256=blobs.keep(log).sha256, size=len(log)
    )
    assert "12 s" in desk.get(desk.reviewer, f"{desk.url}uuid:1/").content.decode()


def test_next_and_previous_stay_within_the_filter(desk):
    for number in range(1, 5):
        desk.send(
            desk.visit(number, gov="nineveh" if number % 2 else "kirkuk", dist="mosul" if number % 2 else "dibis")
        )
    page = desk.get(desk.reviewer, f"{desk.url}uuid:1/", **{"answer.gov": "nineveh"}).content.decode()
    assert 'rel="prev"' in page
    assert f'{desk.url}uuid:3/?answer.gov=nineveh"' in page
    assert "uuid:2/" not in page.partition("<main")[2].partition('id="visits"')[0]


# Deciding through pages and API


def test_a_reviewer_decides_on_the_page_and_goes_back_to_his_list(desk):
    desk.send()
    answer = desk.post(
        desk.reviewer,
        f"{desk.url}uuid:1/review/",
        {"state": "has_issues", "reason": "no photo", "query": "state=waiting"},
    )
    assert answer.status_code == 302
    assert answer["Location"] == f"{desk.url}uuid:1/?state=waiting"
    refused = desk.post(desk.reviewer, f"{desk.url}uuid:1/review/", {"state": "has_issues"})
    assert refused.status_code == 422
    assert "has this state already" in refused.content.decode()


def test_approval_is_offered_to_those_alone_who_may_give_it(desk):
    Form.objects.filter(pk=desk.form.pk).update(reviews_needed=2)
    desk.send()
    desk.send(sender=of_account(desk.officer))

    def offered(user, which):
        page = desk.get(user, f"{desk.url}uuid:{which}/").content.decode()
        return re.findall(r'name="state" value="([a-z_]+)"', page), page

    states, page = offered(desk.officer, 2)
    assert states == ["has_issues", "rejected"]
    assert "Nobody approves what he sent" in page
    assert offered(desk.reviewer, 2)[0] == ["approved", "has_issues", "rejected"]
    desk.post(desk.reviewer, f"{desk.url}uuid:1/review/", {"state": "approved"})
    states, page = offered(desk.reviewer, 1)
    assert states == ["has_issues", "rejected"]
    assert "the second approval must come from another account" in page
    assert "approved" in offered(desk.officer, 1)[0]


def test_who_can_read_no_talk_and_may_not_talk_is_shown_no_empty_place_for_it(desk):
    approve(desk.send().submission)
    assert 'id="talk"' not in desk.get(desk.donor, f"{desk.url}uuid:1/").content.decode()
    assert 'id="talk"' in desk.get(desk.reviewer, f"{desk.url}uuid:1/").content.decode()


def test_many_rows_are_decided_from_the_list(desk):
    for _number in range(3):
        desk.send()
    url = f"/forms/{desk.form.pk}/review/"
    assert desk.post(desk.reviewer, url, {"state": "approved"}).status_code == 422
    desk.post(desk.reviewer, url, {"state": "approved", "ids": ["uuid:1", "uuid:2"], "query": "state=waiting"})
    assert Submission.objects.filter(form=desk.form, state="approved").count() == 2
    refused = desk.post(desk.reviewer, url, {"state": "approved", "all": "1"})
    assert refused.status_code == 422
    assert "uuid:1" in refused.content.decode()
    assert Submission.objects.filter(form=desk.form, state="approved").count() == 2
    desk.post(desk.reviewer, url, {"state": "approved", "all": "1", "query": "state=waiting"})
    assert Submission.objects.filter(form=desk.form, state="approved").count() == 3


def work_off() -> None:
    """What the queue would do with decisions: the worker itself runs outside of this transaction."""
    for pk in Task.objects.filter(name="decide", state="waiting").values_list("pk", flat=True):
        job = ProcrastinateJob.objects.get(task_name="rafid.run", args__task=str(pk))
        tasks.run.func(None, **job.args)


def test_more_rows_than_one_transaction_takes_are_decided_by_a_task(desk, monkeypatch):
    monkeypatch.setattr("rafid.commons.forms.submissions.list_views.MOST_AT_ONCE", 4)
    monkeypatch.setattr("rafid.commons.forms.submissions.many.AT_ONCE", 2)
    for _number in range(5):
        desk.send()
    desk.send(sender=of_account(desk.reviewer))
    url, states = f"/forms/{desk.form.pk}/review/", Submission.objects.filter(form=desk.form).order_by("instance_id")
    assert "decided one part after another" in desk.get(desk.reviewer, desk.url).content.decode()
    assert desk.post(desk.reviewer, url, {"state": "lost", "all": "1"}).status_code == 422
    started = desk.post(desk.reviewer, url, {"state": "approved", "all": "1", "query": "state=waiting"})
    task = Task.objects.get(name="decide")
    assert started["Location"] == f"/tasks/{task.pk}/"
    assert set(states.values_list("state", flat=True)) == {"received"}, "the worker has not been there"
    # What came or was corrected since is not what he saw.
    desk.send(desk.visit(50))
    desk.send(desk.visit(51, edits="uuid:2", deminers=9))
    work_off()
    task.refresh_from_db()
    assert (task.state, task.link) == ("done", f"{desk.url}?state=waiting")
    told = dict(states.values_list("instance_id", "state"))
    assert told.pop("uuid:50") == "received"
    assert told.pop("uuid:2") == "edited"
    assert told.pop("uuid:6") == "received", "his own"
    assert set(told.values()) == {"approved"}
    (message,) = Message.objects.filter(account=desk.reviewer)
    assert message.text["en"] == (
        "Decided: 4. Not decided: 1. Nobody approves what he sent or edited himself; another reviewer must."
    )
    assert all(message.text.values())
    assert set(ReviewEvent.objects.filter(submission__form=desk.form).values_list("by", flat=True)) == {
        desk.reviewer.pk
    }
    # Cut off and begun again, it decides nothing twice.
    events = ReviewEvent.objects.count()
    Task.objects.filter(pk=task.pk).update(state="waiting")
    work_off()
    assert ReviewEvent.objects.count() == events
    desk.post(desk.reviewer, url, {"state": "rejected", "reason": "no", "all": "1"})
    work_off()
    assert Submission.objects.filter(form=desk.form, state="rejected").count() == 7


def api(desk, user, path: str, body: object, method: str = "post"):
    desk.get(user, desk.api)
    call = getattr(desk.client, method)
    return call(path, json.dumps(body), content_type="application/json", headers={"accept-language": "en"})


@pytest.fixture
def call(desk, client):
    desk.client = client
    return lambda user, path, body, method="post": api(desk, user, path, body, method)


def test_the_api_decides_comments_and_says_why_not(desk, call):
    desk.send()
    one = f"{desk.api}/uuid:1"
    assert call(desk.reviewer, f"{one}/review", {"state": "approved"}).json()["state"] == "approved"
    refused = call(desk.reviewer, f"{one}/review", {"state": "rejected"})
    assert refused.status_code == 422
    assert "say why" in refused.json()["detail"]
    assert call(desk.reviewer, f"{one}/review", {"state": "lost"}).status_code == 422
    assert call(desk.reviewer, f"{one}/comments", {"text": "Which?", "field": "/data/gov"}).status_code == 201
    for wrong in ({"text": " "}, {"text": "x", "field": "/data/nothing"}):
        assert call(desk.reviewer, f"{one}/comments", wrong).status_code == 422
    told = desk.get(desk.reviewer, one).json()
    assert told["comments"][0]["field"] == "/data/gov"
    assert [(event["from"], event["to"]) for event in told["events"]] == [("received", "approved")]


def test_signs_that_the_database_does_not_take_are_left_out_of_what_people_write(desk, call):
    desk.send()
    one = f"{desk.api}/uuid:1"
    assert call(desk.reviewer, f"{one}/comments", {"text": "Zq\0x"}).json()["text"] == "Zqx"
    assert call(desk.reviewer, f"{one}/comments", {"text": "\0"}).status_code == 422
    assert call(desk.reviewer, f"{one}/review", {"state": "approved", "reason": "Zq\0y"}).status_code == 200
    assert desk.get(desk.reviewer, one).json()["events"][0]["reason"] == "Zqy"
    decided = {"state": "has_issues", "reason": "Zq\0z"}
    assert desk.post(desk.reviewer, f"{desk.url}uuid:1/review/", decided).status_code == 302
    deleted = desk.post(desk.officer, f"{desk.url}uuid:1/delete/", {"why": "\0twice"})
    assert deleted.status_code == 302
    assert Submission.everything.get(form=desk.form).deleted_why == "twice"


def test_a_sign_that_xml_does_not_have_is_refused_in_a_correction(desk):
    made = desk.send()
    current = Submission.objects.get(pk=made.submission).current_id
    given = {"current": current, "reason": "r", "has:/data/visit_id": "1", "/data/visit_id": "TPM\x01"}
    page = desk.post(desk.reviewer, f"{desk.url}uuid:1/edit/", given)
    assert page.status_code == 422
    assert "a character stands here that XML does not allow" in page.content.decode()
    assert Submission.objects.get(pk=made.submission).edits == 0


def test_the_page_adds_and_takes_away_rows_of_repeats(desk):
    made = desk.send()
    url = f"{desk.url}uuid:1/edit/"
    page = desk.get(desk.reviewer, url).content.decode()
    assert 'name="remove:/data/nc[2]"' in page
    assert 'name="/data/nc[4]/sev"' in page
    given = {"current": Submission.objects.get(pk=made.submission).current_id, "reason": "seen later"}
    given |= {"has:/data/nc[4]/sev": "1", "/data/nc[4]/sev": "minor", "remove:/data/nc[1]": "1"}
    assert desk.post(desk.reviewer, url, given).status_code == 302
    row = Submission.objects.get(pk=made.submission)
    assert [one.values[0] for one in row.current.rows.filter(table=1).order_by("ordinal")] == [
        "minor",
        "major",
        "minor",
    ]
    given |= {"current": row.current_id, "remove:/data/nc[1]": ""}
    del given["remove:/data/nc[1]"], given["has:/data/nc[4]/sev"]
    assert desk.post(desk.reviewer, url, given).status_code == 422


def test_the_api_decides_on_many_in_one_transaction(desk, call):
    for _number in range(3):
        desk.send()
    url = f"/api/v1/forms/{desk.form.pk}/review"
    for body in ({"state": "approved"}, {"state": "approved", "ids": ["uuid:1"], "filter": {}}):
        assert call(desk.reviewer, url, body).status_code == 422
    assert call(desk.reviewer, url, {"state": "approved", "ids": ["uuid:1", "uuid:99"]}).status_code == 404
    assert call(desk.reviewer, url, {"state": "approved", "filter": {"state": "odd"}}).status_code == 422
    assert call(desk.reviewer, url, {"state": "approved", "ids": ["uuid:1"]}).json()["count"] == 1
    refused = call(desk.reviewer, url, {"state": "approved", "filter": {}})
    assert (refused.status_code, refused.json()["errors"][0]["where"]) == (422, "uuid:1")
    assert call(desk.reviewer, url, {"state": "approved", "filter": {"state": "received"}}).json()["count"] == 2
    assert call(desk.donor, url, {"state": "rejected", "filter": {}, "reason": "x"}).status_code == 422
    assert Submission.objects.filter(form=desk.form, state="approved").count() == 3


def test_a_correction_through_the_api_names_its_version_and_reason(desk, call):
    desk.send()
    one = f"{desk.api}/uuid:1"
    xml = desk.visit(1, deminers=9).decode()
    assert call(desk.reviewer, one, {"xml": xml}, "put").status_code == 422
    answer = call(desk.reviewer, one, {"xml": xml, "reason": "slip"}, "put")
    assert answer.status_code == 200, answer.content
    assert (answer.json()["values"]["deminers"], answer.json()["edits"], answer.json()["state"]) == (9, 1, "edited")
    stale = call(desk.reviewer, one, {"xml": desk.visit(40, edits="uuid:1").decode(), "reason": "x"}, "put")
    assert stale.status_code == 409
    for wrong in ("<a>", desk.visit(41).decode(), desk.visit(42, edits="uuid:77").decode()):
        assert call(desk.reviewer, one, {"xml": wrong, "reason": "x"}, "put").status_code == 422
    assert call(desk.donor, one, {"xml": xml, "reason": "x"}, "put").status_code in (403, 404)


def test_the_page_corrects_what_was_changed_only(desk):
    desk.send()
    url = f"{desk.url}uuid:1/edit/"
    page = desk.get(desk.reviewer, url).content.decode()
    assert 'name="/data/nc[2]/sev"' in page
    assert "n_major" not in page
    row = Submission.objects.get(form=desk.form)
    base = {"current": str(row.current_id), "reason": "typed wrong", "has:/data/deminers": "1"}
    assert desk.post(desk.reviewer, url, {**base, "/data/deminers": "12"}).status_code == 422
    assert desk.post(desk.reviewer, url, {**base, "/data/deminers": "15", "reason": ""}).status_code == 422
    assert desk.post(desk.reviewer, url, {**base, "/data/deminers": "15"}).status_code == 302
    assert desk.post(desk.reviewer, url, {**base, "/data/deminers": "16"}).status_code == 422, "somebody was faster"
    row.refresh_from_db()
    assert row.edits == 1
    assert desk.get(desk.reviewer, f"{desk.api}/uuid:1").json()["values"]["deminers"] == 15


def test_a_finding_is_settled_on_the_page(desk):
    desk.send(desk.visit(8, n_major=9))
    found = Finding.objects.get(submission__form=desk.form)
    url = f"{desk.url}uuid:8/findings/{found.pk}/"
    assert desk.post(desk.reviewer, url, {"state": "explained"}).status_code == 422
    assert desk.post(desk.partner, url, {"state": "confirmed"}).status_code == 403
    assert desk.post(desk.reviewer, url, {"state": "explained", "comment": "counted twice"}).status_code == 302
    assert "counted twice" in desk.get(desk.reviewer, f"{desk.url}uuid:8/").content.decode()


def test_the_trash_has_a_page(desk):
    desk.send()
    assert desk.post(desk.reviewer, f"{desk.url}uuid:1/delete/", {"why": "x"}).status_code == 403
    assert desk.post(desk.officer, f"{desk.url}uuid:1/delete/", {"why": ""}).status_code == 422
    desk.post(desk.officer, f"{desk.url}uuid:1/delete/", {"why": "sent twice"})
    assert ids(desk.get(desk.officer, desk.api)) == []
    assert desk.get(desk.officer, f"{desk.url}uuid:1/").status_code == 404
    trash = f"/forms/{desk.form.pk}/trash/"
    assert "sent twice" in desk.get(desk.officer, trash).content.decode()
    assert desk.get(desk.reviewer, trash).status_code == 403
    desk.post(desk.officer, trash, {"ids": ["uuid:1"]})
    assert ids(desk.get(desk.officer, desk.api)) == ["uuid:1"]


def test_reading_what_others_do_not_see_is_logged(masked):
    desk = masked
    row = Submission.objects.get(form=desk.form)
    one = f"{desk.url}uuid:1/"
    for url in (one, f"{desk.api}/uuid:1", f"{desk.api}/uuid:1.xml", f"{one}files/a.jpg"):
        before = readings_of(row).count()
        desk.get(desk.reviewer, url)
        assert readings_of(row).count() == before + 1, url
        desk.get(desk.donor, url)
        assert readings_of(row).count() == before + 1, url
    desk.get(desk.reviewer, desk.url)
    assert [one.count for one in readings_of(desk.form)] == [1]


def test_reading_what_everybody_sees_is_not_logged(desk):
    desk.send()
    desk.get(desk.reviewer, f"{desk.url}uuid:1/")
    assert not readings_of(Submission.objects.get(form=desk.form)).exists()


@pytest.mark.parametrize(
    "words",
    [
        {"since": "0001-01-01"}, {"until": "9999-12-31"}, {"since": "9999-12-31T23:59:59"}, {"q": "\x00"}, {"q": "%_\\"},
        {"cursor": "W10"}, {"place": "\x00"}, {"order": "-"}, {"answer.": "x"}, {"state": ",,"}, {"finding": ","}, {"site": "ئ" * 255},
        {"since": "2026-01-01T00:00:00+99:99"}, {"version": "\ud800".encode("utf-8", "surrogatepass")},
    ],
)  # fmt: skip
def test_strange_words_break_nothing(desk, words):
    desk.send()
    for url in (desk.api, desk.url, f"/forms/{desk.form.pk}/submissions.geojson", f"{desk.url}uuid:1/"):
        assert desk.get(desk.reviewer, url, **words).status_code < 500, url


def test_who_reviews_all_of_a_form_asks_for_nothing_beside_it(desk):
    """An index alone then counts them; a condition that is always true would read every row."""
    rows = asked({}, desk.form, desk.reviewer).queryset
    where = str(rows.query).partition(" WHERE ")[2]
    assert "IS NOT NULL" not in where
    assert "account_id" not in where
