"""A small world of monitoring: a third party, two partners, a donor, contracts, sites, monitors, and those who work there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import override

from rafid.commons.people.models import Organisation
from rafid.programmes.monitoring.models import (
    Checklist,
    ChecklistItem,
    Contract,
    FrameRow,
    Monitor,
    MonitoringPlan,
    NonConformity,
    PlanContract,
    Site,
    Stratum,
    Visit,
    WorkplanLine,
)

MARCH = date(2026, 3, 1)


def window(day: int, hour: int = 9, hours: int = 2, month: int = 3) -> DateTimeTZRange:
    return DateTimeTZRange(
        datetime(2026, month, day, hour, tzinfo=UTC), datetime(2026, month, day, hour + hours, tzinfo=UTC)
    )


@pytest.fixture(autouse=True)
def _in_english():
    """Sentences are compared in the language of their keys."""
    with override("en"):
        yield


@pytest.fixture
def field(world):
    """``contract`` (active, two lines) of ``partner``; ``other`` of another partner and donor; eight ``sites`` of the first."""
    third = world.authority
    partner = Organisation.objects.create(ref="PART", name_en="Partner", kind="ngo")
    rival = Organisation.objects.create(ref="RIVAL", name_en="Rival", kind="ngo")
    donor = Organisation.objects.create(ref="GIVER", name_en="Giver", kind="donor")
    giver = Organisation.objects.create(ref="GIVER2", name_en="Another giver", kind="donor")

    def contract(title, partner, donor, state="active", **values):
        row = Contract.objects.create(
            **{
                "title": title, "partner": partner, "donor": donor, "owner": third, "start": date(2026, 1, 15),
                "end": date(2027, 1, 14), "budget": 800_000, "state": state, **values,
            }
        )  # fmt: skip
        for code, weight, target in (("1.1", 0.6, 180_000), ("1.2", 0.4, 4_000)):
            WorkplanLine.objects.create(contract=row, code=code, weight=weight, target=target, unit="m²", name_en=code)
        return row

    first = contract("Clearance", partner, donor)
    other = contract("Other clearance", rival, giver)

    def site(number, of=first, **values):
        return Site.objects.create(
            **{
                "owner": third, "partner": of.partner, "contract": of, "place": world.town, "size": 100 * number,
                "name_en": f"Hidden site {number}", "origin": "file", "external_id": f"{of.partner.ref}-{number}", **values,
            }
        )  # fmt: skip

    sites = [site(number) for number in range(1, 9)]
    checklist = Checklist.objects.create(code="checks", number="1", topic="clearance_site", name_en="Checks")
    items = [
        ChecklistItem.objects.create(
            checklist=checklist, code=code, severity=severity, text_en=code, sop_reference="SOP 1", place_in_list=at
        )
        for at, (code, severity) in enumerate((("ppe", "critical"), ("marking", "major"), ("log", "minor")), 1)
    ]
    monitors = [
        Monitor.objects.create(owner=third, code=f"X{number}", name_en=f"Secret monitor {number}")
        for number in (1, 2, 3)
    ]

    def plan(*strata, sites=sites, contracts=(first,), **values):
        row = MonitoringPlan.objects.create(**{"owner": third, "period": "2026Q1", "title": "Quarter", **values})
        for one in contracts:
            PlanContract.objects.create(plan=row, contract=one)
        for name, size, method in strata or (("all", 3, "equal"),):
            stratum = Stratum.objects.create(plan=row, name=name, size=size, method=method)
            FrameRow.objects.bulk_create(
                FrameRow(plan=row, stratum=stratum, site=one, code=one.ref, size=one.size) for one in sites
            )
        row.refresh_from_db()
        return row

    def visit(site=sites[0], **values):
        return Visit.objects.create(
            **{"owner": third, "place": site.place, "site": site, "contract": site.contract, **values}
        )

    def nonconformity(visit, **values):
        return NonConformity.objects.create(
            **{
                "owner": third, "place": visit.place, "visit": visit, "contract": visit.contract, "severity": "major",
                "text": "Without a visor", "item_code": "ppe", "opened_on": date(2026, 3, 3), "due_on": date(2026, 3, 10),
                **values,
            }
        )  # fmt: skip

    people = {
        role: world.person(f"m-{role}", (f"monitoring.{role}", organisation, None))
        for role, organisation in (
            ("manager", third), ("monitor", third), ("quality", third), ("director", third), ("partner", partner),
            ("donor", donor),
        )
    }  # fmt: skip
    people["partner"].organisation = partner
    people["partner"].save()
    people["rival"] = world.person("m-rival", ("monitoring.partner", rival, None))
    monitors[0].account = people["monitor"]
    monitors[0].save()
    return SimpleNamespace(
        third=third, partner=partner, rival=rival, donor=donor, contract=first, other=other, sites=sites, checklist=checklist,
        items=items, monitors=monitors, make_contract=contract, make_site=site, make_plan=plan, make_visit=visit,
        make_nonconformity=nonconformity, world=world,
        **{f"{role}_account" if role in ("partner", "donor", "rival") else role: one for role, one in people.items()},
    )  # fmt: skip
