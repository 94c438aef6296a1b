"""Declared dashboards become recipes after migrate; what staff composed of them since is theirs."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from rafid.commons.history import because
from rafid.commons.programme import LANGUAGES, SENSITIVITIES, Block, Dashboard, Programme, installed
from rafid.commons.records.models import State

from ..editions.canonical import recipe_sha256
from ..models import Kind, Recipe
from .body import problems

DECLARED = "declared_sha256"


def sync_dashboards() -> list[str]:
    """Codes of what became new or changed. Raises ``ValueError`` for a declaration that cannot be shown."""
    changed = []
    with transaction.atomic(), because("declared by its programme"):
        for programme in installed():
            for declared in programme.dashboards:
                if _sync(programme, declared):
                    changed.append(declared.code)
    return changed


def body_of(declared: Dashboard) -> dict[str, Any]:
    return {"filters": list(declared.filters), "blocks": [_block(one) for one in declared.blocks]}


def _block(one: Block) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": one.kind, "width": one.width, "title": dict(one.title or {})}
    if one.what is not None:
        found["what"] = {name: list(value) if isinstance(value, tuple) else value for name, value in one.what.items()}
    if one.text is not None:
        found["text"] = dict(one.text)
    return found


def _sync(programme: Programme, declared: Dashboard) -> bool:
    body = body_of(declared)
    wrong = problems(body)
    if wrong:
        raise ValueError(
            f"the dashboard {declared.code} is declared wrongly: {wrong[0]['where']} {wrong[0]['message']}"
        )
    names = {f"name_{code}": declared.title.get(code, "") for code in LANGUAGES}
    said = recipe_sha256({**body, **names})
    found = Recipe.objects.filter(code=declared.code).first()
    if found is None:
        Recipe.objects.create(
            code=declared.code, kind=Kind.DASHBOARD, programme=programme.name, state=State.PUBLISHED, declared=True,
            sensitivity=SENSITIVITIES[declared.sensitivity], body={**body, DECLARED: said}, sha256=recipe_sha256(body), **names,
        )  # fmt: skip
        return True
    if found.body.get(DECLARED) == said or found.kind != Kind.DASHBOARD or not found.declared:
        return False
    as_declared = {name: found.body.get(name) for name in ("filters", "blocks")}
    own = {f"name_{code}": getattr(found, f"name_{code}") for code in LANGUAGES}
    if recipe_sha256({**as_declared, **own}) != found.body.get(DECLARED) or "next" in found.body:
        return False
    found.body, found.sha256 = {**body, DECLARED: said}, recipe_sha256(body)
    for name, value in names.items():
        setattr(found, name, value)
    found.save()
    return True


def after_migrate(**_signal: Any) -> None:
    """Bound to post_migrate."""
    sync_dashboards()
