"""Contracts of the demonstration with their lines, months, money and sites. One partner reports more than there is, one
improves, one has two sites that do not exist (see demo_visits). Nobody here is real.

Nearly half of a contract's sites belong to its first line: where visits are many enough for a floor that says something."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.gis.geos import Point

from rafid.commons.people.models import Organisation
from rafid.commons.places.country import country
from rafid.commons.places.models import Place
from rafid.commons.records.models import Source
from rafid.commons.records.search import index_rows

from .arriving.sites import coarse
from .contracts.months import after
from .models import (
    Contract,
    ExactPlace,
    PlannedMonth,
    ReportedAtSite,
    ReportedProgress,
    Site,
    Spending,
    WorkplanLine,
)

MONTHS = 18
SITES, OF_FIRST = 420, 28 / 60
GOVERNORATES = ("IQG15", "IQG13", "IQG11", "IQG10", "IQG18", "IQG07", "IQG08", "IQG05", "IQG12")
INFLATED, GHOSTS, IMPROVING = "DEMO-IP-3", "DEMO-IP-4", "DEMO-IP-2"
BLOWN_UP = 1.15
_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

LINES: dict[str, tuple[str, str, float, str, tuple[str, str, str]]] = {
    "CLR": ("clearance", "m²", 180_000, "clearance_task", ("إزالة يدوية", "پاککردنەوەی دەستی", "Manual clearance")),
    "MEC": ("clearance", "m²", 260_000, "clearance_task", ("إزالة آلية", "پاککردنەوەی میکانیکی", "Mechanical clearance")),
    "NTS": ("survey", "ha", 900, "survey_area", ("مسح غير تقني", "ڕووپێوی ناتەکنیکی", "Non-technical survey")),
    "EOR": ("eore_sessions", "sessions", 420, "session", ("جلسات التوعية", "دانیشتنی هۆشیاری", "Risk education sessions")),
    "EOD": ("spot_tasks", "tasks", 300, "clearance_task", ("مهام موضعية", "ئەرکە خاڵییەکان", "Spot tasks")),
    "VIC": ("victims_assisted", "people", 240, "clinic", ("مساعدة الضحايا", "یارمەتیی قوربانیان", "Victim assistance")),
}  # fmt: skip
"""Code → kind, unit, target, kind of its sites, names."""

CONTRACTS = (
    ("DEMO-IP-1", "DEMO-DONOR", "إزالة الألغام في نينوى", 1_900_000, ("CLR", "MEC", "NTS", "EOR", "EOD", "VIC")),
    ("DEMO-IP-2", "DEMO-DONOR", "المسح والإزالة في أربيل", 1_350_000, ("CLR", "NTS", "EOR", "EOD", "VIC")),
    ("DEMO-IP-3", "DEMO-DONOR-2", "إزالة الألغام في كركوك", 1_600_000, ("CLR", "MEC", "NTS", "EOR", "EOD", "VIC")),
    ("DEMO-IP-4", "DEMO-DONOR-2", "التوعية والمسح في ديالى", 900_000, ("EOR", "NTS", "EOD", "VIC", "CLR")),
    ("DEMO-IP-5", "DEMO-DONOR-3", "مساعدة الضحايا في الوسط", 700_000, ("VIC", "EOR", "NTS", "EOD", "CLR")),
    ("DEMO-IP-1", "DEMO-DONOR-3", "إزالة سريعة في الجنوب", 820_000, ("EOD", "CLR", "NTS", "EOR", "VIC")),
    ("DEMO-IP-2", "DEMO-DONOR-2", "إزالة آلية في صلاح الدين", 1_100_000, ("MEC", "CLR", "NTS", "EOR", "EOD", "VIC")),
)
_WEIGHTS = {5: (0.4, 0.2, 0.15, 0.15, 0.1), 6: (0.35, 0.2, 0.15, 0.1, 0.1, 0.1)}


@dataclass
class Ground:
    """What is at a site in truth, and since when: only the demonstration knows."""

    site: Site
    line: WorkplanLine
    pace: float
    begins: int
    ghost: bool = False

    def true(self, month: int) -> float:
        return 0 if self.ghost else round(self.pace * max(0, min(6, month - self.begins + 1)), 1)

    def reported(self, month: int) -> float:
        factor = BLOWN_UP if self.site.partner and self.site.partner.ref == INFLATED else 1.0
        return round(self.pace * max(0, min(6, month - self.begins + 1)) * factor, 1)


def months(today: date) -> list[date]:
    """The first days of the last whole months, the oldest first."""
    found, day = [], today.replace(day=1)
    for _count in range(MONTHS):
        day = (day - timedelta(days=1)).replace(day=1)
        found.append(day)
    return found[::-1]


def ref(prefix: str, chance: random.Random) -> str:
    return f"{prefix}-" + "".join(chance.choice(_SIGNS) for _ in range(8))


def load(owner: Organisation, today: date, zone: Any, share: float) -> list[Ground]:
    """All contracts; of the sites ``share``."""
    chance = random.Random("contracts")  # noqa: S311 - made up, no secret
    times = months(today)
    ground: list[Ground] = []
    for number, row in enumerate(CONTRACTS):
        contract, lines = _contract(owner, number, row, times, chance)
        count = max(8, round(SITES * share / len(CONTRACTS)))
        made = list(_sites(contract, lines, number, count, times, chance))
        Site.objects.bulk_create(one.site for one in made)
        ExactPlace.objects.bulk_create(one.site.exact for one in made)
        _reports(contract, lines, made, times, zone)
        ground += made
    return ground


def _contract(
    owner: Organisation, number: int, row: Any, times: list[date], chance: random.Random
) -> tuple[Contract, list[WorkplanLine]]:
    partner, donor, title, budget, codes = row
    last = (times[-1] + timedelta(days=220)).replace(day=1)
    contract = Contract.objects.create(
        ref=f"C-DEMO-{number + 1}", owner=owner, partner=Organisation.objects.get(ref=partner),
        donor=Organisation.objects.get(ref=donor), title=title, start=times[0], end=last, budget=budget,
        source=Source.DEMONSTRATION,
    )  # fmt: skip
    lines = []
    for at, (code, weight) in enumerate(zip(codes, _WEIGHTS[len(codes)], strict=True), 1):
        kind, unit, target, _site, names = LINES[code]
        lines.append(
            WorkplanLine.objects.create(
                contract=contract, code=f"{at}.{code}", unit=unit, kind=kind, weight=weight,
                target=round(target * chance.uniform(0.7, 1.3)), name_ar=names[0], name_ckb=names[1], name_en=names[2],
            )
        )  # fmt: skip
    contract.state = "active"
    contract.save()
    index_rows(Contract, [contract])
    return contract, lines


def _sites(
    contract: Contract, lines: list[WorkplanLine], number: int, count: int, times: list[date], chance: random.Random
) -> Iterator[Ground]:
    wanted = (GOVERNORATES[number % 9], GOVERNORATES[(number + 3) % 9])
    districts = list(
        Place.objects.filter(level=2, division=country().division, parent__ref__in=wanted)
        .exclude(point=None)
        .order_by("ref")
    )
    first = round(count * OF_FIRST)
    for at in range(count):
        line = lines[0] if at < first else lines[1 + (at - first) % (len(lines) - 1)]
        place, own = chance.choice(districts), first if at < first else (count - first) / (len(lines) - 1)
        code = line.code.partition(".")[2]
        where = Point(
            place.point.x + chance.uniform(-0.12, 0.12), place.point.y + chance.uniform(-0.12, 0.12), srid=4326
        )
        # All sites of a line together come to about three quarters of its target.
        size = round(line.target * 0.72 / max(1, own) * chance.lognormvariate(0, 0.45), 1) + 1
        team = f"{contract.partner.ref[-1]}{('ABC' if number < 5 else 'DEF')[at % 3]}"
        name = f"{place.name_en} {number + 1}-{at + 1:02}"
        site = Site(
            ref=ref("S", chance), owner=contract.owner, partner=contract.partner, contract=contract, place=place,
            kind_of_site=LINES[code][3], size=size, origin="dataset:tasks", external_id=f"{contract.ref[-1]}-{at + 1:03}",
            team=team, point=coarse(where), active_from=times[0], source=Source.DEMONSTRATION, name_en=name,
            name_ar=f"{place.name_ar} {number + 1}-{at + 1:02}", name_ckb=f"{place.name_ckb} {number + 1}-{at + 1:02}",
        )  # fmt: skip
        site.exact = ExactPlace(site=site, point=where)
        yield Ground(site, line, float(size) / 6 * chance.uniform(0.8, 1.1), chance.randrange(0, 11))


def _reports(
    contract: Contract,
    lines: list[WorkplanLine],
    ground: list[Ground],
    times: list[date],
    zone: Any,
) -> None:
    """Planned in an S, reported as the sum of the sites, spent ahead of the work. What is reported until a month, at a site
    as for its line, is all that was reached by then; a site is reported for the months in which it grew."""
    planned, reported = [], []
    for line in lines:
        own = [one for one in ground if one.line == line]
        for month, first in enumerate((*times, *(after(times[-1], step) for step in range(1, 7)))):
            gone = (month + 1) / (MONTHS + 6)
            planned.append(
                PlannedMonth(line=line, month=first, value=round(line.target * gone * gone * (3 - 2 * gone), 1))
            )
        reported += [
            ReportedProgress(
                line=line, month=first, value=round(sum(one.reported(month) for one in own), 1),
                received_at=_received(first, zone),
            )
            for month, first in enumerate(times)
        ]  # fmt: skip
    PlannedMonth.objects.bulk_create(planned)
    ReportedProgress.objects.bulk_create(reported)
    Spending.objects.bulk_create(
        Spending(
            contract=contract, month=first, received_at=_received(first, zone),
            amount=round(float(contract.budget) * (month + 1) / (MONTHS + 6) * 0.96, 2),
        )
        for month, first in enumerate(times)
    )  # fmt: skip
    ReportedAtSite.objects.bulk_create(
        ReportedAtSite(
            site=one.site, line=one.line, month=first, value=one.reported(month), received_at=_received(first, zone)
        )
        for one in ground
        for month, first in enumerate(times)
        if one.reported(month) > (one.reported(month - 1) if month else 0)
    )


def _received(first: date, zone: Any) -> datetime:
    return datetime.combine(first + timedelta(days=36), time(10), zone)
