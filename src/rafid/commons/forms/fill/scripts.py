"""The browser form's own scripts, and the worker that keeps them where there is no line.

A page loads all modules of one version: their address holds a hash over all of them, so that a page that is open while the
server is renewed, or that was kept for a month, never mixes two.
"""

from __future__ import annotations

import functools
import hashlib
import json
import mimetypes
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static

FOLDER = Path(__file__).parents[1] / "static" / "forms" / "fill"
WORKER = "worker.js"
KEPT = (
    "rafid.css",
    "rafid.js",
    "icon.svg",
    "forms/fill.css",
    "forms/unsent.js",
    "xforms-engine/index.js",
    "maplibre/maplibre-gl-csp.js",
    "maplibre/maplibre-gl-csp-worker.js",
    "maplibre/maplibre-gl.css",
    "noto-sans-arabic/noto-sans-arabic-arabic-400-normal.woff2",
    "noto-sans-arabic/noto-sans-arabic-arabic-700-normal.woff2",
    "noto-sans/noto-sans-latin-400-normal.woff2",
    "noto-sans/noto-sans-latin-700-normal.woff2",
)
"""Files beside the modules that a form needs without a line."""
BASEMAP = "/places/basemap.geojson"


@functools.cache
def modules() -> dict[str, bytes]:
    """Name below the folder → source."""
    return {str(path.relative_to(FOLDER)): path.read_bytes() for path in sorted(FOLDER.rglob("*.js"))}


@functools.cache
def version() -> str:
    digest = hashlib.sha256()
    for name, source in modules().items():
        digest.update(name.encode() + b"\0" + source)
    for name in KEPT:
        if found := finders.find(name):
            digest.update(name.encode() + b"\0" + Path(str(found)).read_bytes())
    return digest.hexdigest()[:16]


def address(name: str) -> str:
    return f"/forms/fill/app/{version()}/{name}"


def module(name: str) -> tuple[bytes, str] | None:
    """Source and media type. Only what the folder held at the start is known: a name never becomes a path."""
    source = modules().get(name)
    return None if source is None else (source, mimetypes.guess_type(name)[0] or "text/javascript")


def kept() -> list[str]:
    """All addresses that the worker keeps."""
    own = [address(name) for name in modules() if name != WORKER]
    return [*own, *(static(name) for name in KEPT), BASEMAP]


def worker(*, plain: bool = False) -> bytes:
    """The worker with what it must know. ``plain``: for browsers whose workers import nothing, without sending from afar."""
    head = (
        ""
        if plain
        else f"import {{ sendAll }} from {json.dumps(address('outbox.js'))};\nglobalThis.sendAll = sendAll;\n"
    )
    known = {"version": version(), "kept": kept()}
    return f"{head}globalThis.rafid = {json.dumps(known)};\n".encode() + modules()[WORKER]
