"""What programmes declared for exchange, made ready: the model of each kind, how its fields travel, its rules."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models

from rafid.commons.people.models import Organisation
from rafid.commons.places.models import Place
from rafid.commons.programme import Areas, Exchange, Programme, installed

from ..models import Record, model_of

ALWAYS = ("ref", "owner", "place", "sensitivity")
"""What a record cannot be without at another node."""
NEVER = frozenset(
    {"id", "version", "known_at", "source", "source_id", "source_row", "made_by", "deleted_at", "deleted_why", "web"}
)
PLAIN = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.FloatField,
    models.DecimalField,
    models.BooleanField,
    models.DateField,
    models.UUIDField,
    models.JSONField,
    ArrayField,
    GeometryField,
)


@dataclass(frozen=True)
class Kind:
    """A kind of record that goes, with its model and the fields that go of it."""

    declared: Exchange
    programme: Programme
    model: type[Record]
    fields: tuple[models.Field[Any, Any], ...]

    @property
    def name(self) -> str:
        return self.declared.kind

    @functools.cached_property
    def rules(self) -> Any:
        from rafid.methods.exchange import Rules

        from .areas import agreement_of

        rules = made(self.declared.rules) or Rules()
        if rules.agreement is None and self.declared.consent is not None:
            rules = replace(rules, agreement=agreement_of(self))
        return rules

    @functools.cached_property
    def areas(self) -> Areas | None:
        found: Areas | None = made(self.declared.areas)
        return found

    def field(self, name: str) -> models.Field[Any, Any] | None:
        return next((field for field in self.fields if field.name == name), None)


def made(what: Any) -> Any:
    """A value, what a function gives, or what the function at a dotted path ``module:name`` gives."""
    what = found_at(what)
    return what() if callable(what) and not isinstance(what, type) else what


def found_at(what: Any) -> Any:
    if isinstance(what, str):
        module, _colon, name = what.partition(":")
        return getattr(import_module(module), name)
    return what


@functools.cache
def kinds() -> dict[str, Kind]:
    """All declared kinds by name. ``ImproperlyConfigured`` where a declaration would let out what must not go."""
    return {one.kind: kind_of(programme, one) for programme in installed() for one in programme.exchange}


def kind_of(programme: Programme, declared: Exchange) -> Kind:
    try:
        model = model_of(declared.kind)
    except (LookupError, ValueError) as error:
        raise ImproperlyConfigured(f"{programme.name} exchanges {declared.kind}, which is no register") from error
    fields = []
    for name in dict.fromkeys((*ALWAYS, *declared.fields)):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist as error:
            raise ImproperlyConfigured(f"{declared.kind} exchanges {name}, which it has not") from error
        refuse(declared.kind, model, field)
        fields.append(field)
    return Kind(declared, programme, model, tuple(fields))


def refuse(kind: str, model: type[models.Model], field: Any) -> None:
    """A restricted field is refused where it is declared, not found out when it has left."""
    name = field.name
    if name in NEVER:
        raise ImproperlyConfigured(f"{kind} exchanges {name}, which belongs to each node alone; take it out")
    restricted: Iterable[str] = getattr(model, "restricted_fields", ())
    if name in restricted or getattr(field, "restricted", False):
        raise ImproperlyConfigured(f"{kind} exchanges {name}, which is restricted and leaves no node; take it out")
    if field.is_relation:
        if field.many_to_many or field.one_to_many or key_of(field) is None:
            raise ImproperlyConfigured(
                f"{kind} exchanges {name}, which points to what other nodes do not have; take it out"
            )
    elif not isinstance(field, PLAIN) or isinstance(field, models.FileField):
        raise ImproperlyConfigured(f"{kind} exchanges {name}, whose kind of value does not travel; take it out")


def key_of(field: Any) -> str | None:
    """By which column of the row that it points to a relation travels: a reference that is the same at all nodes."""
    target = field.related_model
    if issubclass(target, Place | Organisation):
        return "ref"
    if issubclass(target, Record):
        return "id"
    for name in ("code", "ref", "name"):
        try:
            if target._meta.get_field(name).unique:
                return name
        except FieldDoesNotExist:
            continue
    return None


def kind_named(name: str) -> Kind | None:
    """None for a kind of a programme that this node lacks: it is kept and passed on."""
    return kinds().get(name)
