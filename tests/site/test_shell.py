"""The frame of every page: protection, languages, links that lead somewhere, what a first page weighs."""

from __future__ import annotations

import gzip
import re

import pytest
from django.contrib.staticfiles import finders
from django.urls import get_resolver, reverse

from rafid.commons.people.models import Account, Grant

from .pages import Page

pytestmark = pytest.mark.django_db

LANGUAGES = {"ar": "rtl", "ckb": "rtl", "en": "ltr"}
FRAME = [
    "/",
    "/search/",
    "/search/?q=basra",
    "/help/",
    "/help/use/",
    "/about/",
    "/sources/",
    "/accounts/login/",
    "/nowhere/",
]


@pytest.fixture
def administrator():
    account = Account.objects.create_user("frame-admin", password="pass", full_name="Ara")
    Grant.objects.create(account=account, role="platform.administrator")
    return account


@pytest.fixture
def signed_in(client, administrator):
    client.force_login(administrator)
    return client


def plain_routes() -> list[str]:
    """All addresses without a parameter that a browser may open."""
    found = []

    def walk(resolver, before):
        for entry in resolver.url_patterns:
            route = before + str(entry.pattern).removeprefix("^").removesuffix("$").removesuffix(r"\Z")
            if hasattr(entry, "url_patterns"):
                walk(entry, route)
            elif not re.search(r"[<(\[]", route) and not route.startswith(("api/", "tiles/")) and "logout" not in route:
                found.append("/" + route)

    walk(get_resolver(), "")
    return sorted(set(found))


@pytest.mark.parametrize("path", FRAME)
def test_every_answer_is_protected(client, path):
    response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", FRAME)
def test_a_page_says_its_language_and_direction(client, path, language):
    response = client.get(path, {"lang": language})
    page = Page(response.content.decode())
    assert (page.attributes["html"]["lang"], page.attributes["html"]["dir"]) == (language, LANGUAGES[language])
    assert response["Content-Language"] == language


def test_language_precedence(client, administrator):
    def shown(**options):
        return client.get("/about/", **options)["Content-Language"]

    assert shown() == "ar"
    assert shown(headers={"accept-language": "ku;q=0.9, en-GB;q=0.8"}) == "en"
    assert shown(headers={"accept-language": "ckb-IQ,en"}) == "ckb"
    client.cookies["django_language"] = "ckb"
    assert shown(headers={"accept-language": "en"}) == "ckb"
    administrator.language = "en"
    administrator.save()
    client.force_login(administrator)
    assert shown() == "en"
    assert shown(query_params={"lang": "ar"}) == "ar"
    assert shown(query_params={"lang": "xx"}) == "en"


def test_the_language_switch_stays_on_the_page(client):
    response = client.get("/search/", {"q": "ذي قار", "lang": "en", "page": "2"})
    page = Page(response.content.decode())
    switch = {link for link, where in page.links if "lang=" in link and "header" in where}
    assert len(switch) == 3
    for link in switch:
        again = client.get(link)
        assert again.status_code == 200
        assert "ذي قار" in again.content.decode()
        assert "page=2" in link
    assert client.cookies["django_language"].value in LANGUAGES


@pytest.mark.parametrize("who", ["nobody", "administrator"])
def test_every_link_of_the_frame_leads_somewhere(client, administrator, who):
    if who == "administrator":
        client.force_login(administrator)
    seen = set()
    for path in ("/", "/about/", "/help/use/", "/notifications/"):
        page = Page(client.get(path, follow=True).content.decode())
        seen |= {link for link, where in page.links if where & {"header", "footer", "nav"} and link.startswith("/")}
    assert {"/", "/about/", "/sources/", "/help/use/"} <= {link.partition("?")[0] for link in seen}
    for link in sorted(seen):
        response = client.get(link, follow=True)
        assert response.status_code == 200, link


@pytest.mark.parametrize("path", ["/statistics/population/", "/catalog/", "/indicators/"])
def test_inside_a_programme_its_name_and_what_all_share_stay_reachable(signed_in, path):
    page = Page(signed_in.get(path, {"lang": "en"}).content.decode())
    row = page.html[page.html.index('class="sections"') :]
    row = row[: row.index("</nav>")]
    for url in (
        "/statistics/",
        "/statistics/population/",
        "/places/",
        "/findings/",
        "/imports/",
        "/catalog/",
        "/indicators/",
    ):
        assert row.count(f'href="{url}"') == 1, url


