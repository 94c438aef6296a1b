"""What a report says of plans and visits: what was promised to be seen, what was seen, what was not and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from rafid.commons.forms.models import Attachment
from rafid.commons.forms.photos import PICTURES
from rafid.commons.indicators.periods import is_period, span
from rafid.commons.places.models import Level, Place

from ..models import (
    Assessment,
    Checklist,
    ChecklistItem,
    DrawnSite,
    FrameRow,
    MonitoringPlan,
    PlanContract,
    Site,
    Stratum,
    Visit,
)
from ..models.plans import OPENED
from ..models.visits import NOT_SEEN, OPEN
from ..visits.pictures import open_names
from .known import as_known, local_day


def plans_of(contracts: Sequence[UUID], first: date, last: date, known: datetime) -> dict[UUID, Any]:
    """Plans of these contracts whose period reaches into the quarter, by id, as they stood at ``known``; no drafts."""
    ids = PlanContract.objects.filter(contract__in=contracts, known_at__lte=known).values("plan")
    found = {}
    for plan in as_known(MonitoringPlan, known, pgh_obj__in=ids):
        if plan.state == "draft" or not is_period(plan.period):
            continue
        days = span(plan.period)
        if days.start <= last and days.end >= first:
            found[plan.pgh_obj_id] = plan
    return found


def plan_blocks(plans: Mapping[UUID, Any], contracts: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """By contract. Of a plan that is not revealed nothing but its hashes: the rest would tell what it drew."""
    of: dict[UUID, list[UUID]] = defaultdict(list)
    for plan, contract in PlanContract.objects.filter(plan__in=plans, contract__in=contracts).values_list(
        "plan", "contract"
    ):
        of[contract].append(plan)
    opened = [pk for pk, plan in plans.items() if plan.state in OPENED]
    strata: dict[UUID, list[Any]] = defaultdict(list)
    for stratum in Stratum.objects.filter(plan__in=opened).order_by("name"):
        strata[stratum.plan_id].append(stratum)
    frame = _counted(FrameRow.objects.filter(plan__in=opened).values_list("stratum", "site__contract"))
    drawn = _counted(DrawnSite.objects.filter(plan__in=opened).values_list("stratum", "site__contract"))
    found: dict[UUID, list[dict[str, Any]]] = {}
    for contract, ids in of.items():
        blocks = []
        for pk in sorted(ids, key=lambda one: plans[one].ref):
            plan = plans[pk]
            block: dict[str, Any] = {
                "ref": plan.ref, "period": plan.period, "state": plan.state, "seed_hash": plan.seed_hash,
                "frame_hash": plan.frame_hash, "registered_on": local_day(plan.registered_at),
            }  # fmt: skip
            if plan.state in OPENED:
                own = [one for one in strata[pk] if frame[one.pk][contract]]
                block |= {
                    "aim": plan.aim, "seed": plan.seed, "statement": _own_lines(plan.statement, strata[pk], own),
                    "strata": [
                        {
                            "name": one.name, "method": one.method, "sites": sum(frame[one.pk].values()),
                            "size": one.size, "own_sites": frame[one.pk][contract], "own_drawn": drawn[one.pk][contract],
                        }
                        for one in own
                    ],
                }  # fmt: skip
            blocks.append(block)
        found[contract] = blocks
    return found


def _own_lines(statement: Mapping[str, str], strata: Sequence[Any], own: Sequence[Any]) -> dict[str, str]:
    """What a plan can show, of the strata that hold sites of this contract: each has a line that begins with its name."""
    others = tuple(f"{one.name}: " for one in strata if one not in own)
    return {
        language: "\n".join(line for line in text.split("\n") if not line.startswith(others))
        for language, text in statement.items()
    }


def _counted(pairs: Iterable[tuple[UUID, UUID | None]]) -> dict[UUID, dict[UUID | None, int]]:
    found: dict[UUID, dict[UUID | None, int]] = defaultdict(lambda: defaultdict(int))
    for stratum, contract in pairs:
        found[stratum][contract] += 1
    return found


def visits_of(
    contracts: Sequence[UUID], plans: Mapping[UUID, Any], first: date, last: date, known: datetime
) -> dict[UUID, list[Any]]:
    """Visits of the quarter by contract: those of its plans, and those beside a plan that fell into it."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    for visit in as_known(Visit, known, contract__in=contracts):
        own = visit.plan_id in plans and visit.drawn_id is not None
        day = day_of(visit)
        if own or (visit.drawn_id is None and day is not None and first <= day <= last):
            found[visit.contract_id].append(visit)
    return found


def day_of(visit: Any) -> date | None:
    return timezone.localdate(visit.arrived) if visit.arrived else visit.planned_on


