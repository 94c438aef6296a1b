"""The names of victims, planted and then searched for in every byte that anybody without the right can get."""

from __future__ import annotations

import gzip
import io
import logging
import zipfile
from datetime import date

import polars
import pypdfium2 as pdfium
import pytest
from django.db import connection
from django.urls import get_resolver

from rafid.commons.products.editions import ladder
from rafid.commons.products.models import Edition
from rafid.commons.products.papers.grids import Column, Grid
from rafid.commons.products.papers.pdf import as_pdf
from rafid.commons.products.papers.tree import Document, Text
from rafid.commons.products.papers.word import as_docx
from rafid.commons.products.papers.workbook import as_xlsx
from rafid.commons.products.reports.beginning import begin, recipe_of
from rafid.commons.products.reports.declared import every
from rafid.commons.records.change import save
from rafid.commons.records.exchange import carrying, nodes
from rafid.programmes.mineaction.models import Accident, SealedPerson, Victim, VictimName
from rafid.programmes.mineaction.people.refer import assess, refer, step
from rafid.programmes.mineaction.picture.asked import Asked
from rafid.programmes.mineaction.products import printing
from rafid.programmes.mineaction.products.make import make
from rafid.programmes.mineaction.reading import seal_name, seal_person
from tests.test_routes import LEAVE, PARAMETER, body_of, routes, sample_of

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
    spot, handover = ground.make_spot_task(), ground.make_handover(ground.make_hazard("checked", east=8))
    for more in ({"spot_task": spot, "role": "reporter"}, {"handover": handover, "role": "authority"}):
        SealedPerson.objects.create(owner=ground.dma, place=ground.place, sealed=seal_person(name), **more)
    return {"hazard": hazard, "accident": accident, "victim": victim, "referral": referral, "need": need, "spot": spot,
            "handover": handover}  # fmt: skip


def leaks(text: str) -> list[str]:
    return [name for name in NAMES if name.casefold() in text.casefold()]


def text_in(data: bytes) -> str:
    """What stands in a file also where its bytes are packed: pages of a PDF, members of a zip, columns of a table."""
    found = data.decode("utf-8", "replace")
    if data.startswith(b"%PDF"):
        document = pdfium.PdfDocument(data)
        found += " ".join(page.get_textpage().get_text_range() for page in document)
        found += str(document.get_metadata_dict())
    elif data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            found += " ".join([*packed.namelist(), *(text_in(packed.read(one)) for one in packed.namelist())])
    elif data.startswith(b"\x1f\x8b"):
        found += text_in(gzip.decompress(data))
    elif data.startswith(b"PAR1"):
        found += str(polars.read_parquet(io.BytesIO(data)).to_dicts())
    return found


