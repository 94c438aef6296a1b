"""The designer's pages: list of forms, upload, a form's own page, its draft, its state, its versions side by side."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rafid.commons import blobs
from rafid.commons.people.visibility import may
from rafid.commons.programme import installed
from rafid.methods import xforms

from . import design_words as words
from .collect_qr import qr_path, settings_text
from .comparing import compared
from .design_access import may_design, must_design, programmes_to_design
from .design_forms import LimitsForm, OwnerForm, SettingsForm
from .filters import WAITING
from .form_files import incomplete, lost
from .models import FieldPolicy, Form, FormState, FormVersion, Submission, SubmissionState
from .picture import picture_of
from .policies import NotTaken, say_policies, say_roles
from .publish import NotPublished, publish
from .quality import may_look
from .questions_page import policies_given, questions_of, roles_given
from .receiving import given_by
from .retention_views import may_erase
from .settle import settle
from .states import NotNow, set_state, ways_from
from .trying import new_tester
from .upload import FormRefused, Uploaded, new_draft, new_form
from .versions import drop_draft, newest
from .words import in_language, read_problem

PAGE = 50
MOST_TOLD = 100
TYPES = {
    "xml": "application/xml; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "md": "text/markdown; charset=utf-8",
}


def form_or_404(request: HttpRequest, pk: UUID) -> Form:
    return get_object_or_404(Form.objects.visible_to(request.user).select_related("owner"), pk=pk)


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    forms = Form.objects.visible_to(request.user).select_related("owner")
    if asked.get("programme"):
        forms = forms.filter(programme=asked["programme"].replace("\x00", ""))
    if asked.get("state") in FormState.values:
        forms = forms.filter(state=asked["state"])
    page = Paginator(forms.order_by("programme", "xform_id"), PAGE).get_page(asked.get("page"))
    seen = Submission.objects.visible_to(request.user).filter(form__in=[form.pk for form in page])
    counts = {
        row["form"]: row
        for row in seen.values("form").annotate(
            count=Count("pk"), latest=Max("received_at"), waiting=Count("pk", filter=Q(state__in=WAITING))
        )
    }
    names = words.programme_names()
    versions = FormVersion.objects.filter(form__in=[form.pk for form in page]).defer(
        "xform", "source", "schema", "problems"
    )
    newest_of = {one.form_id: one for one in versions.filter(published_at__isnull=False).order_by("published_at")}
    drafts = set(versions.filter(published_at=None).values_list("form", flat=True))
    open_ones = {form.pk for form in page if form.state == FormState.OPEN}
    gone = incomplete([one for one in newest_of.values() if one.form_id in open_ones])
    rows = [
        {
            "form": form,
            "programme": names.get(form.programme, form.programme),
            "version": newest_of.get(form.pk),
            "draft": form.pk in drafts,
            "numbers": counts.get(form.pk),
            "incomplete": gone.get(form.pk),
            "reviews": may(request.user, "review", form.programme),
        }
        for form in page
    ]
    known = Form.objects.visible_to(request.user).values_list("programme", flat=True).distinct()
    return render(
        request,
        "forms/list.html",
        {
            "page": page,
            "rows": rows,
            "programmes": sorted((code, names.get(code, code)) for code in set(known)),
            "states": FormState.choices,
            "asked": asked,
            "filtered": bool(asked.get("programme") or asked.get("state")),
            "may_make": bool(programmes_to_design(request.user)),
            "may_fill": any(may(request.user, "collect", one.name) for one in installed()),
        },
    )


# --- upload -----------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    if not programmes_to_design(request.user):
        raise PermissionDenied(_("Your roles do not include making forms."))
    owner = OwnerForm(request.POST if request.method == "POST" else None, user=request.user)
    refused: FormRefused | None = None
    if request.method == "POST" and owner.is_valid():
        try:
            given = given_by(None, request.FILES.getlist("file"))
            made = new_form(
                given,
                programme=owner.cleaned_data["programme"],
                owner=owner.cleaned_data["organisation"],
                by=request.user,
            )
            return _taken(request, made)
        except FormRefused as refusal:
            refused = refusal
    return _upload_page(request, None, owner, refused)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = form_or_404(request, pk)
    must_design(request.user, form)
    refused: FormRefused | None = None
    if request.method == "POST":
        try:
            return _taken(request, new_draft(form, given_by(None, request.FILES.getlist("file")), by=request.user))
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
                "message": in_language(one.message),
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


# --- one form ---------------------------------------------------------------------------------------------------------


@login_required
@require_GET
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = form_or_404(request, pk)
    designs = may_design(request.user, form)
    versions = list(
        form.versions.filter(published_at__isnull=False)
        .order_by("-published_at")
        .select_related("published_by")
        .defer("xform", "source", "schema")
    )
    trial = form.versions.filter(published_at=None).select_related("made_by").defer("xform", "source").first()
    current = versions[0] if versions else None
    seen = Submission.objects.visible_to(request.user).filter(form=form)
    states = dict(seen.values_list("state").annotate(Count("pk")))
    shown = current or trial
    made = xforms.parse_form(bytes(shown.xform)) if shown is not None else None
    context = {
        "form": form,
        "programme": words.programme_names().get(form.programme, form.programme),
        "designs": designs,
        "versions": [
            {
                "version": one,
                "before": versions[number + 1] if number + 1 < len(versions) else None,
                "files": one.files.all(),
            }
            for number, one in enumerate(versions)
        ],
        "current": current,
        "draft": trial if designs else None,
        "draft_files": trial.files.order_by("name") if trial is not None and designs else [],
        "awaited": lost(trial) if trial is not None and designs else [],
        "draft_problems": _warnings(trial) if trial is not None and designs else [],
        "tests": trial.tests.model.everything.filter(draft=trial).count() if trial is not None and designs else 0,
        "gone": lost(current) if current is not None and form.state == FormState.OPEN else [],
        "states": [(code, name, states.get(code, 0)) for code, name in SubmissionState.choices],
        "total": sum(states.values()),
        "latest": seen.aggregate(latest=Max("received_at"))["latest"],
        "ways": [(state, words.WAYS[state], words.ABOUT[state]) for state in ways_from(form)] if designs else [],
        "languages": made.languages if made is not None and made.languages != ("default",) else (),
        "questions": len(made.fields) if made is not None else 0,
        "roles": words.roles_said(form, made) if made is not None else [],
        "policies": _policies_said(form),
        "fills": any(may(request.user, action, form.programme) for action in ("collect", "design", "review")),
        "looks": may_look(request.user, form),
        "panels": _panels(),
        "links": {name: _address(name, form.pk) for name in ("submissions", "form-quality", "form-export", "fill")},
        "erases": may_erase(request.user),
    }
    return render(request, "forms/form.html", context)


def _panels() -> list[str]:
    """Panels of other parts of the room, where they are."""
    found = []
    for name in ("forms/_phones.html",):
        try:
            get_template(name)
        except TemplateDoesNotExist:
            continue
        found.append(name)
    return found


def _address(name: str, *args: Any) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _warnings(version: FormVersion) -> list[dict[str, Any]]:
    problems = [read_problem(kept) for kept in version.problems]
    return [{"message": in_language(one.message), "where": words.where(one)} for one in problems]


def _policies_said(form: Form) -> list[tuple[str, int]]:
    """Label → how many questions have it."""
    counts = dict(FieldPolicy.objects.filter(form=form).values_list("label").annotate(Count("pk")))
    return [(name, counts[code]) for code, name in words.labels() if counts.get(code) and code != "none"]


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
@require_POST
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
@require_POST
def state(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = form_or_404(request, pk)
    must_design(request.user, form)
    try:
        set_state(form, request.POST.get("state", ""), why=request.POST.get("why", "")[:500])
    except NotNow as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words.STATE_SAID[form.state])
    return redirect("form", form.pk)


@login_required
@never_cache
@require_POST
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


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = form_or_404(request, pk)
    must_design(request.user, form)
    posted = request.POST if request.method == "POST" else None
    asked, limits = SettingsForm(posted, instance=form), LimitsForm(posted, form=form)
    if posted is not None and asked.is_valid() and limits.is_valid():
        settle(form, {**asked.cleaned_data, "limits": limits.own()})
        messages.success(request, _("The settings are saved."))
        return redirect("form", form.pk)
    # What was typed and refused must not stand in the heading.
    shown = form_or_404(request, pk)
    wrong = posted is not None
    return render(
        request, "forms/settings.html", {"form": shown, "asked": asked, "limits": limits}, status=422 if wrong else 200
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = form_or_404(request, pk)
    must_design(request.user, form)
    version = form.versions.filter(published_at=None).first() or newest(form)
    if version is None:
        raise Http404
    made = xforms.parse_form(bytes(version.xform))
    refusal = ""
    if request.method == "POST":
        try:
            changed = say_policies(form, policies_given(request.POST, made))
            say_roles(form, made, roles_given(request.POST))
        except NotTaken as error:
            refusal = str(error)
        else:
            messages.success(request, _("Saved. Questions whose sensitivity changed: %s") % changed)
            return redirect("form-questions", form.pk)
    context = {"form": form, "refusal": refusal, **questions_of(form, made, request.POST)}
    return render(request, "forms/questions.html", context, status=422 if refusal else 200)


# --- versions ---------------------------------------------------------------------------------------------------------


def _version(request: HttpRequest, form: Form, pk: UUID) -> FormVersion:
    """One that this person may see: drafts are for designers."""
    versions = (
        form.versions.all() if may_design(request.user, form) else form.versions.filter(published_at__isnull=False)
    )
    return get_object_or_404(versions, pk=pk)


@login_required
@require_GET
def compare(request: HttpRequest, pk: UUID, old: UUID, new: UUID) -> HttpResponse:
    form = form_or_404(request, pk)
    before, after = _version(request, form, old), _version(request, form, new)
    versions = form.versions.defer("xform", "source", "schema").order_by("-made_at")
    if not may_design(request.user, form):
        versions = versions.filter(published_at__isnull=False)
    context = {"form": form, "old": before, "new": after, "changes": compared(before, after), "versions": versions}
    return render(request, "forms/compare.html", context)


@login_required
@require_GET
def compare_chosen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """From the two selects of the page to its address."""
    form = form_or_404(request, pk)
    versions = form.versions.order_by("-made_at")
    if not may_design(request.user, form):
        versions = versions.filter(published_at__isnull=False)
    known = list(versions.values_list("pk", flat=True))
    if not known:
        raise Http404
    # Without an answer the two newest.
    asked = {str(pk): pk for pk in known}
    old = asked.get(request.GET.get("old", ""), known[min(1, len(known) - 1)])
    new = asked.get(request.GET.get("new", ""), known[0])
    return redirect("form-compare", form.pk, old, new)


@login_required
@require_GET
def version_file(request: HttpRequest, pk: UUID, version: UUID, extension: str) -> HttpResponse:
    """A version as XForm, or as the file that was uploaded."""
    form = form_or_404(request, pk)
    return version_answer(form, _version(request, form, version), extension)


def version_answer(form: Form, version: FormVersion, extension: str) -> HttpResponse:
    """Raises Http404 where the version was not uploaded as such a file."""
    source = version.source_name.rpartition(".")[2].lower()
    if extension == "xml":
        data = bytes(version.xform)
    elif version.source is not None and extension == source:
        data = bytes(version.source)
    else:
        raise Http404
    answer = HttpResponse(data, content_type=TYPES.get(extension, "application/octet-stream"))
    named = f"{form.xform_id}-{version.version_text or 'draft'}".replace("/", "_")
    answer["Content-Disposition"] = content_disposition_header(True, f"{named}.{extension}") or "attachment"
    answer["Content-Security-Policy"] = "sandbox"
    return answer


@login_required
@require_GET
def version_part(request: HttpRequest, pk: UUID, version: UUID, file: UUID) -> HttpResponse:
    """A file of a version, to save: never shown as a page."""
    form = form_or_404(request, pk)
    one = get_object_or_404(_version(request, form, version).files, pk=file, sha256__isnull=False)
    try:
        data = blobs.read(one.sha256 or "")
    except FileNotFoundError:
        raise Http404 from None
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, one.name) or "attachment"
    answer["Content-Security-Policy"] = "sandbox"
    return answer


urls = [
    path("forms/", listing, name="forms"),
    path("forms/new/", new, name="form-new"),
    path("forms/<uuid:pk>/", page, name="form"),
    path("forms/<uuid:pk>/draft/", draft, name="form-draft"),
    path("forms/<uuid:pk>/draft/try/", try_it, name="form-try"),
    path("forms/<uuid:pk>/draft/drop/", drop, name="form-drop"),
    path("forms/<uuid:pk>/publish/", publishing, name="form-publish"),
    path("forms/<uuid:pk>/state/", state, name="form-state"),
    path("forms/<uuid:pk>/settings/", settings, name="form-settings"),
    path("forms/<uuid:pk>/questions/", questions, name="form-questions"),
    path("forms/<uuid:pk>/versions/", compare_chosen, name="form-compare-chosen"),
    path("forms/<uuid:pk>/versions/<uuid:old>/<uuid:new>/", compare, name="form-compare"),
    path("forms/<uuid:pk>/versions/<uuid:version>.<slug:extension>", version_file, name="form-version"),
    path("forms/<uuid:pk>/versions/<uuid:version>/files/<uuid:file>", version_part, name="form-version-file"),
]
