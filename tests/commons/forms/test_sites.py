"""Where a site lies, and how far from it a visit was made: by the register, the plan and the place; never by the visit itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.utils import translation
from wells.models import Well

from rafid.commons.forms.checks.nightly import look_at_form
from rafid.commons.forms.entities.versions import Origin, change, make
from rafid.commons.forms.models import EntityList, FormFile, Submission, SubmissionVersion, VisitFacts, VisitPlan
from rafid.commons.forms.quality.visit_plans import PlanRefused, import_plan
from rafid.commons.places.models import PlaceVersion

from .test_arrivals import visits  # noqa: F401
from .visits import MORNING

pytestmark = pytest.mark.django_db

HERE, FAR = "36.1900 44.0100 0 5", "36.1972 44.0100 0 5"
"""800.6 m apart."""


def told(visits):  # noqa: F811
    return [(who, one["by"], round(one["metres"])) for who, _path, one in visits.found("far_from_site")]


@pytest.fixture
def trees(visits):  # noqa: F811
    return EntityList.objects.create(
        name="our_sites", programme="wells", owner=visits.world.authority, properties=["geometry"]
    )


def entity_by(visits, trees, one: Submission | None, geometry: str):  # noqa: F811
    version = one.current_id if one else None
    uuid = "0192aaaa-0000-7000-8000-000000000001"
    return make(
        trees, uuid, "A", {"geometry": geometry}, Origin(MORNING, version), owner=visits.world.branch.pk, place=None
    )


def test_the_visit_that_registers_a_thing_is_not_measured_by_itself(visits, trees):  # noqa: F811
    first = visits.send(loc=FAR)
    entity = entity_by(visits, trees, first, HERE)
    Submission.objects.filter(pk=first.pk).update(entity=entity)
    second = visits.send(site=str(entity.uuid), loc=FAR, start=MORNING + timedelta(days=1))
    visits.handle()
    assert told(visits) == [("uuid:v2", "entity", 801)]
    facts = dict(VisitFacts.objects.filter(submission__form=visits.form).values_list("submission", "site_by"))
    assert (facts[first.pk], facts[second.pk]) == ("", "entity")


def test_a_visit_that_moves_the_thing_is_measured_from_where_it_lay(visits, trees):  # noqa: F811
    entity = entity_by(visits, trees, None, HERE)
    one = visits.send(site=str(entity.uuid), loc=FAR)
    version = SubmissionVersion.objects.get(submission=one)
    change(entity, "", {"geometry": FAR}, Origin(MORNING, version.pk), against=1)
    other = visits.send(site=str(entity.uuid), loc=HERE, start=MORNING + timedelta(days=1))
    visits.handle()
    assert told(visits) == [("uuid:v1", "entity", 801), (other.instance_id, "entity", 801)]


def test_the_first_visit_is_measured_from_the_plan(visits):  # noqa: F811
    plan = b"site,due_from,due_to,latitude,longitude\nA,2026-09-01,2026-09-30,36.1900,44.0100\n"
    assert import_plan(visits.form, plan) == 1
    visits.send(site="A", loc=FAR)
    visits.send(site="B", loc=FAR)
    visits.handle()
    assert told(visits) == [("uuid:v1", "plan", 801)]
    look_at_form(visits.form)
    assert told(visits) == [("uuid:v1", "plan", 801)]


def test_a_plan_learns_later_where_its_site_lies(visits):  # noqa: F811
    assert import_plan(visits.form, b"site,due_from,due_to\nA,2026-09-01,2026-09-30\n") == 1
    assert VisitPlan.objects.get(form=visits.form).location is None
    table = b"site;due_from;due_to;latitude;longitude\nA;2026-09-01;2026-09-30;36.19;44.01\n"
    assert import_plan(visits.form, table) == 0
    assert VisitPlan.objects.get(form=visits.form).location.coords == (44.01, 36.19)
    for wrong in ("91,44", "36.19,", "x,44", "٣٦,44"):
        with (
            translation.override("en"),
            pytest.raises(PlanRefused, match="Row 2: latitude and longitude are no position"),
        ):
            import_plan(
                visits.form, f"site,due_from,due_to,latitude,longitude\nA,2026-09-01,2026-09-30,{wrong}".encode()
            )


def test_a_register_says_where_its_sites_lie(visits):  # noqa: F811
    about = {"owner": visits.world.authority, "depth_m": 9, "point": Point(44.01, 36.19, srid=4326)}
    well = Well.objects.create(number="1", sensitivity=1, **about)
    secret = Well.objects.create(number="2", sensitivity=2, **about)
    for site in (well.ref, secret.ref, str(well.pk)):
        visits.send(site=site, loc=FAR)
    visits.handle()
    # By its identity only where the form reads the register as a list; and what phones do not get is not told.
    assert told(visits) == [("uuid:v1", "list", 801)]
    wells = EntityList.objects.create(
        name="wells_list", programme="wells", owner=visits.world.authority, source="sites",
        view={"register": "wells.well"},
    )  # fmt: skip
    FormFile.objects.create(
        version=visits.form.versions.get(), name="wells_list.csv", kind="dataset", entity_list=wells
    )
    look_at_form(visits.form)
    assert told(visits) == [("uuid:v1", "list", 801), ("uuid:v3", "list", 801)]


def test_a_visit_outside_the_place_that_it_names(visits):  # noqa: F811
    square = Polygon.from_bbox((44.0, 36.0, 44.02, 36.19))
    square.srid = 4326
    place = PlaceVersion.objects.filter(place__level=2).order_by("place__ref").first().place
    PlaceVersion.objects.filter(place=place).update(geometry=MultiPolygon(square), generalised=False)
    for loc in ("36.1000 44.0100 0 5", "36.1940 44.0100 0 5", "36.1972 44.0100 0 400", "36.1972 44.0100 0 5"):
        visits.send(loc=loc)
    Submission.objects.filter(form=visits.form).update(place=place)
    visits.handle()
    assert told(visits) == []
    visits.form.roles = {**visits.form.roles, "place": "/data/note_of"}
    visits.form.save()
    look_at_form(visits.form)
    assert told(visits) == [("uuid:v4", "place", pytest.approx(799, abs=3))]
    assert list(VisitFacts.objects.filter(submission__form=visits.form).exclude(site_by="")) == []
    PlaceVersion.objects.filter(place=place).update(generalised=True)
    look_at_form(visits.form)
    assert told(visits) == []
