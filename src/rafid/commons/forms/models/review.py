"""Decisions and talk about submissions; back-checks and plans; what a person keeps of a list."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.gis.db import models

from rafid.commons.identity import uuid7

from .submission import SubmissionState


class ReviewEvent(models.Model):
    """One decision. A first of two approvals has ``new`` = ``old`` and ``approves``.

    ``round`` rises with each decision that is no approval, and with each new version: within one, a person approves once.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey("rafid_forms.Submission", models.CASCADE, related_name="events")
    old = models.CharField(max_length=10, choices=SubmissionState.choices)
    new = models.CharField(max_length=10, choices=SubmissionState.choices)
    approves = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    version_number = models.PositiveIntegerField()
    round = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "round", "by"],
                condition=models.Q(approves=True),
                name="review_event_second_by_another",
            )
        ]
        indexes = [models.Index(fields=["submission", "at"], name="review_event_of")]
        triggers = [
            pgtrigger.Protect(name="decided_stays", operation=pgtrigger.Update),
        ]


class Comment(models.Model):
    """``field``: the path of the question that is talked about; empty for the submission."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey("rafid_forms.Submission", models.CASCADE, related_name="comments")
    field = models.TextField(blank=True)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)


class BackCheck(models.Model):
    """A second visit to compare with. ``items``: question → 1 (should not change), 2 (hard to ask), 3 (unstable)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form = models.ForeignKey("rafid_forms.Form", models.CASCADE, related_name="back_checks")
    original = models.ForeignKey("rafid_forms.Submission", models.CASCADE, related_name="back_checks")
    repeated = models.OneToOneField("rafid_forms.Submission", models.SET_NULL, null=True, related_name="repeats")
    basis = models.CharField(max_length=6, choices=[("risk", "risk"), ("random", "random")], default="random")
    items = models.JSONField(default=dict)
    draw = models.ForeignKey("rafid_forms.BackCheckDraw", models.PROTECT, null=True, related_name="back_checks")
    drawn_at = models.DateTimeField(auto_now_add=True)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["original"], name="back_check_once"),
            models.CheckConstraint(condition=~models.Q(original=models.F("repeated")), name="back_check_of_another"),
        ]


class VisitPlan(models.Model):
    """``location``: where the site lies, as far as whoever plans knows it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form = models.ForeignKey("rafid_forms.Form", models.CASCADE, related_name="plans")
    site = models.CharField(max_length=255)
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, null=True, related_name="+")
    due_from = models.DateField()
    due_to = models.DateField()
    interviewer = models.CharField(max_length=255, blank=True)
    location = models.PointField(srid=4326, null=True, spatial_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(due_to__gte=models.F("due_from")), name="visit_plan_in_order")
        ]


class SavedView(models.Model):
    """A person's filters of one form's list; ``query`` is the address's query."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    form = models.ForeignKey("rafid_forms.Form", models.CASCADE, related_name="views")
    name = models.CharField(max_length=100)
    query = models.CharField(max_length=1000, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "form", "name"], name="saved_view_once")]
