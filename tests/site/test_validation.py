"""What the API says about a request that cannot be read: in the asked language, with the name of the parameter."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.django_db

WRONG = [
    ("/api/v1/places?limit=-1", "limit"),
    ("/api/v1/places?limit=501", "limit"),
    ("/api/v1/places?limit=x", "limit"),
    ("/api/v1/places?on=yesterday", "on"),
    ("/api/v1/places?division=!!", "division"),
    ("/api/v1/places?geometry=maybe", "geometry"),
    (f"/api/v1/places?q={'a' * 300}", "q"),
    ("/api/v1/places/match", "text"),
    ("/api/v1/places/match?text=a&lon=east", "lon"),
]


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
@pytest.mark.parametrize(("address", "where"), WRONG)
def test_a_parameter_that_cannot_be_read(client, address, where, language):
    response = client.get(address, headers={"accept-language": language})
    body = response.json()
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    (error,) = body["errors"]
    assert error["where"] == where
    assert body["detail"] == f"{where}: {error['message']}"
    assert bool(re.search("[\u0600-\u06ff]", error["message"])) == (language != "en")
    assert "Input should" not in error["message"]


def test_a_limit_is_named(client):
    said = client.get("/api/v1/places?limit=-1", headers={"accept-language": "en"}).json()["detail"]
    assert said == "limit: Write a number of at least 1."
