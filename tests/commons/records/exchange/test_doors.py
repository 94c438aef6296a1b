"""Pages, API and command line of the exchange: who gets in, and what they answer."""

from __future__ import annotations

import json
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from rafid.commons.people.models import Account, Organisation
from rafid.commons.records.change import save
from rafid.commons.records.exchange import nodes
from rafid.commons.records.exchange.carrying import take
from rafid.commons.records.exchange.entries import write_now
from rafid.commons.records.exchange.status import status
from rafid.commons.records.models import Case, ExchangeChange, ExchangeReceipt, Node
from rafid.methods.exchange import (
    Change,
    Receipt,
    file_hash,
    is_envelope,
    new_box_keys,
    seal,
    sign_receipt,
    unwrap,
    wrap,
)

pytestmark = pytest.mark.django_db
FILE = "application/vnd.rafid.exchange"


def person(login="platform.exchange"):
    return Account.objects.get(login=login)


@pytest.fixture
def officer(client):
    client.force_login(person())
    return client


def disputed(beta):
    """BETA twice recorded a well apart, as two of its own clients might: one case of two values."""
    from rafid.commons.records.exchange.carrying import take

    record = str(uuid.uuid4())
    ref = Organisation.objects.order_by("ref").first().ref
    beta.does(record, number="B1", owner=ref, sensitivity=1, depth_m=8, name_en="Old", point="POINT (44 36)")
    beta.does(record, name_en="One", after=["BETA:1"])
    beta.does(record, name_en="Other", after=["BETA:1"])
    take(beta.file())
    return Case.objects.get(ended_at=None)


GETS = ("/api/v1/exchange/status", "/api/v1/exchange/conflicts", "/api/v1/exchange/bundles?after=BETA:0")


@pytest.mark.parametrize("url", GETS)
def test_nobody_is_sent_to_sign_in_and_others_find_nothing(client, alpha, url):
    assert client.get(url).status_code == 401
    client.force_login(person("statistics.officer"))
    assert client.get(url).status_code == 404
    client.force_login(person())
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("url", ["/exchange/", "/exchange/cases/", "/exchange/key/"])
def test_pages_are_for_those_who_exchange(client, alpha, url):
    assert client.get(url).status_code == 302
    client.force_login(person("statistics.officer"))
    assert client.get(url).status_code == 404
    client.force_login(person())
    assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    ("login", "carries", "decides"), [("node", True, False), ("director", True, True), ("partner", False, False)]
)
def test_those_of_a_programme_exchange_and_decide_its_cases_alone(client, alpha, beta, login, carries, decides):
    """The wells of the case are another programme's than that of mine action's people."""
    from rafid.commons.people.grant import give

    case = disputed(beta)
    account = person(f"mineaction.{login}")
    client.force_login(account)
    page = client.get("/exchange/")
    assert page.status_code == (200 if carries else 404)
    assert (b'action="/exchange/read/"' in page.content) == carries
    assert b'action="/exchange/trust/"' not in page.content
    assert client.get("/api/v1/exchange/status").status_code == (200 if carries else 404)
    assert client.get("/api/v1/exchange/bundles?after=BETA:0").status_code == 404
    assert client.get(f"/exchange/cases/{case.pk}/").status_code == 404
    give(None, account, "wells.keeper", reason="Test")
    assert client.get(f"/exchange/cases/{case.pk}/").status_code == 404  # who keeps wells does not exchange them
    own = Case.objects.create(id="mine", cause="value", kind="mineaction.hazard", records=["R-1"], sides={})
    if carries:
        page = client.get(f"/exchange/cases/{own.pk}/")
        assert page.status_code == 200
        assert (b'name="choice"' in page.content or b'value="assign"' in page.content) == decides


def test_status_has_three_things(officer, alpha, beta):
    said = officer.get("/api/v1/exchange/status").json()
    assert set(said) == {"node", "have", "digest"}
    assert (said["node"], said["have"], len(said["digest"])) == ("ALPHA", {"ALPHA": 0, "BETA": 0}, 64)


