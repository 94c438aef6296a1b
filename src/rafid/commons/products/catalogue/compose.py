"""A dataset that staff make: from indicators or from a table; changed by whoever holds the version that he read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.indicators.models import Indicator
from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import may_on
from rafid.commons.programme import LANGUAGES

from ..models import Dataset
from ..release.decide import COMPOSE, STEWARD
from ..release.of_figures import LEVELS, figure_fields
from .fields import as_json
from .frequency import duration
from .sync import set_fields

CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,79}\Z")
TAG = re.compile(r"#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*\Z")
RESERVED = frozenset({"new", "catalog"})
ROLES = ("none", "identifier", "quasi", "sensitive", "geometry")
_GUARDED = ("identifier", "quasi", "sensitive")
TEXTS = ("description", "attribution", "caveats", "method")
PLAIN = ("theme", "contact", "licence", "every")


class Stale(Exception):
    """Somebody changed the dataset since it was read; ``current`` is how it stands now."""

    def __init__(self, current: Dataset) -> None:
        super().__init__(f"version {current.version}")
        self.current = current


def new_dataset(
    by: Any, *, code: str, programme: str, owner: Organisation | None, names: Mapping[str, str], origin: str,
    source: Mapping[str, Any], fields: Sequence[dict[str, Any]],
) -> Dataset:  # fmt: skip
    """A draft. Raises ``ValidationError`` by field: a code that is taken or none, no title, no right there."""
    wrong: dict[str, str] = {}
    if not CODE.match(code) or code in RESERVED:
        wrong["code"] = _("Use small Latin letters, digits and hyphens, at least two: population-by-age.")
    elif Dataset.objects.filter(code=code).exists():
        wrong["code"] = _taken()
    if not any(text.strip() for text in names.values()):
        wrong["name_ar"] = _("Write a title in one language at least.")
    if owner is None:
        wrong["owner"] = _("Choose whose dataset it is.")
    made = Dataset(
        code=code, programme=programme, owner=owner, origin=origin, source=dict(source), made_by=by,
        **{f"name_{language}": names.get(language, "").strip() for language in LANGUAGES},
    )  # fmt: skip
    if not wrong and not may_on(by, COMPOSE, made):
        wrong["owner"] = _("Your role does not allow this here.")
    if wrong:
        raise ValidationError(wrong)
    try:
        with transaction.atomic(), because("composed"):
            made.save(force_insert=True)
            set_fields(made, list(fields))
    except IntegrityError as taken:
        raise ValidationError({"code": _taken()}) from taken
    return made


def _taken() -> str:
    return _("A dataset has this code already. It stays its address for ever; choose another.")


def of_indicators(
    codes: Sequence[str], by: Sequence[str], levels: Sequence[str], periods: Sequence[str] = ()
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Source and fields of a dataset of figures. Raises ``ValidationError`` for an indicator that is not adopted."""
    chosen = {one.code: one for one in Indicator.objects.adopted().filter(code__in=codes)}
    missing = [code for code in codes if code not in chosen]
    if not codes or missing:
        raise ValidationError({"indicators": _("Choose indicators that are adopted.")})
    if not levels or any(level not in LEVELS for level in levels):
        raise ValidationError({"levels": _("Choose at least one level.")})
    source = {"indicators": list(codes), "by": list(by), "levels": list(levels), "periods": list(periods)}
    return source, figure_fields([chosen[code] for code in codes], by)


def change_dataset(
    dataset: Dataset, by: Any, *, version: int, values: Mapping[str, Any], fields: Sequence[dict[str, Any]] | None = None,
    source: Mapping[str, Any] | None = None, why: str = "",
) -> Dataset:  # fmt: skip
    """Writes texts and fields. What was released stays as it was: the next version has the new fields.

    Raises ``Stale`` for another version than the one that stands, ``ValidationError`` by field.
    """
    with transaction.atomic(), because(why or "changed"):
        found: Dataset = Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
        if not may_on(by, COMPOSE, found):
            raise ValidationError(_("Your role does not allow this here."))
        if found.origin == "declared":
            raise ValidationError(_("Its programme declares this dataset; its texts are changed there."))
        if found.version != version:
            raise Stale(found)
        _check(values)
        for name in (*TEXTS, *PLAIN, *(f"name_{language}" for language in LANGUAGES)):
            if name in values:
                setattr(found, name, values[name])
        if source is not None:
            found.source = dict(source)
        if not any(found.names.values()):
            raise ValidationError({"name_ar": _("Write a title in one language at least.")})
        changed = False
        if fields is not None:
            _check_fields(found, fields, weaken=may_on(by, STEWARD, found))
            changed = set_fields(found, list(fields))
        found.save()
        if changed:
            # The fields are a part of the record: whoever read it before must read it again.
            Dataset.objects.filter(pk=found.pk).update(version=F("version") + 1)
        found.refresh_from_db()
    return found


def _check(values: Mapping[str, Any]) -> None:
    every = values.get("every")
    if every and every != "as needed" and duration(every) is None:
        raise ValidationError({"every": _("Write a duration as P1M or P1Y, or “as needed”.")})


def _check_fields(dataset: Dataset, fields: Sequence[Mapping[str, Any]], *, weaken: bool) -> None:
    """Fields keep their names and their place in the source; protection is taken off by a data steward only."""
    before = {one.name: as_json(one) for one in dataset.fields.all()}
    names = [one["name"] for one in fields]
    if not fields or len(set(names)) != len(names):
        raise ValidationError(_("A field stands here twice, or none is left."))
    for one in fields:
        if one.get("hxl") and not TAG.match(one["hxl"]):
            raise ValidationError(_("%(field)s: write an HXL tag as #affected+f.") % {"field": one["name"]})
        if one["role"] not in ROLES:
            raise ValidationError(_("%(field)s: there is no such role.") % {"field": one["name"]})
        if one["role"] == "sensitive" and one["kind"] not in ("integer", "number"):
            raise ValidationError(_("%(field)s: only counts are protected so.") % {"field": one["name"]})
    for name, old in before.items():
        new = next((one for one in fields if one["name"] == name), None)
        weaker = new is not None and old["role"] in _GUARDED and new["role"] != old["role"]
        if weaker and not weaken:
            raise ValidationError(_("%(field)s: a data steward alone takes protection off a field.") % {"field": name})
