"""The first page: what the platform is for nobody, what waits for somebody."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.utils import timezone

from rafid.commons.people.models import Account, Message
from rafid.commons.products.release.decide import send_to_review
from rafid.commons.products.release.freeze import make_version
from rafid.commons.records.models import Finding, ImportRun
from tests.commons.products.test_release import counts_for, desk, table_of  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    caches["process"].clear()
    yield
    caches["process"].clear()


def test_nobody_reads_what_it_is_and_what_there_is(client):
    html = client.get("/", {"lang": "en"}).content.decode()
    assert "Iraq’s data, from the field to the page" in html
    assert "Official statistics" in html
    assert "What waits for you" not in html


def test_the_country_is_drawn_in_the_reader_s_page(client):
    html = client.get("/", {"lang": "ar"}).content.decode()
    assert "بيانات العراق" in html
    assert html.count('class="area"') >= 18
    assert 'class="line"' in html


def test_somebody_sees_what_waits(client, world):
    Message.objects.create(account=world.keeper, text={"ar": "خبر", "ckb": "هەواڵ", "en": "News"})
    ImportRun.objects.create(
        target="wells.wells", file_name="mine.csv", file_sha256="0", file_path="x", file_size=1, made_by=world.keeper,
        state="staged", rows=10, bad=2,
    )  # fmt: skip
    ImportRun.objects.create(
        target="wells.wells", file_name="others.csv", file_sha256="0", file_path="x", file_size=1, made_by=world.reader,
        state="staged",
    )  # fmt: skip
    well = world.well()
    Finding.objects.update_or_create(
        kind=well.kind(), record_id=well.pk, check_code="frame",
        defaults={"severity": 3, "message": {"en": "Too deep", "ar": "عميق", "ckb": "قووڵ"}, "assigned_to": world.keeper},
    )  # fmt: skip
    client.force_login(world.keeper)
    html = client.get("/", {"lang": "en"}).content.decode()
    assert "News" in html
    assert "mine.csv" in html
    assert "10 rows, 2 with problems" in html
    assert "others.csv" not in html
    assert "Too deep" in html
    world.keeper.grants.update(revoked_at=timezone.now())
    assert "Too deep" not in client.get("/", {"lang": "en"}).content.decode(), (
        "it speaks of a record that he sees no more"
    )


def test_with_nothing_to_do_it_says_so(client, world):
    client.force_login(world.stranger)
    assert "Nothing waits for you" in client.get("/", {"lang": "en"}).content.decode()


def test_what_was_published_last_leads_to_its_page(client):
    html = client.get("/", {"lang": "en"}).content.decode()
    assert "Figures published last" in html
    assert 'href="/indicators/' in html
    newest = html[html.index("Figures published last") :]
    assert 'href="/statistics/population/"' in newest, "the programme's own page of the figures, where it has one"


def test_what_came_out_last_stands_there_with_its_kind(client):
    html = client.get("/", {"lang": "en"}).content.decode()
    assert "Maps, dashboards and bulletins" in html
    assert 'href="/dashboards/population-overview/"' in html
    assert "/dashboards/monitoring-visits/" not in html


def test_from_figures_to_a_public_page_there_is_a_way_for_those_who_may_take_it(client, world):
    assert "From figures to a public page" not in client.get("/", {"lang": "en"}).content.decode()
    client.force_login(world.stranger)
    assert "From figures to a public page" not in client.get("/", {"lang": "en"}).content.decode()
    client.force_login(world.person("author", ("platform.author", None, None)))
    html = client.get("/", {"lang": "en"}).content.decode()
    ways = html.split('id="ways"', 1)[1].split("</ol>", 1)[0]
    for address in ("/catalog/new/", "/desk/", "/compose/maps/new/", "/dashboards/new/", "/compose/"):
        assert f'href="{address}"' in ways
        assert client.get(address).status_code == 200
    client.force_login(Account.objects.get(login="admin"))
    html = client.get("/", {"lang": "en"}).content.decode()
    assert 'href="/imports/new/"' in html.split('id="ways"', 1)[1].split("</ol>", 1)[0]


def test_what_waits_at_the_desk_waits_on_the_first_page(client, desk, settings, tmp_path):  # noqa: F811
    settings.MEDIA_ROOT = tmp_path / "media"
    version = make_version(table_of(desk, counts_for(desk)), desk.author)
    send_to_review(version, desk.author)
    address = f'href="/desk/cases/{version.number}/"'
    client.force_login(desk.steward)
    assert address in client.get("/", {"lang": "en"}).content.decode()
    client.force_login(desk.author)
    assert address not in client.get("/", {"lang": "en"}).content.decode()
