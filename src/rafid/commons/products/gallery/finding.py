"""Products and editions that are out, for one reader: what is not his is not there."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from rafid.commons.products.catalogue.finding import reads
from rafid.commons.records.models import State

from ..models import Edition, EditionFile, Kind, Recipe

OUT = (State.PUBLISHED, State.SUPERSEDED)
SHOWN = (*OUT, State.WITHDRAWN)


def products_out(user: Any, *, year: int | None = None) -> QuerySet[Recipe]:
    """Recipes with an edition that is out, each with ``newest`` (its id) and ``out_at``; a dashboard by its own state."""
    editions = Edition.objects.visible_to(user).filter(state=State.PUBLISHED, recipe=OuterRef("pk"))
    if year is not None:
        editions = editions.filter(published_at__year=year)
    editions = editions.order_by("-published_at", "-number")
    live = Q(kind=Kind.DASHBOARD, state=State.PUBLISHED) & (Q(made_at__year=year) if year is not None else Q())
    seen = Recipe.objects.visible_to(user).filter(live).values("pk")
    return Recipe.objects.annotate(
        newest=Subquery(editions.values("pk")[:1]),
        out_at=Coalesce(
            Subquery(editions.values("published_at")[:1]),
            Case(When(pk__in=seen, then=F("made_at")), default=Value(None)),
        ),
    ).filter(out_at__isnull=False)


def product_seen(code: str, user: Any) -> Recipe:
    """Raises ``LookupError``. One whose editions were all withdrawn stays, with the reason, for whoever could see it before;
    a draft is for those who work on it."""
    found: Recipe | None = Recipe.objects.select_related("owner").filter(code=code).first()
    if found is None:
        raise LookupError(code)
    if editions_seen(found, user).exists() or Recipe.objects.visible_to(user).filter(pk=found.pk).exists():
        return found
    raise LookupError(code)


def editions_seen(recipe: Recipe, user: Any) -> QuerySet[Edition]:
    """All that are or were out, withdrawn ones too, the newest first."""
    found = recipe.editions.filter(state__in=SHOWN, sensitivity__lte=reads(user, recipe))  # type: ignore[arg-type]
    return found.order_by("-number")


def newest_of(recipe: Recipe, user: Any) -> Edition | None:
    return editions_seen(recipe, user).filter(state=State.PUBLISHED).order_by("-published_at", "-number").first()


def edition_seen(code: str, number: int, user: Any) -> Edition:
    """One edition that is or was out. Raises ``LookupError``."""
    found = editions_seen(product_seen(code, user), user).select_related("recipe").filter(number=number).first()
    if found is None:
        raise LookupError(number)
    return found


def picture_of(edition: Edition, language: str) -> EditionFile | None:
    """What shows the edition best in that language: its picture, else its document, else that of another language."""
    files = list(edition.files.all())
    for wanted in ("image/png", "image/jpeg", "image/webp", "image/svg+xml", "application/pdf"):
        fitting = sorted(
            (one for one in files if one.media_type == wanted), key=lambda one: (one.language != language, one.size)
        )
        if fitting and (fitting[0].language in ("", language)):
            return fitting[0]
    return next(
        (one for one in files if one.media_type.startswith("image/") or one.media_type == "application/pdf"), None
    )
