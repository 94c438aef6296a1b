"""docs/use: the first steps name buttons and links as the pages name them, and what they promise is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import gettext, override

DOCS = Path(settings.ROOT) / "docs"
FILES = {"en": "use.md", "ar": "use.ar.md", "ckb": "use.ckb.md"}
NAMED = (
    "Help for this page",
    "Sign in",
    "I have an invitation",
    "Forgot your password?",
    "My page",
    "History",
    "Findings",
)


@pytest.mark.parametrize("language", FILES)
def test_what_the_page_names_is_called_so(language):
    bold = set(re.findall(r"\*\*([^*]+)\*\*", (DOCS / FILES[language]).read_text()))
    with override(language):
        called = {gettext(name) for name in NAMED}
    assert called <= bold, called - bold


def test_the_three_have_the_same_chapters():
    chapters = {file: len(re.findall(r"^## ", (DOCS / file).read_text(), re.MULTILINE)) for file in FILES.values()}
    assert len(set(chapters.values())) == 1, chapters


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["Nasiriyah", "الناصرية", "ناسریە", "IQG17Q04"])
def test_a_place_is_found_as_one_is_used_to_write_it(client, written):
    assert 'href="/places/IQG17Q04/"' in client.get("/search/", {"q": written, "lang": "en"}).content.decode()


@pytest.mark.django_db
def test_what_is_published_is_open_to_everybody(client):
    for address in ("/places/", "/indicators/", "/data/", "/statistics/population/", "/help/use/"):
        assert client.get(address, follow=True).status_code == 200, address
    for language, file in FILES.items():
        title = (DOCS / file).read_text().splitlines()[0].removeprefix("# ")
        assert title in client.get(f"/help/use/?lang={language}").content.decode()


@pytest.mark.django_db
def test_the_sign_in_page_leads_on_to_what_is_named(client):
    page = client.get("/accounts/login/?lang=en").content.decode()
    assert "I have an invitation" in page
    assert "Forgot your password?" in page


@pytest.mark.django_db
def test_findings_given_to_one_wait_on_the_first_page(client, world):
    from rafid.commons.records.change import save
    from rafid.commons.records.models import Finding

    well = world.well(depth_m=700)
    save(well, version=None)
    client.force_login(world.keeper)
    assert "700 m is deeper" not in client.get("/?lang=en").content.decode()
    Finding.objects.update(assigned_to=world.keeper)
    assert "700 m is deeper" in client.get("/?lang=en").content.decode()
