"""Drafts: uploaded with all their faults told, tried on a phone, published, dropped."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from rafid.commons.records.imports.uploads import Limited, too_large
from rafid.commons.writing import size
from rafid.methods.xforms import Problem

from ..models import Form, Submission
from ..phones.collect_qr import qr_path, settings_text
from ..posted import posted_from
from ..versions import drop_draft, newest
from ..words import in_markup
from . import words
from .access import form_or_404, must_design, programmes_to_design
from .comparing import compared
from .fields import OwnerForm
from .form_files import lost
from .picture import picture_of
from .publish import NotPublished, publish
from .receiving import given_by
from .trying import new_tester
from .upload import FormRefused, Uploaded, new_draft, new_form

MOST_TOLD = 100


Upload = Callable[..., HttpResponse]


def uploading(view: Upload) -> Upload:
    """A file that is far too large is dropped while it comes. The handler is set before anything reads the body, and that is
    before the token in it is looked at."""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def received(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            request.upload_handlers = [Limited(request)]
        answer: HttpResponse = protected(request, *args, **kwargs)
        return answer

    return received


def _cut_off(request: HttpRequest) -> FormRefused | None:
    """What was sent beside a file that was cut off did not come either."""
    list(request.FILES)  # what came is known when it was read
    if not too_large(request):
        return None
    return FormRefused(
        [Problem("error", _("The files are larger than %s.") % size(django_settings.RAFID_UPLOAD_LIMIT))]
    )


@uploading
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    if not programmes_to_design(request.user):
        raise PermissionDenied(_("Your roles do not include making forms."))
    posted = request.method == "POST"
    refused = _cut_off(request) if posted else None
    owner = OwnerForm(request.POST if posted and refused is None else None, user=request.user)
    if posted and refused is None and owner.is_valid():
        try:
            made = new_form(
                given_by(None, request.FILES.getlist("file")),
                programme=owner.cleaned_data["programme"],
                owner=owner.cleaned_data["organisation"],
                by=request.user,
            )
            return _taken(request, made)
        except FormRefused as refusal:
            refused = refusal
    return _upload_page(request, None, owner, refused)


@uploading
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = form_or_404(request, pk)
    must_design(request.user, form)
    posted = request.method == "POST"
    refused = _cut_off(request) if posted else None
    if posted and refused is None:
        try:
            given = given_by(None, request.FILES.getlist("file"))
            return _taken(request, new_draft(form, given, by=request.user))
        except FormRefused as refusal:
            refused = refusal
    return _upload_page(request, form, None, refused)


def _taken(request: HttpRequest, made: Uploaded) -> HttpResponse:
    messages.success(request, _("The draft is here. Try it, then publish it."))
    if made.unneeded:
        messages.warning(
            request, _("Files that the form does not ask for were left out: %s") % ", ".join(made.unneeded[:20])
        )
    return redirect("form", made.form.pk)


def _upload_page(
    request: HttpRequest, form: Form | None, owner: OwnerForm | None, refused: FormRefused | None
) -> HttpResponse:
    told: list[dict[str, Any]] = []
    errors = warnings = 0
    if refused is not None:
        ordered = sorted(refused.problems, key=lambda one: one.severity != "error")
        errors = sum(one.severity == "error" for one in ordered)
        warnings = len(ordered) - errors
        told = [
            {
                "problem": one,
                "message": in_markup(one.message),
                "picture": picture_of(one, refused.rows),
                "where": words.where(one),
            }
            for one in ordered[:MOST_TOLD]
        ]
    wrong = refused is not None or (owner is not None and owner.is_bound and not owner.is_valid())
    context = {
        "form": form,
        "owner": owner,
        "told": told,
        "errors": errors,
        "warnings": warnings,
        "more": max(0, errors + warnings - MOST_TOLD),
        "awaited": lost(found)
        if form is not None and (found := form.versions.filter(published_at=None).first())
        else [],
    }
    return render(request, "forms/upload.html", context, status=422 if wrong else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publishing(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = form_or_404(request, pk)
    must_design(request.user, form)
    trial = form.versions.filter(published_at=None).first()
    if trial is None:
        return redirect("form", form.pk)
    if request.method == "POST":
        try:
            version = publish(form, by=request.user)
        except NotPublished as refusal:
            messages.error(request, str(refusal))
        else:
            said = _("Version %s is published. Phones get it when they ask the next time.")
            messages.success(request, said % (version.version_text or "–"))
        return redirect("form", form.pk)
    current = newest(form)
    return render(
        request,
        "forms/publish.html",
        {
            "form": form,
            "draft": trial,
            "current": current,
            "changes": compared(current, trial) if current is not None else None,
            "tests": Submission.everything.filter(draft=trial).count(),
            "awaited": lost(trial),
        },
    )


@login_required
@posted_from("form", "pk")
def drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The draft goes, and with it a form that never was published."""
    form = form_or_404(request, pk)
    must_design(request.user, form)
    drop_draft(form)
    if not form.versions.exists():
        form.delete()
        messages.success(request, _("The draft and its form are gone."))
        return redirect("forms")
    messages.success(request, _("The draft is gone, with what was sent to try it."))
    return redirect("form", form.pk)


@login_required
@never_cache
@posted_from("form", "pk")
def try_it(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The code that a phone scans to try the draft: shown once, kept nowhere."""
    form = form_or_404(request, pk)
    must_design(request.user, form)
    trial = form.versions.filter(published_at=None).first()
    if trial is None:
        raise Http404
    _phone, token = new_tester(trial, by=request.user)
    server = request.build_absolute_uri(f"/collect/test/{token}")
    name = _("Test: %s") % form.title
    return render(
        request,
        "forms/try.html",
        {"form": form, "draft": trial, "server": server, "qr": qr_path(settings_text(server, name))},
    )


urls = [
    path("forms/new/", new, name="form-new"),
    path("forms/<uuid:pk>/draft/", draft, name="form-draft"),
    path("forms/<uuid:pk>/draft/try/", try_it, name="form-try"),
    path("forms/<uuid:pk>/draft/drop/", drop, name="form-drop"),
    path("forms/<uuid:pk>/publish/", publishing, name="form-publish"),
]
