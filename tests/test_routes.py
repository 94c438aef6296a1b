"""One walk over every route as every role and as nobody: nothing breaks, and nobody reads what is not his.

A record that only one organisation may read carries a mark; the mark must stand in no answer to anybody else, by
whichever door: page, search, history, file, tile, feed or API.
"""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Iterator
from typing import ClassVar

import pytest
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.utils import timezone
from PIL import Image
from wells.models import Well

from rafid.commons import blobs
from rafid.commons.forms.accept import accept
from rafid.commons.forms.models import AppUser, Entity, EntityList, EntityVersion, Form, FormFile, PublicLink
from rafid.commons.forms.sender import new_token, of_phone
from rafid.commons.forms.versions import publish_draft, put_draft
from rafid.commons.indicators.models import Indicator
from rafid.commons.people.models import Account, Grant, Organisation
from rafid.commons.people.visibility import roles
from rafid.commons.places.models import Place, PlaceImport
from rafid.commons.products import pdf
from rafid.commons.products.catalogue.sync import set_fields
from rafid.commons.products.dashboards.letters import token_of as letter_token
from rafid.commons.products.gallery.subscriptions import token_of
from rafid.commons.products.models import Dataset, Decision, Edition, EditionFile, Recipe, Resource, Subscription
from rafid.commons.products.release.freeze import make_version
from rafid.commons.records.change import save
from rafid.commons.records.imports import receive, stage
from rafid.commons.records.imports.mapping import choose_as_suggested
from rafid.commons.records.imports.receive import open_run
from rafid.commons.records.imports.targets import target_of
from rafid.commons.records.models import Finding, ImportRun, Task
from tests.methods.xforms.conftest import T1_XFORM, t1_xml
from tests.programmes.mineaction.walked import mined
from tests.programmes.monitoring.walked import monitored
from tests.programmes.rivers.walked import watched
from tests.questions import Known

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


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    """Files of a test lie in its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"


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


def imported(marked) -> ImportRun:
    """A table of the other authority that was read and waits, one row of it with a problem."""
    table = f"Number,Depth,Name (English)\n{MARK}-2,40,{MARK}\n{MARK}-3,deep,{MARK}\n"
    target = target_of("wells.wells")
    run = receive(SimpleUploadedFile(f"{MARK}.csv", table.encode()), target, None, {}, owner=marked.owner)
    choose_as_suggested(run, target, open_run(run), {})
    run.save()
    run = stage(run)
    assert (run.good, run.bad) == (1, 1)
    return run


def filled_in(marked) -> dict[str, str]:
    """A form that is open, with a file of its own, a public link and a phone: what stands in addresses of the browser form
    and of phones."""
    form = Form.objects.create(
        xform_id=f"walked-{uuid.uuid4().hex}", title_en="Walked", programme="wells", owner=marked.owner
    )
    blob = blobs.keep(b"name,label")
    file = FormFile.objects.create(
        version=put_draft(form, T1_XFORM.encode()), name="list.csv", kind="csv", sha256=blob.sha256, md5=blob.md5
    )
    publish_draft(form)
    token, digest = new_token()
    link = PublicLink.objects.create(name="open", token_sha256=digest, owner=marked.owner, form=form)
    secret, digest = new_token()
    phone = AppUser.objects.create(name="phone", token_sha256=digest, owner=marked.owner)
    phone.forms.add(form)
    walked_submission(form, phone)
    trees = EntityList.objects.create(name=f"walked_{uuid.uuid4().hex}", programme="wells", owner=marked.owner)
    tree = Entity.objects.create(list=trees, uuid=uuid.uuid4(), label=MARK, data={"n": MARK}, owner=marked.owner)
    EntityVersion.objects.create(entity=tree, number=1, label=MARK, data={"n": MARK}, changed=["n"], at=timezone.now())
    return {
        "list": trees.name, "entity": str(tree.uuid),
        "form": str(form.pk), "version": str(file.version_id), "file": str(file.pk), "token": token, "link": str(link.pk), "secret": secret,
        "phone": str(phone.pk), "xform_id": form.xform_id,
    }  # fmt: skip


def walked_submission(form: Form, phone: AppUser) -> None:
    """A visit to that form whose answers hold the mark, with a photo."""
    xml = t1_xml(visit_id=MARK).replace(b'id="t1"', f'id="{form.xform_id}"'.encode())
    xml = xml.replace(b"uuid:1<", b"uuid:walked<")
    photo = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(photo, "JPEG")
    accept(xml, of_phone(phone), files=[("a.jpg", blobs.keep(photo.getvalue() + MARK.encode()))])


def released(marked) -> str:
    """A dataset that is out, of one count in one governorate: its code."""
    blob = blobs.keep(b"area,period,cases\nIQG17,2026,40\n")
    dataset = Dataset.objects.create(
        code="walked", programme="wells", owner=marked.owner, origin="table", name_en="Walked",
        source={"sha256": blob.sha256, "name": "walked.csv"},
    )  # fmt: skip
    fields = (("area", "place", "none"), ("period", "period", "none"), ("cases", "integer", "sensitive"))
    set_fields(dataset, [{"name": name, "kind": kind, "role": role} for name, kind, role in fields])
    keeper, boss = Account.objects.get(login="keeper"), Account.objects.create(login="walked-boss")
    version = make_version(dataset, keeper)
    Decision.objects.create(version=version, approved=True, by=boss)
    version.state, version.published_at = "published", timezone.now()
    version.save()
    Dataset.objects.filter(pk=dataset.pk).update(state="published", sensitivity=0)
    tiles = blobs.keep(b"PMTiles")
    Resource.objects.create(version=version, format="pmtiles", sha256=tiles.sha256, size=tiles.size)
    Indicator.objects.create(
        code="walked-indicator", programme="wells", declared=False, state="draft", unit="wells", name_en="Walked",
        made_by=keeper,
    )  # fmt: skip
    return dataset.code


def composed(marked) -> str:
    """A map of another authority with an edition that is not out yet, its title the mark: the edition's id."""
    recipe = Recipe.objects.create(
        code="walked-map", kind="map", programme="wells", owner=marked.owner, name_en=MARK, sensitivity=2
    )
    for kind in ("sheet", "bulletin", "atlas"):
        Recipe.objects.create(
            code=f"walked-{kind}", kind=kind, programme="wells", owner=marked.owner, name_en=MARK, sensitivity=2
        )
    Recipe.objects.create(
        code="walked-report", kind="report", programme="mineaction", owner=marked.owner, name_en=MARK, sensitivity=2,
        body={"report": "mineaction.picture"},
    )  # fmt: skip
    edition = Edition.objects.create(
        recipe=recipe, number=1, programme="wells", owner=marked.owner, sensitivity=2, title={"en": MARK},
        known=timezone.now(),
    )  # fmt: skip
    blob = blobs.keep(MARK.encode())
    Edition.objects.filter(pk=edition.pk).update(thumbnail=blob.sha256)
    EditionFile.objects.create(
        edition=edition, name="map-en.pdf", language="en", media_type="application/pdf", sha256=blob.sha256, size=9
    )
    return str(edition.pk)


