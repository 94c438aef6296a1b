"""Findings by every door: pages, files, photographs and the API; what each side sees, and what two people at once are shown."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from rafid.commons.people.models import AccessLog
from rafid.methods.fieldwork import photo_facts
from rafid.programmes.monitoring.findings import evidence, raising, telling
from rafid.programmes.monitoring.findings.ledger import ledger
from rafid.programmes.monitoring.findings.queries import asked, seen
from rafid.programmes.monitoring.findings.steps import Given, take
from rafid.programmes.monitoring.models import ExactPlace, NonConformity

from .test_findings_life import ANSWER, made, photo, step

pytestmark = pytest.mark.django_db
API = "/api/v1/monitoring/nonconformities"


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def finding(field):
    return raising.raise_items(made(field), ["marking"], by=field.quality)[0]


@pytest.fixture
def critical(field):
    """Told at once; its visit is not released."""
    visit = made(field, field.sites[2], day=7, team="B", released_to_partner_at=None)
    row = raising.raise_items(visit, ["ppe"], by=field.quality)[0]
    telling.tell_critical()
    row.refresh_from_db()
    return row


def page(client, user, address):
    client.force_login(user)
    answer = client.get(address, headers={"Accept-Language": "en"})
    return answer.status_code, answer.content.decode()


def post(client, user, finding, code, **data):
    client.force_login(user)
    finding.refresh_from_db()
    data.setdefault("version", finding.version)
    return client.post(f"/monitoring/findings/{finding.ref}/steps/{code}/?lang=en", data)


# Who sees what


def test_the_partner_sees_what_is_released_or_critical_and_no_more_of_its_visit(client, field, finding, critical):
    hidden = raising.raise_items(critical.visit, ["marking"], by=field.quality)[0]
    status, text = page(client, field.partner_account, "/monitoring/findings/?state=all&lang=en")
    assert status == 200
    assert finding.ref in text
    assert critical.ref in text
    assert hidden.ref not in text
    status, text = page(client, field.partner_account, f"/monitoring/findings/{critical.ref}/?lang=en")
    assert status == 200
    for secret in (critical.visit.ref, critical.visit.site.ref, "Hidden site", "Secret monitor", hidden.ref):
        assert secret not in text
    status, text = page(client, field.partner_account, f"/records/monitoring/nonconformity/{critical.ref}/")
    assert critical.visit.ref not in text
    assert "Hidden site" not in text
    for address in (
        f"/monitoring/findings/{hidden.ref}/",
        f"/monitoring/findings/of-visit/{critical.visit.ref}/",
        f"{API}/{hidden.ref}",
    ):
        assert page(client, field.partner_account, address)[0] == 404


def test_nobody_else_sees_anything(client, field, finding, critical):
    for who in (field.rival_account, field.world.stranger):
        _status, text = page(client, who, "/monitoring/findings/?state=all")
        assert finding.ref not in text
        assert page(client, who, f"/monitoring/findings/{finding.ref}/")[0] == 404
        assert finding.ref not in page(client, who, "/monitoring/findings.csv?state=all")[1]
        assert finding.ref not in page(client, who, f"{API}?limit=500")[1]
        client.force_login(who)
        assert client.post(f"/monitoring/findings/{finding.ref}/steps/answer/", {}).status_code == 404
    client.logout()
    assert client.get(API).status_code == 401
    assert client.get("/monitoring/findings/").status_code == 302


def test_names_of_the_other_side_are_organisations(client, field, finding):
    step(finding, "dispute", field.partner_account, reason="Not ours")
    client.force_login(field.quality)
    client.post(
        f"/monitoring/findings/{finding.ref}/steps/uphold/",
        {"reason": "Yours", "version": NonConformity.objects.get(pk=finding.pk).version},
    )
    text = page(client, field.partner_account, f"/monitoring/findings/{finding.ref}/?lang=en")[1]
    assert "Yours" in text
    assert "m-quality" not in text
    assert "m-quality" in page(client, field.manager, f"/monitoring/findings/{finding.ref}/?lang=en")[1]


# Steps


def test_a_life_by_pages(client, field, finding):
    answered = {"root_cause": "R", "what": "W", "who": "X", "until": "2026-03-09", "files": photo()}
    assert post(client, field.partner_account, finding, "answer", **answered).status_code == 302
    finding.refresh_from_db()
    assert (finding.state, finding.evidence.count()) == ("answered", 1)
    assert post(client, field.quality, finding, "close", reason="Seen").status_code == 302
    finding.refresh_from_db()
    assert (finding.state, finding.closed_by) == ("closed", field.quality)
    text = page(client, field.partner_account, f"/monitoring/findings/{finding.ref}/?lang=en")[1]
    assert "Closed by" in text


def test_what_is_missing_is_said_and_what_came_stays(client, field, finding):
    answer = post(client, field.partner_account, finding, "answer", root_cause="Kept words", files=photo())
    assert answer.status_code == 422
    assert "Kept words" in answer.content.decode()
    assert finding.evidence.count() == 1
    again = {"root_cause": "R", "what": "W", "who": "X", "until": "2026-03-09", "files": photo()}
    assert post(client, field.partner_account, finding, "answer", **again).status_code == 302
    assert finding.evidence.count() == 1


def test_steps_of_others_are_refused(client, field, finding):
    assert (
        post(
            client, field.quality, finding, "answer", root_cause="R", what="W", who="X", until="2026-03-09"
        ).status_code
        == 403
    )
    assert post(client, field.quality, finding, "withdraw", reason="R").status_code == 403
    assert post(client, field.manager, finding, "withdraw", reason="").status_code == 422
    assert post(client, field.quality, finding, "nothing").status_code == 404
    answer = post(client, field.quality, finding, "close")
    assert answer.status_code == 422
    assert "not possible" in answer.content.decode()


def test_two_officers_at_once_the_second_gets_both_versions(client, field, finding):
    evidence.add(finding.pk, [photo()], by=field.partner_account)
    step(finding, "answer", field.partner_account, ANSWER)
    version = NonConformity.objects.get(pk=finding.pk).version
    assert post(client, field.manager, finding, "send-back", reason="Another team", version=version).status_code == 302
    late = post(client, field.quality, finding, "close", reason="It is fine", version=version)
    assert late.status_code == 409
    text = late.content.decode()
    for part in ("Another team", "It is fine", "Sent back", "Answered", "Closed"):
        assert part in text
    finding.refresh_from_db()
    assert finding.state == "sent_back"


# Files


def test_pictures_leave_without_their_place_for_whom_may_not_see_places(client, field, finding):
    ExactPlace.objects.create(site=finding.visit.site, point=Point(44.0, 33.0, srid=4326))
    row = evidence.add(finding.pk, [photo(where=(44.0, 33.0))], by=field.partner_account)[0]
    address = f"/monitoring/findings/{finding.ref}/files/{row.sha256}"

    def place(user):
        client.force_login(user)
        answer = client.get(address)
        assert answer.status_code == 200
        return photo_facts(b"".join(answer.streaming_content) if answer.streaming else answer.content).latitude

    assert place(field.quality) == pytest.approx(33.0)
    assert AccessLog.objects.filter(account=field.quality, object_id=str(finding.pk), restricted=True).count() == 1
    for who in (field.partner_account, field.donor_account, field.director):
        assert place(who) is None
    client.force_login(field.rival_account)
    assert client.get(address).status_code == 404
    client.force_login(field.quality)
    assert client.get(f"/monitoring/findings/{finding.ref}/files/{'0' * 64}").status_code == 404
    assert client.get(f"/monitoring/findings/{finding.ref}/pictures/{row.sha256}")["Content-Type"] == "image/jpeg"


# Lists


def test_the_filters_of_the_address_and_the_files_of_the_same_rows(client, field, finding, critical):
    rows = list(
        csv.DictReader(
            io.StringIO(page(client, field.quality, f"/monitoring/findings.csv?contract={field.contract.ref}")[1])
        )
    )
    assert {row["ref"] for row in rows} == {finding.ref, critical.ref}
    assert rows[0]["ref"] == critical.ref, "the gravest first"
    assert rows[0]["overdue"] == "yes"
    of = f"/monitoring/findings.csv?contract={field.contract.ref}&"
    for query, expected in (
        ("severity=critical", {critical.ref}), ("team=A", {finding.ref}), ("item=ppe", {critical.ref}),
        ("show=repeats", set()), ("show=to-answer", {finding.ref, critical.ref}), ("state=closed", set()),
    ):  # fmt: skip
        text = page(client, field.quality, of + query)[1]
        assert {row["ref"] for row in csv.DictReader(io.StringIO(text))} == expected, query
    assert client.get(f"/monitoring/findings.xlsx?contract={field.contract.ref}").status_code == 200
    text = page(client, field.quality, "/monitoring/findings/?view=board&lang=en&severity=nonsense")[1]
    assert "nonsense" in text, "a filter that means nothing is named"


def test_settled_findings_are_never_overdue(client, field, finding):
    today = timezone.localdate()
    assert asked(field.quality, {"show": "overdue"}, today=today).rows.filter(pk=finding.pk).exists()
    step(finding, "withdraw", field.manager, reason="Written twice")
    assert (
        not asked(field.quality, {"show": "overdue", "state": "all"}, today=today).rows.filter(pk=finding.pk).exists()
    )
    client.force_login(field.quality)
    assert client.get(f"{API}/{finding.ref}").json()["overdue"] is False


def test_the_ledger_counts_what_came_back(field, finding):
    evidence.add(finding.pk, [photo()], by=field.partner_account)
    step(finding, "answer", field.partner_account, ANSWER)
    closed = timezone.make_aware(timezone.datetime(2026, 3, 8, 12))
    take(finding.pk, "close", by=field.quality, version=None, given=Given(), at=closed)
    raising.raise_items(made(field, day=12), ["marking"], by=field.quality)
    rows = seen(field.quality).filter(contract=field.contract)
    (line,) = ledger(rows, "item", date(2026, 3, 30))
    assert (line.key, line.total, line.closed, line.again, line.rate, line.overdue) == ("marking", 2, 1, 1, 1.0, 1)
    assert line.low == pytest.approx(0.2065, abs=1e-4), "one of one proves little"
    assert line.days == 5
    assert [one.name for one in ledger(rows, "team", date(2026, 3, 30))] == ["A"]


# API


def test_the_api_tells_each_finding_as_agreed(client, field, finding):
    client.force_login(field.quality)
    answer = client.get(API, {"contract": field.contract.ref}).json()
    (row,) = answer["items"]
    fields = "id visit item severity state opened_on due_on overdue evidence answered_by closed_by repeat_of"
    assert set(fields.split()) <= set(row)
    assert (row["id"], row["visit"], row["item"]) == (str(finding.pk), str(finding.visit_id), "marking")
    assert (row["opened_on"], row["due_on"], row["overdue"]) == ("2026-03-03", "2026-03-10", True)
    assert answer["next"] is None


def test_the_api_takes_steps_against_the_version_that_was_read(client, field, finding):
    client.force_login(field.partner_account)
    address = f"{API}/{finding.ref}"
    words = {"root_cause": "R", "what": "W", "who": "X", "by": "2026-03-09"}
    send = {"data": words, "content_type": "application/json"}
    assert client.post(f"{address}/answer", **send).status_code == 428
    etag = client.get(address)["ETag"]
    assert client.post(f"{address}/evidence", {"files": photo()}).status_code == 201
    done = client.post(f"{address}/answer", **send, headers={"If-Match": etag})
    assert done.status_code == 200
    assert done.json()["state"] == "answered"
    assert done.json()["steps"] == ["dispute"]
    client.force_login(field.quality)
    stale = client.post(f"{address}/close", {"reason": ""}, content_type="application/json", headers={"If-Match": etag})
    assert stale.status_code == 409
    assert {"where": "state", "message": "answered"} in stale.json()["errors"]
    etag = client.get(address)["ETag"]
    for who, expected in ((field.partner_account, 403), (field.rival_account, 404), (field.quality, 200)):
        client.force_login(who)
        sent = client.post(f"{address}/close", {}, content_type="application/json", headers={"If-Match": etag})
        assert sent.status_code == expected
    assert client.get(address).json()["closed_by"] == str(field.quality.pk)


def test_a_visit_is_null_until_it_is_released(client, field, critical):
    client.force_login(field.partner_account)
    (row,) = client.get(API, {"contract": field.contract.ref}).json()["items"]
    assert row["visit"] is None
    assert client.get(API, {"visit": critical.visit.ref}).json()["items"] == []


# From the visit


def test_a_quality_officer_opens_findings_of_a_visit(client, field):
    visit = made(field)
    address = f"/monitoring/findings/of-visit/{visit.ref}/?lang=en"
    client.force_login(field.quality)
    assert "ppe" in client.get(address).content.decode()
    sent = {"what": "items", "item": ["ppe"], "text-ppe": "Two without a visor"}
    assert client.post(address, sent).status_code == 302
    assert visit.nonconformities.get().text == "Two without a visor"
    early = {
        "what": "other",
        "severity": "minor",
        "text": "Dust",
        "due": (raising.opened_of(visit) - timedelta(days=1)).isoformat(),
    }
    refused = client.post(address, early)
    assert refused.status_code == 422
    assert "before the opening" in refused.content.decode()
    assert client.post(address, {"what": "items"}).status_code == 422
    client.force_login(field.partner_account)
    assert client.post(address, sent).status_code == 403
