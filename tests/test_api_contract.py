"""The API against its own OpenAPI: no question, however strange, is answered by a breakdown."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
import schemathesis
from django.contrib.gis.geos import Point
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.utils import timezone, translation
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks

from rafid.commons.people.models import Account, Token
from rafid.site.api import api
from rafid.site.wsgi import application

load_all_checks()
# Made by the same code that answers /api/v1/openapi.json; no database is there while tests are collected.
schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))


def here(environ: Any, start_response: Any) -> Any:
    """The application as somebody on this machine calls it."""
    return application({"REMOTE_ADDR": "127.0.0.1", **environ}, start_response)


schema.app = here
CHECKED = CHECKS.get_by_names(
    ["not_a_server_error", "content_type_conformance", "response_schema_conformance", "status_code_conformance"]
)
LIMITS = {"deadline": None, "suppress_health_check": list(HealthCheck), "derandomize": True}

# Random words name nothing that is there: half of the questions are about what is, so that they get past the door.
THERE = {
    "programme": ["wells"],
    "code": ["well", "population", "wells", "population-density"],
    "ref": ["WELL-THERE", "IQG17", "IQ-MOP"],
    "place": ["IQG17", "T11", "IQ"],
    "period": ["2024", "2026Q1", "202613", "2026W53", "2024,2025"],
    "bbox": ["38,29,49,38", "49,38,38,29", "nan,0,1,inf"],
    "fields": ["ref", "ref,depth_m,point", "value", "ref,,"],
    "q": ["well", "WELL-THERE", "بئر"],
    "on": ["2024-01-01", "9999-12-31", "0001-01-01"],
    "within": ["IQ-MOP", "IQG17"],
    "text": ["الناصرية", "Nasiriyah"],
    "cursor": ["WyIxIl0", "W10", "bnVsbA", "WyIwMTkwMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDAiXQ"],
}
numbers = st.floats(allow_nan=False, allow_infinity=False)
anything = st.one_of(
    st.none(), st.booleans(), st.integers(), numbers, st.text(), st.lists(numbers, max_size=3),
    st.sampled_from(["T11", "IQG17", "WA-S", "2026-02-30", "9999-12-31", "1e999", "-0", "٤٠"]),
    st.dictionaries(st.sampled_from(["type", "coordinates"]), st.lists(numbers, max_size=3)),
)  # fmt: skip
right = st.fixed_dictionaries(
    {"number": st.text(min_size=1, max_size=40), "depth_m": st.floats(1, 900), "owner": st.just("WA-S")},
    optional={"place": st.just("T11"), "name_ar": st.text(max_size=20), "point": st.just([44.4, 33.3])},
)
fields = [
    "number",
    "depth_m",
    "yield_m3h",
    "working",
    "drilled_on",
    "point",
    "place",
    "owner",
    "sensitivity",
    "name_en",
]
records = st.fixed_dictionaries(
    {"values": st.one_of(right, st.dictionaries(st.sampled_from(fields), anything, max_size=6))},
    optional={"reason": st.text(max_size=40)},
)


def known(given: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            name: st.one_of(st.just(value), st.sampled_from(THERE[name])) if name in THERE else st.just(value)
            for name, value in given.items()
        }
    )


@schemathesis.hook
def before_generate_path_parameters(context: Any, strategy: Any) -> Any:
    return strategy.flatmap(lambda given: known(given) if isinstance(given, dict) else st.just(given))


@schemathesis.hook
def before_generate_query(context: Any, strategy: Any) -> Any:
    return strategy.flatmap(lambda given: known(given) if isinstance(given, dict) else st.just(given))


@schemathesis.hook
def before_generate_body(context: Any, strategy: Any) -> Any:
    return st.one_of(strategy, records) if "/records/" in context.operation.path else strategy


@pytest.fixture(autouse=True)
def one_connection():
    """As Django's own test client does: a request's end must not close the connection that the test rolls back on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def there(world):
    """A record that everybody may see, under a reference that the questions know."""
    return world.well(ref="WELL-THERE", state="published", sensitivity=0, point=Point(44.4, 33.3, srid=4326))