def test_a_bundle_is_taken_once_and_given_on(officer, alpha, beta):
    beta.does("R-1", kind="bridges.bridge", span=1)
    data = beta.file()
    answer = officer.post("/api/v1/exchange/bundles", data, content_type=FILE)
    assert (answer.status_code, answer.json()["taken"]) == (201, 1)
    assert {"taken", "waiting", "conflicts"} <= set(answer.json())
    answer = officer.post("/api/v1/exchange/bundles", data, content_type=FILE)
    assert (answer.status_code, answer.json()["taken"]) == (201, 0)
    assert data in officer.get("/api/v1/exchange/bundles?after=ALPHA:0,BETA:0").content
    assert data not in officer.get("/api/v1/exchange/bundles?after=ALPHA:0,BETA:1").content
    assert officer.get("/api/v1/exchange/bundles?after=BETA").status_code == 422


@pytest.mark.parametrize("data", [b"", b"\x89PNG", b"{}", b'{"count":0}\n'])
def test_a_bad_bundle_is_a_sentence(officer, alpha, beta, data):
    answer = officer.post("/api/v1/exchange/bundles", data, content_type=FILE)
    assert answer.status_code == 422
    assert len(answer.json()["detail"]) > 20


def test_a_large_bundle_is_not_held_to_the_size_of_forms(officer, alpha, beta):
    for number in range(300):
        beta.does(f"R-{number}", kind="bridges.bridge", text="x" * 10_000)
    answer = officer.post("/api/v1/exchange/bundles", beta.file(), content_type=FILE)
    assert (answer.status_code, answer.json()["taken"]) == (201, 300)


def test_a_case_is_decided_over_the_api_once(officer, alpha, beta):
    case = disputed(beta)
    (item,) = officer.get("/api/v1/exchange/conflicts").json()["items"]
    assert (item["id"], item["cause"], item["fields"], item["past"]["name_en"]) == (
        case.pk,
        "value",
        ["name_en"],
        "Old",
    )
    url = f"/api/v1/exchange/conflicts/{case.pk}/decide"
    assert officer.post(url, {"choice": "nothing"}, content_type="application/json").status_code == 422
    answer = officer.post(url, {"choice": "BETA:3", "reason": "seen"}, content_type="application/json")
    assert answer.status_code == 200
    assert officer.post(url, {"choice": "BETA:2"}, content_type="application/json").status_code == 409
    assert officer.get("/api/v1/exchange/conflicts").json()["items"] == []
    missing = officer.post(url.replace(case.pk, "none"), {"choice": "x"}, content_type="application/json")
    assert missing.status_code == 404


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_the_case_page_shows_both_sides_beside_the_past_and_decides(officer, alpha, beta, language):
    case = disputed(beta)
    page = officer.get(f"/exchange/cases/{case.pk}/?lang={language}").content.decode()
    for text in ("One", "Other", "Old", 'value="BETA:2"', 'value="BETA:3"', "shapes.geojson"):
        assert text in page
    shapes = officer.get(f"/exchange/cases/{case.pk}/shapes.geojson").json()
    assert {one["geometry"]["type"] for one in shapes["features"]} == {"Point"}
    assert officer.post(f"/exchange/cases/{case.pk}/", {"action": "comment", "text": "look"}).status_code == 302
    assert officer.post(f"/exchange/cases/{case.pk}/", {"action": "comment", "text": " "}).status_code == 422
    officer.post(f"/exchange/cases/{case.pk}/", {"action": "assign", "to": str(person().pk)})
    officer.post(f"/exchange/cases/{case.pk}/", {"action": "decide", "choice": "BETA:2", "text": "why"})
    case.refresh_from_db()
    assert (case.open, case.decided_by, case.assigned_to) == (False, person(), person())
    assert [one["text"] for one in case.comments] == ["look", "why"]
    assert officer.get(f"/exchange/cases/{case.pk}/").status_code == 200
    assert officer.get("/exchange/cases/?state=ended").content.decode().count(case.pk) == 1


def test_a_case_about_a_record_out_of_sight_is_not_there(officer, alpha, beta):
    from wells.models import Well

    case = disputed(beta)
    assert officer.get(f"/exchange/cases/{case.pk}/").status_code == 200
    Well.everything.filter(pk=case.records[0]).update(sensitivity=2)
    assert officer.get(f"/exchange/cases/{case.pk}/").status_code == 404
    assert officer.get(f"/exchange/cases/{case.pk}/shapes.geojson").status_code == 404
    assert case.pk not in officer.get("/exchange/cases/").content.decode()
    assert officer.get("/api/v1/exchange/conflicts").json()["items"] == []
    url = f"/api/v1/exchange/conflicts/{case.pk}/decide"
    assert officer.post(url, {"choice": "BETA:3"}, content_type="application/json").status_code == 404


