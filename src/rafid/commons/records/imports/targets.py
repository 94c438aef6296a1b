"""What can be imported, by whom, and for whom."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from rafid.commons.names import pick
from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import may, scopes
from rafid.commons.places.models import Place
from rafid.commons.programme import PLATFORM, RESTRICTED, SENSITIVITIES, Check, Column, Import, Programme, installed


@dataclass(frozen=True)
class Target:
    """A declared import with its programme; ``code`` is ``programme.import``."""

    programme: Programme
    declared: Import

    @property
    def code(self) -> str:
        return f"{self.programme.name}.{self.declared.code}"

    @property
    def name(self) -> str:
        return pick(self.declared.names or {}) or self.declared.code

    @property
    def names(self) -> dict[str, str]:
        return dict(self.declared.names or dict.fromkeys(("ar", "ckb", "en"), self.declared.code))

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.declared.columns

    def column(self, code: str) -> Column:
        """Raises ``KeyError``."""
        return self._by_code[code]

    @functools.cached_property
    def _by_code(self) -> dict[str, Column]:
        return {column.code: column for column in self.columns}

    @property
    def model(self) -> type[models.Model] | None:
        """The register that the rows become, where the programme names one."""
        label = self.declared.record
        if not label:
            return None
        return apps.get_model(label if "." in label else f"rafid_{self.programme.name}.{label}")

    @property
    def sensitivity(self) -> int:
        """The highest that its rows may have: what its register or its programme's figures are, unless a row says it."""
        if any(column.code == "sensitivity" for column in self.columns):
            return RESTRICTED
        if self.model is not None:
            field = next((one for one in self.model._meta.concrete_fields if one.name == "sensitivity"), None)
            return int(field.get_default()) if field is not None and field.has_default() else RESTRICTED
        return max((SENSITIVITIES[one.sensitivity] for one in self.programme.indicators), default=RESTRICTED)

    @property
    def checks(self) -> tuple[Check, ...]:
        """Checks that judge one row: those declared for this import, and those beside the record that it makes."""
        own = {self.code, self.declared.code} if self.declared.apply else {self.code}
        found = [check for check in self.programme.checks if check.row and check.record in own]
        if self.model is not None:
            from ..registers import register_of_model

            register = register_of_model(self.model)
            found += [check for check in (register.checks if register else ()) if check.row and check not in found]
        return tuple(found)

    @property
    def place_columns(self) -> list[Column]:
        """Columns of kind place, each after the one that narrows it."""
        places = {column.code: column for column in self.columns if column.kind == "place"}
        ordered: list[Column] = []

        def add(column: Column) -> None:
            if column in ordered:
                return
            if column.parent in places:
                add(places[column.parent])
            ordered.append(column)

        for column in places.values():
            add(column)
        return ordered

    @property
    def scope_columns(self) -> list[Column]:
        """The place columns that say where a row lies, the deepest first: the first one that is filled counts."""
        deepest = self.place_columns[::-1]
        if self.model is None or self.declared.apply is not None:
            return deepest
        return [column for column in deepest if column.code == "place"]


@functools.cache
def targets() -> dict[str, Target]:
    """All declared imports by ``programme.import``."""
    found = [Target(programme, declared) for programme in installed() for declared in programme.imports]
    return {target.code: target for target in found}


def target_of(code: str) -> Target:
    """Raises ``LookupError`` for an import that nobody declares (any more)."""
    found = targets().get(code)
    if found is None:
        raise LookupError(code)
    return found


def targets_for(user: Any) -> list[Target]:
    """What this person may import, somewhere."""
    return [target for target in targets().values() if owners_for(user, target)]


def owners_for(user: Any, target: Target) -> list[Organisation]:
    """The organisations in whose name this person may import, their own first."""
    also = target.declared.also
    if not may(user, "import", target.programme.name) and not (also and may(user, also, target.programme.name)):
        return []
    found = [
        organisation
        for organisation in Organisation.objects.filter(active=True).order_by("ref")
        if may_import(user, target, organisation.pk)
    ]
    return sorted(found, key=lambda organisation: organisation.pk != user.organisation_id)


def _importing(user: Any, target: Target, owner: UUID) -> list[Any]:
    """The roles by which this person imports in the name of ``owner``: those that import, everything below their
    organisation; those that have the right to this one table, for their own organisation alone."""
    lineage = Organisation.objects.filter(pk=owner).values_list("lineage", flat=True).first() or []
    found = []
    for scope in scopes(user):
        if scope.programme not in (target.programme.name, PLATFORM):
            continue
        if "import" in scope.may:
            above = scope.organisation
        elif target.declared.also and target.declared.also in scope.may:
            above = scope.organisation or user.organisation_id
            if above is None:
                continue
        else:
            continue
        if above is None or above in lineage:
            found.append(scope)
    return found


def may_import(user: Any, target: Target, owner: UUID) -> bool:
    """May this person import that in the name of ``owner``? A role for a place needs rows that say their place."""
    return any(scope.place is None or target.scope_columns for scope in _importing(user, target, owner))


def area_of(user: Any, target: Target, owner: UUID | None) -> frozenset[UUID] | None:
    """Ids of the places for which this person may import, None where that is everywhere.

    Without a person (the command line) it is everywhere.
    """
    if user is None or owner is None:
        return None
    found = _importing(user, target, owner)
    if any(scope.place is None for scope in found):
        return None
    area: set[UUID] = set()
    for scope in found:
        area.update(Place.objects.filter(lineage__contains=[scope.place]).values_list("id", flat=True))
    return frozenset(area)
