"""Files of submissions over /api/v1/forms/{id}/export.*: the list's filters, options, an ETag; written as they are read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from rafid.commons.api import ERRORS
from rafid.commons.people.authentication import signed_in

from .doors import FORMATS, form_to_export, send_file

router = Router()

_ABOUT = (
    "Filters of the list; ?split=1 options of select_multiple as columns; ?groups=0 without names of groups; ?labels=ar|ckb|en"
    " labels of choices; ?safe=1 for a spreadsheet; ?public=1 as the public may see it; ?since= only what changed; ?purpose="
    " goes into the log; without it answers labelled as sensitive do not leave (422)."
)


def _door(code: str, path: str) -> None:
    chosen = FORMATS[code]
    media = {chosen.content_type: {"schema": {"type": "string", "format": "binary"}}}

    def door(request: HttpRequest, id: str) -> Any:
        signed_in(request)
        return send_file(request, form_to_export(request, id), code)

    door.__name__ = f"export_{code}"
    router.api_operation(
        ["GET", "HEAD"],
        path,
        summary=f"The submissions of a form as {path.rpartition('/')[2]}",
        description=_ABOUT,
        response={**ERRORS},
        operation_id=f"forms_export_{code}",
        openapi_extra={"responses": {200: {"description": "The file", "content": media}}},
    )(door)


_door("csv", "/{id}/export.csv.zip")
_door("xlsx", "/{id}/export.xlsx")
_door("geojson", "/{id}/export.geojson")
_door("media", "/{id}/media.zip")