def shown(marked) -> tuple[str, str]:
    """A public product with a published picture, and somebody who asked for letters about it: its file's hash, their token."""
    recipe = Recipe.objects.create(
        code="walked-shown",
        kind="map",
        programme="wells",
        owner=marked.owner,
        name_en="Shown",
        sensitivity=0,
        state="published",
    )
    edition = Edition.objects.create(
        recipe=recipe, number=1, programme="wells", owner=marked.owner, sensitivity=0, title={"en": "Shown"},
        known=timezone.now(),
    )  # fmt: skip
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    blob = blobs.keep(picture.getvalue())
    EditionFile.objects.create(
        edition=edition, name="map-en.png", language="en", media_type="image/png", sha256=blob.sha256, size=blob.size
    )
    edition.state, edition.approved_by, edition.approved_at = (
        "published",
        Account.objects.get(login="keeper"),
        timezone.now(),
    )
    edition.published_at = timezone.now()
    edition.save()
    reader = Subscription.objects.create(
        email="reader@example.org", token_sha256="0" * 64, about={"recipe": recipe.code}
    )
    return blob.sha256, token_of(reader)


def walked_board(marked, picture: str) -> str:
    """A public dashboard with a picture, and the token of a letter about it."""
    number = {"kind": "number", "width": 6, "title": {"en": "People"}, "what": {"indicators": ["population"]}}
    blocks = [number, {"kind": "image", "width": 6, "image": picture, "alt": {"en": "Red"}}]
    Recipe.objects.create(
        code="walked-board", kind="dashboard", programme="wells", owner=marked.owner, name_en="Board", sensitivity=0,
        state="published", body={"filters": ["place", "period"], "blocks": blocks},
    )  # fmt: skip
    Recipe.objects.create(
        code="walked-chart", kind="chart", programme="wells", owner=marked.owner, name_en="Chart",
        body={"kind": "number", "indicators": ["population"], "title": {"en": "People"}},
    )  # fmt: skip
    about = {"dashboard": "walked-board", "account": "nobody"}
    reader = Subscription.objects.create(email="board@example.org", token_sha256="1" * 64, about=about)
    return letter_token(reader)


