"""The registers that programmes declare, by their name in addresses: ``programme`` and ``record``."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from rafid.commons import writing
from rafid.commons.programme import Check, Programme, installed
from rafid.commons.programme import Record as Declared

from .models import Record

GROUPED_FROM = 10_000

COMMON_NAMES = {
    "ref": _("Reference"),
    "place": _("Place"),
    "owner": _("Organisation"),
    "sensitivity": _("Sensitivity"),
    "state": _("State"),
    "known_at": _("Known since"),
    "version": _("Version"),
    "source": _("Provenance"),
    "made_by": _("Entered by"),
    "deleted_at": _("Deleted on"),
    "deleted_why": _("Reason of deletion"),
    "name_ar": _("Name in Arabic"),
    "name_ckb": _("Name in Kurdish"),
    "name_en": _("Name in English"),
}


@dataclass(frozen=True)
class Register:
    """A declared record with its model."""

    programme: Programme
    declared: Declared
    model: type[Record]

    @property
    def code(self) -> str:
        return self.declared.code or str(self.model._meta.model_name)

    @property
    def kind(self) -> str:
        return self.model.kind()

    @property
    def title(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    @property
    def checks(self) -> tuple[Check, ...]:
        own = {self.kind, self.code, self.declared.model, ""}
        several = len(self.programme.records) > 1
        return tuple(c for c in self.programme.checks if c.record in (own - {""} if several else own))

    def label(self, name: str) -> str:
        """What a field is called: the commons' own word for what all records share, else the model's."""
        if name in COMMON_NAMES:
            return str(COMMON_NAMES[name])
        try:
            field = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return name
        return str(getattr(field, "verbose_name", name))

    @property
    def listed(self) -> tuple[str, ...]:
        return self.declared.list

    @property
    def shown(self) -> tuple[str, ...]:
        return self.declared.page or self.declared.list

    @property
    def editable(self) -> list[str]:
        """The fields of the form: what the page shows and the model lets be edited, then place, owner, sensitivity."""
        fields = []
        for name in (*self.shown, "place", "owner", "sensitivity"):
            try:
                field = self.model._meta.get_field(name)
            except FieldDoesNotExist:
                continue
            if getattr(field, "editable", False) and name not in fields and name != "state":
                fields.append(name)
        return fields

    @property
    def states(self) -> list[tuple[str, Any]]:
        """The record's own states, by which the list is filtered."""
        return list(self.model._meta.get_field("state").choices or ())

    def door(self, action: str, record: Record | None = None) -> str:
        """Where ``action`` is done, when not by the register's own form; empty where the form does it."""
        address = self.declared.instead.get(action, "")
        return address.replace("{ref}", record.ref) if record is not None else address

    def is_number(self, name: str) -> bool:
        """Figures stand under one another in a table."""
        try:
            field = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return False
        numeric = isinstance(field, models.IntegerField | models.FloatField | models.DecimalField)
        return numeric and not getattr(field, "choices", None)

    def pointing(self, names: Iterable[str]) -> list[str]:
        """Those of the fields that point to another row, so that a list fetches these with its own."""
        columns = {field.name: field for field in self.model._meta.concrete_fields}
        return [name for name in names if name in columns and columns[name].is_relation]

    @property
    def geometry(self) -> str | None:
        """The name of the model's first geometry field."""
        from django.contrib.gis.db.models import GeometryField

        for field in self.model._meta.get_fields():
            if isinstance(field, GeometryField):
                return field.name
        return None


@functools.cache
def registers() -> tuple[Register, ...]:
    found = []
    for programme in installed():
        for declared in programme.records:
            label = declared.model if "." in declared.model else f"rafid_{programme.name}.{declared.model}"
            found.append(Register(programme, declared, apps.get_model(label)))
    return tuple(found)


def register_of(programme: str, code: str) -> Register:
    """Raises Http404 for a register that nobody declares."""
    for register in registers():
        if register.programme.name == programme and code in (register.code, register.model._meta.model_name):
            return register
    raise Http404


def register_of_model(model: type[models.Model]) -> Register | None:
    return next((register for register in registers() if register.model is model), None)


def value_text(record: Any, name: str) -> str:
    """A field as a person reads it: the name of a choice, of a place, of an organisation; numbers and days as written
    in the reader's language; a point as latitude and longitude."""
    display = getattr(record, f"get_{name}_display", None)
    return text_of(display() if display else getattr(record, name, None))


def text_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, int | float | Decimal):
        return _exact(value)
    if isinstance(value, datetime):
        return writing.moment(value)
    if isinstance(value, date):
        return writing.day(value)
    if isinstance(value, Point):
        return f"{value.y:.5f}, {value.x:.5f}"
    if isinstance(value, GEOSGeometry):
        return _("%(count)s points") % {"count": _exact(value.num_coords)}
    if isinstance(value, list | tuple):
        return "; ".join(text_of(one) for one in value)
    return str(value)


def _exact(value: float | Decimal) -> str:
    """All its decimals; grouped from five digits on, so that a year stays a year."""
    exact = Decimal(str(value))
    if not exact.is_finite():
        return ""
    exponent = exact.normalize().as_tuple().exponent
    text = writing.number(value, max(0, -int(exponent)))
    return text if abs(exact) >= GROUPED_FROM else text.replace(",", "")