def test_files_are_written_read_and_answered_by_receipts(officer, alpha, beta):
    page = officer.get("/exchange/?lang=en").content.decode()
    assert "Write a file" in page
    answer = officer.post("/exchange/nodes/BETA/file/")
    assert is_envelope(answer.content)
    assert b"rafid-exchange/1" in unwrap(answer.content, receiver="BETA", private_key=beta.box_private)
    beta.does("R-1", kind="bridges.bridge", span=1)
    officer.post("/exchange/read/", {"file": SimpleUploadedFile("x.rafid", beta.file())})
    kept = ExchangeReceipt.objects.get()
    assert (kept.node, kept.of, kept.have) == ("ALPHA", "BETA", {"ALPHA": 0, "BETA": 1})
    assert b"rafid-receipt/1" in officer.get(f"/exchange/receipts/{kept.pk}/").content
    said = sign_receipt(Receipt("BETA", "ALPHA", file_hash(answer.content), {"BETA": 1}), private_key=beta.private)
    officer.post("/exchange/read/", {"file": SimpleUploadedFile("r.rafid", said)})
    assert Node.objects.get(name="BETA").have["BETA"] == 1
    bad = officer.post("/exchange/read/", {"file": SimpleUploadedFile("x.rafid", b"\x89PNG")})
    assert bad.status_code == 422
    assert 'role="alert"' in bad.content.decode()


def test_only_who_operates_the_platform_trusts_and_revokes(client, alpha, beta, rules):
    gamma = type(beta)("GAMMA", rules)
    sent = {"file": SimpleUploadedFile("g.rafid-node", gamma.key), "times": "06:00, 18:00"}
    client.force_login(person())
    assert client.post("/exchange/trust/", sent).status_code == 404
    client.force_login(person("admin"))
    sent["file"].seek(0)
    assert client.post("/exchange/trust/", sent).status_code == 302
    assert Node.objects.get(name="GAMMA").times == "06:00,18:00"
    assert client.get("/exchange/nodes/GAMMA/revoke/").status_code == 200
    client.post("/exchange/nodes/GAMMA/revoke/")
    assert Node.objects.get(name="GAMMA").revoked_at
    assert client.get("/exchange/").status_code == 200


def test_a_platform_becomes_a_node_on_its_page(client, db):
    client.force_login(person("admin"))
    assert client.get("/exchange/").status_code == 200
    assert client.post("/exchange/init/", {"name": "A B"}).status_code == 422
    assert client.post("/exchange/init/", {"name": "DMA"}).status_code == 302
    assert nodes.own().name == "DMA"


def test_the_command_line_from_the_first_key_to_the_receipt(tmp_path, alpha, beta, capsys):
    call_command("node", "key", str(tmp_path / "a.key"))
    assert json.loads((tmp_path / "a.key").read_text())["node"] == "ALPHA"
    (tmp_path / "b.key").write_bytes(beta.key)
    call_command("node", "trust", str(tmp_path / "b.key"), "--url", "https://beta.example")
    call_command("node", "export", str(tmp_path / "out.rafid"))
    assert is_envelope((tmp_path / "out.rafid").read_bytes())
    beta.does("R-1", kind="bridges.bridge", span=1)
    (tmp_path / "in.rafid").write_bytes(beta.file())
    call_command("node", "import", str(tmp_path / "in.rafid"), "--receipt", str(tmp_path / "back.rafid"))
    assert b"rafid-receipt/1" in (tmp_path / "back.rafid").read_bytes()
    call_command("node", "status")
    call_command("node", "revoke", "BETA")
    said = capsys.readouterr().out
    assert "ALPHA:0,BETA:1" in said
    assert "1 changes taken" in said
    with pytest.raises(CommandError, match="revoked"):
        call_command("node", "import", str(tmp_path / "in.rafid"))
    with pytest.raises(CommandError, match="ALPHA already"):
        call_command("node", "init", "GAMMA")
    with pytest.raises(CommandError, match="no such node"):
        call_command("node", "export", str(tmp_path / "out.rafid"))
    with pytest.raises(CommandError, match="No such file"):
        call_command("node", "import", str(tmp_path / "nothing"))


