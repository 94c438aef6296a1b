"""People at a real browser: sign-in, language, invitation, authenticator app, the keyboard alone, a telephone's width."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse

from rafid.commons.people.models import Account, Grant, Invitation

LANGUAGES = {"ar": "rtl", "ckb": "rtl", "en": "ltr"}
TELEPHONE = {"viewport": {"width": 360, "height": 740}}
PASSWORD = "four words of mine"


@pytest.fixture
def chief(world):
    return world.person("chief", ("platform.administrator", None, None))


def sign_in(page, login: str, password: str) -> None:
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(password)
    page.locator("main button.primary").click()
    page.wait_for_load_state()


def test_signing_in_leads_back_to_where_one_came_from(visit, site, world):
    watched = visit()
    page = watched.open("/people/me/?lang=en")
    assert page.url.startswith(f"{site}/accounts/login/")
    sign_in(page, "keeper", "wrong")
    assert page.locator(".error-summary").is_visible()
    assert page.evaluate("document.activeElement.className") == "error-summary", "the reader starts at what is wrong"
    sign_in(page, "keeper", "pass")
    assert page.url == f"{site}/people/me/?lang=en"
    assert page.locator("h1").inner_text() == "keeper"
    assert watched.elsewhere == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_switch_stays_where_one_is(visit, site, language):
    page = visit().open("/search/?q=basra&lang=en")
    page.locator("header details.menu", has=page.locator("[hreflang]")).locator("summary").click()
    page.locator(f"header a[hreflang={language}]").click()
    assert page.url == f"{site}/search/?q=basra&lang={language}"
    assert page.locator("html").get_attribute("dir") == LANGUAGES[language]
    assert page.locator("#site-search").input_value() == "basra"
    page.goto(f"{site}/about/")  # and it is remembered
    assert page.locator("html").get_attribute("lang") == language


def test_a_person_is_invited_by_a_code_and_joins(visit, site, world, chief):
    at_the_desk = visit(chief).open("/people/invitations/new/?lang=en")
    at_the_desk.locator("[name=full_name]").fill("Suad Karim")
    at_the_desk.locator("[name=role]").select_option("wells.reader")
    at_the_desk.locator("[name=organisation]").select_option("WA")
    at_the_desk.locator("main button.primary").click()
    code = at_the_desk.locator("strong.code").inner_text()
    assert re.fullmatch(r"(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}", code)
    assert at_the_desk.locator("svg.qr path").count() == 1
    assert at_the_desk.locator("[data-print]").is_visible()

    on_the_telephone = visit(**TELEPHONE).open("/accounts/login/?lang=en")
    on_the_telephone.get_by_role("link", name="I have an invitation").click()
    on_the_telephone.locator("[name=code]").fill(code.lower().replace("-", " "))
    on_the_telephone.locator("main button.primary").click()
    assert "Water authority" in on_the_telephone.locator("main").inner_text()
    on_the_telephone.locator("[name=login]").fill("suad.karim")
    on_the_telephone.locator("[name=password]").fill(PASSWORD)
    on_the_telephone.locator("[name=again]").fill(PASSWORD)
    on_the_telephone.locator("main button.primary").click()
    on_the_telephone.wait_for_url(f"{site}/")
    assert "Suad Karim" in on_the_telephone.locator("h1").inner_text()

    grant = Grant.objects.get(account__login="suad.karim")
    assert (grant.role, grant.organisation, grant.given_by) == ("wells.reader", world.authority, chief)
    at_the_desk.goto(f"{site}/people/access/?login=suad.karim&programme=wells&organisation=WA")
    assert "given by chief" in at_the_desk.locator("main").inner_text()
    assert Invitation.objects.get().accepted_by.login == "suad.karim"


def test_a_role_is_given_within_a_place_and_taken_back(visit, site, world, chief):
    page = visit(chief).open("/people/stranger/?lang=en")
    page.locator("summary", has_text="Give a role").click()
    page.locator("#give_role").select_option("wells.keeper")
    page.locator("#give_organisation").select_option("WA-S")
    place = page.locator("#give_place-text")
    place.press_sequentially("Nasir")
    page.locator(".suggest [role=option]", has_text="District · Thi Qar · IQG17Q04").wait_for()
    for _step in range(page.locator(".suggest [role=option]").count()):
        place.press("ArrowDown")
        if "IQG17Q04" in page.locator(".suggest [aria-selected=true]").inner_text():
            break
    place.press("Enter")
    assert place.input_value() == "Al-Nasiriya · District · Thi Qar"
    page.locator("#give_reason").fill("keeps the wells of the district")
    page.get_by_role("button", name="Give the role").click()
    grant = Grant.objects.get(account=world.stranger)
    assert (grant.organisation, grant.place.ref) == (world.branch, "IQG17Q04")
    assert "District · Thi Qar" in page.locator(".messages").inner_text(), "which of the places of that name it is"

    page.get_by_role("link", name="Take back").click()
    page.locator("[name=reason]").fill("moved away")
    page.locator("main button.danger").click()
    page.locator("summary", has_text="Earlier roles").click()
    assert "moved away" in page.locator("section", has=page.locator("#roles")).inner_text()


def test_an_authenticator_app_is_asked_for_set_up_and_opens_the_door(visit, site, world):
    guard = world.person("guard", ("wells.guard", None, None))
    page = visit().open("/accounts/login/?lang=en")
    sign_in(page, "guard", "pass")
    assert page.url == f"{site}/accounts/2fa/totp/activate/"
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 0
    secret = page.locator("input.code").input_value()
    page.locator("[name=code]").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.locator("main button.primary").click()
    codes = page.locator("textarea").input_value().split()
    assert len(codes) == 10
    assert guard.authenticator_set.count() == 2

    elsewhere = visit().open("/accounts/login/?lang=en")
    sign_in(elsewhere, "guard", "pass")
    assert elsewhere.url == f"{site}/accounts/2fa/authenticate/"
    elsewhere.locator("[name=code]").fill(codes[0])
    elsewhere.locator("main button.primary").click()
    elsewhere.wait_for_url(f"{site}/")

    page.goto(f"{site}/people/me/")
    page.locator("section", has=page.locator("#sessions")).get_by_role("button", name="End", exact=True).click()
    elsewhere.goto(f"{site}/people/me/")
    assert elsewhere.url.startswith(f"{site}/accounts/login/"), "the other session is ended"


def test_the_menus_are_walked_by_the_keyboard_alone(visit, site, chief):
    page = visit(chief).open("/about/?lang=en")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"

    page.reload()
    ring = "(one => { const style = getComputedStyle(one); return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0; })"
    reached = []
    for _step in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(f"{ring}(document.activeElement)"), page.evaluate("document.activeElement.outerHTML")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))
        if page.evaluate(
            "document.activeElement.matches('summary') && document.activeElement.innerText.includes('English')"
        ):
            break
    assert any("Programmes" in text for text in reached)
    page.keyboard.press("Enter")
    assert page.locator("header details.menu[open] [hreflang=ar]").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("header details.menu[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY", "the focus stays at the menu that was closed"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/about/?lang=ckb")


OPEN_PAGES = [
    "/",
    "/accounts/login/",
    "/accounts/password/reset/",
    "/people/join/",
    "/search/?q=basra",
    "/about/",
    "/nothing/",
]
OWN_PAGES = [
    "/people/me/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/notifications/",
]
DESK = ["people", "invitations", "new-invitation", "organisations", "agreements", "access", "as-role"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_wider_than_a_telephone(visit, site, world, chief, language):
    anybody, signed_in = visit(**TELEPHONE), visit(chief, **TELEPHONE)
    Account.objects.filter(pk=chief.pk).update(full_name="عبد الرحمن بن عبد العزيز البغدادي " * 3)
    asked = [(anybody, path) for path in OPEN_PAGES]
    asked += [
        (signed_in, path) for path in [*OWN_PAGES, *map(reverse, DESK), "/people/keeper/", "/people/organisations/WA/"]
    ]
    asked += [(signed_in, "/people/access/?programme=wells"), (signed_in, "/people/as/?role=wells.reader")]
    for watched, path in asked:
        page = watched.open(f"{path}{'&' if '?' in path else '?'}lang={language}")
        page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= TELEPHONE["viewport"]["width"], f"{path} is {width} wide in {language}"
        nameless = page.evaluate(
            "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]"
            ".filter(one => one.checkVisibility() && !one.labels.length && !one.ariaLabel).map(one => one.outerHTML)"
        )
        assert nameless == [], f"{path}: a field without a label"
    assert anybody.elsewhere == signed_in.elsewhere == []
    assert [error for error in signed_in.errors if "Content Security Policy" in error] == []
