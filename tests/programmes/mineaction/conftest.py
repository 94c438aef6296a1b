"""A small world of mine action: two authorities, two operators, their people, and makers of records."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import IntegrityError, transaction
from django.utils.translation import override

from rafid.commons.people.models import Organisation
from rafid.programmes.mineaction.models import (
    Accident,
    Accreditation,
    Activity,
    Completion,
    DailyProgress,
    EoreSession,
    Evidence,
    FieldReport,
    Handover,
    Hazard,
    NonConformity,
    OrdnanceFind,
    QaVisit,
    Release,
    ReleaseCriteria,
    SpotTask,
    Task,
    Victim,
)
from rafid.programmes.mineaction.refusals import settle

EAST, NORTH = 44.33, 36.05
"""A corner of the test ground; a step of 0.001° is about 90 m east, 111 m north."""


def square(east: float = 0, north: float = 0, width: float = 3, height: float = 2) -> MultiPolygon:
    """A rectangle; its corner and its sides in thousandths of a degree from the corner of the test ground."""
    x, y = EAST + east / 1000, NORTH + north / 1000
    return MultiPolygon(Polygon.from_bbox((x, y, x + width / 1000, y + height / 1000)), srid=4326)


def spot(east: float = 0.5, north: float = 0.5) -> Point:
    return Point(EAST + east / 1000, NORTH + north / 1000, srid=4326)


def own(model):
    """The rows of this test's authorities, beside those of the demonstration."""
    return model.objects.filter(owner__ref__startswith="TT-")


