"""Frozen figures in the words of the active language: the document of each kind, and the tables of its workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from rafid.commons.names import pick
from rafid.commons.places.country import country
from rafid.commons.products.papers.grids import Grid
from rafid.commons.products.papers.tree import Document, Heading, Part, Text, code
from rafid.commons.writing import day, moment

from ..models import Product
from ..picture.frame import DATUM, safety
from . import say_country, say_district, say_dossier, say_monthly, say_squares, say_treaty, say_victims

_SAYS: dict[str, Any] = {
    "treaty": say_treaty, "district": say_district, "task": say_dossier,
    "operator": say_monthly, "squares": say_squares, "country": say_country, "victims": say_victims,
}  # fmt: skip


@dataclass(frozen=True)
class Frozen:
    """Figures of an edition, with what a :class:`Product` says of its own."""

    kind: str
    on: date
    known: datetime
    before_on: date | None
    before_known: datetime | None
    sha256: str
    figures: Mapping[str, Any]


Said = Product | Frozen


@dataclass(frozen=True)
class Facts:
    """What every document says of itself, and the figures of its kind."""

    product: Said
    figures: Mapping[str, Any]

    @property
    def demonstration(self) -> bool:
        return bool(self.figures["demonstration"])

    @property
    def where(self) -> str:
        return pick(self.figures["place"]["names"]) if self.figures.get("place") else _("Whole country")

    @property
    def authority(self) -> str:
        return " · ".join(pick(one) for one in self.figures["authorities"])

    @property
    def state(self) -> str:
        return state_text(self.product.on, self.product.known)

    @property
    def before(self) -> str:
        return state_text(self.product.before_on, self.product.before_known) if self.product.before_on else ""


def state_text(on: date, known: datetime | None) -> str:
    if known is None:
        return _("As of %(on)s, as known now") % {"on": day(on)}
    return _("As of %(on)s, as known on %(known)s") % {"on": day(on), "known": moment(known)}


def title_of(product: Said) -> str:
    return str(_SAYS[product.kind].title(Facts(product, product.figures)))


def grids_of(product: Said) -> list[Grid]:
    return list(_SAYS[product.kind].grids(Facts(product, product.figures)))


def about(product: Said) -> list[tuple[str, str]]:
    """The last sheet of a workbook."""
    facts = Facts(product, product.figures)
    rows = [("DEMONSTRATION", _("DEMONSTRATION: invented records"))] if facts.demonstration else []
    rows += [(_("Title"), title_of(product)), (_("State"), facts.state)]
    rows += [(_("Compared with"), facts.before)] if facts.before else []
    rows += [
        (pgettext("of mine action", "Authority"), facts.authority),
        (_("Place"), facts.where), (_("Datum"), DATUM), (_("Seen by"), seen_by(facts)),
        ("SHA-256", product.sha256), (_("Note"), safety()),
    ]  # fmt: skip
    return rows


def seen_by(facts: Facts) -> str:
    """With whose sight the figures were made."""
    return pick(facts.figures["sight"]) or _("one person")


def document(product: Said, language: str) -> Document:
    with override(language):
        facts = Facts(product, product.figures)
        says = _SAYS[product.kind]
        parts: list[Part] = [Text(safety(), "warning"), *says.parts(facts), *_state(facts)]
        foot = [facts.state, DATUM, code(product.sha256[:12])]
        if facts.demonstration:
            foot.insert(0, "DEMONSTRATION")
        return Document(
            language, title_of(product), facts.authority, _under(facts),
            [_("DEMONSTRATION: invented records")] if facts.demonstration else [], " · ".join(foot), facts.authority,
            parts, listed=False,
        )  # fmt: skip


def _under(facts: Facts) -> list[str]:
    lines = [facts.state]
    if facts.before:
        lines.append(_("Compared with: %(state)s") % {"state": facts.before})
    return [*lines, f"{facts.where} · {_('Datum')}: {code(DATUM)}"]


def _state(facts: Facts) -> list[Part]:
    told = _(
        "The figures are frozen. With both dates of their state they can be computed again; the hash below is theirs."
        " They are what %(sight)s sees."
    )
    return [
        Heading("state", _("Where these figures come from"), 1),
        Text(told % {"sight": seen_by(facts)}, "small"), Text(code(f"SHA-256 {facts.product.sha256}"), "code"),
        Text(pick(country().disclaimer), "small"),
    ]  # fmt: skip