def test_the_account_menu_has_what_a_person_needs(signed_in):
    page = Page(signed_in.get("/").content.decode())
    links = {link for link, _where in page.links}
    assert {reverse("account_change_password"), reverse("mfa_index"), reverse("notifications")} <= links
    assert any(form.get("action") == reverse("account_logout") and form["method"] == "post" for form in page.forms)


@pytest.mark.parametrize("who", ["nobody", "administrator"])
def test_no_page_has_inline_script_or_style(client, administrator, who):
    if who == "administrator":
        client.force_login(administrator)
    looked = 0
    for path in plain_routes():
        response = client.get(path, follow=True)
        if response.status_code >= 500:
            pytest.fail(f"{path} answers {response.status_code}")
        if not response.get("Content-Type", "").startswith("text/html"):
            continue
        page = Page(response.content.decode())
        assert not page.faults, (path, page.faults)
        assert len(page.ids) == len(set(page.ids)), (path, "an id stands twice")
        looked += 1
    assert looked > 15


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_page_weighs_at_most_150_kB(client, language):
    """HTML, stylesheet, script, icon and every font that the stylesheet names, as they travel (gzip; fonts as they are)."""
    response = client.get("/", {"lang": language})
    weight = {"/": len(gzip.compress(response.content))}
    for address in Page(response.content.decode()).loads:
        if not address.startswith("/static/"):
            weight[address] = len(gzip.compress(client.get(address).content))
            continue
        path = finders.find(address.removeprefix("/static/"))
        with open(path, "rb") as file:
            content = file.read()
        weight[address] = len(gzip.compress(content))
        if path.endswith(".css"):
            for font in re.findall(r'url\("([^"]+\.woff2)"\)', content.decode()):
                with open(finders.find(font), "rb") as file:
                    weight[font] = len(file.read())
    assert any(name.endswith(".woff2") for name in weight)
    assert sum(weight.values()) <= 150_000, weight


def test_pages_tell_search_engines_about_the_other_languages(client):
    html = client.get("/about/").content.decode()
    assert '<link rel="canonical" href="http://testserver/about/">' in html
    for language in LANGUAGES:
        assert f'hreflang="{language}" href="http://testserver/about/?lang={language}"' in html


def test_the_manifest_is_in_the_reader_s_language(client):
    assert client.get("/manifest.webmanifest", {"lang": "ar"}).json()["name"] == "رافد"
    response = client.get("/manifest.webmanifest", {"lang": "en"})
    assert response.json()["name"] == "Rafid"
    assert response["Content-Type"] == "application/manifest+json"


def test_sign_in_comes_back_to_the_page(client, administrator):
    page = Page(client.get("/search/?q=x").content.decode())
    (link,) = {link for link, _where in page.links if link.startswith("/accounts/login/")}
    assert link == "/accounts/login/?next=%2Fsearch%2F%3Fq%3Dx"
    response = client.post(link, {"login": "frame-admin", "password": "pass"})
    assert (response.status_code, response["Location"]) == (302, "/search/?q=x")


def test_sign_in_says_what_is_wrong_beside_the_field_and_on_top(client):
    html = client.post("/accounts/login/?lang=en", {"login": "", "password": "x"}).content.decode()
    assert 'class="error-summary"' in html
    assert 'href="#id_login"' in html
    assert 'id="id_login_error"' in html
    assert 'aria-invalid="true"' in html


def test_the_icon_is_where_browsers_look_without_asking(client):
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert response["Location"].endswith(".svg")


def test_a_failed_sign_in_is_called_so(client):
    html = client.post("/accounts/login/?lang=en", {"login": "nobody", "password": "x"}).content.decode()
    assert "You are not signed in" in html
    assert "This cannot be taken yet" not in html


def test_the_basemap_is_served(client):
    response = client.get("/places/basemap.geojson")
    assert response.status_code == 200
    assert {one["geometry"]["type"] for one in response.json()["features"]} == {"LineString"}
