"""The names of victims, planted and then searched for in every byte that anybody without the right can get."""

from __future__ import annotations

import logging
from datetime import date

import pytest
from django.db import connection
from django.urls import get_resolver

from rafid.commons.records.change import save
from rafid.programmes.mineaction.models import Accident, Victim, VictimName
from rafid.programmes.mineaction.people.refer import assess, refer, step
from rafid.programmes.mineaction.reading import seal_name
from tests.test_routes import PARAMETER, body_of, routes

pytestmark = pytest.mark.django_db
NAMES = ("Zubaydaqx", "Tahsinqx", "Wadihqx", "Obaidiqx")
DAY = date(2026, 3, 1)


@pytest.fixture
def planted(ground):
    """A victim whose name stands wherever a carer may have written it, beside records that others read and that change."""
    hazard = ground.make_hazard("confirmed")
    accident = ground.make_accident()
    victim = ground.make_victim("x", accident=accident, sex="female", age=30, age_given="age")
    VictimName.objects.filter(victim=victim).update(sealed=seal_name(NAMES))
    name = " ".join(NAMES)
    need = assess(victim, "prosthesis", on=DAY, text=f"{name} lost a leg", by=ground.victim_assistance)
    referral = refer(
        victim, "prosthesis", f"Workshop, for {NAMES[0]}", on=DAY, consent_on=DAY, consent_scope=f"The file {NAMES[1]}.pdf",
        text=f"https://example.org/{NAMES[2]}", need=need, by=ground.victim_assistance,
    )  # fmt: skip
    step(referral, "accepted", on=DAY, by=ground.victim_assistance, text=f"{NAMES[3]} agreed")
    Victim.objects.get(pk=victim.pk).save()
    accident = Accident.objects.get(pk=accident.pk)
    accident.killed = 1
    save(accident, version=accident.version, reason="counted again")
    ground.make_session()
    return {"hazard": hazard, "accident": accident, "victim": victim, "referral": referral, "need": need}


def leaks(text: str) -> list[str]:
    return [name for name in NAMES if name.casefold() in text.casefold()]


ROOMS = (
    "mineaction/", "records/", "search/", "findings/", "activity/", "people/", "catalog/", "data/", "tiles/", "api/v1/mineaction/",
    "api/v1/records/", "api/v1/search", "api/v1/exchange", "exchange/", "ogc/", "odata/", "imports/",
)  # fmt: skip


def addresses(planted) -> list[str]:
    refs = [planted[one].ref for one in ("victim", "referral", "accident", "hazard")]
    known = {
        "programme": ["mineaction"], "ref": [*refs, str(planted["victim"].pk)], "kind": ["csv", "geojson", "xlsx"],
        "ext": ["csv"], "format": ["csv"], "extension": ["csv"], "language": ["en"], "layer": ["mineaction-accident", "mineaction-hazard"],
        "z": ["6"], "x": ["39"], "y": ["25"], "pk": [str(planted["need"].pk)], "new": ["cancelled"],
        "code": ["accident", "victim", "referral", "hazard", "eore"],
    }  # fmt: skip
    found = []
    for route, _name in routes(get_resolver()):
        names = [match["name"] for match in PARAMETER.finditer(route)]
        if not route.startswith(ROOMS) or "(?P" in route or any(name not in known for name in names):
            continue
        for turn in range(max([len(known[name]) for name in names], default=1)):
            found.append("/" + PARAMETER.sub(lambda m, t=turn: known[m["name"]][t % len(known[m["name"]])], route))
    return list(dict.fromkeys(found))


WHO = ("nobody", "partner", "im_officer", "administrator")


@pytest.mark.parametrize("who", WHO)
def test_no_answer_to_anybody_without_the_right_holds_a_name(who, ground, planted, client, caplog):
    if who == "administrator":
        client.force_login(ground.world.person("x-root", ("platform.administrator", None, None)))
    elif who != "nobody":
        client.force_login(ground.people[who])
    urls = addresses(planted)
    assert len(urls) > 60
    told, answered = [], 0
    with caplog.at_level(logging.DEBUG):
        for url in urls:
            answer = client.get(url)
            answered += answer.status_code == 200
            text = body_of(answer) + str(dict(answer.headers))
            told += [f"{url}: {found}" for found in leaks(text)]
        for query in (f"/search/?q={NAMES[0].lower()[:7]}", f"/mineaction/accidents/?place={planted['victim'].ref}"):
            told += [f"{query}: {found}" for found in leaks(body_of(client.get(query)))]
    assert not told, "\n".join(told)
    assert not leaks(caplog.text)
    assert answered > 10


def test_whoever_has_the_right_and_a_reason_does_read_it(ground, planted, client):
    """The names can be found at all: otherwise the walk above would prove nothing."""
    client.force_login(ground.victim_assistance)
    client.post("/mineaction/victims/door/", {"reason": "follow", "to": "/mineaction/victims/"})
    page = client.get(f"/mineaction/victims/{planted['victim'].ref}/").content.decode()
    assert leaks(page) == list(NAMES)
    assert leaks(client.get("/mineaction/victims/").content.decode()) == list(NAMES)
    assert not leaks(body_of(client.get("/api/v1/mineaction/victims?purpose=x")))
    assert not leaks(client.get("/people/me/activity/").content.decode())


RESTRICTED = ("rafid_mineaction_need", "rafid_mineaction_referral")
"""What a carer writes of a person, and its history: behind the door."""


def test_no_other_table_holds_a_name(ground, planted, client):
    """Log, search index, messages, exchange, sessions, queue: no byte of it."""
    client.force_login(ground.victim_assistance)
    client.post(
        "/mineaction/victims/door/", {"reason": "follow", "details": "Yearly look", "to": "/mineaction/victims/"}
    )
    client.get("/mineaction/victims/")
    client.get(f"/mineaction/referrals/{planted['referral'].ref}/")
    client.post("/mineaction/victims/new/", {"given": NAMES[0], "harm": ""})
    searched, told = 0, []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for (table,) in cursor.fetchall():
            if table.startswith(RESTRICTED) or table.startswith(("spatial_ref", "rafid_places")):
                continue
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE lower(t::text) LIKE ANY(%s)',
                [[f"%{name.lower()}%" for name in NAMES]],
            )
            told += [table] if cursor.fetchone()[0] else []
            searched += 1
    assert searched > 80
    assert not told
