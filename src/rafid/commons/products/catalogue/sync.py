"""Declared datasets become rows of the catalogue; their versions and what staff decided of them stay."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext, override

from rafid.commons.history import because
from rafid.commons.programme import LANGUAGES, SENSITIVITIES, Programme, installed
from rafid.commons.programme import Dataset as Declared

from ..models import Dataset, DatasetField
from .fields import as_json


def sync_datasets() -> list[str]:
    """Codes of what became new or changed. A policy that a steward changed is his: the declaration's is only the first."""
    changed = []
    with transaction.atomic(), because("declared by its programme"):
        for programme in installed():
            for declared in programme.datasets:
                if _sync(programme, declared):
                    changed.append(declared.code)
    return changed


def _sync(programme: Programme, declared: Declared) -> bool:
    values = _values(programme, declared)
    found = Dataset.objects.filter(code=declared.code).first()
    if found is None:
        found = Dataset.objects.create(code=declared.code, **values, **_policy(declared))
        fresh = True
    else:
        fresh = any(getattr(found, name) != value for name, value in values.items())
        if fresh:
            for name, value in values.items():
                setattr(found, name, value)
            found.save()
    return set_fields(found, [as_json(one) for one in declared.fields]) or fresh


def _values(programme: Programme, declared: Declared) -> dict[str, Any]:
    return {
        "programme": programme.name,
        "sensitivity": SENSITIVITIES[declared.sensitivity],
        "origin": "declared",
        "description": dict(declared.about or {}),
        "method": dict(declared.method or {}),
        "caveats": dict(declared.caveats or {}),
        "theme": declared.theme,
        "contact": declared.contact,
        "licence": declared.licence,
        "attribution": _attribution(declared.attribution),
        "every": declared.every,
        **{f"name_{code}": declared.title.get(code, "") for code in LANGUAGES},
    }


def _attribution(text: str) -> dict[str, str]:
    found = {}
    for code in LANGUAGES:
        with override(code):
            found[code] = gettext(text) if text else ""
    return found


def _policy(declared: Declared) -> dict[str, Any]:
    policy = declared.policy
    names = ("k", "points", "least_share", "grid_m", "inner_m", "outer_m", "may_leave")
    return {name: getattr(policy, name) for name in names}


def set_fields(dataset: Dataset, fields: list[dict[str, Any]]) -> bool:
    """Writes the dataset's fields as given; False where they stand so already."""
    there = [as_json(one) for one in dataset.fields.all()]
    if there == fields:
        return False
    dataset.fields.all().delete()
    DatasetField.objects.bulk_create(
        [DatasetField(dataset=dataset, order=order, **field) for order, field in enumerate(fields)]
    )
    return True


def rest_on_a_demonstration(programme: str) -> None:
    """A programme's demonstration is loaded: the catalogue says so of each dataset that is read from its records."""
    for dataset in Dataset.objects.filter(programme=programme, origin="declared", demonstration=False):
        dataset.demonstration = True
        dataset.save(update_fields=["demonstration"])


def after_migrate(**_signal: Any) -> None:
    """Bound to post_migrate."""
    sync_datasets()
