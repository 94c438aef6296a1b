"""What was measured of visits, and how samples for back-checks were drawn."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from rafid.commons.identity import uuid7


class VisitFacts(models.Model):
    """Measured of a submission's version when it was examined, and again each night.

    ``active_seconds``: from audit.csv, else from start to end. ``speed_kmh``: from the interviewer's visit before it on the
    same day; infinite where there was no time between. ``site_m``: from the place of the site, which ``site_by`` says: the
    entity's, a register's (``list``), the plan's, or earlier visits'.
    """

    submission = models.OneToOneField(
        "rafid_forms.Submission", models.CASCADE, primary_key=True, related_name="visit_facts"
    )
    version = models.ForeignKey("rafid_forms.SubmissionVersion", models.CASCADE, related_name="+")
    active_seconds = models.FloatField(null=True)
    from_audit = models.BooleanField(default=False)
    speed_kmh = models.FloatField(null=True)
    site_m = models.FloatField(null=True)
    site_by = models.CharField(max_length=7, blank=True)
    changed_after_finalise = ArrayField(models.TextField(), default=list)
    measured_at = models.DateTimeField()


class CopyingRank(models.Model):
    """How much the records of an interviewer resemble one another; made each night, for the whole form."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form = models.ForeignKey("rafid_forms.Form", models.CASCADE, related_name="+")
    owner = models.ForeignKey("rafid_people.Organisation", models.CASCADE, related_name="+")
    interviewer = models.CharField(max_length=255)
    records = models.PositiveIntegerField()
    score = models.FloatField()
    expected = models.FloatField()
    excess = models.FloatField()
    p_value = models.FloatField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "owner", "interviewer"], name="copying_rank_once"),
        ]


class BackCheckDraw(models.Model):
    """One draw: the same ``seed`` draws the same visits from the same submissions."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form = models.ForeignKey("rafid_forms.Form", models.CASCADE, related_name="draws")
    seed = models.BigIntegerField()
    by_risk = models.PositiveIntegerField()
    at_random = models.PositiveIntegerField()
    since = models.DateField(null=True)
    items = models.JSONField(default=dict)
    due_on = models.DateField()
    drawn_at = models.DateTimeField(auto_now_add=True)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
