"""What the country pack says about the country itself, for the frame of every page."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from rafid.commons.names import pick


def folder() -> Path:
    return Path(settings.ROOT) / "src/rafid/countries" / settings.RAFID_COUNTRY


@cache
def facts() -> dict[str, Any]:
    """The tables of ``country.toml``; empty where the pack has none."""
    path = folder() / "country.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def name() -> str:
    """The country's name in the reader's language."""
    return pick(facts().get("names", {}))