@contextmanager
def refused(rule: str):
    """The database refuses by this rule, at the latest when the transaction ends."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():  # noqa: PT012
        yield
        settle()
    assert caught.value.__cause__.diag.constraint_name == rule


@pytest.fixture(autouse=True)
def _in_english():
    """Sentences are compared in the language of their keys."""
    with override("en"):
        yield


@pytest.fixture
def ground(world):
    """``dma`` and ``ikmaa`` (authorities), ``operator`` and ``rival``; ``people`` of each role for DMA and its operator, also
    as attributes (``ground.im_officer``, ``ground.second`` is another one, ``ground.ikmaa_officer``, ``ground.rival_desk``);
    makers of records. Everything lies in ``world.town`` in early 2026."""
    dma = Organisation.objects.create(ref="TT-DMA", name_en="Southern authority", kind="authority")
    ikmaa = Organisation.objects.create(ref="TT-IKMAA", name_en="Northern authority", kind="authority")
    operator = Organisation.objects.create(ref="TT-OP", name_en="Operator", kind="ngo")
    rival = Organisation.objects.create(ref="TT-RIVAL", name_en="Rival operator", kind="ngo")
    base = {"owner": dma, "place": world.town, "organisation": operator}

    def hazard(state="suspected", *, on=date(2026, 1, 10), east=0, evidence=True, **values):
        """``state``: suspected, or any other; what is confirmed has direct evidence. Written in one transaction."""
        confirmed = state not in ("reported", "suspected", "discarded", "cancelled")
        values = {
            "on": on, "suspected_on": on, "ground": square(east), "state": state,
            "classification": "CHA" if confirmed else "SHA", "confirmed_on": on if confirmed else None, **base, **values,
        }  # fmt: skip
        with transaction.atomic():
            row = Hazard.objects.create(**values)
            if evidence:
                direct = row.classification == "CHA"
                Evidence.objects.create(hazard=row, direct=direct, type="seen" if direct else "testimony", on=on)
        return row

    def release(hazard=None, type="cleared", *, on=date(2026, 3, 1), ground=None, **values):
        depth = {"depth_m": 0.2} if type == "cleared" else {}
        ground = ground or (hazard.ground if hazard else square())
        return Release.objects.create(
            **{"hazard": hazard, "type": type, "on": on, "ground": ground, **depth, **base, **values}
        )

    def report(reference="R-1", type="hazard", content=None, *, on=date(2026, 2, 1), **values):
        from rafid.programmes.mineaction.reports.receive import content_hash

        content = {"type": "minefield"} if content is None else content
        return FieldReport.objects.create(
            **{
                "reference": reference, "type": type, "on": on, "content": content, "content_hash": content_hash(content),
                **base, **values,
            }
        )  # fmt: skip

    def accreditation(organisation=operator, activity="manual", *, state="granted", **values):
        return Accreditation.objects.create(
            **{
                "owner": dma, "organisation": organisation, "activity": activity, "state": state, "on": date(2026, 1, 1),
                "valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31), **values,
            }
        )  # fmt: skip

    def task(*hazards, state="draft", activity="manual", accredited=True, **values):
        """With ``accredited`` the operator gets its accreditation where it has none."""
        values = {
            "on": date(2026, 2, 1),
            "valid_from": date(2026, 2, 1),
            "activity": activity,
            "state": state,
            **base,
            **values,
        }
        there = Accreditation.objects.filter(organisation=values["organisation"], activity=activity, state="granted")
        with transaction.atomic():
            if accredited and values["organisation"] and not there.exists():
                accreditation(values["organisation"], activity)
            row = Task.objects.create(**values)
            row.hazards.add(*hazards)
        return row

    def activity(*hazards, type="manual", start=date(2026, 2, 2), **values):
        row = Activity.objects.create(**{"type": type, "on": start, "start": start, **base, **values})
        row.hazards.add(*hazards)
        return row

    def day(activity, day=date(2026, 2, 3), **values):
        return DailyProgress.objects.create(activity=activity, day=day, **{"area_m2": 400, "deminers": 10, **values})

    def find(hazard=None, **values):
        return OrdnanceFind.objects.create(
            **{"category": "ap_mine", "on": date(2026, 2, 3), "hazard": hazard, "point": spot(), **base, **values}
        )

    def spot_task(**values):
        return SpotTask.objects.create(
            **{
                "what": "A shell",
                "on": date(2026, 2, 1),
                "reported_on": date(2026, 2, 1),
                "point": spot(),
                **base,
                **values,
            }
        )

    def inspection(hazard=None, **values):
        return QaVisit.objects.create(**{"hazard": hazard, "on": date(2026, 3, 1), **base, **values})

    def nonconformity(hazard=None, **values):
        return NonConformity.objects.create(
            **{
                "hazard": hazard, "severity": "major", "text": "No marking", "opened_on": date(2026, 3, 1),
                "due_on": date(2026, 3, 8), **base, **values,
            }
        )  # fmt: skip

    def completion(hazard, **values):
        return Completion.objects.create(**{"hazard": hazard, "on": date(2026, 3, 2), "depth_m": 0.2, **base, **values})

    def handover(hazard, **values):
        return Handover.objects.create(**{"hazard": hazard, "on": date(2026, 3, 10), "depth_m": 0.2, **base, **values})

    def accident(**values):
        return Accident.objects.create(**{"on": date(2026, 2, 1), "point": spot(), "injured": 1, **base, **values})

    def victim(name="Salim", **values):
        from rafid.programmes.mineaction.models import VictimName
        from rafid.programmes.mineaction.reading import seal_name

        row = Victim.objects.create(
            **{"owner": dma, "place": world.town, "on": date(2026, 2, 1), "harm": "injured", **values}
        )
        VictimName.objects.create(victim=row, sealed=seal_name([name]))
        return row

    def session(**values):
        return EoreSession.objects.create(**{"on": date(2026, 2, 1), "men": 5, "girls": 7, **base, **values})

    def criteria(**values):
        return ReleaseCriteria.objects.create(
            **{
                "owner": dma, "code": "cancel", "type": "cancelled", "source": "Test", "valid_from": date(2026, 1, 1),
                "items": [{"code": "visited", "text": {"en": "Visited"}}], **values,
            }
        )  # fmt: skip

    authority_roles = ("im_officer", "operations", "quality", "director", "victim_assistance", "eore_officer", "node")
    people = {role: world.person(f"x-{role}", (f"mineaction.{role}", dma, None)) for role in authority_roles}
    people["second"] = world.person("x-second", ("mineaction.im_officer", dma, None))
    people["ikmaa_officer"] = world.person("x-ikmaa", ("mineaction.im_officer", ikmaa, None))
    people["desk"] = world.person("x-desk", ("mineaction.operator", operator, None))
    people["operator_manager"] = world.person("x-opmanager", ("mineaction.operator_manager", operator, None))
    people["rival_desk"] = world.person("x-rival", ("mineaction.operator", rival, None))
    people["partner"] = world.person("x-partner", ("mineaction.partner", None, None))
    return SimpleNamespace(
        world=world, dma=dma, ikmaa=ikmaa, operator=operator, rival=rival, place=world.town, people=people,
        make_hazard=hazard, make_release=release, make_report=report, make_accreditation=accreditation, make_task=task,
        make_activity=activity, make_day=day, make_find=find, make_spot_task=spot_task, make_inspection=inspection,
        make_nonconformity=nonconformity, make_completion=completion, make_handover=handover, make_accident=accident,
        make_victim=victim, make_session=session, make_criteria=criteria, square=square, spot=spot, **people,
    )  # fmt: skip


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
