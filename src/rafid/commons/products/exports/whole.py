"""Whole files of a version: made once when it is published, kept by their hash, sent as they lie."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop, override

from rafid.commons import blobs
from rafid.commons.names import in_three
from rafid.commons.records.models import Task
from rafid.commons.records.tasks import Failure, start

from ..models import DatasetVersion, Resource
from ..released_table import ReleasedTable
from . import FORMATS
from .arrow import Wrong

SMALL = 20_000
"""Rows up to which a file that is missing is made while somebody waits for it."""
NAME = "dataset-files"


def kept(version: DatasetVersion, ext: str) -> Resource | None:
    """The file, if it is there and its bytes are in the store."""
    found = version.resources.filter(format=ext).first()
    if found is not None and not blobs.path_of(found.sha256).exists():
        return None
    return found


def make(version: DatasetVersion, ext: str) -> Resource:
    """Made again after a loss of the store, the file takes the place of the lost one."""
    with override("en"):
        blob = blobs.receive(FORMATS[ext].write(ReleasedTable(version), hxl=False, bom=False))
    values = {"sha256": blob.sha256, "size": blob.size}
    try:
        with transaction.atomic():
            found, _made = Resource.objects.update_or_create(version=version, format=ext, defaults=values)
    except IntegrityError:  # made by two at once
        found = Resource.objects.get(version=version, format=ext)
    return found


def begin(version: DatasetVersion, by: Any = None) -> Task:
    """The task that makes what is missing; the one that runs already, if there is one."""
    link = f"/catalog/{version.dataset.code}/"
    name = f"{NAME} {version.pk}"[:60]
    running = Task.objects.filter(name=name, state__in=("waiting", "running")).first()
    if running is not None:
        return running
    return start(
        name,
        "rafid.commons.products.exports.whole:make_all",
        {"version": str(version.pk)},
        about=in_three(
            gettext_noop("Files of %(dataset)s, version %(number)s"),
            dataset=version.dataset.names, number=version.number,
        ),
        link=link,
        by=by,
    )  # fmt: skip


def make_all(progress: Any, *, version: str) -> None:
    """Run again after it was cut off, it goes on with the formats that are missing."""
    found = DatasetVersion.objects.select_related("dataset").get(pk=version)
    for done, ext in enumerate(FORMATS):
        progress.at(done, len(FORMATS))
        if kept(found, ext) is None:
            try:
                make(found, ext)
            except Wrong as wrong:
                raise Failure(
                    in_three(gettext_noop("A value is not of its field's kind: %(what)s"), what=str(wrong))
                ) from wrong
    progress.at(len(FORMATS), len(FORMATS))


def after_publication(version: DatasetVersion) -> None:
    """In the transaction that publishes: the files come a moment later."""
    begin(version, version.published_by)
