"""A product is a recipe, never a drawing; what was made of it at one time is an edition, with its files."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.identity import uuid7
from rafid.commons.names import Named
from rafid.commons.programme import LANGUAGES, PARTNER
from rafid.commons.records.models import Sensitivity, State

from .base import SeenQuerySet
from .release import DatasetVersion

FROZEN = "('published', 'superseded', 'withdrawn')"


class Kind(models.TextChoices):
    MAP = "map", _("Map")
    CHART = "chart", _("Chart")
    SHEET = "sheet", _("Fact sheet")
    DASHBOARD = "dashboard", _("Dashboard")
    BULLETIN = "bulletin", _("Bulletin")
    ATLAS = "atlas", _("Atlas")
    REPORT = "report", _("Report")


def languages() -> list[str]:
    return list(LANGUAGES)


@keep_history()
class Template(Named):
    """A layout to begin with: ``body`` is a recipe without places and dates. A changed one is a new version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    programme = models.CharField(max_length=40)
    declared = models.BooleanField(default=False)
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    body = models.JSONField(default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="template_once")]

    def __str__(self) -> str:
        return self.name or self.code


@keep_history()
class Recipe(Named):
    """``body``: query, layers, style, layout, texts in three languages, as its kind understands it; ``sha256`` of its
    canonical form. ``every``: the periods for which editions come (month, quarter, year), empty for one-off products.
    A dashboard is looked at live; its ``state`` is its own. The others are published edition by edition.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    template = models.ForeignKey(Template, models.PROTECT, null=True, blank=True, related_name="recipes")
    programme = models.CharField(max_length=40)
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    sensitivity = models.SmallIntegerField(choices=Sensitivity.choices, default=PARTNER)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    summary = models.JSONField(default=dict, blank=True)
    theme = models.CharField(max_length=40, blank=True)
    body = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, blank=True)
    languages = ArrayField(models.CharField(max_length=3), default=languages)
    every = models.CharField(max_length=8, blank=True)
    declared = models.BooleanField(default=False)
    demonstration = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = models.Manager.from_queryset(SeenQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(code__regex=r"^[a-z0-9][a-z0-9_-]{0,79}$"), name="recipe_code"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="recipe_kind_known"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="recipe_version_rises",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(),
                func=pgtrigger.Func("NEW.version := OLD.version + 1; RETURN NEW;"),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.code

    def programme_name(self) -> str:
        return self.programme

    @property
    def place_id(self) -> None:
        return None

    def get_absolute_url(self) -> str:
        return reverse("product", args=[self.code])


class EditionQuerySet(SeenQuerySet):
    pass


class Edition(models.Model):
    """A recipe at one time. ``body`` is the recipe as it was, ``recipe_sha256`` its canonical hash, which the footer prints;
    ``figures`` are the values that its text and charts name, frozen at approval; ``known`` the state of the node.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recipe = models.ForeignKey(Recipe, models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    period = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    programme = models.CharField(max_length=40)
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    sensitivity = models.SmallIntegerField(choices=Sensitivity.choices, default=PARTNER)
    title = models.JSONField(default=dict)
    summary = models.JSONField(default=dict, blank=True)
    body = models.JSONField(default=dict)
    recipe_sha256 = models.CharField(max_length=64, blank=True)
    figures = models.JSONField(default=dict)
    known = models.DateTimeField()
    pages = models.PositiveIntegerField(null=True)
    thumbnail = models.CharField(max_length=64, blank=True)
    incomplete = models.BooleanField(default=False, help_text="goes out although a language is missing")
    returned_why = models.TextField(blank=True)
    withdrawn_why = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(EditionQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipe", "number"], name="edition_once"),
            models.UniqueConstraint(
                fields=["recipe", "period"], condition=models.Q(state="published"), name="edition_one_published"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("made_by")),
                name="edition_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", "published", "superseded"])
                | models.Q(approved_by__isnull=False, approved_at__isnull=False),
                name="edition_approved_before",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="edition_version_rises",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(),
                func=pgtrigger.Func("NEW.version := OLD.version + 1; RETURN NEW;"),
            ),
            pgtrigger.Trigger(
                name="edition_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state IN ('approved', 'published', 'superseded', 'withdrawn')"),
                func=pgtrigger.Func(
                    f"""
                    IF TG_OP = 'DELETE' OR NEW.body <> OLD.body OR NEW.figures <> OLD.figures
                       OR NEW.recipe_sha256 <> OLD.recipe_sha256 OR NEW.recipe_id <> OLD.recipe_id
                       OR NEW.period <> OLD.period OR NEW.number <> OLD.number
                       OR (OLD.state IN {FROZEN} AND NEW.state NOT IN {FROZEN})
                       OR (OLD.state IN {FROZEN} AND NEW.sensitivity <> OLD.sensitivity) THEN
                        RAISE EXCEPTION 'an approved edition does not change' USING ERRCODE = '23514';
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
            pgtrigger.Trigger(
                name="edition_names_what_is_out",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.state = 'published'"),
                func=pgtrigger.Func(
                    """
                    IF EXISTS (
                        SELECT 1 FROM rafid_products_editioninput i
                        JOIN rafid_products_datasetversion v ON v.id = i.version_id
                        WHERE i.edition_id = NEW.id
                          AND (v.state NOT IN ('published', 'superseded') OR v.sensitivity > NEW.sensitivity)
                    ) THEN
                        RAISE EXCEPTION 'an edition names no version that its readers may not have' USING ERRCODE = '23514';
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipe_id} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("product", args=[self.recipe.code]) + f"?edition={self.number}"

    def programme_name(self) -> str:
        return self.programme

    @property
    def place_id(self) -> Any:
        return None


class EditionInput(models.Model):
    """A version of a dataset from which the edition was made."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="inputs")
    version = models.ForeignKey(DatasetVersion, models.PROTECT, related_name="editions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "version"], name="edition_input_once")]


class EditionFile(models.Model):
    """``name`` is the file's own: ``map-en.pdf``, ``map-ar-300.png``, ``data.csv``; kept in the store by its hash."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=3, blank=True)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    pages = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "name"], name="edition_file_once")]
        indexes = [models.Index(fields=["sha256"], name="edition_file_hash")]
        triggers = [
            pgtrigger.Trigger(
                name="edition_file_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=pgtrigger.Func(
                    f"""
                    IF EXISTS (
                        SELECT 1 FROM rafid_products_edition e WHERE e.state IN {FROZEN} AND
                        e.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.edition_id ELSE OLD.edition_id END
                    ) THEN
                        RAISE EXCEPTION 'the files of a published edition do not change' USING ERRCODE = '23514';
                    END IF;
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                    """
                ),
            )
        ]


class Schedule(models.Model):
    """When the next edition is begun: five fields of cron in the country's time zone; ``approver`` is told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recipe = models.OneToOneField(Recipe, models.CASCADE, related_name="schedule")
    cron = models.CharField(max_length=60)
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    active = models.BooleanField(default=True)
    next_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
