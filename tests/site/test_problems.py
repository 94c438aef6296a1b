"""Errors: a page for people and problem+json for machines, both in the asked language, also without a database."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.test import RequestFactory
from django.utils import translation

from rafid.site import problems, views

from .pages import Page

TITLES = {
    404: {"ar": "لا شيء هنا", "ckb": "هیچ شتێک لێرە نییە", "en": "Nothing is here"},
    403: {"ar": "ليس من صلاحياتك", "ckb": "لە دەسەڵاتی تۆدا نییە", "en": "Not yours to do"},
    500: {"ar": "حدث خلل من جانبنا", "ckb": "شتێک لە لای ئێمە تێک چوو", "en": "Something broke on our side"},
    503: {"ar": "قاعدة البيانات لا تستجيب", "ckb": "بنکەی داتا وەڵام ناداتەوە", "en": "The database does not answer"},
    400: {"ar": "تعذرت قراءة الطلب", "ckb": "داواکارییەکە ناخوێندرێتەوە", "en": "The request cannot be read"},
}


def answer(status, path):
    request = RequestFactory().get(path)
    return {
        400: lambda: views.bad_request(request, Exception()),
        403: lambda: views.refused(request, PermissionDenied()),
        404: lambda: views.not_found(request, Exception()),
        500: lambda: views.failed(request),
        503: lambda: problems.database_away(request),
    }[status]()


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
@pytest.mark.parametrize("status", TITLES)
def test_a_person_reads_what_happened_and_what_to_do(status, language):
    """No ``db`` mark: these pages must stand when the database does not."""
    with translation.override(language):
        response = answer(status, "/somewhere/")
    html = response.content.decode()
    page = Page(html)
    assert response.status_code == status
    assert TITLES[status][language] in html
    assert page.attributes["html"]["lang"] == language
    assert not page.faults
    assert any(link == "/" for link, _where in page.links)
    switch = {link for link, _where in page.links if "lang=" in link}
    assert switch == {f"/somewhere/?lang={code}" for code in ("ar", "ckb", "en")}, "the switch stays where you are"


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
@pytest.mark.parametrize("status", TITLES)
def test_a_machine_reads_problem_json(status, language):
    import json

    with translation.override(language):
        response = answer(status, "/api/v1/somewhere")
    body = json.loads(response.content)
    assert response["Content-Type"] == "application/problem+json"
    assert (body["status"], body["title"]) == (status, TITLES[status][language])
    assert body["type"] == "about:blank"


@pytest.mark.django_db
def test_what_is_not_seen_offers_to_sign_in_and_come_back(client, admin_client):
    there = "/nothing/here/"
    assert ("/accounts/login/?next=%2Fnothing%2Fhere%2F", True) in [
        (link, True) for link, _where in Page(client.get(there).content.decode()).links
    ]
    assert "/accounts/login/" not in admin_client.get(there).content.decode()


def test_an_address_of_another_host_is_refused_by_a_page(client):
    response = client.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert not Page(response.content.decode()).faults


def test_a_database_that_is_away_says_when_to_come_back():
    assert answer(503, "/")["Retry-After"] == "30"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_an_old_form_says_what_to_do(language):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    response = client.post(f"/accounts/login/?lang={language}", {"login": "x", "password": "y"})
    titles = {"ar": "انتهت صلاحية هذه الاستمارة", "ckb": "ئەم فۆڕمە کۆن بووە", "en": "This form has grown old"}
    assert response.status_code == 403
    assert titles[language] in response.content.decode()


@pytest.mark.django_db
def test_a_database_that_stops_in_the_middle_is_503_and_not_500(client, monkeypatch):
    from rafid.site import home

    def away(request):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(home, "newest", away)
    response = client.get("/", {"lang": "en"})
    assert response.status_code == 503
    assert "Nothing of your request was recorded." in response.content.decode()
