"""Health, and the pages of errors."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from rafid.site import problems
from rafid.site.shell import sign_in


def health(request: HttpRequest) -> JsonResponse:
    """Ready = the database answers. For the door, a reverse proxy and a monitor."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return problems.answer(
        request,
        403,
        _("This form has grown old"),
        _("The page was open for long, or cookies are blocked, so that we cannot tell whether you sent it."),
        _("Go back, load the page again and send it once more. What you typed is still in the form."),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problems.answer(
        request,
        404,
        _("Nothing is here"),
        _("There is no such page, or it is not yours to see."),
        _("Check the address, sign in, or search."),
        "" if getattr(getattr(request, "user", None), "is_authenticated", False) else sign_in(request),
    )


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problems.answer(
        request,
        403,
        _("Not yours to do"),
        str(exception) or _("Your roles do not include this."),
        _("Ask your administrator for a role."),
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problems.answer(
        request, 400, _("The request cannot be read"), _("It is not of the form that this address takes.")
    )


def failed(request: HttpRequest) -> HttpResponse:
    return problems.answer(
        request,
        500,
        _("Something broke on our side"),
        _("Nothing of your request was recorded."),
        _("Try again. If it breaks again, tell the operator the time and the address."),
    )
