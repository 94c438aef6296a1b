"""Frozen versions of datasets: their rows, files and overviews, what was decided of each, and what is known for ever."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import gettext_lazy as _

from rafid.commons.identity import uuid7
from rafid.commons.programme import PARTNER
from rafid.commons.records.models import Sensitivity

from .catalogue import Dataset

FROZEN = "('published', 'superseded', 'withdrawn')"


class VersionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class DatasetVersion(models.Model):
    """``number`` 1, 2, …; ``major`` rises where a field was removed or retyped. ``sensitivity`` is whom it reaches.

    ``fields``: a list of ``{name, names, kind, unit, hxl, role, choices}``, as they were. ``known``: the state of the node
    from which it was made. ``sha256``: of the canonical rows. ``changes``: ``{"added", "removed", "changed", "fields": …}``
    against the version before. ``report``: what the release desk found.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    major = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    sensitivity = models.SmallIntegerField(choices=Sensitivity.choices, default=PARTNER)
    known = models.DateTimeField()
    fields = models.JSONField(default=list)
    policy = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    changes = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    provisional = models.BooleanField(default=False)
    share_present = models.FloatField(null=True)
    first_period = models.CharField(max_length=10, blank=True)
    last_period = models.CharField(max_length=10, blank=True)
    bounds = models.JSONField(null=True, help_text="west, south, east, north")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrected_by")
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="dataset_version_once"),
            models.UniqueConstraint(
                fields=["dataset", "sensitivity"],
                condition=models.Q(state="published"),
                name="dataset_version_one_published",
            ),
            models.CheckConstraint(
                condition=models.Q(share_present=None) | models.Q(share_present__gte=0, share_present__lte=1),
                name="dataset_version_share",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["published", "superseded"]) | models.Q(published_at__isnull=False),
                name="dataset_version_published_when",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="dataset_version_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=pgtrigger.Func(
                    f"""
                    IF OLD.state IN {FROZEN} THEN
                        IF TG_OP = 'DELETE' OR NEW.state NOT IN {FROZEN} OR NEW.sha256 <> OLD.sha256
                           OR NEW.rows <> OLD.rows OR NEW.number <> OLD.number OR NEW.dataset_id <> OLD.dataset_id
                           OR NEW.fields <> OLD.fields OR NEW.policy <> OLD.policy OR NEW.report <> OLD.report
                           OR NEW.sensitivity <> OLD.sensitivity OR NEW.known <> OLD.known THEN
                            RAISE EXCEPTION 'a published version does not change' USING ERRCODE = '23514';
                        END IF;
                    ELSIF TG_OP = 'UPDATE' AND NEW.state = 'published' AND NOT EXISTS (
                        SELECT 1 FROM rafid_products_decision d WHERE d.version_id = NEW.id AND d.approved
                    ) THEN
                        RAISE EXCEPTION 'a version is published after an approval only' USING ERRCODE = '23514';
                    END IF;
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                    """
                ),
            ),
            pgtrigger.Trigger(
                name="dataset_version_begins_unpublished",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition(f"NEW.state IN {FROZEN}"),
                func=pgtrigger.Func(
                    "RAISE EXCEPTION 'a version is published after an approval only' USING ERRCODE = '23514';"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.number}"


class ReleasedRow(models.Model):
    """One row of a version, protected already. ``n`` is its place in the canonical order, from 1; ``key`` tells it apart within
    the version and stays the same from version to version. ``values`` by field; what is withheld is null, with ``*`` in
    ``{field}_flag``. Its position is its own (``geometry``) or that of its place's borders (``shape``).
    """

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(DatasetVersion, models.CASCADE, related_name="released")
    n = models.PositiveIntegerField()
    key = models.CharField(max_length=200)
    values = models.JSONField()
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, null=True, related_name="+")
    shape = models.ForeignKey("rafid_places.PlaceVersion", models.PROTECT, null=True, related_name="+")
    period = models.CharField(max_length=10, blank=True)
    geometry = models.GeometryField(srid=4326, null=True)
    web = models.GeneratedField(
        expression=Transform("geometry", 3857),
        output_field=models.GeometryField(srid=3857, null=True),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "n"], name="released_row_order"),
            models.UniqueConstraint(fields=["version", "key"], name="released_row_once"),
        ]
        indexes = [
            models.Index(fields=["version", "place"], name="released_row_place"),
            GistIndex(fields=["web"], name="released_row_web"),
            GistIndex(fields=["geometry"], name="released_row_geometry"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="released_row_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=pgtrigger.Func(
                    f"""
                    IF EXISTS (
                        SELECT 1 FROM rafid_products_datasetversion v
                        WHERE v.state IN {FROZEN} AND
                        v.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.version_id ELSE OLD.version_id END
                    ) THEN
                        RAISE EXCEPTION 'the rows of a published version do not change' USING ERRCODE = '23514';
                    END IF;
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                    """
                ),
            )
        ]


class Resource(models.Model):
    """A version as a file of one format, kept in the store by its hash."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(DatasetVersion, models.CASCADE, related_name="resources")
    format = models.CharField(max_length=8)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "format"], name="resource_once")]


class Decision(models.Model):
    """What a steward said of one version, once and for ever: approved, or a coarser output asked for.

    ``withheld``: ``{"primary": n, "secondary": n, "cells": [[key, why], …]}``. ``attack``: the narrowest interval that a reader
    can work out, and how it was tried. Whoever made the version does not decide on it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(DatasetVersion, models.CASCADE, related_name="decisions")
    approved = models.BooleanField()
    why = models.TextField(blank=True)
    withheld = models.JSONField(default=dict)
    attack = models.JSONField(default=dict)
    incomplete = models.BooleanField(default=False, help_text="goes out although a language is missing")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        triggers = [
            pgtrigger.Protect(name="decision_stays", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="decision_by_another",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.approved"),
                func=pgtrigger.Func(
                    """
                    IF EXISTS (SELECT 1 FROM rafid_products_datasetversion v
                               WHERE v.id = NEW.version_id AND v.made_by_id = NEW.by_id) THEN
                        RAISE EXCEPTION 'whoever made a version does not approve it' USING ERRCODE = '23514';
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]


class LedgerCell(models.Model):
    """A cell that was published: what a reader knows of it for ever. ``measure`` and ``key`` (place, period and the other
    dimensions, canonical) say which; ``value`` is null where it was withheld. The audience decides who knows it."""

    id = models.BigAutoField(primary_key=True)
    measure = models.CharField(max_length=120)
    key = models.CharField(max_length=400)
    sensitivity = models.SmallIntegerField(choices=Sensitivity.choices)
    value = models.FloatField(null=True)
    version = models.ForeignKey(DatasetVersion, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measure", "key", "sensitivity", "version"], name="ledger_cell_once")
        ]
        indexes = [models.Index(fields=["measure", "key"], name="ledger_cell_lookup")]
        triggers = [pgtrigger.Protect(name="ledger_stays", operation=pgtrigger.Update | pgtrigger.Delete)]


class Overview(models.Model):
    """What tiles show of a version from far away, made once: ``band`` 0 for z 0-4, 5, 6 and 7, and 8 for z 8-9."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(DatasetVersion, models.CASCADE, related_name="overviews")
    band = models.PositiveSmallIntegerField()
    web = models.GeometryField(srid=3857)
    count = models.PositiveIntegerField(default=1)
    values = models.JSONField(default=dict)

    class Meta:
        indexes = [
            # One index for all that a tile asks: with two, far tiles read every feature that lies there of all versions.
            GistIndex(fields=["version", "band", "web"], name="overview_tile"),
        ]
