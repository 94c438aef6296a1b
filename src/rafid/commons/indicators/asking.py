"""What requests for figures and data ask alike: place, period, box and fields; bad words are Problem 422."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from rafid.commons.api import etag_of, invalid, unchanged
from rafid.commons.places.models import Place
from rafid.commons.places.queries import place_or_404

from .periods import is_period


def answer(request: HttpRequest, body: Any) -> HttpResponse:
    """JSON with an ETag of its content, or 304."""
    etag = etag_of(body)
    response = unchanged(request, etag)
    if response is None:
        response = JsonResponse(body, json_dumps_params={"ensure_ascii": False, "allow_nan": False})
        response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


def clean(where: str, text: str) -> str:
    if "\x00" in text:
        raise invalid(where, _("This text holds a sign that no text holds."))
    return text


def periods_of(text: str) -> set[str]:
    """The periods named in ``text``, by comma; Problem 422 for what is none."""
    wanted = {one.strip() for one in text.split(",") if one.strip()}
    for one in wanted:
        if not is_period(one):
            raise invalid("period", _("Write periods as 2026, 2026Q1, 202609 or 2026W5."))
    return wanted


def chosen_fields(text: str, known: Sequence[str]) -> list[str]:
    """The fields named in ``text``, in its order; all of them where it is empty. Raises Problem 422."""
    wanted = list(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
    strange = [one for one in wanted if one not in known]
    if strange:
        raise invalid(
            "fields",
            _("There is no field %(field)s; there are %(fields)s.")
            % {"field": strange[0][:80], "fields": ", ".join(known)},
        )
    return wanted or list(known)


def place_of(text: str) -> Place | None:
    """The place of that reference; Problem 422 for one that is not there. None for an empty text."""
    if not text:
        return None
    try:
        return place_or_404(text)
    except Http404 as error:
        raise invalid("place", _("There is no place with the reference %(ref)s.") % {"ref": text[:40]}) from error


def box_of(text: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north in degrees; Problem 422 for anything else. None for an empty text."""
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise invalid("bbox", _("Write the box as west,south,east,north in degrees."))
    return west, south, east, north
