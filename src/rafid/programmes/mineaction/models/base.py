"""What the records of mine action share: an authority, an operator, a date of information, and how the database refuses."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from rafid.commons.identity import random_ref, uuid7
from rafid.commons.records.models import Record, RecordQuerySet, Sensitivity

from ..rules import RULES
from .numbers import mint


def kept_at(level: int) -> models.SmallIntegerField:
    """The sensitivity of all rows of a register; the rule of who sees them is its ``visibility``."""
    return models.SmallIntegerField(choices=Sensitivity.choices, default=level, editable=False)


class Register(Record):
    """A record with a readable number. ``owner`` is the authority that holds it (its node of origin), ``organisation`` the
    operator whose work or report it is, ``on`` the day for which it was so, ``known_at`` when this node took it."""

    RULES: ClassVar = RULES
    LETTERS: ClassVar[str] = ""
    """In the number, between authority and year; a record whose sequence would tell something has ``NUMBERED = False``."""
    NUMBERED: ClassVar[bool] = True

    sensitivity = kept_at(Sensitivity.PARTNER)
    organisation = models.ForeignKey(
        "rafid_people.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Operator")
    )
    on = models.DateField(_("Date of information"))

    class Meta(Record.Meta):
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.ref:
            numbered = self.NUMBERED and self.owner_id and self.on
            self.ref = mint(type(self), self.owner, self.on.year) if numbered else random_ref(self.REF_PREFIX)
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.ref


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
    def visibility(cls, user: Any) -> Q:
        raise NotImplementedError(f"{cls.__name__} says nothing of who sees it")


class Derived(models.Model):
    """A row that the database or a computation writes; nobody enters it."""

    objects = models.Manager.from_queryset(RecordQuerySet)()

    class Meta:
        abstract = True


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


def stays(rule: str, *columns: str, when: str = "") -> pgtrigger.Trigger:
    """These columns keep what they were written with (once ``when`` held of the old row); the row is not deleted."""
    old, new = (", ".join(f'{row}."{one}"' for one in columns) for row in ("OLD", "NEW"))
    return pgtrigger.Trigger(
        name=rule,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Condition(when) if when else None,
        func=pgtrigger.Func(
            f"""
            IF TG_OP = 'DELETE' OR ({new}) IS DISTINCT FROM ({old}) THEN
                {refuse(rule)}
            END IF;
            RETURN NEW;
            """
        ),
    )


TODAY = "((now() AT TIME ZONE 'UTC') + interval '14 hours')::date"
"""The latest date that it is anywhere on Earth. Verbs and forms ask the country's own date; the database refuses what is
impossible in any zone, so that it does not refuse the morning's report because its clock is in UTC."""


def not_after_today(*columns: str) -> pgtrigger.Trigger:
    late = " OR ".join(f'NEW."{one}" > {TODAY}' for one in columns)
    return pgtrigger.Trigger(
        name="not_after_today",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(*columns),
        func=pgtrigger.Func(f"IF {late} THEN {refuse('not_after_today')} END IF; RETURN NEW;"),
    )


def not_before_discovery(*, column: str = "on", hazard: str = "hazard_id") -> pgtrigger.Trigger:
    """Nothing happens to a hazard before it was discovered."""
    return pgtrigger.Trigger(
        name="not_before_discovery",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(column, hazard),
        condition=pgtrigger.Condition(f"NEW.{hazard} IS NOT NULL"),
        func=pgtrigger.Func(
            f"""
            IF EXISTS (SELECT 1 FROM rafid_mineaction_hazard h WHERE h.id = NEW.{hazard} AND h.suspected_on > NEW."{column}")
            THEN
                {refuse("not_before_discovery")}
            END IF;
            RETURN NEW;
            """
        ),
    )


def steps_only(rule: str, steps: dict[str, tuple[str, ...]]) -> pgtrigger.Trigger:
    """``state`` goes only where ``steps`` lead."""
    allowed = " OR ".join(
        f"(OLD.state = '{old}' AND NEW.state IN ({', '.join(repr(one) for one in new)}))"
        for old, new in steps.items()
        if new
    )
    return pgtrigger.Trigger(
        name=rule,
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("state"),
        condition=pgtrigger.Condition("OLD.state IS DISTINCT FROM NEW.state"),
        func=pgtrigger.Func(f"IF NOT ({allowed}) THEN {refuse(rule)} END IF; RETURN NEW;"),
    )


def valid_shape(name: str, field: str = "ground") -> models.CheckConstraint:
    """A polygon that crosses itself has no area that anybody could trust."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__isvalid": True}),
        name=name,
        violation_error_message=_("The shape crosses or touches itself. Correct the order of its points."),
    )


def not_less(name: str, *fields: str) -> models.CheckConstraint:
    """Counts and measures are 0 or more, where they are known."""
    rule = Q()
    for field in fields:
        rule &= Q(**{field: None}) | Q(**{f"{field}__gte": 0})
    return models.CheckConstraint(
        condition=rule,
        name=name,
        violation_error_message=_("A count or measure is 0 or more. Correct it or leave it empty."),
    )


def known(name: str, field: str, choices: Any) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": choices.values}), name=name)


def in_order(name: str, first: str, last: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{last: None}) | Q(**{first: None}) | Q(**{f"{last}__gte": models.F(first)}),
        name=name,
        violation_error_message=_("The end lies before the start. Correct one of the two days."),
    )
