"""What every registered thing shares: identity, place, owner, sensitivity, provenance, deletion with a reason."""

from __future__ import annotations

from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.contrib.gis.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rafid.commons.identity import random_ref, uuid7
from rafid.commons.people.visibility import visible
from rafid.commons.programme import PARTNER


class Sensitivity(models.IntegerChoices):
    PUBLIC = 0, _("Public")
    PARTNER = 1, _("Partners")
    RESTRICTED = 2, _("Restricted")


class State(models.TextChoices):
    """The approval ladder of all rooms."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Source(models.TextChoices):
    PERSON = "person", _("Entered by a person")
    IMPORT = "import", _("Imported")
    SUBMISSION = "submission", _("Form submission")
    NODE = "node", _("Received from another node")
    DEMONSTRATION = "demonstration", _("Demonstration")


class RecordQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """The rows that this person may see; every page, API, tile and export starts here."""
        return self.filter(self.model.visibility(user))

    def present(self) -> Self:
        return self.filter(deleted_at=None)


class PresentManager(models.Manager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """Deleted records stay in the table, so that deleting can be undone, but nowhere else."""

    def get_queryset(self) -> RecordQuerySet:
        return super().get_queryset().filter(deleted_at=None)


class Record(models.Model):
    """Base of every register. Decorate the model with ``commons.history.keep_history()``.

    ``known_at`` is when this node took it; only demonstration and migration loaders may set it. ``version`` rises with
    each change (a trigger); a change that names an older one is refused as stale.
    """

    REF_PREFIX = "R"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ref = models.CharField(max_length=40, unique=True, blank=True, editable=False)
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    sensitivity = models.SmallIntegerField(choices=Sensitivity.choices, default=PARTNER)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1, editable=False)
    known_at = models.DateTimeField(db_default=Now(), editable=False)
    source = models.CharField(max_length=14, choices=Source.choices, default=Source.PERSON, editable=False)
    source_id = models.UUIDField(null=True, blank=True, editable=False, help_text="import run, submission or node")
    source_row = models.PositiveIntegerField(null=True, blank=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_why = models.TextField(blank=True, editable=False)

    objects = PresentManager()
    everything = models.Manager.from_queryset(RecordQuerySet)()

    class Meta:
        abstract = True
        base_manager_name = "everything"

    @classmethod
    def programme_name(cls) -> str:
        """The programme whose roles reach this record; the commons' own registers answer to the platform's roles."""
        return str(cls._meta.app_label).removeprefix("rafid_")

    @classmethod
    def visibility(cls, user: Any) -> models.Q:
        """The one rule. A register overrides this only to narrow: ``super().visibility(user) & …``.

        Old versions are asked it too, as they were: name fields of the record, not its ``pk``.
        """
        return visible(user, programme=cls.programme_name(), label=cls._meta.label_lower)

    @classmethod
    def kind(cls) -> str:
        """``programme.model``: how addresses, findings and history name this register."""
        return f"{cls.programme_name()}.{cls._meta.model_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.ref:
            self.ref = random_ref(self.REF_PREFIX)
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return str(getattr(self, "name", "") or self.ref)

    def get_absolute_url(self) -> str:
        programme, model = self.kind().split(".")
        return reverse("record", args=[programme, model, self.ref])


def model_of(kind: str) -> type[Record]:
    """The register named ``programme.model``; ``LookupError`` where there is none."""
    programme, _dot, name = kind.partition(".")
    model = apps.get_model(f"rafid_{programme}", name)
    if not issubclass(model, Record):
        raise LookupError(f"{kind} is no register")
    return model
