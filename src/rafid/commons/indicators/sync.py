"""Declared indicators become rows. A changed meaning makes a new version and retires the old one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from rafid.commons.history import because
from rafid.commons.programme import SENSITIVITIES, Programme, installed
from rafid.commons.programme import Indicator as Declared

from .models import Indicator, IndicatorState

ARITHMETIC = ("unit", "kind", "numerator", "denominator", "multiplier", "rollup")
"""How a figure comes about: where one of these changes, older figures mean something else and stay with their version."""

MEANING = (*ARITHMETIC, "by", "definition")
"""What a figure means. Wording, source and method note are corrected in place; history keeps what they were."""

WORDING = ("name_ar", "name_ckb", "name_en", "method", "source", "direction", "sensitivity", "programme", "order")


@dataclass
class Synced:
    """Codes of what became new, changed its meaning, changed its wording, or is declared no longer."""

    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    reworded: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.made or self.changed or self.reworded or self.retired)


def fields_of(programme: Programme, declared: Declared, order: int) -> dict[str, Any]:
    return {
        "programme": programme.name,
        "unit": declared.unit,
        "kind": declared.kind,
        "numerator": declared.numerator,
        "denominator": declared.denominator,
        "multiplier": float(declared.multiplier),
        "rollup": declared.rollup,
        "by": sorted(declared.by),
        "direction": declared.direction,
        "definition": dict(declared.definition),
        "method": dict(declared.method or {}),
        "source": declared.source,
        "sensitivity": SENSITIVITIES[declared.sensitivity],
        "order": order,
        **{f"name_{code}": declared.names.get(code, "") for code in ("ar", "ckb", "en")},
    }


def sync_indicators(programmes: Iterable[Programme] | None = None) -> Synced:
    """Brings the rows to what the programmes declare; twice does nothing more than once.

    Raises ``ValueError`` where two programmes declare one code. Indicators of programmes that are not installed, and
    those made by staff, are left alone.
    """
    programmes = installed() if programmes is None else tuple(programmes)
    wanted: dict[str, dict[str, Any]] = {}
    for programme in programmes:
        for order, declared in enumerate(programme.indicators):
            if declared.code in wanted:
                raise ValueError(f"the indicator {declared.code} is declared twice")
            wanted[declared.code] = fields_of(programme, declared, order)
    done = Synced()
    with transaction.atomic(), because("Declared by the programme"):
        names = [programme.name for programme in programmes]
        held = {
            row.code: row
            for row in Indicator.objects.select_for_update().filter(
                declared=True, state=IndicatorState.ADOPTED, programme__in=names
            )
        }
        for code, row in held.items():
            if code not in wanted:
                _retire(row)
                done.retired.append(code)
        for code, fields in wanted.items():
            _bring(code, fields, held.get(code), done)
    return done


def _retire(row: Indicator) -> None:
    row.state, row.retired_at = IndicatorState.RETIRED, timezone.now()
    row.save(update_fields=["state", "retired_at"])


def _bring(code: str, fields: dict[str, Any], row: Indicator | None, done: Synced) -> None:
    if row is not None and all(getattr(row, name) == fields[name] for name in MEANING):
        changed = [name for name in WORDING if getattr(row, name) != fields[name]]
        if changed:
            for name in changed:
                setattr(row, name, fields[name])
            row.save(update_fields=changed)
            done.reworded.append(code)
        return
    continues = None
    if row is not None:
        _retire(row)
        if all(getattr(row, name) == fields[name] for name in ARITHMETIC):
            continues = row
    last = Indicator.objects.filter(code=code).order_by("-version").values_list("version", flat=True).first()
    Indicator.objects.create(code=code, version=(last or 0) + 1, continues=continues, **fields)
    (done.changed if row is not None else done.made).append(code)


def after_migrate(**kwargs: Any) -> None:
    """Receiver of ``post_migrate``. A database migrated only in part has no place for them yet."""
    from django.db import connections

    using = kwargs.get("using", "default")
    if using != "default" or (kwargs.get("plan") and any(backwards for _migration, backwards in kwargs["plan"])):
        return
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if Indicator._meta.db_table not in tables or "rafid_indicators_indicatorevent" not in tables:
            return
        there = {
            column.name for column in connection.introspection.get_table_description(cursor, Indicator._meta.db_table)
        }
    if {field.column for field in Indicator._meta.concrete_fields} <= there:
        sync_indicators()
