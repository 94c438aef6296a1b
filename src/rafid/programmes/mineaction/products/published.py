"""Reports for publication: what ladder, gallery and ``/verify`` make of mine action's figures.

What goes out names no exact place, no single report and nobody; its figures come from the sight of whoever begins the edition,
who must act for an authority.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rafid.commons.indicators.periods import in_order, is_period, span
from rafid.commons.people.models import Organisation
from rafid.commons.places.models import Place
from rafid.commons.products.models import Edition
from rafid.commons.products.papers.frozen import stored
from rafid.commons.products.reports.paper import Paper
from rafid.commons.records.models import State
from rafid.commons.records.moments import moment_now

from ..declared import three
from ..models import Accident, Victim
from ..picture import ledgers
from ..picture.asked import Asked
from ..picture.frame import DATUM, demonstrates
from ..picture.inputs import inputs_for
from ..seeing import AUTHORITY, held
from . import make, victims
from .asking import Ask
from .declared import VICTIMS
from .facts import names
from .saying import Frozen, about, document, grids_of

KINDS = {
    "mineaction-treaty": "treaty",
    "mineaction-district": "squares",
    "mineaction-picture": "country",
    VICTIMS: "victims",
}
"""By code of a report, the kind of its figures."""


def gather(body: Mapping[str, Any], period: str, user: Any) -> dict[str, Any]:
    """Raises ``ValidationError`` where this person sees no hazard exactly."""
    if not held(user, AUTHORITY):
        raise ValidationError(
            _("These figures are taken with the sight of an authority. Let one of its people begin it.")
        )
    if period and not is_period(period):
        raise ValidationError(_("“%s” is no period. Write 2026, 2026Q1, 202609 or 2026W5.") % period)
    kind, today = KINDS[str(body["report"])], timezone.localdate()
    days = span(period) if period else None
    if days and days.start > today:
        raise ValidationError(_("That time has not begun yet. Choose an earlier one."))
    on = min(days.end, today) if days else today
    if kind == "victims":
        return _of_victims(on)
    place = Place.objects.filter(ref=body.get("place") or "").first()
    inputs = inputs_for(user, place)
    known = ledgers.state_of(inputs, Asked(on))
    before = _before(body, period, days.start, known) if days else None
    owner, _organisation = make.sight(user, place)
    ask = Ask(kind, user, Asked(on, known), before, place, public=True)
    figures = make.gather(ask, owner)
    return _framed({**figures, "sight": figures["sight"] or ABOVE}, kind, ask.after, before)


ABOVE = three("السلطات المذكورة أعلاه معاً", "دەسەڵاتەکانی سەرەوە پێکەوە", "the authorities named above together")
"""Whose sight it is, where a person acts for several."""


def _framed(figures: dict[str, Any], kind: str, after: Asked, before: Asked | None) -> dict[str, Any]:
    return {
        **figures, "kind": kind, "on": after.on.isoformat(), "known": after.known and after.known.isoformat(),
        "before_on": before and before.on.isoformat(), "before_known": before and before.known and before.known.isoformat(),
    }  # fmt: skip


def _before(body: Mapping[str, Any], period: str, start: date, known: datetime) -> Asked:
    """The state of the report before, so that the bridge begins at the figure that was published; else what is known now of
    the day before the period."""
    rows = Edition.objects.filter(
        figures__report=body["report"], body__place=body.get("place", ""), body__owner=body.get("owner", ""),
        state__in=(State.PUBLISHED, State.SUPERSEDED),
    ).exclude(period__in=("", period))  # fmt: skip
    earlier = [one for one in rows.only("period", "figures", "published_at") if span(one.period).end < span(period).end]
    if earlier:
        last = max(earlier, key=lambda one: (in_order(one.period), one.published_at))
        return Asked(date.fromisoformat(last.figures["on"]), min(datetime.fromisoformat(last.figures["known"]), known))
    return Asked(start - timedelta(days=1), known)


def _of_victims(on: date) -> dict[str, Any]:
    owners = Organisation.objects.filter(pk__in=Victim.objects.order_by().values("owner")).order_by("ref")
    figures = {
        "formula": make.FORMULA, "datum": DATUM, "authorities": [names(one) for one in owners],
        "demonstration": demonstrates() or Accident.objects.filter(source="demonstration").exists(),
        "sight": three("كل السجلات", "هەموو تۆمارەکان", "all records"), "place": None, **victims.gather(on),
    }  # fmt: skip
    return _framed(dict(stored(figures)), "victims", Asked(on, moment_now()), None)


def frozen(figures: Mapping[str, Any]) -> Frozen:
    def when(name: str) -> datetime | None:
        return datetime.fromisoformat(figures[name]) if figures.get(name) else None

    known = when("known")
    assert known is not None
    before_on = date.fromisoformat(figures["before_on"]) if figures.get("before_on") else None
    return Frozen(
        figures["kind"], date.fromisoformat(figures["on"]), known, before_on, when("before_known"), figures["sha256"],
        figures,
    )  # fmt: skip


def say(figures: Mapping[str, Any]) -> Paper:
    one = frozen(figures)
    return Paper(document(one, (get_language() or "ar")[:3].split("-")[0]), grids_of(one), about(one))
