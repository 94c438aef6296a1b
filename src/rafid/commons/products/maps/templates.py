"""Map layers that programmes declare become templates to begin a map with."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from rafid.commons.history import because
from rafid.commons.names import pick
from rafid.commons.programme import LANGUAGES, MapLayer, Programme, installed

from ..models import Dataset, Kind, Template
from .body import STYLES

_WORDS = {"symbol-area": "symbols", "point": "points", "polygon": "outline", "line": "outline", "fill": "choropleth"}
"""How declarations call what the composer calls otherwise."""


def sync_templates() -> list[str]:
    """Codes of templates that became new or changed; a changed declaration is a new version."""
    changed = []
    with transaction.atomic(), because("declared by its programme"):
        for programme in installed():
            for layer in programme.layers:
                if _sync(programme, layer):
                    changed.append(template_code(programme, layer))
    return changed


def template_code(programme: Programme, layer: MapLayer) -> str:
    return f"{programme.name}-{layer.code}"[:80]


def _sync(programme: Programme, layer: MapLayer) -> bool:
    code, body, names = template_code(programme, layer), _body(programme, layer), _names(programme, layer)
    last = Template.objects.filter(code=code).order_by("-version").first()
    if last is not None and last.body == body and last.names == names:
        return False
    Template.objects.create(
        code=code, version=last.version + 1 if last else 1, kind=Kind.MAP, programme=programme.name, declared=True,
        body=body, **{f"name_{language}": text for language, text in names.items()},
    )  # fmt: skip
    return True


def _body(programme: Programme, layer: MapLayer) -> dict[str, Any]:
    """The dataset's first field of numbers: a rate where areas are coloured, a count where circles are drawn."""
    kind = _WORDS.get(layer.style, layer.style)
    kind = kind if kind in STYLES else "choropleth"
    declared = next((one for one in programme.datasets if one.code == layer.dataset), None)
    fields = [one for one in (declared.fields if declared else ()) if one.kind in ("number", "integer")]
    counts = [one for one in fields if one.kind == "integer" or one.role == "sensitive"]
    rates = [one for one in fields if one not in counts]
    wanted = {"choropleth": rates or counts, "symbols": counts or rates}.get(kind, [])
    if kind == "choropleth" and not rates:
        kind = "symbols"
    said: dict[str, Any] = {"dataset": layer.dataset, "style": {"kind": kind}}
    if wanted:
        said["field"] = wanted[0].name
    return {"layers": [said], "page": {"size": "A4", "orientation": "landscape", "labels": "names"}}


def _names(programme: Programme, layer: MapLayer) -> dict[str, str]:
    titles = next((one.title for one in programme.datasets if one.code == layer.dataset), None)
    if titles is None:
        found = Dataset.objects.filter(code=layer.dataset).first()
        titles = found.names if found else programme.names
    return {language: pick(titles, language)[:300] for language in LANGUAGES}


def after_migrate(**_signal: Any) -> None:
    """Bound to post_migrate."""
    sync_templates()