def test_rounds_come_at_their_times(alpha, beta):
    from datetime import UTC, datetime

    from rafid.commons.records.exchange.rounds import due

    node = Node.objects.get(name="BETA")
    node.times = "06:00"  # in Baghdad: 03:00 UTC
    now = datetime(2026, 9, 30, 3, 2, tzinfo=UTC)
    assert due(node, now)
    node.asked_at = datetime(2026, 9, 30, 3, 1, tzinfo=UTC)
    assert not due(node, now)
    node.asked_at = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)
    assert due(node, now)
    node.times = ""
    assert not due(node, now)


def test_a_case_of_consent_says_who_is_awaited(officer, alpha, beta):
    from wells.models import Well

    record, other = str(uuid.uuid4()), str(uuid.uuid4())
    ref = Organisation.objects.order_by("ref").first().ref
    for one, number in ((record, "B1"), (other, "B2")):
        beta.does(one, number=number, owner=ref, sensitivity=1, depth_m=8, place="IQG13", working=True)
    beta.does(record, working=False)
    take(beta.file())
    asked = Case.objects.get(ended_at=None)
    page = officer.get(f"/exchange/cases/{asked.pk}/?lang=en").content.decode()
    assert 'value="agree"' in page
    assert re.search(r"Consent given: <bdi>BETA</bdi> · awaited: <bdi>ALPHA</bdi>", page)
    own = Well.objects.get(pk=other)
    own.working = False
    save(own, version=None)
    write_now()
    status()
    asking = Case.objects.get(ended_at=None, records=[other])
    page = officer.get(f"/exchange/cases/{asking.pk}/?lang=en").content.decode()
    assert 'value="agree"' not in page
    assert "The consent of BETA is awaited" in page
    officer.post(f"/exchange/cases/{asked.pk}/", {"action": "decide", "choice": "agree", "text": "seen"})
    page = officer.get(f"/exchange/cases/{asked.pk}/?lang=en").content.decode()
    assert "<br>Consent</dd>" in page
    assert not Well.objects.get(pk=record).working


def every_bad_file(alpha, beta, rules):
    """By what is wrong with them, files that the page refuses."""
    from .test_room import bad_files

    beta.does("R-1", kind="bridges.bridge", span=1)
    other = type(beta)("BETA", rules)
    other.private = beta.private
    other.does("R-1", kind="bridges.bridge", span=2)
    strange = Change("BETA:41", "R-9", "bridges.bridge", "paint", {}, ())
    elsewhere = wrap(beta.file(), sender="BETA", receiver="GAMMA", receiver_key=new_box_keys()[1])
    stale = wrap(beta.file(), sender="BETA", receiver="ALPHA", receiver_key=new_box_keys()[1])
    lying = wrap(beta.file(), sender="DELTA", receiver="ALPHA", receiver_key=bytes.fromhex(alpha.box_key))
    receipt = sign_receipt(Receipt("GAMMA", "ALPHA", "0" * 64, {}), private_key=beta.private)
    found = bad_files(beta) | {
        "elsewhere": elsewhere, "earlier key": stale, "lying": lying, "receipt of a stranger": receipt,
        "unknown action": seal([strange], node="BETA", private_key=beta.private),
    }  # fmt: skip
    take(beta.file())
    found["two contents"] = other.file()
    return found


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_every_bad_file_is_a_sentence_of_the_page_in_its_language(officer, alpha, beta, rules, language):
    files = every_bad_file(alpha, beta, rules)
    files["none"] = None
    said = {}
    for what, data in files.items():
        sent = {} if data is None else {"file": SimpleUploadedFile("a.rafid", data)}
        answer = officer.post(f"/exchange/read/?lang={language}", sent)
        assert answer.status_code == 422, what
        said[what] = re.search(r'<p class="note bad" role="alert">(.*?)</p>', answer.content.decode(), re.DOTALL)[1]
    nodes.revoke("BETA")
    beta.does("R-1", kind="bridges.bridge", span=3)
    sent = {"file": SimpleUploadedFile("a.rafid", beta.file(1))}
    answer = officer.post(f"/exchange/read/?lang={language}", sent)
    said["revoked"] = re.search(r'<p class="note bad" role="alert">(.*?)</p>', answer.content.decode(), re.DOTALL)[1]
    for what, sentence in said.items():
        words = re.findall(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", sentence)
        assert bool(words) == (language == "en"), (what, sentence)
        assert "%(" not in sentence, what
    assert ExchangeChange.objects.filter(node="BETA").count() == 1
