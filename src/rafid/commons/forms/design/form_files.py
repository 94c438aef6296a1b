"""The files that a form asks for by name: found in the XForm, looked at before they are taken, told where they are missing."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from rafid.commons import blobs
from rafid.commons.blobs import Blob
from rafid.methods import xforms

from ..models import EntityList, FormFile, FormVersion
from ..models.form import FileKind

LARGEST_FILE = 50_000_000
MOST_FILES = 200
_ADDRESS: Final = re.compile(r"jr://(images|audio|video|file-csv|file)/([^\"'<>]+)")
_SEARCH: Final = re.compile(r"search\(\s*['\"]([^'\"]+)['\"]")
_KINDS: Final = {
    "images": FileKind.IMAGE,
    "audio": FileKind.AUDIO,
    "video": FileKind.VIDEO,
    "file-csv": FileKind.CSV,
}
_ENDINGS: Final = {".csv": FileKind.CSV, ".geojson": FileKind.GEOJSON}


@dataclass(frozen=True)
class Asked:
    """``columns``: what a table must have, by the questions that select from it."""

    name: str
    kind: str
    columns: tuple[str, ...] = ()


def files_asked(xform: bytes, made: xforms.Form) -> dict[str, Asked]:
    """Name → what the form asks for, in the order of the form."""
    kinds: dict[str, str] = {}
    for folder, name in _ADDRESS.findall(xform.decode("utf-8", "replace")):
        name = html.unescape(name).strip()
        ending = name[name.rfind(".") :].lower() if "." in name else ""
        kinds.setdefault(name, _KINDS.get(folder) or _ENDINGS.get(ending, FileKind.GEOJSON))
    for field in made.fields:
        search = _SEARCH.search(field.appearance)
        if search is not None:
            kinds.setdefault(f"{search[1].removesuffix('.csv')}.csv", FileKind.CSV)
    columns: dict[str, dict[str, None]] = {}
    for field in made.fields:
        instance = made.instances.get((field.itemset.instance or "") if field.itemset is not None else "")
        if field.itemset is not None and instance is not None and instance.source:
            wanted = columns.setdefault(instance.source.rpartition("/")[2], {})
            wanted.update(dict.fromkeys((field.itemset.value, field.itemset.label)))
    return {name: Asked(name, kind, tuple(columns.get(name, ()))) for name, kind in kinds.items()}


def file_fault(asked: Asked, blob: Blob) -> str | None:
    """Why these bytes are not what the form asks for under that name: a sentence, or None."""
    if asked.kind in (FileKind.IMAGE, FileKind.AUDIO, FileKind.VIDEO):
        family = blob.media_type.partition("/")[0]
        # Older sound files begin with nothing that tells them.
        if family in (asked.kind, "video" if asked.kind == FileKind.AUDIO else asked.kind):
            return None
        if asked.kind == FileKind.AUDIO and blob.media_type == "application/octet-stream":
            return None
        return _("“%(name)s” is no %(kind)s that phones can show or play.") % {
            "name": asked.name,
            "kind": str(FileKind(asked.kind).label),
        }
    data = blobs.read(blob.sha256)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _("“%(name)s” is not UTF-8. Save it as “CSV UTF-8”.") % {"name": asked.name}
    if "\x00" in text:
        return _("“%(name)s” is no text file.") % {"name": asked.name}
    return _table_fault(asked, text) if asked.kind == FileKind.CSV else _features_fault(asked, text)


def _table_fault(asked: Asked, text: str) -> str | None:
    try:
        heading = [name.strip() for name in next(csv.reader(io.StringIO(text, newline="")), [])]
    except csv.Error:
        heading = []
    if not any(heading):
        return _("“%(name)s” has no column names in its first row.") % {"name": asked.name}
    for column in asked.columns:
        if column not in heading:
            return _(
                "“%(name)s” has no column “%(column)s”, which the form selects from it. Its columns: %(found)s"
            ) % {
                "name": asked.name,
                "column": column,
                "found": ", ".join(heading)[:200],
            }
    return None


def _features_fault(asked: Asked, text: str) -> str | None:
    if not asked.name.lower().endswith(".geojson"):
        return _("“%(name)s” is a list in XML. Give the list as CSV or GeoJSON and name that in the form.") % {
            "name": asked.name
        }
    try:
        features = json.loads(text)["features"]
        points = [feature["geometry"]["type"] for feature in features]
    except (ValueError, KeyError, TypeError, RecursionError):
        return _("“%(name)s” is no GeoJSON with features that have a geometry.") % {"name": asked.name}
    if not points:
        return _("“%(name)s” has no features.") % {"name": asked.name}
    return None


def put_files(
    version: FormVersion, asked: Mapping[str, Asked], given: Mapping[str, Blob], before: Iterable[FormFile] = ()
) -> None:
    """The draft's files: those given, else those of the version before, else an entity list of that name, else awaited."""
    kept = {file.name: file for file in before}
    lists = {one.name: one for one in EntityList.objects.filter(programme=version.form.programme)}
    rows = []
    for name, one in asked.items():
        row = FormFile(version=version, name=name, kind=one.kind)
        old = kept.get(name)
        entity_list = lists.get(name.removesuffix(".csv")) if one.kind == FileKind.CSV else None
        if name in given:
            blob = given[name]
            row.sha256, row.md5, row.size = blob.sha256, blob.md5, blob.size
        elif old is not None and old.sha256 and old.kind == one.kind:
            row.sha256, row.md5, row.size = old.sha256, old.md5, old.size
        elif entity_list is not None:
            row.kind, row.entity_list = FileKind.DATASET, entity_list
        rows.append(row)
    FormFile.objects.bulk_create(rows)


def missing(version: FormVersion) -> list[str]:
    """Names that the form asks for and nobody has given."""
    awaited = version.files.filter(sha256=None, entity_list=None)
    return list(awaited.order_by("name").values_list("name", flat=True))


def missing_files(versions: Iterable[UUID]) -> dict[UUID, list[str]]:
    """Version → names of its files that are awaited, or that the store has lost. Phones do not get such a form: one item that
    is not complete breaks their whole list."""
    found: dict[UUID, list[str]] = {}
    for file in FormFile.objects.filter(version__in=list(versions), entity_list=None).order_by("name"):
        if not file.sha256 or not file.md5 or not blobs.path_of(file.sha256).is_file():
            found.setdefault(file.version_id, []).append(file.name)
    return found


def lost(version: FormVersion) -> list[str]:
    return missing_files([version.pk]).get(version.pk, [])
