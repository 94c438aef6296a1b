"""Pages of the translation desk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rafid.commons.programme import LANGUAGES

from ..release.desk import OWN_NAMES, works_here
from . import files
from .texts import Text, texts, write

MOST = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _asked(request: HttpRequest) -> tuple[list[Text], str]:
    """What lacks the language of the address, or any; what goes out soonest first, what is public already before drafts."""
    language = request.GET.get("language", "")
    language = language if language in LANGUAGES else ""
    found = [one for one in texts(request.user) if one.missing and (not language or language in one.missing)]
    found.sort(key=lambda one: (one.due is None, one.due.timestamp() if one.due else 0.0, not one.public, one.key))
    return found, language


@login_required
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    if not works_here(request.user):
        raise Http404
    refused: tuple[files.Refused, ...] = ()
    error = ""
    if request.method == "POST":
        sent: Any = request.FILES.get("file")
        try:
            if sent is None:
                raise ValidationError(_("Choose the file that came back."))
            taken = files.take(sent.name, sent.read(files.LARGEST + 1), request.user)
        except ValidationError as wrong:
            error = " ".join(wrong.messages)
        else:
            said = ngettext("%(n)s text changed.", "%(n)s texts changed.", taken.changed) % {"n": taken.changed}
            messages.success(request, said)
            if not taken.refused:
                return redirect("translations")
            refused = taken.refused
    found, language = _asked(request)
    context = {
        "rows": found[:MOST], "count": len(found), "language": language or "", "names": dict(OWN_NAMES),
        "languages_all": OWN_NAMES, "chosen": language, "refused": refused, "error": error, "most": MOST,
    }  # fmt: skip
    context.pop("language")
    return render(request, "products/translating/desk.html", context, status=422 if error or refused else 200)


@login_required
@require_POST
def one(request: HttpRequest) -> HttpResponse:
    """One text, written on the page."""
    if not works_here(request.user):
        raise Http404
    said = {
        code: request.POST[f"text_{code}"].strip() for code in LANGUAGES if request.POST.get(f"text_{code}", "").strip()
    }
    try:
        write(request.POST.get("key", ""), said, request.user)
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    else:
        messages.success(request, _("Kept."))
    chosen = request.POST.get("language", "")
    return redirect(f"/translations/?language={chosen}" if chosen in LANGUAGES else "/translations/")


@login_required
@require_safe
def download(request: HttpRequest, extension: str) -> HttpResponse:
    """``texts.xlsx``, and ``texts.xlf?language=ckb`` from Arabic, or from English into Arabic."""
    if not works_here(request.user) or extension not in ("xlsx", "xlf"):
        raise Http404
    found, language = _asked(request)
    if extension == "xlsx":
        response = HttpResponse(files.as_xlsx(found), content_type=XLSX)
    else:
        target = language or "ckb"
        source = (
            request.GET.get("from", "") if request.GET.get("from") in LANGUAGES else ("en" if target == "ar" else "ar")
        )
        response = HttpResponse(files.as_xliff(found, source, target), content_type="application/x-xliff+xml")
    name = f"texts{'-' + language if language else ''}.{extension}"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


urls: list[URLPattern] = [
    path("translations/", page, name="translations"),
    path("translations/one/", one, name="translation"),
    path("translations/texts.<slug:extension>", download, name="translation-file"),
]
