"""Browser forms: the device's own page, a form's page for people and for a public link, what they load, and where they send."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import path
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from rafid.commons import blobs
from rafid.commons.people import door
from rafid.methods import xforms

from ..accept import accept, largest_sending
from ..attach import is_plain_name
from ..entities.csv_file import entity_csv
from ..models import FormFile, PublicLink, SubmissionVersion, Way
from ..phones.guesses import count_guess
from ..refusals import Refused, too_large
from ..sender import link_exists
from ..submissions.review import typed_in
from . import scripts as fill_scripts
from .filling import Offer, Shut, cookie_of, describe, forms_for, left_of, offered_by, offered_to, shut_link, titles
from .texts import texts

# The engine compiles a parser of expressions; forms show pictures and play sounds that the device keeps.
POLICY = {"script-src": "'wasm-unsafe-eval'", "media-src": "'self' blob:"}
XML_PART = "xml_submission_file"
ICONS = ("plus", "close", "place", "download", "upload")
"""Drawn by the scripts."""
YEAR = 365 * 24 * 3600


# --- pages ------------------------------------------------------------------------------------------------------------


def _page(request: HttpRequest, template: str, module: str, **more: Any) -> HttpResponse:
    setting = {
        "language": get_language(),
        "account": str(request.user.pk) if request.user.is_authenticated else None,
        "login": getattr(request.user, "login", ""),
        "engine": static("xforms-engine/index.js"),
        "maplibre": static("maplibre/maplibre-gl-csp.js"),
        "mapWorker": static("maplibre/maplibre-gl-csp-worker.js"),
        "mapStyle": static("maplibre/maplibre-gl.css"),
        "basemap": fill_scripts.BASEMAP,
        **more.pop("setting", {}),
    }
    context = {"module": fill_scripts.address(module), "setting": setting, "texts": texts(), "icons": ICONS, **more}
    response = render(request, template, context)
    response.content_policy = POLICY  # type: ignore[attr-defined]
    response["Cache-Control"] = "no-cache"
    return response


@require_GET
@ensure_csrf_cookie
def device(request: HttpRequest) -> HttpResponse:
    """Forms kept on this device, what is half-filled and what waits: all of it read by the browser from its own store."""
    return _page(request, "forms/fill/device.html", "device.js")


@require_GET
@ensure_csrf_cookie
def form_page(request: HttpRequest, pk: Any) -> HttpResponseBase:
    offer = _mine(request, pk)
    if offer is None:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Http404
    return _fill(request, offer)


@require_GET
def link_page(request: HttpRequest, token: str) -> HttpResponse:
    offer = offered_by(request, token)
    if offer is None:
        if wait := _guessed(request, token):
            slowly = Shut("wait", _("Too many attempts"), _("Too many attempts. Wait a few minutes."))
            answer = render(request, "forms/fill/shut.html", {"shut": slowly}, status=429)
            answer["Retry-After"] = str(wait)
            return answer
        gone = Shut(
            "unknown", _("This link does not work"), _("It was withdrawn, or not copied whole. Ask for a new one.")
        )
        return render(request, "forms/fill/shut.html", {"shut": gone}, status=404)
    return _fill(request, offer)


def _guessed(request: HttpRequest, token: str) -> int:
    """Counts a token that no link has; the seconds to wait where this network tried too many."""
    return 0 if link_exists(token) else count_guess(door.caller_network(request))


def _no_link(request: HttpRequest, token: str, code: str, message: str) -> JsonResponse:
    if wait := _guessed(request, token):
        answer = _said(429, "wait", _("Too many attempts. Wait a few minutes."))
        answer["Retry-After"] = str(wait)
        return answer
    return _said(404, code, message)


def _fill(request: HttpRequest, offer: Offer) -> HttpResponse:
    shut = offer.shut
    if offer.version is None and shut is None:
        shut = Shut("draft", _("This form is not open yet"), _("It is still being made. Try again later."))
    if shut is None and offer.form.public_key:
        shut = Shut(
            "sealed",
            _("This form is encrypted"),
            _("Its answers are sealed on the phone, which a browser cannot do. Fill it with ODK Collect on a phone."),
        )
    if shut is not None:
        return render(request, "forms/fill/shut.html", {"shut": shut, "form": offer.form}, status=403)
    setting = {"base": offer.base, "query": offer.query, "public": offer.sender.link is not None}
    link = offer.sender.link
    left = left_of(link) if link is not None else None
    more = {"form": offer.form, "offer": offer, "public": link is not None, "link": link, "left": left, "now": now()}
    return _page(request, "forms/fill/form.html", "page.js", setting=setting, **more)


# --- what the browser keeps -------------------------------------------------------------------------------------------


@require_GET
@never_cache
def session(request: HttpRequest) -> JsonResponse:
    """Who is signed in now, and a token for sending: what waited for days is sent under today's session."""
    user = request.user
    known = user.is_authenticated
    return JsonResponse(
        {"account": str(user.pk) if known else None, "name": str(user) if known else "", "csrf": get_token(request)}
    )


@require_GET
@never_cache
def listing(request: HttpRequest) -> JsonResponse:
    items = [
        {
            "base": offer.base,
            "titles": titles(offer.form),
            "version": offer.version.version_text,
            "hash": offer.version.xform_sha256,
            "sealed": bool(offer.form.public_key),
        }
        for offer in forms_for(request.user)
        if offer.version is not None
    ]
    return JsonResponse({"items": items})


def _mine(request: HttpRequest, pk: Any) -> Offer | None:
    return offered_to(request.user, pk, draft="draft" in request.GET)


