"""A form, its versions with their files, and who may see which answer."""

from __future__ import annotations

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.identity import uuid7
from rafid.commons.names import pick
from rafid.commons.programme import PARTNER
from rafid.commons.records.models import Sensitivity


class FormState(models.TextChoices):
    """Closing: off the phones' list, still accepts. Closed: refuses."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", pgettext_lazy("a form is", "Open")
    CLOSING = "closing", _("Closing")
    CLOSED = "closed", _("Closed")


class FormQuerySet(models.QuerySet["Form"]):
    def visible_to(self, user: Any) -> Self:
        from rafid.commons.forms.seeing import forms_seen

        return self.filter(forms_seen(user))


@keep_history()
class Form(models.Model):
    """``roles``: what feeds the submission, role → path of the question (place, site, interviewer, location).

    ``limits``: this form's own limits of the checks, over the defaults. A draft form has no published version yet.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    xform_id = models.CharField(max_length=64, unique=True)
    title_ar = models.CharField(max_length=300, blank=True)
    title_ckb = models.CharField(max_length=300, blank=True)
    title_en = models.CharField(max_length=300, blank=True)
    programme = models.CharField(max_length=40)
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=FormState.choices, default=FormState.DRAFT)
    reviews_needed = models.PositiveSmallIntegerField(default=1)
    sensitivity = models.SmallIntegerField(choices=Sensitivity.choices, default=PARTNER)
    retention_days = models.PositiveIntegerField(null=True, blank=True)
    accept_edits = models.BooleanField(default=True)
    public_key = models.TextField(blank=True)
    roles = models.JSONField(default=dict, blank=True)
    limits = models.JSONField(default=dict, blank=True)
    demonstration = models.BooleanField(default=False, editable=False, help_text="its submissions are invented")
    version = models.PositiveIntegerField(default=1, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = models.Manager.from_queryset(FormQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(xform_id__regex=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$"), name="form_xform_id"
            ),
            models.CheckConstraint(condition=models.Q(reviews_needed__in=[1, 2]), name="form_reviews_one_or_two"),
            models.CheckConstraint(condition=models.Q(state__in=FormState.values), name="form_state_known"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="version_rises",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(),
                func=pgtrigger.Func("NEW.version := OLD.version + 1; RETURN NEW;"),
            )
        ]

    @property
    def title(self) -> str:
        return pick({"ar": self.title_ar, "ckb": self.title_ckb, "en": self.title_en}) or self.xform_id

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("form", args=[self.pk])


class FormVersion(models.Model):
    """``schema``: ``{"tables": {table: [[column, slot, type], …]}, "languages": […]}``; see ``schema.py``.

    A draft has no ``published_at``; a form has one at most. What was published never changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form = models.ForeignKey(Form, models.CASCADE, related_name="versions")
    version_text = models.CharField(max_length=64, blank=True)
    xform = models.BinaryField()
    xform_md5 = models.CharField(max_length=32)
    xform_sha256 = models.CharField(max_length=64)
    source = models.BinaryField(null=True)
    source_name = models.CharField(max_length=200, blank=True)
    schema = models.JSONField(default=dict)
    problems = models.JSONField(default=list, help_text="warnings told at upload")
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["form"], condition=models.Q(published_at=None), name="form_version_one_draft"
            ),
            models.UniqueConstraint(
                fields=["form", "version_text"],
                condition=models.Q(published_at__isnull=False),
                name="form_version_once",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.published_at IS NOT NULL"),
                func=pgtrigger.Func(
                    """
                    IF TG_OP = 'DELETE' OR NEW.xform <> OLD.xform OR NEW.version_text <> OLD.version_text
                       OR NEW.published_at IS DISTINCT FROM OLD.published_at OR NEW.form_id <> OLD.form_id THEN
                        RAISE EXCEPTION 'a published version of a form does not change' USING ERRCODE = '23514';
                    END IF;
                    RETURN NEW;
                    """
                ),
            )
        ]

    def __str__(self) -> str:
        return self.version_text

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    @property
    def uploaded_as(self) -> str:
        """The ending of the workbook that was uploaded; '' for what came as XForm."""
        ending = self.source_name.rpartition(".")[2].lower()
        return "" if ending == "xml" else ending


class FileKind(models.TextChoices):
    IMAGE = "image", _("Image")
    AUDIO = "audio", _("Audio")
    VIDEO = "video", _("Video")
    CSV = "csv", _("Table (CSV)")
    GEOJSON = "geojson", _("Map features (GeoJSON)")
    DATASET = "dataset", _("Entity list")


class FormFile(models.Model):
    """A file that the form asks for by name: a blob, or an entity list made new for each phone; neither while awaited."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=8, choices=FileKind.choices)
    sha256 = models.CharField(max_length=64, null=True)
    md5 = models.CharField(max_length=32, blank=True)
    size = models.BigIntegerField(default=0)
    entity_list = models.ForeignKey("rafid_forms.EntityList", models.PROTECT, null=True, related_name="form_files")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "name"], name="form_file_once"),
            models.CheckConstraint(
                condition=models.Q(sha256=None) | models.Q(entity_list=None), name="form_file_not_both"
            ),
        ]


class Label(models.TextChoices):
    NONE = "none", _("None")
    PERSONAL = "personal", _("Personal")
    IDENTIFYING = "identifying", _("Identifying")
    PLACE = "place", _("Place")
    PROTECTION = "protection", _("Protection")
    CONTAMINATION = "contamination", _("Contamination")


class Sight(models.TextChoices):
    VALUE = "value", _("The answer")
    GENERALISED = "generalised", _("Made coarser")
    NOTHING = "nothing", _("Nothing")


@keep_history()
class FieldPolicy(models.Model):
    """What a reader without a reviewer's role, and the public, see of one question. No row: everything, the public too.

    ``said``: the form's author or a designer said it of this question, so that it inherits nothing from what it reads; see
    ``sensitivity.py``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form = models.ForeignKey(Form, models.CASCADE, related_name="policies")
    path = models.CharField(max_length=500)
    label = models.CharField(max_length=13, choices=Label.choices, default=Label.NONE)
    reader_sees = models.CharField(max_length=11, choices=Sight.choices, default=Sight.VALUE)
    public_sees = models.CharField(max_length=11, choices=Sight.choices, default=Sight.NOTHING)
    said = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "path"], name="field_policy_once")]
