"""Declared bulletins become recipes after migrate; what staff wrote of them since is theirs."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from django.conf import settings
from django.db import transaction

from rafid.commons.history import because
from rafid.commons.programme import LANGUAGES, SENSITIVITIES, Bulletin, Programme, installed

from ..editions.canonical import recipe_sha256
from ..models import Kind, Recipe

DECLARED = "declared_sha256"


def sync_bulletins() -> list[str]:
    """Codes of what became new or changed."""
    changed = []
    with transaction.atomic(), because("declared by its programme"):
        for programme in installed():
            for declared in programme.bulletins:
                if _sync(programme, declared):
                    changed.append(declared.code)
    return changed


def body_of(programme: Programme, declared: Bulletin) -> dict[str, Any]:
    """As JSON, each block with an id. Raises ``ValueError`` where it has neither blocks nor a file of them."""
    if declared.template:
        package = next(one for one in settings.RAFID_PACKAGES if one.rpartition(".")[2] == programme.name)
        body = json.loads(files(package).joinpath(declared.template).read_text(encoding="utf-8"))
    else:
        body = json.loads(json.dumps(declared.body or {}))
    if not body.get("blocks"):
        raise ValueError(f"the bulletin {declared.code} has no blocks")
    for at, block in enumerate(body["blocks"], 1):
        block.setdefault("id", f"b{at}")
    return dict(body)


def _sync(programme: Programme, declared: Bulletin) -> bool:
    if declared.kind not in (Kind.BULLETIN, Kind.SHEET):
        raise ValueError(f"{declared.code} is a bulletin or a sheet, not a {declared.kind}")
    body = body_of(programme, declared)
    names = {f"name_{code}": declared.title.get(code, "") for code in LANGUAGES}
    values = {**names, "summary": dict(declared.summary or {}), "every": declared.every}
    said = recipe_sha256({**body, **values})
    found = Recipe.objects.filter(code=declared.code).first()
    if found is None:
        Recipe.objects.create(
            code=declared.code, kind=declared.kind, programme=programme.name, declared=True, theme=declared.theme,
            sensitivity=SENSITIVITIES[declared.sensitivity], body={**body, DECLARED: said}, **values,
        )  # fmt: skip
        return True
    if not found.declared or found.kind != declared.kind or found.body.get(DECLARED) in (said, None):
        return False
    own = {**{name: getattr(found, name) for name in names}, "summary": found.summary, "every": found.every}
    kept = {name: value for name, value in found.body.items() if name != DECLARED}
    if recipe_sha256({**kept, **own}) != found.body[DECLARED]:
        return False  # staff wrote in it
    found.body = {**body, DECLARED: said}
    for name, value in values.items():
        setattr(found, name, value)
    found.save()
    return True


def after_migrate(**_signal: Any) -> None:
    """Bound to post_migrate."""
    sync_bulletins()