@require_GET
@never_cache
def form_json(request: HttpRequest, pk: Any = None, token: str = "") -> JsonResponse:
    offer = offered_by(request, token) if token else _mine(request, pk)
    if offer is None and token:
        return _no_link(request, token, "unknown_form", _("This form is not here, or not given to you."))
    if offer is None or offer.version is None:
        return _said(404, "unknown_form", _("This form is not here, or not given to you."))
    if offer.shut is not None:
        return _said(403, offer.shut.code, f"{offer.shut.title}. {offer.shut.sentence}")
    return JsonResponse(describe(offer))


@require_GET
def form_file(request: HttpRequest, file: Any, pk: Any = None, token: str = "") -> HttpResponse:
    offer = offered_by(request, token) if token else _mine(request, pk)
    if offer is None and token:
        return _no_link(request, token, "unknown_link", _("This link does not work any more; it was withdrawn."))
    if offer is None or offer.version is None or offer.shut is not None:
        raise Http404
    known = get_object_or_404(FormFile.objects.select_related("entity_list"), version=offer.version, pk=file)
    if known.entity_list is not None:
        response = HttpResponse(entity_csv(known.entity_list, offer.sender), content_type="text/csv; charset=utf-8")
    elif known.sha256:
        body = blobs.read(known.sha256)
        response = HttpResponse(body, content_type=blobs.sniffed(body[:64]))
    else:
        raise Http404
    response["Content-Disposition"] = "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-cache"
    return response


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(fill_scripts.worker(plain="plain" in request.GET), content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


@require_GET
def script(request: HttpRequest, version: str, name: str) -> HttpResponse:
    found = fill_scripts.module(name)
    if found is None:
        raise Http404
    response = HttpResponse(found[0], content_type=found[1])
    same = version == fill_scripts.version()
    response["Cache-Control"] = "public, max-age=31536000, immutable" if same else "no-cache"
    return response


# --- sending ----------------------------------------------------------------------------------------------------------


def _said(status: int, code: str, message: str, **more: Any) -> JsonResponse:
    return JsonResponse({"code": code, "message": message, **more}, status=status)


@require_POST
def send(request: HttpRequest, pk: Any) -> JsonResponse:
    """From a signed-in person; the browser brings a fresh token against forgery (``session``)."""
    if not request.user.is_authenticated:
        return _said(401, "sign_in", _("Sign in to send what waits."))
    offer = _mine(request, pk)
    if offer is None:
        return _said(404, "unknown_form", _("This form is not here, or not given to you."))
    return _receive(request, offer)


@require_POST
@csrf_exempt  # nobody is signed in by a link: there is no session that a foreign page could misuse
def send_by_link(request: HttpRequest, token: str) -> JsonResponse:
    offer = offered_by(request, token)
    if offer is None:
        return _no_link(request, token, "unknown_link", _("This link does not work any more; it was withdrawn."))
    return _receive(request, offer)


def _receive(request: HttpRequest, offer: Offer) -> JsonResponse:
    link = offer.sender.link
    try:
        if int(request.headers.get("Content-Length") or 0) > largest_sending():
            raise too_large()
        part = request.FILES.get(XML_PART)
        if part is None:
            return _said(400, "malformed", _("There is no form in what was sent."))
        xml = part.read()
        if link is not None and not _known(xml, offer):
            # One at a time for this link: of eight that come at once, no more are taken than its maximum.
            locked = PublicLink.objects.select_for_update().get(pk=link.pk)
            if shut := shut_link(locked, request):
                return _said(403, shut.code, f"{shut.title}. {shut.sentence}")
        files = [
            (name, blobs.receive(file.chunks()))
            for name, file in request.FILES.items()
            if name != XML_PART and is_plain_name(name)
        ]
        with transaction.atomic():
            taken = accept(
                xml, offer.sender, files=files, way=Way.BROWSER, reason=typed_in(request.POST.get("reason", ""))
            )
    except Refused as refused:
        return _said(refused.status, refused.code, str(refused))
    except OSError:
        answer = _said(503, "store", _("The server cannot keep it now. It stays on this device and is sent again."))
        answer["Retry-After"] = "60"
        return answer
    answer = _said(
        201,
        taken.what,
        _("Received."),
        instance_id=taken.instance_id,
        files_present=taken.present,
        files_expected=taken.expected,
    )
    if link is not None and link.once_per_browser:
        answer.set_signed_cookie(
            cookie_of(link),
            "1",
            salt="rafid.forms.once",
            max_age=YEAR,
            path="/forms/fill/",
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return answer


def _known(xml: bytes, offer: Offer) -> bool:
    """Was it received before, and only the answer lost?"""
    try:
        read = xforms.read_submission(xml)
    except xforms.SubmissionError:
        return False
    return SubmissionVersion.objects.filter(form=offer.form, draft=None, instance_id=read.instance_id).exists()


urls = [
    path("forms/fill/", device, name="forms-on-device"),
    path("forms/fill/worker.js", worker, name="fill-worker"),
    path("forms/fill/session", session, name="fill-session"),
    path("forms/fill/forms.json", listing, name="fill-forms"),
    path("forms/fill/app/<str:version>/<path:name>", script, name="fill-script"),
    path("forms/fill/t/<str:token>/", link_page, name="fill-link"),
    path("forms/fill/t/<str:token>/form.json", form_json, name="fill-link-json"),
    path("forms/fill/t/<str:token>/files/<uuid:file>", form_file, name="fill-link-file"),
    path("forms/fill/t/<str:token>/send", send_by_link, name="fill-link-send"),
    path("forms/fill/<uuid:pk>/", form_page, name="fill"),
    path("forms/fill/<uuid:pk>/form.json", form_json, name="fill-json"),
    path("forms/fill/<uuid:pk>/files/<uuid:file>", form_file, name="fill-file"),
    path("forms/fill/<uuid:pk>/send", send, name="fill-send"),
]
