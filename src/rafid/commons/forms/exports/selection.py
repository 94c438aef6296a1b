"""What leaves: a form's submissions as one reader sees and filters them, with masks and options."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from rafid.commons.api import etag_of
from rafid.commons.programme import RESTRICTED

from ..models import Form, Label, Sight, SubmissionState
from ..schema import Column, Table, united
from ..seeing import Masks, masks_for, public_masks
from ..sensitivity import restricted_paths, rules_of
from .choices import Choices, choices_of
from .columns import Out, columns_out, seen_sql
from .options import Options
from .submission_columns import answered, chosen

_ORDER = "ORDER BY s.received_at DESC, s.id DESC, s.ordinal"
SENSITIVE = (Label.PERSONAL, Label.IDENTIFYING, Label.PROTECTION, Label.CONTAMINATION)
"""Labels whose answers leave with a purpose only, wherever somebody gave them: what is guessed by a name, or a position that
every form has, needs none."""
_NARROW = 12
"""Columns up to which unpacking the answers for each costs less than a step of its own."""


@dataclass(frozen=True)
class Selection:
    """``submissions``: visible to the reader and filtered already; in a list's order or none."""

    form: Form
    submissions: QuerySet[Any]
    masks: Masks
    options: Options

    @classmethod
    def of(cls, user: Any, form: Form, submissions: QuerySet[Any], options: Options) -> Selection:
        """The masks are the reader's, or the public's where the options say so; the public sees what is approved."""
        if options.since:
            submissions = submissions.filter(changed_at__gte=options.since)
        if options.public:
            submissions = submissions.filter(state=SubmissionState.APPROVED)
        masks = public_masks(form) if options.public else masks_for(user, form)
        return cls(form, submissions, masks, options)

    @functools.cached_property
    def _versions(self) -> list[tuple[UUID, dict[str, Any]]]:
        """Published versions, the oldest first."""
        versions = self.form.versions.filter(published_at__isnull=False).order_by("published_at")
        return list(versions.values_list("pk", "schema"))

    @functools.cached_property
    def tables(self) -> tuple[Table, ...]:
        found = united([schema for _pk, schema in self._versions])
        return found or (Table(0, "submissions", ()),)

    @functools.cached_property
    def choices(self) -> Choices:
        if not (self.options.split or self.options.labels):
            return Choices()
        return choices_of([pk for pk, _schema in reversed(self._versions)], self.options.labels)

    @functools.cached_property
    def chosen(self) -> tuple[str, tuple[Any, ...]]:
        return chosen(self.submissions, self.masks, public=self.options.public)

    def columns(self, table: Table, choices: Choices | None = None) -> list[Out]:
        return columns_out(table, self.masks, self.options, choices or self.choices)

    @functools.cached_property
    def restricted(self) -> bool:
        """Do answers leave that others do not see?"""
        if self.options.public:
            return False
        if self.form.sensitivity >= RESTRICTED:
            return True
        if not restricted_paths(self.form):
            return False
        sql, params = self.chosen
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT EXISTS (SELECT FROM ({sql}) s WHERE s.plain)", params)
            return bool(cursor.fetchone()[0])

    @functools.cached_property
    def needs_purpose(self) -> bool:
        """Do answers leave of which somebody said that they tell of people, of their protection or of danger?"""
        if not self.restricted:
            return False
        said = (rule for rule in rules_of(self.form).values() if rule.said and rule.reader_sees != Sight.VALUE)
        return self.form.sensitivity >= RESTRICTED or any(rule.label in SENSITIVE for rule in said)

    def rows_sql(self, table: Table, columns: list[str]) -> tuple[str, list[Any]]:
        """The statement of a table's rows, the newest submission first. Parameters of ``columns`` stand before those
        that are given back here, since a statement is read from its beginning."""
        chosen, params = self.chosen
        main = table.number == 0
        if len(table.columns) <= _NARROW:
            rows = f"{answered(chosen, main=main)}"
            order = f" {_ORDER}"
        else:
            # Sorted first, then unpacked once for all columns: array_append gives an array that is read by index at once,
            # however long it is. OFFSET 0 keeps the steps apart.
            rows = f"{answered(chosen, main=main, name='packed')} {_ORDER.replace('s.ordinal', 'one.ordinal')} OFFSET 0"
            rows = f"SELECT i.*, array_append(i.packed, NULL) AS v FROM ({rows}) i OFFSET 0"
            order = ""
        return f"SELECT {', '.join(columns)} FROM ({rows}) s{order}", [*params, table.number]

    def options_sql(self, table: Table, column: Column) -> tuple[str, list[Any]]:
        """Which options the answers hold, as far as this reader sees them."""
        seen, slot = seen_sql(column, self.masks)
        rows, params = self.rows_sql(table, [f"{seen} AS x"])
        return (
            f"SELECT DISTINCT option FROM ({rows}) t, unnest(string_to_array(t.x, ' ')) option"
            " WHERE option <> '' ORDER BY 1 LIMIT 500",
            [*slot, *params],
        )

    def state(self) -> tuple[int, str]:
        """How many submissions, and a fingerprint that changes with whatever would change a file of them."""
        sql, params = self.chosen
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), max(s.changed_at), coalesce(bit_xor(hashtextextended(s.id::text || s.changed_at"
                f" || s.plain, 0)), 0) FROM ({sql}) s",
                params,
            )
            state = cursor.fetchone()
        return state[0], self._fingerprint(*state)

    def _fingerprint(self, *state: Any) -> str:
        masks = [
            sorted(self.masks.hidden),
            sorted(self.masks.coarse),
            sorted(self.masks.roles.items()),
            str(self.chosen),
        ]
        versions = [str(pk) for pk, _schema in self._versions]
        return etag_of(str(self.form.pk), self.form.version, versions, masks, vars(self.options), state)