@pytest.fixture
def keeper(there):
    """Somebody who may do much, so that the questions get past the door; with a token, of which no question changes when it
    was used: a password at each of them took as long as their answers."""
    secret = "contract"
    Token.objects.create(
        account=Account.objects.get(login="keeper"),
        name="contract",
        sha256=hashlib.sha256(secret.encode()).hexdigest(),
        last_used_at=timezone.now(),
    )
    return f"Bearer {secret}"


def ask(case: Any, **headers: str) -> None:
    """Each question finds the same world: what it changed is rolled back."""
    case.headers = {**(case.headers or {}), "Accept-Encoding": "identity", **headers}
    with transaction.atomic():
        case.call_and_validate(checks=CHECKED)
        transaction.set_rollback(True)


@schema.parametrize()
@settings(max_examples=10, **LIMITS)  # most doors are closed to nobody, whatever the question
@pytest.mark.django_db
@pytest.mark.long
def test_nobody(case, there):
    ask(case)


@schema.parametrize()
@settings(max_examples=25, **LIMITS)
@pytest.mark.django_db
@pytest.mark.long
def test_somebody(case, keeper):
    ask(case, **{"Authorization": keeper, "If-Match": "*"})


@pytest.mark.django_db
def test_the_questions_get_past_the_door(client, keeper):
    """What the questions know is there; otherwise they would ask about nothing."""
    for address in ("records/wells/well/WELL-THERE", "places/IQG17", "people/organisations/IQ-MOP"):
        assert client.get(f"/api/v1/{address}", headers={"Authorization": keeper}).status_code == 200, address
    given = {"values": {"number": "W-9", "depth_m": 40, "owner": "WA-S", "place": "T11", "point": [44.4, 33.3]}}
    said = client.post("/api/v1/records/wells/well", given, "application/json", headers={"Authorization": keeper})
    assert said.status_code == 201, said.content


@pytest.mark.django_db
def test_the_questions_are_asked_by_somebody(keeper):
    """As the questions themselves ask, and not as the client of Django does."""
    asked = schema["/api/v1/records/{programme}/{code}/{ref}"]["GET"].Case(
        path_parameters={"programme": "wells", "code": "well", "ref": "WELL-THERE"}
    )
    asked.headers = {"Authorization": keeper, "Accept-Encoding": "identity"}
    assert asked.call().status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        b'{"values": {"number": "x", "depth_m": NaN, "owner": "WA-S"}}',
        b'{"values": {"number": "x", "depth_m": Infinity, "owner": "WA-S"}}',
        b'{"values": {"number": "x", "depth_m": 1e999, "owner": "WA-S"}}',
        b'{"values": {"number": "\\u0000", "depth_m": 4, "owner": "\\u0000", "place": "\\u0000"}}',
        b'{"values": {"number": "\\ud800", "depth_m": 4, "owner": "WA-S"}}',
        b'{"values": {"number": "x", "depth_m": 4, "owner": "WA-S", "point": [NaN, 1]}}',
        b'{"values": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b"\xff\xfe",
        b"",
    ],
)
def test_what_json_should_not_hold_is_refused(client, keeper, body):
    said = client.post("/api/v1/records/wells/well", body, "application/json", headers={"Authorization": keeper})
    assert said.status_code in (400, 422), said.content
    assert said["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_the_description_can_be_read(client):
    assert client.get("/api/v1/docs").status_code == 200
    described = client.get("/api/v1/openapi.json").json()
    assert described["paths"]
    for path, operations in described["paths"].items():
        assert not path.endswith("/"), path
        for operation in operations.values():
            assert operation["summary"], path
    assert client.get("/api/v1/openapi.json").json() == described


def test_the_description_is_made_once_for_each_language():
    with translation.override("ar"):
        arabic = api.get_openapi_schema()
        assert api.get_openapi_schema() is arabic
    with translation.override("en"):
        assert api.get_openapi_schema() is not arabic
    assert api.get_openapi_schema(path_prefix="/elsewhere/")["paths"].keys() != arabic["paths"].keys()
