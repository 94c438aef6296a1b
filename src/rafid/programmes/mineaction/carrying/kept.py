"""Mapping files: those of the country pack, and the versions that people made of them."""

from __future__ import annotations

import functools
from dataclasses import replace
from importlib.resources import files
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from rafid.commons.people.models import Organisation
from rafid.commons.records.change import Refused

from ..models import ImportMapping
from ..refusals import told
from .mapping import BadMapping, Mapping, read

FOLDER = "mineaction"


@functools.cache
def shipped() -> dict[str, Mapping]:
    """The country pack's mappings by code."""
    folder = files(f"rafid.countries.{settings.RAFID_COUNTRY}") / FOLDER
    if not folder.is_dir():
        return {}
    texts = sorted(
        (one.name, one.read_text(encoding="utf-8")) for one in folder.iterdir() if one.name.endswith(".toml")
    )
    found = [read(text) for _name, text in texts]
    return {one.code: one for one in found}


def mapping_of(code: str, number: int | None = None, *, owner: Any = None) -> Mapping | None:
    """The version in use of the authority ``owner``, or that ``number`` (0 is the country pack's); None where there is none."""
    rows = ImportMapping.objects.filter(code=code)
    if owner is not None:
        rows = rows.filter(owner=owner)
    if number != 0:
        row = (rows.filter(number=number) if number else rows).order_by("-number").first()
        if row is not None:
            return replace(read(row.text, number=row.number))
        if number:
            return None
    return shipped().get(code)


def in_use(owner: Any) -> list[Mapping]:
    """One version of each, by code; of the country pack alone where no authority is named."""
    if owner is None:
        return list(shipped().values())
    codes = {*shipped(), *ImportMapping.objects.filter(owner=owner).values_list("code", flat=True)}
    found = (mapping_of(code, owner=owner) for code in sorted(codes))
    return [one for one in found if one is not None]


def save_version(*, owner: Organisation, text: str, seen: int, by: Any, reason: str = "") -> Mapping:
    """The next version. ``seen``: the number that the person looked at; raises ``Refused`` where somebody was quicker, or
    where the text is no mapping."""
    try:
        mapping = read(text)
    except BadMapping as error:
        raise Refused(str(error)) from error
    with told(ImportMapping):
        Organisation.objects.select_for_update(no_key=True).get(pk=owner.pk)
        last = ImportMapping.objects.filter(owner=owner, code=mapping.code).aggregate(last=Max("number"))["last"] or 0
        if last != seen:
            raise Refused(_("Somebody saved this mapping meanwhile. Open it again and look at it."))
        row = ImportMapping.objects.create(
            owner=owner,
            code=mapping.code,
            number=last + 1,
            text=text,
            made_by=by,
            reason=" ".join(reason.split())[:300],
        )
    return replace(mapping, number=row.number)