def exchanging(marked) -> dict[str, str]:
    """A node with another one, a receipt, and a case about the marked well, of which nobody without a right may hear."""
    from rafid.commons.records.exchange import nodes
    from rafid.commons.records.models import Case, ExchangeReceipt, Node
    from rafid.methods.exchange import new_box_keys

    if nodes.own() is None:
        nodes.init("WALKING")
        Node.objects.create(name="WALKED", public_key="0" * 64, box_key=new_box_keys()[1].hex())
    case, _new = Case.objects.get_or_create(
        pk="walk", defaults={"cause": "value", "kind": "wells.well", "records": [str(marked.pk)], "sides": {}}
    )
    receipt, _new = ExchangeReceipt.objects.get_or_create(
        node="WALKED", file="0" * 64, defaults={"of": "WALKING", "data": b"receipt"}
    )
    return {"case": case.pk, "receipt": str(receipt.pk)}


def samples(marked) -> dict[str, list[str]]:
    """What can stand for each parameter of an address; a new parameter needs a line here.

    Where one name stands for several kinds, the key holds the kind of the parameter (``uuid:file``) or the route up to it
    (``tasks/<uuid:pk>``): the record that is there, and one that is nowhere.
    """
    run = imported(marked)
    task = Task.objects.create(name="walk")
    borders = PlaceImport.objects.create(name="borders.geojson")
    finding = Finding.objects.get(record_id=marked.pk)
    event = marked.events.order_by("pgh_id").first()
    other = Account.objects.get(login="keeper")
    filling = filled_in(marked)
    nowhere = str(uuid.uuid4())
    out = released(marked)
    edition = composed(marked)
    picture, reader = shown(marked)
    letter = walked_board(marked, picture)
    exchanged = exchanging(marked)
    return {
        **monitored(marked, MARK),
        **mined(marked, MARK),
        **watched(marked, MARK),
        "programme": ["wells"],
        "code": ["well", "wells", "population", "nothing"],
        "room": ["wells"],
        "ref": [marked.ref, str(marked.pk), "IQG17", "OTHER"],
        "pk": [str(run.pk), nowhere],
        "imports/<uuid:pk>": [str(run.pk), nowhere],
        "tasks/<uuid:pk>": [str(task.pk), nowhere],
        "findings/<uuid:pk>": [str(finding.pk), nowhere],
        "str:node": ["WALKED", "NOBODY"], "slug:case": [exchanged["case"], "nothing"],
        "uuid:receipt": [exchanged["receipt"], nowhere], "conflict": [exchanged["case"], "nothing"],
        "places/import/<uuid:pk>": [str(borders.pk), nowhere],
        "forms/<uuid:pk>": [filling["form"], nowhere],
        "forms/fill/<uuid:pk>": [filling["form"], nowhere],
        "token": [filling["token"], filling["secret"], "unknown"], "xform_id": [filling["xform_id"]],
        "uuid:phone": [filling["phone"]], "uuid:link": [filling["link"]], "uuid:file": [filling["file"]],
        "list_name": [filling["list"], "nothing"], "uuid:entity_uuid": [filling["entity"]],
        "finding_id": [str(uuid.uuid4())], "uuid:finding": [str(uuid.uuid4())], "uuid:check": [str(uuid.uuid4())],
        "uuid:version": [filling["version"]], "uuid:old": [filling["version"]], "uuid:new": [filling["version"]],
        "slug:extension": ["xml", "nothing"], "version": ["1"], "path:name": ["a.jpg", "page.js", "nothing"],
        "instance:instance_id": ["uuid:walked", "nothing"], "form_id": [filling["form"], filling["xform_id"], "nothing"],
        "form": [filling["form"], "nothing"], "entity_uuid": [filling["entity"]],
        "int:pk": ["1"],
        "id": [filling["form"], nowhere],
        "api/v1/app-users/<id>": [filling["phone"], nowhere],
        "api/v1/public-links/<id>": [filling["link"], nowhere],
        "named": [filling["form"], filling["xform_id"], "nothing"], "table": ["Submissions", "Submissions.nc", "nothing"],
        "run_id": [str(run.pk)],
        "run": [str(run.pk)],
        "event": [str(event.pgh_id)],
        "catalog/<str:code>": [out, "population", "nothing"], "data/<str:code>": [out, "population", "nothing"],
        "indicators/<str:code>": ["walked-indicator", "population", "nothing"],
        "tiles/<str:layer>": [out, "wells", "wells-well", "governorates", "nothing"],
        "desk/<str:code>": [out, "wells", "nothing"], "int:number": ["1"],
        "compose/charts/<str:code>": ["walked-chart", "nothing"],
        "dashboards/<slug:code>": ["walked-board", "nothing"], "dashboards/leave/<str:token>": [letter, "nothing"],
        "api/v1/products/dashboards/<code>": ["walked-board", "nothing"],
        "dashboards/<slug:code>/pictures/<str:sha256>": [picture, "0" * 64],
        "ogc/collections/<str:code>": [out, "nothing"],
        "compose/editions/<uuid:pk>": [edition, nowhere],
        "compose/maps/<slug:code>": ["walked-map", "nothing"],
        "compose/sheets/<str:code>": ["walked-sheet", "nothing"],
        "compose/bulletins/<str:code>": ["walked-bulletin", "nothing"],
        "compose/atlases/<str:code>": ["walked-atlas", "nothing"],
        "compose/reports/<str:code>": ["walked-report", "nothing"],
        "gallery/<str:code>": ["walked-shown", "walked-map"], "gallery/<str:code>/<int:edition>": ["1"],
        "gallery/<str:code>/<int:edition>/<str:name>": ["map-en.png", "map-en.pdf", "nothing"],
        "embed/<str:code>": ["walked-shown", "walked-map"], "verify/<str:sha256>": [picture, "0" * 64, "nothing"],
        "subscribe/<str:token>": [reader, "nothing"], "unsubscribe/<str:token>": [reader, "nothing"],
        "compose/editions/<uuid:pk>/files/<str:name>": ["map-en.pdf", "nothing"],
        "ogc/collections/<str:code>/items/<path:key>": ["IQG17|2026", "nothing"],
        "odata/v4/<str:name>": [out, "indicator_values", "nothing"],
        "odata/v4/<str:name>('<path:key>": ["IQG17|2026", "nothing"],
        "translations/texts.<slug:extension>": ["xlsx", "nothing"],
        "layer": ["wells", "wells-well", "governorates", "nothing"],
        "z": ["6"], "x": ["39"], "y": ["25"],
        "dataset": ["wells", "wells-well", "population", "nothing"],
        "ext": ["csv", "xlsx", "geojson", "gpkg", "parquet", "nothing"],
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


def sample_of(match: re.Match[str], known: dict[str, list[str]]) -> str:
    """The key of the samples for this parameter of a route: the narrowest that is known."""
    keys = (match.string[: match.end()], f"{match['kind']}:{match['name']}")
    return next((key for key in keys if key in known), match["name"])


def addresses(known: dict[str, list[str]], resolver: URLResolver | None = None) -> Iterator[tuple[str, str]]:
    """Each address with each sample once, and the route that it is of. Fails where a route asks for what has no sample."""
    unknown, told = set(), set()
    for route, name in routes(resolver or get_resolver()):
        if name in LEAVE or ("(?P" in route and "key" in route):
            continue
        names = [sample_of(match, known) for match in PARAMETER.finditer(route)]
        missing = [n for n in names if n not in known]
        if missing:
            unknown.update(f"{n} in {route}" for n in missing)
            continue
        for choice in range(max([len(known[n]) for n in names], default=1)):
            url = PARAMETER.sub(
                lambda match, c=choice: known[sample_of(match, known)][c % len(known[sample_of(match, known)])], route
            )
            if url not in told:  # the methods of the API's operations are routes of their own
                told.add(url)
                yield "/" + url, route
    assert not unknown, f"tests/test_routes.py does not know what to put for: {sorted(unknown)}"


NOBODY, NO_ROLE = "nobody", "no role"
PEOPLE = (NOBODY, NO_ROLE, *roles())
WRITERS = (NOBODY, NO_ROLE, "wells.keeper", "platform.administrator")
"""Those for whom every address is sent to as well: without rights, and with the most."""


def person(who: str, world) -> Account | None:
    """Nobody, somebody without a role, or a holder of that role within an authority that does not own the record."""
    if who == NOBODY:
        return None
    if who == NO_ROLE:
        return world.stranger
    account = Account.objects.create_user(f"walk-{who}", password="x")
    Grant.objects.create(account=account, role=who, organisation=Organisation.objects.get(pk=world.authority.pk))
    return account


def all_of(programme: str, world) -> Account:
    """Somebody who holds every role of that programme within that authority and sees whatever one of its roles sees; but
    none that asks for an authenticator first, which would close every door."""
    account = Account.objects.create_user(f"walk-{programme}", password="x")
    for role, found in roles().items():
        if role.startswith(f"{programme}.") and not found.second_factor:
            Grant.objects.create(account=account, role=role, organisation=world.authority)
    return account


PROGRAMMES = sorted({role.partition(".")[0] for role in roles()})
FILTERS = f"?q={MARK}&place=T2&period=2026"

NEEDS_MORE = {
    "accounts/2fa/recovery-codes/": "an authenticator app",
    "accounts/2fa/recovery-codes/download/": "an authenticator app",
    "accounts/2fa/totp/deactivate/": "an authenticator app",
    "api/v1/": "nothing is there",
    "api/v1/forms/<form>/versions/<version>.md": "a form that was uploaded as a table in Markdown",
    "api/v1/forms/<form>/versions/<version>.xls": "a form that was uploaded as a workbook",
    "api/v1/forms/<form>/versions/<version>.xlsx": "a form that was uploaded as a workbook",
    "forms/fill/<uuid:pk>/sent.json": "a submission of one's own, made in the browser",
    "mineaction/completions/<str:ref>/certificate.pdf": "ground that was checked and completed",
    "mineaction/handovers/<str:ref>/certificate.pdf": "ground that was handed over",
    "rivers/drought/month.pdf": "a grid of months that everybody may see",
    "oembed": "the address of a public product in its query",
    "reach/errata/new/": "a product or a dataset in its query",
    "people/me/sessions/<int:pk>/end/": "a session of one's own",
    "rivers/warnings/<str:ref>/cap.xml": "a warning that was issued to everybody",
    "tiles/<str:layer>.pmtiles": "a released dataset whose tiles a task has made",
    "tiles/<str:layer>/v<int:number>.pmtiles": "a released dataset whose tiles a task has made",
}
"""Routes of which no sample of ours is found, and why."""


def body_of(answer) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("utf-8", "replace")


def tells(answer, url: str, query: str, ref: str) -> bool:
    """Does the answer hold the mark or the reference of the record, other than as the question that was asked?"""
    text = body_of(answer)
    return (MARK in text and MARK not in query) or (ref in text and ref not in url)


class Findings:
    """What a walk found that must not be, by what went wrong."""

    def __init__(self, ref: str) -> None:
        self.ref = ref
        self.broken: list[str] = []
        self.leaks: list[str] = []

    def look(self, answer, url: str, query: str = "") -> int:
        if answer.status_code >= 500:
            self.broken.append(f"{url}{query} {answer.status_code}")
        if tells(answer, url, query, self.ref):
            self.leaks.append(f"{url}{query}")
        return answer.status_code

    def fail_of_any(self) -> None:
        assert not self.broken, "\n".join(self.broken)
        assert not self.leaks, "\n".join(self.leaks)


WALKED, FILTERED = Known(), Known()
"""What those found who walked before, in this process."""


NOT_SO = 405
"""The answer to a method that a route does not take, whatever is put for its parameters."""


@pytest.fixture
def unprinted(monkeypatch):
    """What would be printed is answered in its place: on paper the mark would be glyphs, which nobody finds. That paper comes
    out of it at all is told where every route is reached."""
    monkeypatch.setattr(pdf, "_document", lambda html, css: Sheet(html))


class Sheet:
    pages: ClassVar = [None]

    def __init__(self, html: str) -> None:
        self.html = html

    def write_pdf(self, **_options: bool) -> bytes:
        return self.html.encode()


@pytest.mark.parametrize("who", PEOPLE)
def test_every_route_as_every_role(who, world, marked, client, unprinted, monkeypatch):
    """Where another role was led by the same questions to the same answer, it is known."""
    urls = list(addresses(samples(marked)))
    assert len(urls) > 150
    found, not_got = Findings(marked.ref), set()
    account = person(who, world)
    if account is not None:
        client.force_login(account)

    def ask(url: str) -> int:
        return found.look(client.get(url), url)

    if who in roles():
        walk = WALKED.walk(urls, ask, account, [who], monkeypatch, left=not_got)
    else:
        walk = ((route, ask(url)) for url, route in urls if route not in not_got)
    for route, status in walk:
        if status == NOT_SO:
            not_got.add(route)
    found.fail_of_any()


@pytest.mark.parametrize("who", [NOBODY, NO_ROLE, *PROGRAMMES])
def test_every_filter_as_all_roles_of_a_programme(who, world, marked, client, unprinted, monkeypatch):
    """One kind of page has the same filters for all its samples; there is nothing to filter on a page that is not shown. More
    grants never show less, so that who holds them all finds what one of them would let through."""
    urls = [(url, route) for url, route in addresses(samples(marked)) if not route.startswith("accounts/")]
    found, done = Findings(marked.ref), set()
    account = all_of(who, world) if who in PROGRAMMES else person(who, world)
    if account is not None:
        client.force_login(account)

    def ask(url: str) -> int:
        return found.look(client.get(url + FILTERS), url, FILTERS)

    if who in PROGRAMMES:
        held = list(account.grants.values_list("role", flat=True))
        walk = FILTERED.walk(urls, ask, account, held, monkeypatch, left=done)
    else:
        walk = ((route, ask(url)) for url, route in urls if route not in done)
    for route, status in walk:
        if status in (200, NOT_SO):
            done.add(route)
    found.fail_of_any()
    assert len(done) > 50


@pytest.mark.parametrize("who", WRITERS)
def test_nobody_changes_what_he_does_not_see(who, world, marked, client, settings):
    """Every address is sent to with what forms of records hold: nothing breaks, leaks or changes."""
    form = {"why": "x", "reason": "x", "action": "comment", "text": "x", "version": str(marked.version), "number": "x"}
    found, changed, not_sent = Findings(marked.ref), [], set()
    account = person(who, world)
    if account is not None:
        client.force_login(account)
    session = client.cookies.get(settings.SESSION_COOKIE_NAME)
    for url, route in addresses(samples(marked)):
        if route in not_sent:
            continue
        with transaction.atomic():
            client.cookies.clear()  # one of the addresses signs out, one changes the language
            if session is not None:
                client.cookies[settings.SESSION_COOKIE_NAME] = session.value
            if found.look(client.post(url, form), url) == NOT_SO:
                not_sent.add(route)
            now = Well.everything.get(pk=marked.pk)
            if (now.version, now.deleted_at) != (marked.version, None):
                changed.append(url)
            transaction.set_rollback(True)
    found.fail_of_any()
    assert not changed, "\n".join(changed)


def test_the_samples_reach_every_route(world, marked, client):
    """A walk past closed doors proves little: somebody who sees everything finds something behind each."""
    urls = list(addresses(samples(marked)))
    closed = {route for _url, route in urls} - set(NEEDS_MORE)
    people = [
        world.person("overseer", ("platform.administrator", None, None), ("statistics.officer", None, None)),
        world.person("owner-keeper", ("wells.keeper", world.other, None)),
        world.person("planner", ("monitoring.manager", world.other, None)),
        world.person(
            "carer", ("mineaction.victim_assistance", world.other, None), ("mineaction.eore_officer", world.other, None)
        ),
    ]
    for account in people:
        client.force_login(account)
        for url, route in urls:
            if route in closed and client.get(url).status_code != 404:
                closed.remove(route)
    assert not closed, "no sample is found behind: " + ", ".join(sorted(closed))


def test_a_route_without_a_sample_is_told():
    class New:
        url_patterns: ClassVar = [path("new/<int:brand_new>/", lambda request: None)]

    with pytest.raises(AssertionError, match="brand_new in new/"):
        list(addresses({"ref": ["x"]}, New()))


def test_the_owner_s_reader_does_see_it(world, marked, client):
    """The mark can be found at all: otherwise the walk above would prove nothing."""
    reader = world.person("owner-reader", ("wells.keeper", world.other, None))
    client.force_login(reader)
    assert MARK in client.get("/records/wells/well/").content.decode()
    assert MARK in client.get(marked.get_absolute_url() + "history/").content.decode()
    assert MARK in client.get(f"/search/?q={MARK.lower()}").content.decode()
    assert MARK in client.get("/api/v1/records/wells/well").content.decode()
    for layer in ("wells", "wells-well"):
        assert marked.ref.encode() in client.get(f"/tiles/{layer}/6/39/25.mvt").content
    assert (
        MARK in client.get("/findings/").content.decode() or "900" in client.get("/findings/?lang=en").content.decode()
    )


def test_places_of_the_world_are_there(world):
    assert Place.objects.filter(ref="T2").exists()
