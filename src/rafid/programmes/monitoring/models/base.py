"""What the records of monitoring share: rows with a rule of who sees them, months, and how the database refuses."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from rafid.commons.identity import uuid7
from rafid.commons.records.models import Record, RecordQuerySet, Sensitivity

from ..rules import RULES


class Register(Record):
    """A record with pages of its own. It is restricted: nobody sees it but by the roles that its ``visibility`` names."""

    RULES: ClassVar = RULES

    sensitivity = models.SmallIntegerField(choices=Sensitivity.choices, default=Sensitivity.RESTRICTED, editable=False)

    class Meta(Record.Meta):
        abstract = True


class Row(models.Model):
    """A row below a record. ``visible_to`` starts every reading of it, too."""

    RULES: ClassVar = RULES

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    known_at = models.DateTimeField(db_default=Now(), editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    objects = models.Manager.from_queryset(RecordQuerySet)()

    class Meta:
        abstract = True

    @classmethod
    def visibility(cls, user: Any) -> models.Q:
        raise NotImplementedError(f"{cls.__name__} says nothing of who sees it")


def month_first(name: str) -> models.CheckConstraint:
    """A month is written as its first day."""
    return models.CheckConstraint(condition=models.Q(month__day=1), name=name)


def refuse(rule: str) -> str:
    """SQL that refuses by a named rule; ``rules.RULES`` has its sentence."""
    assert rule in RULES, rule
    return f"RAISE EXCEPTION '{rule}' USING ERRCODE = 'check_violation', CONSTRAINT = '{rule}';"


def kept_as_is(rule: str) -> pgtrigger.Trigger:
    """Written once: neither changed nor deleted."""
    return pgtrigger.Trigger(
        name=rule,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=pgtrigger.Func(refuse(rule)),
    )
