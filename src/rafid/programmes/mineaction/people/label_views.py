"""Before a form's answers are taken in: does each field of the audience count whom its label says?"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from rafid.commons.names import pick
from rafid.commons.records.imports.messages import told
from rafid.commons.records.tabular import TableError, open_table

from ..seeing import AUTHORITY, OPERATORS, held
from .labels import Audience, doubts, read

MOST = 3000
COLUMNS = {
    "men": pgettext_lazy("an audience", "Men"), "women": pgettext_lazy("an audience", "Women"),
    "boys": pgettext_lazy("an audience", "Boys"), "girls": pgettext_lazy("an audience", "Girls"),
    "with_disability": pgettext_lazy("an audience", "People with a disability"),
}  # fmt: skip


class FormFile(forms.Form):
    file = forms.FileField(
        label=_("The form (XLSForm), or a table with its names in the first row and its labels in the second"),
        help_text=_("XLSX, ODS, XLS or CSV. It is looked at and not kept."),
    )


def fields_of(path: Path) -> list[tuple[str, list[str]]]:
    """Names with their labels: of the sheet ``survey`` of an XLSForm, else of the first two rows of a table. Raises
    ``TableError``."""
    try:
        table = open_table(path, sheet="survey")
    except TableError:
        table = open_table(path, header_row=1)
    head = [one.strip().casefold() for one in table.header]
    labels = [at for at, one in enumerate(head) if one.partition("::")[0].strip() == "label"]
    rows = (row.cells for _number, row in zip(range(MOST), table.rows(), strict=False))
    if "name" in head and labels:
        name = head.index("name")
        return [(str(row[name]), [str(row[at] or "") for at in labels]) for row in rows if row[name]]
    first = next(rows, [])
    return [(one, [str(text)]) for one, text in zip(table.header, first, strict=False) if one and isinstance(text, str)]


def whom(audience: Audience) -> Any:
    """In words, for the page."""
    if audience.column:
        return COLUMNS[audience.column]
    words = {
        ("female", ""): pgettext_lazy("an audience", "women and girls"),
        ("male", ""): pgettext_lazy("an audience", "men and boys"),
        ("", "adult"): pgettext_lazy("an audience", "adults"),
        ("", "child"): pgettext_lazy("an audience", "children"),
    }
    return words.get((audience.sex, audience.age), "–")


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    if not (held(request.user, AUTHORITY, "enter") or held(request.user, OPERATORS, "enter")):
        raise Http404
    form, rows, wrong = FormFile(request.POST or None, request.FILES or None), None, []
    if request.method == "POST" and form.is_valid():
        try:
            found = _read(form.cleaned_data["file"])
        except TableError as error:
            form.add_error("file", pick(told(error)))
        else:
            rows = [(name, labels, whom(read(name)), whom(read(" / ".join(labels)))) for name, labels in found
                    if not all(one.empty for one in (read(name), *map(read, labels)))]  # fmt: skip
            wrong = [(one, whom(one.by_name), whom(one.by_label)) for one in doubts(found)]
    context = {"form": form, "rows": rows, "doubts": wrong, "suspects": {one.name for one, _a, _b in wrong}}
    return render(request, "mineaction/people/labels.html", context, status=422 if form.errors else 200)


def _read(uploaded: Any) -> list[tuple[str, list[str]]]:
    with tempfile.NamedTemporaryFile(suffix=Path(uploaded.name).suffix[:8]) as kept:
        for piece in uploaded.chunks():
            kept.write(piece)
        kept.flush()
        return fields_of(Path(kept.name))
