"""Who may take a form's submissions along, which rows, and the file that answers a request; pages and API share it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rafid.commons.api import Problem, invalid, unchanged
from rafid.commons.people.access_log import note_access
from rafid.commons.people.models import AccessKind
from rafid.commons.people.visibility import may
from rafid.commons.streaming import in_language

from ..addressing import form_seen
from ..filters import NAMES as FILTERS
from ..filters import asked
from ..models import Form
from . import Selection, export_csv_zip, export_geojson, export_media_zip, export_xlsx
from .options import WrongOption, read_options

EXPORTERS = ("export", "review", "design")
"""Whoever may do one of these in the form's programme may take along what he sees."""
RECEIVED_SINCE = "received_since"
"""The list's ``since`` asks when a submission came; a file's ``since`` asks when it changed. This is the list's, for files."""


@dataclass(frozen=True)
class Format:
    ending: str
    content_type: str
    write: Callable[[Selection], Iterator[bytes]]


FORMATS = {
    "csv": Format(".csv.zip", "application/zip", export_csv_zip),
    "xlsx": Format(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", export_xlsx),
    "geojson": Format(".geojson", "application/geo+json", export_geojson),
    "media": Format("-media.zip", "application/zip", export_media_zip),
}


def may_export(user: Any, form: Form) -> bool:
    return any(may(user, action, form.programme) for action in EXPORTERS)


def file_name(form: Form, chosen: Format) -> str:
    """Wherever a file of the demonstration turns up again, it says so."""
    return f"{form.xform_id}{'-DEMONSTRATION' if form.demonstration else ''}{chosen.ending}"


def form_to_export(request: HttpRequest, named: str) -> Form:
    """Raises Http404 for a form that this person does not see, Problem 401 or 403 for one that he may not take along."""
    form = form_seen(request.user, named)
    if not may_export(request.user, form):
        raise Problem(403, _("Not yours to do"), _("Your roles do not include taking this form's submissions along."))
    return form


def filters_of(params: Mapping[str, str]) -> dict[str, str]:
    """The words of the list in a file's address."""
    found = {name: str(params[name]) for name in params if name in FILTERS or name.startswith("answer.")}
    found.pop("order", None)
    found.pop("since", None)
    if params.get(RECEIVED_SINCE):
        found["since"] = str(params[RECEIVED_SINCE])
    return found


def selection_of(request: HttpRequest, form: Form) -> Selection:
    """The rows and options that the address asks for. Raises Problem 422."""
    try:
        options = read_options(request.GET)
    except WrongOption as wrong:
        raise invalid(wrong.where, str(wrong)) from None
    rows = asked(filters_of(request.GET), form, request.user, strict=True).queryset
    return Selection.of(request.user, form, rows, options)


def send_file(request: HttpRequest, form: Form, code: str) -> HttpResponse | StreamingHttpResponse:
    """The file in pieces, logged before the first one leaves; 304 where the reader holds the same already."""
    chosen, selection = FORMATS[code], selection_of(request, form)
    count, state = selection.state()
    etag = f'"{code}-{state.strip(chr(34))}"'
    response: Any = unchanged(request, etag)
    if response is None and request.method == "HEAD":
        response = HttpResponse(content_type=chosen.content_type)
    elif response is None:
        purpose = request.GET.get("purpose", "").replace("\x00", "").strip()
        if not purpose and selection.needs_purpose:
            raise invalid(
                "purpose", _("These answers are sensitive. Say what they are for: add ?purpose= to the address.")
            )
        note_access(request, AccessKind.EXPORT, form, purpose=purpose, count=count, restricted=selection.restricted)
        pieces = in_language(chosen.write(selection), get_language())
        response = StreamingHttpResponse(pieces, content_type=chosen.content_type)
    if code != "geojson":
        # Packed already: the server's own compression would work for nothing.
        response["Content-Encoding"] = "identity"
    response["Content-Disposition"] = content_disposition_header(True, file_name(form, chosen))
    response["ETag"] = etag
    # The same address answers differently to other people.
    response["Cache-Control"] = "private, no-cache"
    return response  # type: ignore[no-any-return]
