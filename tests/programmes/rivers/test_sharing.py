"""Who gets which series: agreements that name series, their embargo, their end, and no way out that gives more."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from rafid.commons.people.agree import end
from rafid.commons.people.models import Agreement, Organisation
from rafid.commons.people.visibility import forget_scopes
from rafid.programmes.rivers.models import AgreedSeries, Series, Station
from rafid.programmes.rivers.seeing import embargo_of
from rafid.programmes.rivers.values.reading import seen_values
from rafid.programmes.rivers.values.recording import Reading, record_values

from .conftest import refused

pytestmark = pytest.mark.django_db

SECRET = 987.654
"""A value that nobody may find who may not see its series."""


def hours_ago(hours):
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours)


@pytest.fixture
def given(river):
    """Four stations, each with a stage: public, partner (agreed), partner (kept), restricted; each has the values 1 h, 60 h and
    300 h old, the youngest and the kept ones being secret."""
    river.of = {}
    for name, level in (("open", 0), ("agreed", 1), ("kept", 1), ("closed", 2)):
        station = river.make_station(f"tt-{name}", sensitivity=level, name_en=f"Station {name}")
        one = river.make_series(station, sensitivity=level, embargo_hours=24 if level == 0 else 0)
        secret = name in ("kept", "closed")
        values = [(1, SECRET), (60, SECRET if secret else 2.5), (300, SECRET if secret else 2.25)]
        record_values([Reading(one.pk, hours_ago(hours), value) for hours, value in values], origin="t", judge=False)
        river.of[name] = one
    river.agreement = river.make_agreement(embargo_days=7)
    AgreedSeries.objects.create(agreement=river.agreement, series=river.of["agreed"])
    return river


def seen(person):
    forget_scopes(person)
    if hasattr(person, "_rafid_rivers_opened"):
        del person._rafid_rivers_opened
    rows = Series.objects.visible_to(person).filter(station__code__startswith="tt-")
    return {one.station.code: seen_values(person, one).values.tolist() for one in rows}


def test_an_agreement_that_names_series_opens_these_after_its_embargo(given):
    assert seen(given.partner) == {"tt-open": [2.25, 2.5], "tt-agreed": [2.25]}
    stations = set(
        Station.objects.visible_to(given.partner).filter(code__startswith="tt-").values_list("code", flat=True)
    )
    assert stations == {"tt-open", "tt-agreed"}
    assert seen(AnonymousUser()) == {"tt-open": [2.25, 2.5]}
    assert set(seen(given.hydrologist)) == {"tt-open", "tt-agreed", "tt-kept", "tt-closed"}


def test_one_that_names_none_opens_all_for_partners(given):
    AgreedSeries.objects.all().delete()
    assert set(seen(given.partner)) == {"tt-open", "tt-agreed", "tt-kept"}


def test_an_agreement_that_ended_opens_nothing(given):
    end(given.agreement, None, "over")
    assert set(seen(given.partner)) == {"tt-open"}


def test_the_embargo_of_another_givers_agreement_shortens_nothing(given):
    third = Organisation.objects.create(ref="TT-THIRD", name_en="Third", kind="ministry")
    Agreement.objects.create(
        giver=third,
        receiver=given.northern,
        records=["rafid_rivers.series"],
        starts_on=date(2020, 1, 1),
        embargo_days=0,
    )
    forget_scopes(given.partner)
    assert embargo_of(given.partner, given.of["agreed"]) == timedelta(days=7)


def test_what_the_database_refuses(given):
    other = Agreement.objects.create(
        giver=given.northern, receiver=given.ministry, records=["rafid_rivers.series"], starts_on=date(2020, 1, 1)
    )
    with refused("agreed_series_of_giver"):
        AgreedSeries.objects.create(agreement=other, series=given.of["agreed"])
    again = given.make_agreement()
    with refused("agreed_series_twice"):
        AgreedSeries.objects.create(agreement=again, series=given.of["agreed"])
    end(given.agreement, None, "over")
    AgreedSeries.objects.create(agreement=again, series=given.of["agreed"])


# Every way out


def ways(given):
    ids = {name: str(one.pk) for name, one in given.of.items()}
    yield from (
        "/rivers/", "/rivers/status.csv", "/rivers/drought/?index=ssi", "/rivers/agreements/", "/rivers/reservoirs.csv",
        "/rivers/drought/stations.csv", "/api/v1/rivers/stations?limit=500", "/api/v1/rivers/series?limit=500",
        "/api/v1/rivers/status", "/records/rivers/series/", "/records/rivers/station/", "/search/?q=tt-kept",
        "/sta/v1.1/Things?$top=500&$expand=Datastreams", "/sta/v1.1/Datastreams?$top=500", "/sta/v1.1/Observations?$top=900",
        "/sta/v1.1/Locations?$top=500", "/edr/collections", "/edr/collections/rivers/locations",
    )  # fmt: skip
    for code in ("rivers-stations", "rivers-readings", "rivers-reservoirs"):
        yield from (f"/data/{code}.{ext}" for ext in ("csv", "geojson", "json"))
        yield f"/data/{code}/"
        yield f"/odata/v4/{code}"
        yield f"/api/v1/odata/{code}"
    for name, pk in ids.items():
        yield f"/rivers/stations/tt-{name}/"
        yield f"/api/v1/rivers/series/{pk}/values"
        yield f"/api/v1/rivers/series/{pk}/waterml"
        yield f"/api/v1/rivers/series/{pk}/netcdf"
        yield f"/records/rivers/station/tt-{name}/"
        yield f"/rivers/stations/tt-{name}/{pk}.csv"
        yield f"/sta/v1.1/Things('{given.of[name].station_id}')/Datastreams"
        yield f"/sta/v1.1/Datastreams('{pk}')/Observations"
        yield f"/edr/collections/rivers/locations/tt-{name}"


@pytest.mark.parametrize("who", ["nobody", "partner"])
def test_no_way_out_gives_more(given, client, who):
    if who == "partner":
        client.force_login(given.partner)
    hidden = {
        "tt-kept",
        "tt-closed",
        "Station kept",
        "Station closed",
        *(str(given.of[n].pk) for n in ("kept", "closed")),
    }
    if who == "nobody":
        hidden |= {"tt-agreed", "Station agreed", str(given.of["agreed"].pk)}
    leaks, answered = [], 0
    for address in ways(given):
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = body.decode("utf-8", "replace")
        answered += answer.status_code == 200
        if answer.status_code != 200:
            continue
        leaks += [(address, what) for what in (str(SECRET), *hidden) if what in text and what not in address]
    assert not leaks
    assert answered > 15


def test_the_same_ways_give_those_of_the_ministry_what_is_theirs(given, client):
    """Otherwise the walk above would prove nothing."""
    client.force_login(given.hydrologist)
    found = set()
    for address in ways(given):
        answer = client.get(address)
        if answer.status_code == 200:
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if str(SECRET).encode() in body:
                found.add(address.partition("?")[0].split("/")[1])
    assert {"api", "data", "rivers"} <= found


# The page


def test_the_partner_reads_what_is_open_and_cannot_change_it(given, client):
    client.force_login(given.partner)
    text = client.get("/rivers/agreements/").content.decode()
    assert "Station agreed" in text
    assert "2.25" in text
    assert "A new agreement" not in text
    assert client.post("/rivers/agreements/", {}).status_code == 403
    assert client.post(f"/rivers/agreements/{given.agreement.pk}/end/", {"reason": "no"}).status_code == 403


def test_who_approves_opens_series_and_ends_it(given, client):
    client.force_login(given.chief)
    form = {
        "giver": str(given.ministry.pk), "receiver": given.northern.ref, "series": [given.of["kept"].ref], "embargo_days": "1",
    }  # fmt: skip
    assert client.post("/rivers/agreements/", form).status_code == 302
    assert seen(given.partner)["tt-kept"] == [SECRET, SECRET]
    row = AgreedSeries.objects.get(series=given.of["kept"]).agreement
    assert client.post(f"/rivers/agreements/{row.pk}/end/", {"reason": "tried"}).status_code == 302
    assert "tt-kept" not in seen(given.partner)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"receiver": ""}, "Choose who gives"),
        ({"series": []}, "Choose the series"),
        ({"series": ["nothing"]}, "not the giver"),
        ({"embargo_days": "x"}, "whole numbers"),
        ({"ends_on": "2020-01-01"}, "end before it starts"),
        ({"agreed": True}, "Another agreement"),
        ({"closed": True}, "restricted"),
    ],
)
def test_what_is_wrong_is_said(given, client, change, said):
    client.force_login(given.chief)
    if "agreed" in change or "closed" in change:
        change = {"series": [given.of[next(iter(change))].ref]}
    form = {
        "giver": str(given.ministry.pk), "receiver": given.northern.ref, "series": [given.of["kept"].ref], **change,
    }  # fmt: skip
    answer = client.post("/rivers/agreements/", form)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_the_hydrologist_sees_agreements_and_strangers_none(given, client):
    client.force_login(given.hydrologist)
    assert "Station agreed" in client.get("/rivers/agreements/").content.decode()
    client.force_login(given.world.person("r-nobody"))
    assert "Station agreed" not in client.get("/rivers/agreements/").content.decode()
