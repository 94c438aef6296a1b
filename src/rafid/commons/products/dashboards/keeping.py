"""Keeping dashboards: who sees and composes them, versions, and the way of a public one past another pair of eyes.

A dashboard for its own people changes when it is saved. One that is public does not: what is composed waits in ``next`` until
somebody else lets it out, and readers see the old one meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rafid.commons.history import because
from rafid.commons.people.visibility import allowing_on, may
from rafid.commons.programme import LANGUAGES, PARTNER, PUBLIC, RESTRICTED, installed
from rafid.commons.records.models import State

from ..editions.canonical import recipe_sha256
from ..models import Kind, Recipe
from ..release.decide import COMPOSE, PUBLISH
from . import body as bodies

REACHES = {
    "draft": gettext_lazy("Draft: those who compose it"),
    "organisation": gettext_lazy("Its organisation: those who read restricted data there"),
    "partner": gettext_lazy("Partners: those who read partners’ data"),
    "public": gettext_lazy("Everybody, after somebody else has looked at it"),
}
_SENSITIVITY = {"draft": PARTNER, "organisation": RESTRICTED, "partner": PARTNER, "public": PUBLIC}
REASONS = {
    "declared by its programme": gettext_lazy("declared by its programme"),
    "begun": gettext_lazy("begun"),
    "composed": gettext_lazy("composed"),
    "let out to everybody": gettext_lazy("let out to everybody"),
    **{f"shared: {reach}": words for reach, words in REACHES.items()},
}
"""Why a version came about, where nobody wrote it in words of his own."""
NEXT, ASKED_BY = "next", "asked_by"


class Changed(Exception):
    """Somebody saved it meanwhile; ``recipe`` is as it stands now."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(recipe.code)
        self.recipe = recipe


def dashboards_seen(user: Any) -> QuerySet[Recipe]:
    """A draft, and one whose review is still to come, is for those who compose it or decide on it."""
    found = Recipe.objects.visible_to(user).filter(kind=Kind.DASHBOARD).select_related("owner", "made_by")
    programmes = [one.name for one in installed() if may(user, COMPOSE, one.name) or may(user, PUBLISH, one.name)]
    own = Q(made_by=user.pk) if getattr(user, "is_authenticated", False) else Q(pk=None)
    return found.filter(Q(state=State.PUBLISHED) | own | Q(programme__in=programmes)).order_by("programme", "code")


def may_compose(user: Any, recipe: Recipe) -> bool:
    """One without an owner is the platform's: only a role for the whole of it changes it."""
    return _may(user, COMPOSE, recipe)


def may_publish(user: Any, recipe: Recipe) -> bool:
    return _may(user, PUBLISH, recipe)


def _may(user: Any, action: str, recipe: Recipe) -> bool:
    scopes = allowing_on(user, action, recipe)
    return any(recipe.owner_id or scope.organisation is None for scope in scopes)


def reach_of(recipe: Recipe) -> str:
    if recipe.state != State.PUBLISHED:
        return "draft"
    return {PUBLIC: "public", PARTNER: "partner"}.get(recipe.sensitivity, "organisation")


def is_public(recipe: Recipe) -> bool:
    return reach_of(recipe) == "public"


def working(recipe: Recipe) -> tuple[dict[str, str], dict[str, Any]]:
    """Names and body as they are composed: what waits for its release, else what stands."""
    waiting = recipe.body.get(NEXT)
    if isinstance(waiting, dict):
        return dict(waiting.get("names", {})), {
            name: waiting[name] for name in ("filters", "blocks") if name in waiting
        }
    return recipe.names, {name: recipe.body[name] for name in ("filters", "blocks") if name in recipe.body}


def create(
    user: Any, code: str, names: Mapping[str, str], programme: str, *, blocks: Sequence[Mapping[str, Any]] = ()
) -> Recipe:
    """Raises ``ValidationError``."""
    if not may(user, COMPOSE, programme, owner=user.organisation_id):
        raise ValidationError(_("Your role does not allow this here."))
    if Recipe.objects.filter(code=code).exists():
        raise ValidationError({"code": _("There is one with this address already.")})
    body: dict[str, Any] = {"filters": list(bodies.FILTERS), "blocks": [dict(one) for one in blocks]}
    recipe = Recipe(
        code=code, kind=Kind.DASHBOARD, programme=programme, owner=user.organisation, sensitivity=PARTNER, body=body,
        sha256=recipe_sha256(body), made_by=user, **{f"name_{language}": names.get(language, "") for language in LANGUAGES},
    )  # fmt: skip
    recipe.full_clean(exclude=["made_by", "template"])
    with because("begun"):
        recipe.save()
    return recipe


def save(
    recipe: Recipe, by: Any, *, version: int, names: Mapping[str, str], body: Mapping[str, Any], why: str = ""
) -> Recipe:
    """Raises ``Changed`` where ``version`` is not the one that stands, ``ValidationError`` for what cannot be."""
    said = {name: body[name] for name in ("filters", "blocks") if name in body}
    wrong = bodies.problems(said)
    if not any(text.strip() for text in names.values()):
        wrong.insert(0, {"where": "title", "message": _("Write a title, in one language at least.")})
    if wrong:
        raise ValidationError([f"{one['where']}: {one['message']}" for one in wrong])
    with transaction.atomic(), because(why or "composed"):
        found = _locked(recipe, by, COMPOSE)
        if found.version != version:
            raise Changed(found)
        # What is composed anew was not looked at: it is asked for again.
        if is_public(found):
            found.body = {**found.body, NEXT: {**said, "names": dict(names), "by": str(by.pk)}}
            found.body.pop(ASKED_BY, None)
        else:
            _put(found, names, said, by)
            if found.state == State.IN_REVIEW:
                found.state = State.DRAFT
        return _saved(found)


