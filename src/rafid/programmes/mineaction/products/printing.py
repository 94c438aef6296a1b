"""Files of a report, printed by a task from its frozen figures alone: a file that is there serves everybody who may read it.

A file is kept for a day: its words may be other ones after that, since a newer version of the platform writes them better.
"""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_noop, override

from rafid.commons.names import in_three
from rafid.commons.products.papers.pdf import as_pdf
from rafid.commons.products.papers.word import as_docx
from rafid.commons.products.papers.workbook import as_xlsx
from rafid.commons.programme import LANGUAGES
from rafid.commons.records.models import Task, TaskState
from rafid.commons.records.tasks import start

from ..models import Product
from .saying import about, document, grids_of, title_of

_DAY = 86_400
LONG = ("pdf", "docx")
"""Formats that take longer than a request may: a workbook is there at once."""


def printed(product: Product, format: str, language: str) -> bytes:
    if format == "xlsx":
        with override(language):
            return as_xlsx(language, grids_of(product), about(product))
    tree = document(product, language)
    return as_pdf(tree)[0] if format == "pdf" else as_docx(tree)


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "printed-mineaction"


def path_of(product: Product, format: str, language: str) -> Path:
    """Where it would lie."""
    digest = hashlib.sha256(f"{product.pk} {product.sha256} {language}".encode()).hexdigest()
    return _folder() / f"{digest[:40]}.{format}"


def kept(product: Product, format: str, language: str) -> bytes | None:
    path = path_of(product, format, language)
    try:
        return path.read_bytes() if path.stat().st_mtime > time.time() - _DAY else None
    except FileNotFoundError:
        return None


def make(product: Product, format: str, language: str) -> bytes:
    """Whole when it is there: it is written beside and then put in its place."""
    data = printed(product, format, language)
    path = path_of(product, format, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep()
    part = path.with_suffix(f".{id(data)}.part")
    part.write_bytes(data)
    part.replace(path)
    return data


def _sweep() -> None:
    for path in _folder().iterdir():
        try:
            if path.stat().st_mtime < time.time() - _DAY:
                path.unlink()
        except FileNotFoundError:
            continue


def begin(product: Product, format: str, language: str, *, by: Any) -> Task:
    """The task that prints it for this person; the one that runs already, if there is one."""
    name = f"mineaction-{format}-{language} {product.pk}"[:60]
    running = Task.objects.filter(name=name, by=by, state__in=(TaskState.WAITING, TaskState.RUNNING)).first()
    if running is not None:
        return running
    return start(
        name, "rafid.programmes.mineaction.products.printing:print_by_task",
        {"product": str(product.pk), "format": format, "language": language},
        about=in_three(gettext_noop("%(what)s as a file"), what=titles(product)),
        link=f"{reverse('mineaction-product-file', args=[product.pk, format])}?lang={language}", by=by,
    )  # fmt: skip


def titles(product: Product) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = title_of(product)
    return found


def print_by_task(progress: Any, *, product: str, format: str, language: str) -> None:
    """Whoever started it may read it: its address asks again."""
    row = Product.objects.get(pk=product)
    progress.at(0, 1)
    if kept(row, format, language) is None:
        make(row, format, language)
    progress.at(1, 1)
