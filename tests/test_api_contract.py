"""The API against its own OpenAPI: no question, however strange, is answered by a breakdown."""

from __future__ import annotations

import base64
import json

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks

from rafid.site.api import api
from rafid.site.wsgi import application

load_all_checks()
# Made by the same code that answers /api/v1/openapi.json; no database is there while tests are collected.
schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))
schema.app = application
CHECKED = CHECKS.get_by_names(["not_a_server_error", "content_type_conformance", "response_schema_conformance"])
LIMITS = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)


@pytest.fixture(autouse=True)
def one_connection():
    """As Django's own test client does: a request's end must not close the connection that the test rolls back on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def keeper(world):
    """Somebody who may do much, so that the questions get past the door."""
    return "Basic " + base64.b64encode(b"keeper:pass").decode()


def ask(case, **headers: str) -> None:
    case.headers = {**(case.headers or {}), "Accept-Encoding": "identity", **headers}
    case.call_and_validate(checks=CHECKED)


@schema.parametrize()
@LIMITS
@pytest.mark.django_db
def test_nobody(case):
    ask(case)


@schema.parametrize()
@LIMITS
@pytest.mark.django_db
def test_somebody(case, keeper):
    ask(case, Authorization=keeper)


@pytest.mark.django_db
def test_the_description_can_be_read(client):
    assert client.get("/api/v1/docs").status_code == 200
    described = client.get("/api/v1/openapi.json").json()
    assert described["paths"]
    for path, operations in described["paths"].items():
        assert not path.endswith("/"), path
        for operation in operations.values():
            assert operation["summary"], path