def _put(recipe: Recipe, names: Mapping[str, str], body: Mapping[str, Any], by: Any) -> None:
    kept = {name: recipe.body[name] for name in ("declared_sha256",) if name in recipe.body}
    recipe.body = {**kept, **body, "by": str(by.pk)}
    recipe.sha256 = recipe_sha256(body)
    for code in LANGUAGES:
        setattr(recipe, f"name_{code}", str(names.get(code, ""))[:300])


def share(recipe: Recipe, by: Any, reach: str) -> Recipe:
    """To its own people at once; to everybody it goes through review. Raises ``ValidationError``."""
    if reach not in REACHES:
        raise ValidationError(_("This is nothing that the page does."))
    with transaction.atomic(), because(f"shared: {reach}"):
        found = _locked(recipe, by, COMPOSE)
        if reach == "public":
            lacking = bodies.missing(*working(found))
            if lacking:
                raise ValidationError(_("A text lacks a language: %s.") % ", ".join(lacking))
            if is_public(found) and NEXT not in found.body:
                raise ValidationError(_("It is public already."))
            found.body = {**found.body, ASKED_BY: str(by.pk)}
            if not is_public(found):
                found.state = State.IN_REVIEW
        else:
            names, body = working(found)
            if NEXT in found.body:
                _put(found, names, body, by)
            found.body.pop(ASKED_BY, None)
            found.state = State.DRAFT if reach == "draft" else State.PUBLISHED
            found.sensitivity = _SENSITIVITY[reach]
        return _saved(found)


def waits(recipe: Recipe) -> bool:
    """For somebody who lets it out to everybody."""
    return bool(recipe.body.get(ASKED_BY))


def approve(recipe: Recipe, by: Any) -> Recipe:
    """Whoever asked, and whoever composed it last, does not decide. Raises ``ValidationError``."""
    with transaction.atomic(), because("let out to everybody"):
        found = _locked(recipe, by, PUBLISH)
        if not waits(found):
            raise ValidationError(_("It does not wait for a decision."))
        names, body = working(found)
        author = (found.body.get(NEXT) or found.body).get("by") or str(found.made_by_id)
        if str(by.pk) in (author, found.body[ASKED_BY]):
            raise ValidationError(_("Somebody else must approve what you made."))
        kept = {name: found.body[name] for name in ("declared_sha256",) if name in found.body}
        found.body = {**kept, **body, "by": author}
        found.sha256 = recipe_sha256(body)
        for code in LANGUAGES:
            setattr(found, f"name_{code}", names.get(code, ""))
        found.state, found.sensitivity = State.PUBLISHED, PUBLIC
        return _saved(found)


def send_back(recipe: Recipe, by: Any, why: str) -> Recipe:
    if not why.strip():
        raise ValidationError(_("Say what must change."))
    with transaction.atomic(), because(why.strip()[:500]):
        found = _locked(recipe, by, PUBLISH)
        if not waits(found):
            raise ValidationError(_("It does not wait for a decision."))
        found.body = {name: value for name, value in found.body.items() if name != ASKED_BY}
        if found.state == State.IN_REVIEW:
            found.state = State.DRAFT
        return _saved(found)


def _saved(recipe: Recipe) -> Recipe:
    """With the version that the database gave it."""
    recipe.save()
    recipe.refresh_from_db()
    return recipe


def versions(recipe: Recipe, most: int = 50) -> list[dict[str, Any]]:
    """What it was, the newest first: ``{"number", "at", "by", "why", "event"}``."""
    from rafid.commons.people.models import Account

    events = list(recipe.events.select_related("pgh_context").order_by("-version", "-pgh_id")[:most])  # type: ignore[attr-defined]
    facts = [(one.pgh_context.metadata if one.pgh_context else {}) or {} for one in events]
    people = Account.objects.in_bulk({str(fact["user"]) for fact in facts if fact.get("user")})
    by_id = {str(pk): account for pk, account in people.items()}
    return [
        {
            "number": one.version,
            "at": one.pgh_created_at,
            "by": by_id.get(str(fact.get("user", "")), ""),
            "why": REASONS.get(str(fact.get("reason", "")), fact.get("reason", "")),
            "event": one,
            "blocks": len(bodies.blocks_of((one.body or {}).get(NEXT) or one.body or {})),
        }
        for one, fact in zip(events, facts, strict=True)
    ]


def restore(recipe: Recipe, by: Any, number: int, version: int) -> Recipe:
    """An earlier version is composed anew; what came between stays in the history."""
    event = recipe.events.filter(version=number).order_by("-pgh_id").first()  # type: ignore[attr-defined]
    if event is None:
        raise ValidationError(_("There is no version %s.") % number)
    old = event.body.get(NEXT) if isinstance(event.body.get(NEXT), dict) else event.body
    names = (event.body.get(NEXT) or {}).get("names") or {code: getattr(event, f"name_{code}") for code in LANGUAGES}
    body = {name: old[name] for name in ("filters", "blocks") if name in old}
    return save(recipe, by, version=version, names=names, body=body, why=f"version {number} restored")


def _locked(recipe: Recipe, by: Any, action: str) -> Recipe:
    found: Recipe = Recipe.objects.select_for_update(of=("self",)).get(pk=recipe.pk)
    if not _may(by, action, found):
        raise ValidationError(_("Your role does not allow this here."))
    return found
