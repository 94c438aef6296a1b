"""What the records of rivers share: who sees them, names, and how the database refuses."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from rafid.commons.identity import uuid7
from rafid.commons.records.models import Record, RecordQuerySet, State

from ..rules import RULES


class TsTzRange(Func):
    """The time from a start up to, but without, an end; an empty end is for ever."""

    function = "TSTZRANGE"


class Register(Record):
    """A record with a reference. Its ``state`` is the approval ladder of all rooms, published from the first: what may be
    seen by whom is said by its sensitivity."""

    RULES: ClassVar = RULES

    state = models.CharField(max_length=12, choices=State.choices, default=State.PUBLISHED, editable=False)

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
    def visibility(cls, user: Any) -> Q:
        raise NotImplementedError(f"{cls.__name__} says nothing of who sees it")


class Sourced(models.Model):
    """A fact that somebody said: where, and as of when."""

    source_text = models.CharField(_("Source"), max_length=300)
    as_of = models.DateField(_("As of"), null=True, blank=True)

    class Meta:
        abstract = True


def refuse(rule: str) -> str:
    """SQL that refuses by a named rule; ``rules.RULES`` has its sentence."""
    assert rule in RULES, rule
    return f"RAISE EXCEPTION '{rule}' USING ERRCODE = 'check_violation', CONSTRAINT = '{rule}';"


def kept_as_is(rule: str, *, when: str = "") -> pgtrigger.Trigger:
    """Written once (once ``when`` held of the old row): neither changed nor deleted."""
    return pgtrigger.Trigger(
        name=rule,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Condition(when) if when else None,
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


def steps_only(rule: str, steps: dict[str, tuple[str, ...]]) -> pgtrigger.Trigger:
    """``state`` goes only where ``steps`` lead."""
    allowed = " OR ".join(
        f"(OLD.state = '{old}' AND NEW.state IN ({', '.join(repr(one) for one in new)}))"
        for old, new in ((old, (*new, "")) for old, new in steps.items() if new)
    )
    return pgtrigger.Trigger(
        name=rule,
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("state"),
        condition=pgtrigger.Condition("OLD.state IS DISTINCT FROM NEW.state"),
        func=pgtrigger.Func(f"IF NOT ({allowed}) THEN {refuse(rule)} END IF; RETURN NEW;"),
    )


def in_order(name: str, first: str, last: str) -> models.CheckConstraint:
    """``last``, where it is known, lies after ``first``."""
    return models.CheckConstraint(
        condition=Q(**{last: None}) | Q(**{first: None}) | Q(**{f"{last}__gt": F(first)}),
        name=name,
        violation_error_message=_("The end lies before the start. Correct one of the two times."),
    )


def known(name: str, field: str, choices: Any) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": choices.values}), name=name)


def not_less(name: str, *fields: str) -> models.CheckConstraint:
    """Measures are 0 or more, where they are known."""
    rule = Q()
    for field in fields:
        rule &= Q(**{field: None}) | Q(**{f"{field}__gte": 0})
    return models.CheckConstraint(
        condition=rule,
        name=name,
        violation_error_message=_("This measure is 0 or more. Correct it or leave it empty."),
    )