def told(visit: Any, plans: Mapping[UUID, Any]) -> bool:
    """May partner and donor read of it? Released, and of a plan that is revealed (or of none)."""
    plan = plans.get(visit.plan_id)
    return visit.released_to_partner_at is not None and (
        visit.plan_id is None or visit.drawn_id is None or (plan is not None and plan.state in OPENED)
    )


def seen_block(visits: Sequence[Any], plans: Mapping[UUID, Any]) -> dict[str, int]:
    """How many were drawn, and what became of them. ``waiting`` are those that are not over, or not released."""
    drawn = [one for one in visits if one.drawn_id is not None and plans[one.plan_id].state in OPENED]
    over = [one for one in drawn if told(one, plans) and one.state not in OPEN]
    beside = [one for one in visits if one.drawn_id is None and told(one, plans) and one.state == "done"]
    made = [one for one in over if one.state == "done"]
    every = [*made, *beside]
    return {
        "drawn": len(drawn),
        "seen": len(made),
        **{state: sum(one.state == state for one in over) for state in NOT_SEEN},
        "waiting": len(drawn) - len(over),
        "partial": sum(one.access == "partial" for one in made),
        "beside": len(beside),
        "unannounced": sum(one.type == "unannounced" for one in every),
        "visits": len(every),
    }


def visit_rows(visits: Sequence[Any], plans: Mapping[UUID, Any], known: datetime) -> list[dict[str, Any]]:
    """The visits that partner and donor may read, oldest first; where they were is told by district."""
    rows = [one for one in visits if told(one, plans) and one.state not in OPEN]
    sites = {site.pk: site for site in Site.everything.filter(pk__in={one.site_id for one in rows})}
    where = coarse({one.place_id for one in rows if one.place_id})
    topics = dict(Checklist.objects.values_list("pk", "topic"))
    standing = {
        one.visit_id: one
        for one in Assessment.objects.filter(visit__in=[one.pgh_obj_id for one in rows], known_at__lte=known).order_by(
            "number"
        )
    }
    items = _items({one.checklist_id for one in standing.values()})
    photos = photos_of([one.submission_id for one in rows if one.submission_id], known)
    found = []
    for one in rows:
        assessed = standing.get(one.pgh_obj_id)
        day = day_of(one)
        found.append(
            {
                "ref": one.ref,
                "site": sites[one.site_id].ref,
                "names": sites[one.site_id].names,
                "place": where.get(one.place_id, {}),
                "day": day.isoformat() if day else None,
                "type": one.type,
                "reason": one.reason,
                "reason_text": one.reason_text,
                "state": one.state,
                "access": one.access,
                "not_seen_reason": one.not_seen_reason,
                "not_seen_text": one.not_seen_text,
                "team": one.team,
                "topic": topics.get(assessed.checklist_id, "") if assessed else topics.get(one.checklist_id, ""),
                "score": assessed.score if assessed else None,
                "verdict": assessed.verdict if assessed else "",
                "failed_critical": list(assessed.failed_critical) if assessed else [],
                "failed_texts": (
                    [items.get((assessed.checklist_id, code), {}) for code in assessed.failed_critical]
                    if assessed
                    else []
                ),
                "photos": photos.get(one.submission_id, []),
            }
        )
    return sorted(found, key=lambda row: (row["day"] or "", row["ref"]))


def _items(checklists: Iterable[Any]) -> dict[tuple[Any, str], dict[str, str]]:
    rows = ChecklistItem.objects.filter(checklist__in=list(checklists), severity="critical")
    return {(one.checklist_id, one.code): {"ar": one.text_ar, "ckb": one.text_ckb, "en": one.text_en} for one in rows}


def coarse(places: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """By place: governorate and district, and nothing that is more exact."""
    rows = {one.pk: one for one in Place.objects.filter(pk__in=list(places))}
    above = {
        one.pk: one
        for one in Place.objects.filter(
            pk__in={pk for row in rows.values() for pk in (row.lineage or ())},
            level__in=(Level.GOVERNORATE, Level.DISTRICT),
        )
    }
    found = {}
    for pk, row in rows.items():
        parts = sorted((above[one] for one in (row.lineage or ()) if one in above), key=lambda one: -one.level)
        names = {
            language: " · ".join(
                name for one in parts if (name := one.names.get(language) or one.names.get("en") or "")
            )
            for language in ("ar", "ckb", "en")
        }
        found[pk] = names
    return found


def photos_of(submissions: Sequence[UUID], known: datetime) -> dict[UUID, list[str]]:
    """The hashes of the pictures that came with a visit and that any reader may see, by its submission."""
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = Attachment.objects.filter(
        submission__in=submissions, sha256__isnull=False, replaced_by=None, media_type__in=PICTURES,
        arrived_at__lte=known,
    )  # fmt: skip
    names = open_names(submissions)
    for submission, name, sha256 in rows.order_by("submission", "name").values_list("submission", "name", "sha256"):
        if name in names.get(submission, ()):
            found[submission].append(sha256 or "")
    return dict(found)
