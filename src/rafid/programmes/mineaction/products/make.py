"""Making a report: its state is fixed, its figures are gathered and frozen. And computing them again from that state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from rafid.commons.people.models import Organisation
from rafid.commons.products.papers.frozen import Difference, differences, sha256_of, stored
from rafid.commons.records.change import Refused

from ..models import Product, ProductKind
from ..picture import ledgers
from ..picture.asked import Asked
from ..picture.frame import DATUM, demonstrates
from ..picture.inputs import inputs_for
from ..refusals import told
from ..seeing import AUTHORITY, OPERATORS, held, own_organisation
from . import country, district, dossier, monthly, squares, treaty
from .asking import NEEDS, Ask
from .facts import names

FORMULA = "mineaction-products-1"
"""Named in the figures: another way of computing gets another name."""
_GATHER: dict[str, Any] = {
    "treaty": treaty.gather, "district": district.gather, "task": dossier.gather,
    "operator": monthly.gather, "squares": squares.gather, "country": country.gather,
}  # fmt: skip


def make(
    user: Any, kind: str, after: Asked, *, before: Asked | None = None, place: Any = None, task: Any = None,
    subject: Any = None, pk: UUID | None = None,
) -> Product:  # fmt: skip
    """Figures of what this person sees, frozen. Raises ``Refused``."""
    ready(user, kind, after, before=before, place=place, task=task, subject=subject)
    owner, organisation = sight(user, place)
    inputs = inputs_for(user, place)
    known = ledgers.state_of(inputs, after)
    earlier = None
    if before is not None:
        earlier = Asked(before.on, min(before.until, known) if before.until else known)
    ask = Ask(kind, user, Asked(after.on, known), earlier, place, task, subject)
    figures = gather(ask, owner or organisation)
    with told(Product):
        product = Product.objects.create(
            **({"pk": pk} if pk else {}),
            kind=kind, owner=owner, organisation=organisation, place=place, task=task, subject=subject, on=after.on,
            known=known, before_on=earlier and earlier.on, before_known=earlier and earlier.until, figures=figures,
            sha256=sha256_of(figures), made_by=user,
        )  # fmt: skip
    return product


def ready(user: Any, kind: str, after: Asked, *, before: Asked | None = None, **given: Any) -> None:
    """Raises ``Refused`` where this cannot be made."""
    given["before"] = before
    lacking = next((name for name in sorted(NEEDS[ProductKind(kind)]) if given[name] is None), "")
    if lacking:
        raise Refused(_missing(lacking))
    if not held(user, AUTHORITY | OPERATORS, "export"):
        raise Refused(_("Your role does not allow this here."))
    if before is not None and before.on >= after.on:
        raise Refused(_("The report before ends earlier than this one. Change one of the two days."))


def _missing(name: str) -> str:
    return {
        "before": _("Say from which day on: the last day of the report before."),
        "place": _("Choose the place that the sheet is about."),
        "task": _("Choose the task that the dossier is about."),
        "subject": _("Choose the operator that the page is about."),
    }[name]


def sight(user: Any, place: Any) -> tuple[Organisation | None, Organisation | None]:
    """The authority or the operator with whose sight the figures are made; neither where a person sees by several of them, or
    a part of it only: then it is that person's own."""
    authorities: set[Any] = set()
    operators: set[Any] = set()
    for scope in held(user, AUTHORITY | OPERATORS):
        if scope.role.partition(".")[2] in OPERATORS:
            operators.add(own_organisation(user, scope))
        else:
            whole = not scope.place or (place is not None and scope.place in (place.lineage or ()))
            authorities.add(scope.organisation if whole else None)
    ids = authorities | operators
    if len(ids) != 1 or None in ids:
        return None, None
    found = Organisation.objects.get(pk=ids.pop())
    return (None, found) if operators else (found, None)


def gather(ask: Ask, seen_by: Any) -> dict[str, Any]:
    """All that a document says, as JSON."""
    owners = Organisation.objects.filter(pk__in=inputs_owners(ask)).order_by("ref")
    figures = {
        "formula": FORMULA, "kind": ask.kind, "datum": DATUM, "demonstration": demonstrates(),
        "authorities": [names(one) for one in owners], "sight": names(seen_by),
        "place": {"ref": ask.place.ref, "names": names(ask.place)} if ask.place is not None else None,
        **_GATHER[ask.kind](ask),
    }  # fmt: skip
    return dict(stored(figures))


def inputs_owners(ask: Ask) -> Any:
    """The authorities of the hazards that this person sees."""
    from rafid.commons.people.visibility import places_within

    from ..models import Hazard

    rows = Hazard.objects.visible_to(ask.user).filter(known_at__lte=ask.known)
    if ask.place is not None:
        rows = rows.filter(place__in=places_within(ask.place.pk))
    return rows.order_by().values("owner")


@dataclass(frozen=True)
class Recomputed:
    """``whole``: the frozen figures still have their hash. ``known``: the state that they were computed from again."""

    known: datetime
    whole: bool
    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        return self.whole and not self.differences


def recompute(product: Product, user: Any, *, known: datetime | None = None) -> Recomputed:
    """With the sight of who asks, from the state that it names, or from another one: ``known``."""
    at = known or product.known
    earlier = Asked(product.before_on, product.before_known) if product.before_on else None
    ask = Ask(product.kind, user, Asked(product.on, at), earlier, product.place, product.task, product.subject)
    fresh = gather(ask, product.owner or product.organisation)
    found = tuple(differences(stored(product.figures), fresh))
    return Recomputed(at, product.sha256 == sha256_of(product.figures), found)
