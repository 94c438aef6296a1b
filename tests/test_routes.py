"""One walk over every route as every role and as nobody: nothing breaks, and nobody reads what is not his.

A record that only one organisation may read carries a mark; the mark must stand in no answer to anybody else, by
whichever door: page, search, history, file, tile, feed or API.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import pytest
from django.contrib.gis.geos import Point
from django.urls import URLPattern, URLResolver, get_resolver

from rafid.commons.people.models import Account, Grant, Organisation
from rafid.commons.people.visibility import roles
from rafid.commons.places.models import Place
from rafid.commons.records.change import save
from rafid.commons.records.models import Finding, ImportRun, Task

pytestmark = pytest.mark.django_db

MARK = "Zqxmarkedname"
PARAMETER = re.compile(r"<(?:(?P<kind>[^:>]+):)?(?P<name>[^>]+)>")
LEAVE = ("account_logout",)


def routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, str]]:
    """Every address pattern below ``resolver`` with its name."""
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern).removeprefix("^").removesuffix("$").removesuffix(r"\Z")
        if isinstance(entry, URLPattern):
            yield route, entry.name or ""
        else:
            yield from routes(entry, route)


@pytest.fixture
def marked(world):
    """A restricted well of another authority, with a finding, in the index, with a history."""
    well = world.well(
        number=MARK, name_en=MARK, name_ar=MARK, name_ckb=MARK, owner=world.other, place=world.north,
        sensitivity=2, depth_m=900, point=Point(44.4, 33.3, srid=4326), drilled_on="2026-01-01",
    )  # fmt: skip
    well.refresh_from_db()
    well.yield_m3h = 3
    save(well, version=well.version, reason=MARK)
    return well


def samples(marked) -> dict[str, list[str]]:
    """What can stand for each parameter of an address; a new parameter needs a line here."""
    run = ImportRun.objects.create(
        target="wells.wells", file_name=f"{MARK}.csv", file_sha256="0" * 64, file_path="none", file_size=1,
        owner=marked.owner, header=[MARK],
    )  # fmt: skip
    task = Task.objects.create(name="walk")
    finding = Finding.objects.get(record_id=marked.pk)
    event = marked.events.order_by("pgh_id").first()
    other = Account.objects.get(login="keeper")
    return {
        "programme": ["wells"],
        "code": ["well", "wells", "population", "nothing"],
        "room": ["wells"],
        "ref": [marked.ref, str(marked.pk), "IQG17", "T2"],
        "pk": [str(run.pk), str(task.pk), str(finding.pk), str(uuid.uuid4())],
        "id": [str(run.pk), str(uuid.uuid4())],
        "run_id": [str(run.pk)],
        "run": [str(run.pk)],
        "event": [str(event.pgh_id)],
        "layer": ["wells", "governorates", "nothing"],
        "z": ["6"], "x": ["39"], "y": ["25"],
        "dataset": ["wells", "wells-well", "population", "nothing"],
        "ext": ["csv", "xlsx", "geojson", "nothing"],
        "extension": ["csv", "xlsx", "geojson"],
        "format": ["csv", "xlsx", "geojson"],
        "page": ["use", "nothing"],
        "name": ["use", "nothing"],
        "slug": ["use", "nothing"],
        "login": ["keeper", "nobody-here"],
        "account": [str(other.pk)],
        "language": ["ar", "ckb", "en"],
        "key": ["1-abc"], "uidb36": ["1"],
        "file": ["x"], "path": ["rafid.css"], "provider": ["x"], "url_or_name": ["x"], "code_or_ref": ["wells"],
    }  # fmt: skip


def addresses(known: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    unknown = set()
    for route, name in routes(get_resolver()):
        if name in LEAVE or ("(?P" in route and "key" in route):
            continue
        names = [match["name"] for match in PARAMETER.finditer(route)]
        missing = [n for n in names if n not in known]
        if missing:
            unknown.update(f"{n} in {route}" for n in missing)
            continue
        for choice in range(max([len(known[n]) for n in names], default=1)):
            url = PARAMETER.sub(lambda match, c=choice: known[match["name"]][c % len(known[match["name"]])], route)
            yield "/" + url, name
    assert not unknown, f"tests/test_routes.py does not know what to put for: {sorted(unknown)}"


def everybody(world) -> dict[str, Account | None]:
    """Nobody, somebody without a role, and a holder of each role that exists, within an authority that is not the owner."""
    people: dict[str, Account | None] = {"nobody": None, "no role": world.stranger}
    own = Organisation.objects.get(pk=world.authority.pk)
    for role in roles():
        account = Account.objects.create_user(f"walk-{role}", password="x")
        Grant.objects.create(account=account, role=role, organisation=own)
        people[role] = account
    return people


QUERIES = ("", f"?q={MARK}&place=T2&period=2026")


def test_every_route_as_every_role(world, marked, client):
    known = samples(marked)
    urls = list(addresses(known))
    assert len(urls) > 60
    leaks, broken = [], []
    for who, account in everybody(world).items():
        client.logout()
        if account is not None:
            client.force_login(account)
        for url, _name in urls:
            for query in QUERIES if "/accounts/" not in url else QUERIES[:1]:
                answer = client.get(url + query)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                text = body.decode("utf-8", "replace")
                if answer.status_code >= 500:
                    broken.append(f"{who} {url}{query} {answer.status_code}")
                # A page may repeat the question that it was asked; the reference of the record is in no question.
                shown = MARK in text if MARK not in query else False
                if shown or (marked.ref in text and marked.ref not in url):
                    leaks.append(f"{who} {url}{query}")
    assert not broken, "\n".join(broken)
    assert not leaks, "\n".join(leaks)


def test_the_owner_s_reader_does_see_it(world, marked, client):
    """The mark can be found at all: otherwise the walk above would prove nothing."""
    reader = world.person("owner-reader", ("wells.keeper", world.other, None))
    client.force_login(reader)
    assert MARK in client.get("/records/wells/well/").content.decode()
    assert MARK in client.get(marked.get_absolute_url() + "history/").content.decode()
    assert MARK in client.get(f"/search/?q={MARK.lower()}").content.decode()
    assert MARK in client.get("/api/v1/records/wells/well").content.decode()
    assert (
        MARK in client.get("/findings/").content.decode() or "900" in client.get("/findings/?lang=en").content.decode()
    )


def test_places_of_the_world_are_there(world):
    assert Place.objects.filter(ref="T2").exists()
