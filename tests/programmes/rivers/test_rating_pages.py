"""Pages of ratings: what a person reads, keeps, fits and publishes there."""

import pytest

from rafid.programmes.rivers.models import Gauging, Rating, RatingShift
from rafid.programmes.rivers.rating.publish_rating import publish_rating

from .conftest import at
from .test_ratings import bed, gauge, stages  # noqa: F401

pytestmark = pytest.mark.django_db

PAGE = "/rivers/ratings/tt-town/"


@pytest.fixture(autouse=True)
def _reads_english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


def said(answer):
    return answer.content.decode()


@pytest.fixture
def engineer(gauge, client):  # noqa: F811
    client.force_login(gauge.rating_engineer)
    return client


def test_a_stranger_reads_published_curves_and_no_draft(gauge, client):  # noqa: F811
    assert client.get(PAGE).status_code == 200
    assert "<svg" in said(client.get(PAGE))
    assert "/rivers/ratings/tt-town/1/" not in said(client.get(PAGE))
    publish_rating(gauge.first, user=gauge.chief)
    page = said(client.get(PAGE + "?lang=en"))
    assert "/rivers/ratings/tt-town/1/" in page
    assert "Keep the gauging" not in page
    assert "tt-town" in said(client.get("/rivers/ratings/"))
    gauge.station.sensitivity = 1
    gauge.station.save()
    assert client.get(PAGE).status_code == 404
    assert "tt-town" not in said(client.get("/rivers/ratings/"))


def test_an_engineer_keeps_a_gauging_and_leaves_one_out(engineer):
    answer = engineer.post(
        PAGE + "gaugings/", {"time": "2026-03-02T09:30", "stage": "٢٫٥", "discharge": "140,5", "method": "adcp"}
    )
    assert answer.status_code == 302
    kept = Gauging.objects.filter(station__code="tt-town").latest("time")
    assert (kept.stage, kept.discharge, kept.method) == (2.5, 140.5, "adcp")
    assert kept.time == at(2).replace(minute=30)  # 09:30 in Baghdad
    answer = engineer.post(f"{PAGE}gaugings/{kept.pk}/")
    assert (answer.status_code, "Say why" in said(answer)) == (422, True)
    engineer.post(f"{PAGE}gaugings/{kept.pk}/", {"reason": "Ice"})
    kept.refresh_from_db()
    assert kept.left_out == "Ice"
    engineer.post(f"{PAGE}gaugings/{kept.pk}/")
    kept.refresh_from_db()
    assert kept.left_out == ""


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"stage": "high"}, "is no number"),
        ({"time": "yesterday"}, "is no time"),
        ({"discharge": "-3"}, "more than 0"),
        ({"time": "2099-01-01T00:00"}, "future"),
    ],
)
def test_what_is_typed_wrong_is_told_and_kept_in_the_form(engineer, typed, sentence):
    before = Gauging.objects.count()
    answer = engineer.post(
        PAGE + "gaugings/",
        {"time": "2026-03-02T09:30", "stage": "2.5", "discharge": "140", "measured_by": "Team 7", **typed},
    )
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert 'value="Team 7"' in said(answer)
    assert Gauging.objects.count() == before


def test_a_curve_is_fitted_looked_at_and_published(engineer, gauge):  # noqa: F811
    stages(gauge, range(1, 6))
    publish_rating(gauge.first, user=gauge.chief)
    answer = engineer.post(PAGE + "draft/", {"valid_from": "2026-03-03T00:00", "breaks": "", "note": "After the flood"})
    assert answer.status_code == 302
    assert answer.url == PAGE + "2/"
    page = said(engineer.get(answer.url))
    assert "What publishing would change" in page
    assert "None." in page
    assert engineer.post(PAGE + "2/publish/").status_code == 302
    assert Rating.objects.get(number=2, station__code="tt-town").state == "published"
    assert engineer.post(PAGE + "2/publish/").status_code == 409
    shifted = {"shift_m": "0,1", "valid_from": "2026-03-04T00:00", "valid_to": "2026-03-05T00:00", "reason": "Weed"}
    assert engineer.post(PAGE + "2/shift/", shifted).status_code == 302
    assert RatingShift.objects.get().shift_m == 0.1
    assert engineer.post(PAGE + "2/shift/", shifted).status_code == 422
    assert engineer.post(PAGE + "draft/", {"valid_from": ""}).status_code == 422
    assert engineer.post(PAGE + "draft/", {"valid_from": "2026-03-03T00:00", "breaks": "1 2 3"}).status_code == 422


def test_only_those_who_may_gauge_and_publish(gauge, client):  # noqa: F811
    for person in (gauge.reader, gauge.partner):
        client.force_login(person)
        assert client.post(PAGE + "gaugings/", {}).status_code == 403
        assert client.post(PAGE + "draft/", {}).status_code == 403
        assert client.post(PAGE + "1/publish/").status_code in (403, 404)
    client.force_login(gauge.chief)
    assert client.post(PAGE + "gaugings/", {}).status_code == 403
    assert client.get(PAGE + "1/").status_code == 200
    assert client.post(PAGE + "1/publish/").status_code == 302


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_the_pages_in_three_languages(gauge, client, language):  # noqa: F811
    client.force_login(gauge.rating_engineer)
    for path in (PAGE, PAGE + "1/", "/rivers/ratings/"):
        page = said(client.get(f"{path}?lang={language}"))
        assert ("Rating curve" in page) == (language == "en")
