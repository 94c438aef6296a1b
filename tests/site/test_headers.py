"""Protection on every kind of answer: page, API, file, tile, redirect, error; and what a platform in use adds to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError
from django.middleware.csrf import CsrfViewMiddleware
from django.test import Client

from rafid.commons.people.models import Account, Grant
from rafid.site import home
from rafid.site.settings import _origins

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]

REFUSALS = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def assert_protected(response):
    policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
    assert REFUSALS.items() <= policy.items()
    assert not any(word in " ".join(policy.values()) for word in ("unsafe", "*", "http:", "https:"))
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert "camera=()" in response.headers["Permissions-Policy"]


@pytest.fixture
def chief(client):
    account = Account.objects.create_user("headers-chief", password="pass")
    Grant.objects.create(account=account, role="platform.administrator")
    client.force_login(account)
    return client


ANSWERS = [
    ("/about/", 200),
    ("/accounts/login/", 200),
    ("/people/", 302),
    ("/nothing/here/", 404),
    ("/notifications/read/", 302),
    ("/healthz", 200),
    ("/manifest.webmanifest", 200),
    ("/static/rafid.css", 200),
    ("/static/icon.svg", 200),
    ("/static/nothing.css", 404),
    ("/places/basemap.geojson", 200),
    ("/api/v1/places?limit=1", 200),
    ("/api/v1/places?limit=0", 422),
    ("/api/v1/nothing", 404),
    ("/api/v1/people/me", 401),
    ("/api/v1/openapi.json", 200),
    ("/api/v1/docs", 200),
    ("/tiles/governorates/5/19/12.mvt", 200),
    ("/tiles/nothing/0/0/0.mvt", 404),
    ("/data/population.csv", 200),
]


@pytest.mark.parametrize(("path", "status"), ANSWERS)
def test_whatever_is_asked_the_answer_is_protected(client, path, status):
    response = client.get(path)
    assert response.status_code == status
    assert_protected(response)


@pytest.mark.parametrize(("path", "status"), [("/people/", 200), ("/people/?format=csv", 200), ("/people/join/", 200)])
def test_and_so_it_is_for_whoever_signed_in(chief, path, status):
    response = chief.get(path)
    assert response.status_code == status
    assert_protected(response)


def test_a_refusal_is_protected(client):
    client.force_login(Account.objects.create_user("headers-nobody", password="pass"))
    response = client.get("/people/")
    assert response.status_code == 403
    assert_protected(response)
    response = client.put("/people/me/tokens/")
    assert response.status_code == 405
    assert_protected(response)


def test_a_form_from_elsewhere_is_refused_and_the_refusal_protected():
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x"})
    assert response.status_code == 403
    assert_protected(response)


def test_a_host_that_is_not_ours_reads_a_protected_refusal(client):
    response = client.get("/about/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert_protected(response)


@pytest.mark.parametrize(("error", "status"), [(RuntimeError("broken"), 500), (OperationalError("away"), 503)])
def test_what_breaks_is_protected(monkeypatch, error, status):
    def break_it(request):
        raise error

    monkeypatch.setattr(home, "newest", break_it)
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == status
    assert_protected(response)


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(client):
    Account.objects.create_user("headers-cookie", password="pass")
    response = client.post("/accounts/login/?lang=en", {"login": "headers-cookie", "password": "pass"})
    session = response.cookies["sessionid"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert all(cookie["samesite"] == "Lax" for cookie in response.cookies.values())


IN_USE = """
import json, django
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
django.setup()
from django.test import Client
def told(response):
    cookies = {name: bool(cookie["secure"]) for name, cookie in response.cookies.items()}
    return {"status": response.status_code, "headers": dict(response.headers), "cookies": cookies}
door = Client(headers={"host": "rafid.example"})
asked = {path: told(door.get(path, secure=True)) for path in PATHS}
asked["plain"] = told(door.get("/about/"))
print(json.dumps(asked))
"""
IN_USE_PATHS = [
    "/about/",
    "/accounts/login/?lang=en",
    "/nothing/",
    "/api/v1/places?limit=1",
    "/api/v1/nothing",
    "/healthz",
]


@pytest.fixture(scope="module")
def in_use(django_db_setup, tmp_path_factory):
    """What a platform in use answers, asked in a process of its own: its settings are read once, at the start."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "rafid.site.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "RAFID_ENV": "production",
        "RAFID_SECRET_KEY": "only for the suite, and long enough to be taken for a key",
        "RAFID_HOSTS": "rafid.example",
        "RAFID_DATA": str(tmp_path_factory.mktemp("data")),
    }
    script = f"PATHS = {IN_USE_PATHS!r}\n{IN_USE}"
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("path", IN_USE_PATHS)
def test_a_platform_in_use_is_asked_by_https_alone(in_use, path):
    headers = in_use[path]["headers"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert HEADERS.items() <= headers.items()
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert all(in_use[path]["cookies"].values()), "every cookie is secure"


def test_a_platform_in_use_sends_http_to_https(in_use):
    assert in_use["plain"]["status"] == 301
    assert in_use["plain"]["headers"]["Location"] == "https://rafid.example/about/"
    assert "default-src 'none'" in in_use["plain"]["headers"]["Content-Security-Policy"]


def test_forms_come_from_the_site_s_own_names_and_those_below_a_name_with_a_dot(rf, settings):
    settings.ALLOWED_HOSTS = ["rafid.example", ".example.org"]
    settings.CSRF_TRUSTED_ORIGINS = _origins(settings.ALLOWED_HOSTS)

    def trusted(origin: str) -> bool:
        # Behind a proxy that ends https and does not say so, the host alone does not tell that it is the same site.
        request = rf.post("/", headers={"Origin": origin, "Host": "rafid.example"})
        return CsrfViewMiddleware(lambda _request: None)._origin_verified(request)

    good = ["https://rafid.example", "https://example.org", "https://maps.example.org"]
    bad = ["http://maps.example.org", "https://sub.rafid.example", "https://badexample.org", "https://evil.test"]
    assert [origin for origin in good + bad if trusted(origin)] == good
    assert _origins(["*", "[::1]"]) == ["https://[::1]"]


def test_a_platform_in_use_sets_cookies(in_use):
    assert {"csrftoken", "django_language"} <= in_use["/accounts/login/?lang=en"]["cookies"].keys()
