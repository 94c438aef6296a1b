"""The addresses of ``/collect``: thin; each is one call of the protocol."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page

from rafid.commons import blobs
from rafid.commons.api import unchanged

from .. import accept
from ..models import FormFile, Way
from ..refusals import Refused, unknown_form
from ..sender import Sender
from . import who
from .address import language_of, site
from .answers import PROTOCOL, Answered, document, said
from .listing import entity_table, form_list, forms_of, gone, manifest, version_of
from .multipart import Torn
from .receive import Body, is_small, read_body, swallow

log = logging.getLogger("rafid.forms")

View = Callable[..., HttpResponse]


def call(*methods: str, late: bool = False) -> Callable[[View], View]:
    """A view ``(request, sender, base, …)`` as the phone needs it: no cookie, no session, its language, its kind of errors.

    Outside a transaction: 201 is answered only after the commit. ``late``: the view gets the ``who.Caller`` and asks who it is.
    """

    def around(view: View) -> View:
        @functools.wraps(view)
        def answer(request: HttpRequest, token: str = "", test: bool = False, **more: Any) -> HttpResponse:
            with translation.override(language_of(request)):
                response = _answer(request, token, test, more)
            patch_vary_headers(response, ["Accept-Language", "Authorization"])
            # Django writes refused addresses into the log; these hold a token.
            response._has_been_logged = True  # type: ignore[attr-defined]
            if "Cache-Control" not in response:
                response["Cache-Control"] = "private, no-cache"
            return response

        def _answer(request: HttpRequest, token: str, test: bool, more: dict[str, Any]) -> HttpResponse:
            if request.method not in methods:
                return said(405, _("This address does not take that."), headers={"Allow": ", ".join(methods)})
            try:
                caller = who.Caller(request, token, test)
                sender = None if late else caller.sender
                base = f"{site(request)}/collect" + ("/test" if test else "") + (f"/{token}" if token else "")
                return view(request, caller if sender is None else sender, base, **more)
            except Answered as answered:
                return answered.response
            except Refused as refused:
                return said(refused.status, str(refused))
            except Http404:
                missing = unknown_form()
                return said(missing.status, str(missing))
            except (OperationalError, InterfaceError) as error:
                log.error("the database does not answer a phone: %s", error)
                return later()

        return transaction.non_atomic_requests(csrf_exempt(answer))

    return around


def later() -> HttpResponse:
    """The phone keeps what it has and tries again."""
    return said(
        503, _("The server cannot take it now. Nothing is lost: send it again later."), headers={"Retry-After": "60"}
    )


@gzip_page
@call("GET", "HEAD")
def list_of_forms(request: HttpRequest, sender: Sender, base: str) -> HttpResponse:
    return document(form_list(sender, base, request.GET.get("formID")))


@gzip_page
@call("GET", "HEAD")
def form_xml(request: HttpRequest, sender: Sender, base: str, xform_id: str) -> HttpResponse:
    version = _version(request, sender, xform_id)
    etag = f'"{version.xform_sha256[:32]}"'
    response = unchanged(request, etag) or document("")
    if response.status_code == 200:
        response.content = bytes(version.xform)
    response["ETag"] = etag
    response["X-OpenRosa-Version"] = "1.0"
    return response


@gzip_page
@call("GET", "HEAD")
def form_manifest(request: HttpRequest, sender: Sender, base: str, xform_id: str) -> HttpResponse:
    return document(manifest(_version(request, sender, xform_id), sender, base))


@call("GET", "HEAD")
def form_file(request: HttpRequest, sender: Sender, base: str, xform_id: str, file: UUID) -> HttpResponse:
    found = FormFile.objects.select_related("version", "entity_list").filter(pk=file).first()
    if found is None or version_of(sender, xform_id, found.version.version_text) != found.version:
        raise Http404
    if found.entity_list is not None:
        body, kind = entity_table(found.entity_list, sender), "text/csv; charset=utf-8"
    elif found.sha256 and blobs.path_of(found.sha256).is_file():
        body = blobs.read(found.sha256)
        kind = blobs.sniffed(body[:64])
    else:
        raise Http404
    response = HttpResponse(body, content_type=kind, headers=PROTOCOL)
    response["Content-Disposition"] = "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@call("GET", "HEAD")
def integrity(request: HttpRequest, sender: Sender, base: str, name: str) -> HttpResponse:
    """Which of the entities that the phone holds are gone for it. Lists of its forms only."""
    files = FormFile.objects.filter(entity_list__name=name.replace("\x00", ""))
    mine = files.filter(version=sender.draft) if sender.draft else files.filter(version__form__in=forms_of(sender))
    file = mine.select_related("entity_list").first()
    if file is None or file.entity_list is None:
        raise Http404
    return document(gone(file.entity_list, request.GET.get("id", "").split(","), sender))


def _version(request: HttpRequest, sender: Sender, xform_id: str) -> Any:
    version = version_of(sender, xform_id, request.GET.get("version"))
    if version is None:
        raise Http404
    return version


@call("HEAD", "POST", late=True)
def submission(request: HttpRequest, caller: who.Caller, base: str) -> HttpResponse:
    if request.method == "HEAD" or not is_small(request):
        # Much is read only for who is known.
        _known = caller.sender
    if request.method == "HEAD":
        # 204 exactly: the phone takes 200 for a sign-in page of the network.
        response = HttpResponse(status=204, headers=PROTOCOL)
        del response["Content-Type"]
        response["X-OpenRosa-Accept-Content-Length"] = str(accept.largest_sending())
        return response
    try:
        with Body() as body:
            read_body(request, body)
            examined = caller.examined(body.xml)
            files = body.keep()
            accepted = accept.take(
                examined, caller.sender, files=files, way=Way.PHONE, device_id=request.GET.get("deviceID", "")
            )
    except Torn as torn:
        _known = caller.sender  # who is not known hears of that first
        log.info("a submission that cannot be read: %s", torn)
        return said(400, _("What was sent did not arrive whole. Send it again."))
    except Refused as refused:
        if refused.status == 413:
            swallow(request)
        _known = caller.sender
        raise
    except OSError as error:
        _known = caller.sender
        log.error("the store cannot keep a file: %s", error)
        return later()
    missing = accepted.expected - accepted.present
    message = _("Received. Thank you.")
    if missing > 0:
        message = _("Received. Files still to come: %(count)s.") % {"count": missing}
    return said(201, message)


_CALLS = [
    ("formList", list_of_forms, "list"),
    ("forms/<str:xform_id>.xml", form_xml, "form"),
    ("forms/<str:xform_id>/manifest", form_manifest, "manifest"),
    ("forms/<str:xform_id>/files/<uuid:file>", form_file, "file"),
    ("datasets/<str:name>/integrity", integrity, "integrity"),
    ("submission", submission, "submission"),
]
urls = [
    *(path(f"collect/{tail}", view, name=f"collect-{name}") for tail, view, name in _CALLS),
    *(
        path(f"collect/test/<str:token>/{tail}", view, {"test": True}, name=f"collect-test-{name}")
        for tail, view, name in _CALLS
    ),
    *(path(f"collect/<str:token>/{tail}", view, name=f"collect-phone-{name}") for tail, view, name in _CALLS),
]
