"""What all pages of data and products have in common."""

from __future__ import annotations

import pytest

from rafid.commons.people.models import Account
from rafid.commons.products.catalogue.units import KNOWN
from rafid.commons.products.gallery.product import by_language
from rafid.commons.products.models import EditionFile

pytestmark = pytest.mark.django_db
FILTERED = (
    "/catalog/", "/catalog/population/", "/indicators/", "/indicators/population/", "/gallery/", "/dashboards/population-overview/",
    "/translations/", "/reach/", "/compose/",
)  # fmt: skip


@pytest.fixture
def author(world):
    return world.person("author", ("platform.author", None, None))


def text(client, address):
    answer = client.get(address, {"lang": "en"})
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("address", FILTERED)
def test_the_heading_stands_before_the_filters(client, author, address):
    client.force_login(author)
    page = text(client, address)
    assert 'class="filters' in page
    assert page.index("<h1") < page.index('class="filters')


@pytest.mark.parametrize("address", ["/gallery/", "/dashboards/", "/catalog/", "/errata/", "/verify/"])
def test_the_row_below_the_head_says_where_one_is(client, address):
    head = text(client, address).split('class="sections"', 1)[1].split("</nav>", 1)[0]
    assert 'aria-current="page">Data</a>' in head


@pytest.mark.parametrize("address", ["/desk/", "/desk/population/", "/catalog/population/"])
def test_lists_that_fold_have_the_stylesheet_for_it(client, author, address):
    client.force_login(author)
    page = text(client, address)
    assert "stacked" in page
    assert "forms/stacked.css" in page


def test_no_tab_leads_to_a_page_that_is_not_there(client, author, world):
    client.force_login(author)
    page = text(client, "/reach/")
    assert "/reach/embeds/" in page
    assert "/reach/webhooks/" not in page
    assert client.get("/reach/webhooks/").status_code == 404
    client.force_login(Account.objects.get(login="admin"))
    assert "/reach/webhooks/" in text(client, "/reach/")
    text(client, "/reach/webhooks/")


def test_files_are_called_by_what_they_are_the_reader_s_own_first():
    files = [
        EditionFile(name="map-ar.pdf", media_type="application/pdf", language="ar"),
        EditionFile(name="map-en-300.png", media_type="image/png", language="en"),
        EditionFile(name="map-en-96.png", media_type="image/png", language="en"),
        EditionFile(name="map-en.pdf", media_type="application/pdf", language="en"),
        EditionFile(name="data.csv", media_type="text/csv", language="ar"),
        EditionFile(name="outline.svg", media_type="image/svg+xml", language=""),
    ]
    from django.utils.translation import override

    with override("en"):
        groups = by_language(files)
    assert [name for name, _files in groups] == ["English", "العربية", "In all languages"]
    assert [words for _file, words in groups[0][1]] == [
        "PDF, to print",
        "Picture (PNG), 96 dots per inch",
        "Picture (PNG), 300 dots per inch",
    ]
    assert [words for _file, words in groups[2][1]] == ["Its figures (CSV)", "outline.svg"]


@pytest.mark.parametrize("language", ["ar", "ckb"])
def test_usual_units_are_read_in_each_language(language):
    from django.utils.translation import gettext, override

    with override(language):
        assert all(gettext(unit) != unit for unit in KNOWN)