def bytes_of(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_packed_text_is_found():
    """Otherwise the walk below would prove nothing."""
    for made in (
        as_xlsx("en", [Grid("Names", [Column("Name")], [[NAMES[0]]])], []),
        as_docx(Document("en", "Title", "", [], [], "", "", [Text(NAMES[0])])),
        as_pdf(Document("en", "Title", "", [], [], "", "", [Text(NAMES[0])]))[0],
        gzip.compress(NAMES[0].encode()),
    ):
        assert not leaks(made.decode("utf-8", "replace"))
        assert leaks(text_in(made)) == [NAMES[0]]


@pytest.fixture
def printed(ground, planted):
    """Every report and sheet, its files printed, and editions of all that is for publication, out."""
    planted["task"] = ground.make_task(planted["hazard"])
    given: list[tuple[str, dict]] = [
        ("treaty", {"before": Asked(date(2026, 1, 31))}), ("district", {"place": ground.place}),
        ("task", {"task": planted["task"]}),
        ("operator", {"before": Asked(date(2026, 5, 31)), "subject": ground.operator}),
    ]  # fmt: skip
    products = [make(ground.im_officer, kind, Asked(date(2026, 6, 30)), **more) for kind, more in given]
    products.append(make(ground.desk, "task", Asked(date(2026, 6, 30)), task=planted["task"]))
    for one in products:
        for kind in ("pdf", "docx", "xlsx"):
            printing.make(one, kind, "en")
    editions = []
    for programme, report in every():
        if programme.name != "mineaction":
            continue
        recipe = recipe_of(programme, report, ground.im_officer, ground.place if report.of_place else None)
        recipe.languages, recipe.sensitivity = ["en"], 0
        recipe.save()
        edition = begin(recipe, ground.im_officer, "2026" if report.every else "")
        edition = ladder.approve(ladder.send_to_review(edition, ground.im_officer), ground.director, incomplete=True)
        ladder.draw(Edition.objects.get(pk=edition.pk))
        editions.append(ladder.publish(Edition.objects.get(pk=edition.pk), ground.director))
    return {**planted, "products": products, "editions": editions}


LEFT = ("accounts/", "static/", "media/", "api/v1/forms", "collect", "forms/")
"""Rooms that hold nothing of mine action but its forms, whose walk is their own."""
KINDS = ["csv", "geojson", "xlsx", "gpkg", "json", "parquet"]


def addresses(there) -> list[str]:
    """Every address of the site, with whatever of mine action can stand in it."""
    refs = [there[one].ref for one in ("victim", "referral", "accident", "hazard", "task", "spot", "handover")]
    products, editions = [str(one.pk) for one in there["products"]], there["editions"]
    names = [file.name for edition in editions for file in edition.files.order_by("name")]
    codes = [edition.recipe.code for edition in editions for _file in edition.files.all()]
    hashes = [one.figures["sha256"] for one in editions] + [one.sha256 for one in there["products"]]
    records = ["accident", "victim", "referral", "hazard", "eore", "spot", "handover", "release", "task", "ordnance"]
    datasets = ["mineaction-hazards-public", "mineaction-releases", "mineaction-contamination"]
    known = {
        "programme": ["mineaction"], "ref": [*refs, str(there["victim"].pk)], "kind": KINDS, "ext": KINDS, "format": KINDS,
        "extension": KINDS, "language": ["en"], "z": ["6"], "x": ["39"], "y": ["25"], "pk": [str(there["need"].pk)],
        "new": ["cancelled"], "code": records, "slug": ["use"], "sha256": hashes,
        "layer": [*(f"mineaction-{one}" for one in records), *datasets], "id": datasets, "collection": datasets,
        "mineaction/products/<uuid:pk>": products, "api/v1/mineaction/products/<uuid:pk>": products,
        "mineaction/products/<uuid:pk>.<str:format>": [k for k in ("pdf", "docx", "xlsx") for _one in products],
        "gallery/<str:code>": codes, "gallery/<str:code>/<int:edition>": ["1"], "catalog/<str:code>": datasets,
        "gallery/<str:code>/<int:edition>/<str:name>": names, "embed/<str:code>": codes, "compose/reports/<str:code>": codes,
        "compose/editions/<uuid:pk>": [str(one.pk) for one in editions],
        "mineaction/tasks/<str:ref>": [there["task"].ref], "mineaction/spots/<str:ref>": [there["spot"].ref],
        "mineaction/handovers/<str:ref>": [there["handover"].ref],
    }  # fmt: skip
    found = []
    for route, name in routes(get_resolver()):
        keys = [sample_of(match, known) for match in PARAMETER.finditer(route)]
        if name in LEAVE or route.startswith(LEFT) or "(?P" in route or any(key not in known for key in keys):
            continue
        for turn in range(max([len(known[key]) for key in keys], default=1)):
            found.append("/" + PARAMETER.sub(lambda m, t=turn: _turned(known[sample_of(m, known)], t), route))
    return list(dict.fromkeys(found))


def _turned(values: list[str], turn: int) -> str:
    return values[turn % len(values)]


WHO = ("nobody", "partner", "desk", "administrator", "director", "im_officer")


def test_no_answer_to_anybody_without_the_right_holds_a_name(ground, printed, client, caplog):
    ground.people["administrator"] = ground.world.person("x-root", ("platform.administrator", None, None))
    urls = addresses(printed)
    assert len(urls) > 250
    asked = [f"/search/?q={NAMES[0].lower()[:7]}", f"/api/v1/search?q={NAMES[0]}",
             f"/mineaction/accidents/?place={printed['victim'].ref}"]  # fmt: skip
    told, answered, papers = [], dict.fromkeys(WHO, 0), dict.fromkeys(WHO, 0)
    with caplog.at_level(logging.DEBUG):
        for who in WHO:
            client.logout()
            if who != "nobody":
                client.force_login(ground.people[who])
            for url in [*urls, *asked]:
                answer = client.get(url, headers={"accept-language": "en"})
                data = bytes_of(answer)
                text = text_in(data) + str(dict(answer.headers))
                told += [f"{who} {url}: {found}" for found in leaks(text)]
                answered[who] += answer.status_code == 200
                papers[who] += answer.status_code == 200 and data.startswith((b"%PDF", b"PK\x03\x04"))
    assert not told, "\n".join(told)
    assert not leaks(caplog.text)
    assert min(answered.values()) > 40, answered
    # Nobody has the public editions' three files each; those of the authority all the reports, too.
    assert papers["nobody"] >= 12, papers
    assert papers["im_officer"] >= papers["nobody"] + 12, papers


def test_no_exchange_file_and_no_bundle_holds_a_name(ground, planted):
    """All that this node ever said, as the other node would read it."""
    nodes.own() or nodes.init("LEAKS")
    nodes.fill_log()
    data = carrying.write({})
    assert planted["hazard"].ref in text_in(data)
    assert not leaks(text_in(data))
    assert planted["victim"].ref not in text_in(data)


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
