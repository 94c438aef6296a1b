"""What readers ask of what is published, and what was found to be wrong with it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rafid.commons.identity import uuid7

from .catalogue import Dataset
from .recipes import Edition, Recipe
from .release import DatasetVersion


class QuestionState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    ANSWERED = "answered", _("Answered")
    HIDDEN = "hidden", _("Hidden")


class Question(models.Model):
    """A question or an objection to a dataset or a product; in public once it was answered."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dataset = models.ForeignKey(Dataset, models.CASCADE, null=True, related_name="questions")
    recipe = models.ForeignKey(Recipe, models.CASCADE, null=True, related_name="questions")
    objects_to = models.BooleanField(default=False, help_text="an objection")
    text = models.TextField()
    language = models.CharField(max_length=3, default="ar")
    asked_by = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=8, choices=QuestionState.choices, default=QuestionState.WAITING)
    answer = models.TextField(blank=True)
    answer_language = models.CharField(max_length=3, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(dataset__isnull=True) ^ models.Q(recipe__isnull=True), name="question_about_one"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="answered") | (~models.Q(answer="") & models.Q(answered_at__isnull=False)),
                name="question_answered_has_answer",
            ),
        ]


class Erratum(models.Model):
    """What was wrong with a version or an edition; older ones are marked with it, and subscribers are told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(DatasetVersion, models.CASCADE, null=True, related_name="errata")
    edition = models.ForeignKey(Edition, models.CASCADE, null=True, related_name="errata")
    text = models.JSONField()
    corrected_version = models.ForeignKey(DatasetVersion, models.PROTECT, null=True, related_name="+")
    corrected_edition = models.ForeignKey(Edition, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "errata"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(version__isnull=True) ^ models.Q(edition__isnull=True), name="erratum_of_one"
            )
        ]
