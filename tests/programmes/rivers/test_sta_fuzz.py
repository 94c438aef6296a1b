"""Any question to ``/sta/v1.1`` is answered or refused with a sentence; none breaks it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rafid.programmes.rivers.sta.asking import read
from rafid.programmes.rivers.sta.errors import StaError
from rafid.programmes.rivers.sta.filtering import read_filter, read_order
from rafid.programmes.rivers.sta.kinds import KINDS, Scope, properties
from rafid.programmes.rivers.values.recording import Reading, record_values

from .conftest import at


@pytest.fixture
def stage(river):
    series = river.make_series(river.make_station())
    record_values([Reading(series.pk, at(day), 2 + day / 10, day) for day in range(1, 4)], origin="person")
    return series


WORDS = (
    "result", "name", "id", "@iot.id", "phenomenonTime", "resultTime", "Datastream/name", "Datastream/Thing/name", "Thing",
    "Datastreams/properties/step", "Observations/result", "location", "FeatureOfInterest/feature", "time", "properties/code",
    "eq", "ne", "gt", "ge", "lt", "le", "and", "or", "not", "(", ")", ",", "null", "true", "false", "1", "-2.5", "1e308", "1e999",
    "'a'", "'it''s'", "''", "2026-03-01", "2026-03-01T06:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z",
    "contains(", "substringof(", "startswith(", "endswith(", "tolower(", "length(", "year(", "now()", "geo.distance(",
    "geo.intersects(", "geography'POINT (44 36)'", "geography'POLYGON ((0 0, 1 1, 1 0, 0 0))'", "geography'POINT (1e999 0)'", "%", "\\",
    "01910000-0000-7000-8000-000000000000", "ق", "\x00", ";", "--",
)  # fmt: skip
SOUP = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
EXPAND = st.lists(
    st.sampled_from(
        (
            "Datastreams",
            "Observations",
            "Thing",
            "Locations",
            "(",
            ")",
            "/",
            ",",
            ";",
            "$top=2",
            "$skip=1",
            "$filter=result gt 2",
            "$expand=",
            "$orderby=name",
            "$select=id",
            "'",
            "$count=true",
        )
    ),
    max_size=9,
).map("".join)


def refusal(call, *given):
    try:
        call(*given)
    except StaError as error:
        return error
    return None


@given(st.one_of(st.text(max_size=80), SOUP))
def test_every_filter_is_read_or_refused(text):
    for read_one in (read_filter, read_order):
        error = refusal(read_one, text)
        if error is not None:
            assert (error.status, bool(error.message)) == (400, True)
            assert error.at is None or 1 <= error.at <= len(text) + 1


@given(st.sampled_from(sorted(KINDS)), EXPAND)
def test_every_expand_is_read_or_refused(kind, text):
    error = refusal(read, {"$expand": text}, KINDS[kind])
    assert error is None or error.status == 400


@pytest.mark.django_db
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(sorted(KINDS)),
    filter=SOUP,
    order=st.sampled_from(("", "name", "result desc", "id", "time", "x")),
    expand=EXPAND,
)
def test_no_question_breaks_the_service(client, stage, kind, filter, order, expand):
    answer = client.get(
        f"/sta/v1.1/{kind}?$filter={quote(filter)}&$orderby={quote(order)}&$expand={quote(expand)}&$top=3&$count=true"
    )
    assert answer.status_code in (200, 400), answer.content.decode()
    assert answer["Content-Type"].startswith("application/json")


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.one_of(st.text(max_size=30), st.lists(st.sampled_from(("Things", "('tt-town')", "(1)", "Datastreams", "Observations", "/", "$value", "$ref", "name", "'", "(", "Thing", "properties")), max_size=8).map("".join)))  # fmt: skip
def test_no_path_breaks_the_service(client, stage, path):
    assert client.get(f"/sta/v1.1/{quote(path)}").status_code in (200, 204, 400, 404)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.recursive(st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=20)), lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(("phenomenonTime", "result", "Datastream", "@iot.id", "resultQuality", "code", "parameters", "reason")), inner, max_size=5)), max_leaves=8))  # fmt: skip
def test_nothing_that_is_sent_breaks_the_service(client, river, stage, body):
    import json

    client.force_login(river.hydrologist)
    answer = client.post("/sta/v1.1/Observations", json.dumps(body), content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.django_db
def test_every_property_can_be_asked_for(client, stage):
    """Each name that errors list is one that a filter and an order take."""
    literal = {"text": "'x'", "number": "1", "time": "2026-01-01", "bool": "true", "geometry": "geography'POINT (1 1)'"}
    for name, kind in KINDS.items():
        for path, found in properties(Scope(kind)).items():
            if found.type == "geometry":
                text = f"geo.intersects({path},{literal['geometry']})"
            else:
                text = f"{path} ne {literal[found.type]}&$orderby={path if found.type != 'bool' else 'id'}"
            answer = client.get(f"/sta/v1.1/{name}?$filter={text}")
            assert answer.status_code == 200, (name, path, answer.content.decode())
