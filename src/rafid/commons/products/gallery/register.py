"""What the gallery hears of, said once at the start."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.db.models.signals import post_save

from ..editions import hooks as edition_hooks
from ..models import Edition, Recipe
from ..release import hooks as release_hooks
from . import embedding, events, live_frames, tasks  # noqa: F401
from .index import index_product
from .thumbnails import thumbnail


def register() -> None:
    edition_hooks.on_published(_published)
    edition_hooks.on_withdrawn(events.edition_withdrawn)
    release_hooks.on_published(events.version_published)
    release_hooks.on_withdrawn(events.dataset_withdrawn)
    embedding.register("dashboard", live_frames.dashboard)
    post_save.connect(_saved, sender=Recipe, dispatch_uid="rafid.index_product")


def _published(edition: Edition) -> None:
    index_product(edition.recipe)
    events.edition_published(edition)
    for language in edition.recipe.languages:
        # Now, while somebody waits for it anyway: the first reader of the gallery would wait for all of them.
        with suppress(LookupError, FileNotFoundError):
            thumbnail(edition, language)


def _saved(sender: Any, instance: Recipe, **_more: Any) -> None:
    """A dashboard is out by its own state; names change between editions."""
    if instance.state == "published":
        index_product(instance)
