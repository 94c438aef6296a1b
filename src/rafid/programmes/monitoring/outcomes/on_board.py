"""What the board says of outcomes: each study of its contracts in a line. A change is computed when an answer or the study
changed, and kept until then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max

from ..models import OutcomeAnswer, OutcomeStudy, StudyKind
from .drawing import change_drawn, share_drawn
from .figures import Change
from .land import Land
from .queries import asked, land_of, land_seen, studies_seen

_WEEK = 7 * 86_400


@dataclass(frozen=True)
class OnBoard:
    study: OutcomeStudy
    change: Change | None = None
    land: Land | None = None

    @property
    def shown(self) -> dict[str, Any]:
        """As the template of a change takes it."""
        found = (self.change.pairs or self.change.apart) if self.change else None
        if self.change is None or found is None:
            return {"found": None}
        small = self.change.small if self.change.pairs else self.change.small_apart
        drawn = change_drawn(found.difference, found.low, found.high, small=small)
        return {"found": found, "paired": self.change.pairs is not None, "small": small, "drawn": drawn}

    @property
    def drawn(self) -> Any:
        used = self.land.used if self.land else None
        return share_drawn(used.value, used.low, used.high, small=used.small) if used else ""


def studies_on_board(user: Any, contracts: Iterable[Any]) -> list[OnBoard]:
    """Those that this person sees, by contract."""
    studies = list(studies_seen(user).filter(contract__in=list(contracts)).order_by("contract__ref", "ref"))
    changes = _changes([one for one in studies if one.kind_of_study != StudyKind.LAND])
    grounds: dict[Any, list[Any]] = {}
    for row in land_seen(user, [one for one in studies if one.kind_of_study == StudyKind.LAND]):
        grounds.setdefault(row.study_id, []).append(row)
    found = []
    for study in studies:
        by_round = land_of(grounds.get(study.pk, ()))
        found.append(OnBoard(study, changes.get(study.pk), by_round["12"] or by_round["6"]))
    return found


def _changes(studies: list[OutcomeStudy]) -> dict[Any, Change]:
    if not studies:
        return {}
    rows = OutcomeAnswer.objects.filter(respondent__study__in=[one.pk for one in studies]).order_by()
    marks = {
        study: f"{count}-{last.timestamp()}"
        for study, count, last in rows.values_list("respondent__study").annotate(Count("pk"), Max("known_at"))
    }
    keys = {one.pk: f"monitoring-change-{one.pk}-{one.version}-{marks[one.pk]}" for one in studies if one.pk in marks}
    known = cache.get_many(keys.values())
    found = {pk: known[key] for pk, key in keys.items() if key in known}
    missing = [one for one in studies if one.pk in keys and one.pk not in found]
    fresh = {pk: one.change() for pk, one in asked(missing).items()} if missing else {}
    cache.set_many({keys[pk]: one for pk, one in fresh.items()}, _WEEK)
    return found | fresh
