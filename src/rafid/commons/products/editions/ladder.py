"""The ladder of an edition: draft → in review → approved (figures freeze) → published → superseded or withdrawn."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons import blobs
from rafid.commons.history import because
from rafid.commons.people.visibility import may_on
from rafid.commons.records.models import State

from ..models import Edition, EditionFile, EditionInput, Recipe
from ..release.decide import COMPOSE, PUBLISH
from . import hooks
from .canonical import recipe_sha256
from .kinds import THUMBNAIL, maker_of


def begin(recipe: Recipe, by: Any, *, period: str = "", known: Any = None) -> Edition:
    """The next edition, drawn from the recipe as it is now; nothing is drawn yet."""
    with transaction.atomic(), because("begun"):
        found: Recipe = Recipe.objects.select_for_update(of=("self",)).get(pk=recipe.pk)
        _right(by, COMPOSE, found)
        number = (found.editions.aggregate(last=Max("number"))["last"] or 0) + 1
        edition = Edition.objects.create(
            recipe=found, number=number, period=period, programme=found.programme, owner=found.owner,
            sensitivity=found.sensitivity, title=found.names, summary=found.summary, body=found.body,
            recipe_sha256=recipe_sha256(found.body), known=known or timezone.now(), made_by=by,
        )  # fmt: skip
        refresh(edition, by, anew=True)
    return edition


def refresh(edition: Edition, by: Any, *, anew: bool = False) -> Edition:
    """A draft takes its figures and versions anew; drawn files go. ``anew``: it follows the recipe as it is today, with the
    newest versions, where its kind pins them.
    """
    maker = maker_of(edition.recipe.kind)
    pinned = getattr(maker, "pinned", None)
    if anew and pinned is not None:
        edition.body, edition.title = pinned(edition.recipe.body, edition), edition.recipe.names
        edition.summary = edition.recipe.summary
    if edition.state not in (State.DRAFT, State.IN_REVIEW):
        raise ValidationError(_("Only a draft is changed."))
    problems = maker.problems(edition.body)
    if problems:
        raise ValidationError([f"{one['where']}: {one['message']}" for one in problems])
    edition.figures = maker.figures(edition.body, edition.period, by)
    # A product is as sensitive as the most sensitive of the figures in it.
    edition.sensitivity = max(edition.recipe.sensitivity, int(edition.figures.get("sensitivity") or 0))
    edition.recipe_sha256, edition.pages = recipe_sha256(edition.body), None
    edition.save()
    edition.inputs.all().delete()
    EditionInput.objects.bulk_create(
        [EditionInput(edition=edition, version=version) for version in maker.inputs(edition.body)]
    )
    edition.files.all().delete()
    return edition


def draw(edition: Edition) -> list[EditionFile]:
    """Makes the files that are not there yet, language by language: a killed task goes on where it was.

    What a maker calls ``thumbnail.png`` is no file of its own; it becomes the edition's picture.
    """
    maker = maker_of(edition.recipe.kind)
    there = set(edition.files.values_list("language", flat=True))
    for language in edition.recipe.languages:
        if language in there:
            continue
        made = maker.draw(edition, language)
        with transaction.atomic():
            for one in made:
                blob = blobs.keep(one.data)
                if one.name == THUMBNAIL:
                    edition.thumbnail = blob.sha256
                    continue
                EditionFile.objects.create(
                    edition=edition, name=one.name, language=one.language or language, media_type=one.media_type,
                    sha256=blob.sha256, size=blob.size, pages=one.pages,
                )  # fmt: skip
            edition.pages = max([edition.pages or 0, *(one.pages or 0 for one in made)]) or None
            Edition.objects.filter(pk=edition.pk).update(thumbnail=edition.thumbnail, pages=edition.pages)
    return list(edition.files.order_by("name"))


def send_to_review(edition: Edition, by: Any) -> Edition:
    with transaction.atomic(), because("sent to review"):
        found = _locked(edition)
        _right(by, COMPOSE, found.recipe)
        if found.state != State.DRAFT:
            raise ValidationError(_("Only a draft is sent to review."))
        found.state, found.returned_why = State.IN_REVIEW, ""
        found.save()
    return found


def send_back(edition: Edition, by: Any, *, why: str) -> Edition:
    if not why.strip():
        raise ValidationError({"why": _("Say what must change.")})
    with transaction.atomic(), because(why):
        found = _locked(edition)
        _right(by, PUBLISH, found.recipe)
        if found.state != State.IN_REVIEW:
            raise ValidationError(_("Only what is in review is sent back."))
        found.state, found.returned_why = State.DRAFT, why
        found.save()
    return found


def approve(edition: Edition, by: Any, *, incomplete: bool = False) -> Edition:
    """Figures freeze; the files are drawn from them. A missing language stops it unless ``incomplete``; readers are told."""
    with transaction.atomic(), because("approved"):
        found = _locked(edition)
        _right(by, PUBLISH, found.recipe)
        if found.state != State.IN_REVIEW:
            raise ValidationError(_("Only what is in review is approved."))
        if found.made_by_id == by.pk:
            raise ValidationError(_("Somebody else must approve what you made."))
        missing = missing_texts(found)
        if missing and not incomplete:
            raise ValidationError(_("A text lacks a language: %s.") % ", ".join(missing))
        refresh(found, found.made_by or by)
        found.incomplete = bool(missing)
        found.state, found.approved_by, found.approved_at = State.APPROVED, by, timezone.now()
        found.save()
    return found


def missing_texts(edition: Edition) -> list[str]:
    languages = edition.recipe.languages
    missing = maker_of(edition.recipe.kind).missing(edition.body, languages)
    for name, said in (("title", edition.title), ("summary", edition.summary)):
        if any(said.values()):
            missing += [f"{name} ({code})" for code in languages if not (said.get(code) or "").strip()]
    return missing


def publish(edition: Edition, by: Any) -> Edition:
    """The one before it of the same recipe and period is superseded. Its files must be there: nothing half-made goes out."""
    with transaction.atomic(), because("published"):
        found = _locked(edition)
        _right(by, PUBLISH, found.recipe)
        if found.state != State.APPROVED:
            raise ValidationError(_("Only an approved edition is published."))
        drawn = set(found.files.values_list("language", flat=True))
        if not set(found.recipe.languages) <= drawn:
            raise ValidationError(_("Its files are still being made."))
        found.recipe.editions.filter(state=State.PUBLISHED, period=found.period).update(state=State.SUPERSEDED)
        found.state, found.published_at = State.PUBLISHED, timezone.now()
        found.save()
        recipe = found.recipe
        if recipe.state != State.PUBLISHED:
            recipe.state = State.PUBLISHED
            recipe.save()
        hooks.tell_published(found)
    return found


def withdraw(edition: Edition, by: Any, *, why: dict[str, str]) -> Edition:
    if not any(text.strip() for text in why.values()):
        raise ValidationError({"why": _("Say why it is withdrawn.")})
    with transaction.atomic(), because(next(text for text in why.values() if text.strip())):
        found = _locked(edition)
        _right(by, PUBLISH, found.recipe)
        if found.state not in (State.PUBLISHED, State.SUPERSEDED):
            raise ValidationError(_("Only what is published is withdrawn."))
        found.state, found.withdrawn_why = State.WITHDRAWN, why
        found.save()
        hooks.tell_withdrawn(found)
    return found


def _locked(edition: Edition) -> Edition:
    Recipe.objects.select_for_update(of=("self",)).get(pk=edition.recipe_id)
    found: Edition = Edition.objects.select_for_update(of=("self",)).select_related("recipe").get(pk=edition.pk)
    return found


def _right(by: Any, action: str, recipe: Recipe) -> None:
    if not may_on(by, action, recipe):
        raise ValidationError(_("Your role does not allow this here."))
