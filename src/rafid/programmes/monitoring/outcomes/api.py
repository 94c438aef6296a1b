"""``/api/v1/monitoring/outcomes``: studies with their changes, and released ground with its use."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from rafid.commons.api import ERRORS, Page, PageQuery, paged
from rafid.commons.people.authentication import signed_in

from ..models import OutcomeStudy, StudyKind, StudyRound
from .figures import OVERALL, Change
from .land import Land, Share
from .queries import Asked, asked, land_of, land_seen, studies_seen

router = Router(tags=["monitoring"])


class MonitoringChange(Schema):
    """Shares between 0 and 1, after less before. ``design``: paired, or apart (other people, interval of two groups)."""

    question: str
    round: str
    design: str
    n: int
    before: float
    after: float
    gained: int | None
    lost: int | None
    difference: float
    low: float
    high: float
    p: float | None
    small: bool


class MonitoringShare(Schema):
    value: float
    low: float
    high: float
    n: int
    small: bool


class MonitoringLand(Schema):
    round: str
    grounds: int
    area_m2: float
    used_m2: float
    beneficiaries: int
    used: MonitoringShare
    unused: MonitoringShare
    as_intended: MonitoringShare
    dispute: MonitoringShare


class MonitoringOutcomeOut(Schema):
    """``changes``: in all (question ``all``) and by question, for each round after the first. ``land``: of a study of land."""

    id: str
    ref: str
    contract: str
    partner: str
    kind: str
    design: str
    names: dict[str, str]
    instrument: str | None
    respondents: int
    rounds: list[str]
    changes: list[MonitoringChange]
    land: list[MonitoringLand]
    caveats: list[str]
    released_at: datetime | None


class MonitoringOutcomesQuery(PageQuery):
    contract: str | None = None
    partner: str | None = None
    kind: str | None = None


@router.get("/outcomes", response={200: Page[MonitoringOutcomeOut], **ERRORS}, summary="What changed for people")
def outcomes(request: HttpRequest, query: Query[MonitoringOutcomesQuery]) -> Any:
    """No rows of people: their answers leave by no door."""
    user = signed_in(request)
    rows = studies_seen(user)
    for name, path in (("contract", "contract__ref"), ("partner", "contract__partner__ref"), ("kind", "kind_of_study")):
        given = getattr(query, name)
        if given:
            rows = rows.filter(**{path: given.replace("\x00", "")})
    page = paged(rows, query, lambda row: row)
    studies = page["items"]
    found = asked(studies)
    grounds: dict[Any, list[Any]] = {}
    for one in land_seen(user, studies):
        grounds.setdefault(one.study_id, []).append(one)
    page["items"] = [_out(one, found.get(one.pk), grounds.get(one.pk, [])) for one in studies]
    return page


def _out(study: OutcomeStudy, one: Asked | None, grounds: list[Any]) -> dict[str, Any]:
    changes: list[dict[str, Any]] = []
    if one is not None:
        for turn in one.rounds:
            if turn != StudyRound.BEFORE:
                for question in (OVERALL, *one.questions):
                    changes += _changes(question, turn, one.change(question, turn))
    return {
        "id": str(study.pk),
        "ref": study.ref,
        "contract": study.contract.ref,
        "partner": study.contract.partner.ref,
        "kind": study.kind_of_study,
        "design": study.design,
        "names": study.names,
        "instrument": str(study.instrument_id) if study.instrument_id else None,
        "respondents": len(one.people) if one else 0,
        "rounds": one.rounds if one else sorted({row.round for row in grounds}),
        "changes": changes,
        "land": _grounds(grounds) if study.kind_of_study == StudyKind.LAND else [],
        "caveats": one.caveats() if one and one.people else [],
        "released_at": study.released_at,
    }


def _changes(question: str, turn: str, one: Change) -> list[dict[str, Any]]:
    start, found = {"question": question or "all", "round": turn}, []
    if one.pairs:
        p = one.pairs
        found.append(
            {**start, "design": "paired", "n": p.n, "before": p.before, "after": p.after, "gained": p.gained, "lost": p.lost,
             "difference": p.difference, "low": p.low, "high": p.high, "p": p.p, "small": one.small}
        )  # fmt: skip
    if one.apart:
        a = one.apart
        found.append(
            {**start, "design": "apart", "n": a.n_before + a.n_after, "before": a.before, "after": a.after, "gained": None,
             "lost": None, "difference": a.difference, "low": a.low, "high": a.high, "p": None, "small": one.small_apart}
        )  # fmt: skip
    return found


def _grounds(rows: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "round": turn, "grounds": one.grounds, "area_m2": one.area_m2, "used_m2": one.used_m2,
            "beneficiaries": one.beneficiaries, **{name: _share(getattr(one, name)) for name in _SHARES},
        }
        for turn, one in land_of(rows).items()
        if isinstance(one, Land)
    ]  # fmt: skip


_SHARES = ("used", "unused", "as_intended", "dispute")


def _share(one: Share) -> dict[str, Any]:
    return {"value": one.value, "low": one.low, "high": one.high, "n": one.n, "small": one.small}
