"""The designer's pages: list of forms, a form's own page, its state, settings and questions."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rafid.commons.people.visibility import may
from rafid.commons.programme import installed
from rafid.methods import xforms

from ..filters import WAITING
from ..keeping.retention_views import may_erase
from ..models import Form, FormState, FormVersion, Submission, SubmissionState
from ..quality.measured import may_look
from ..sensitivity import rules_of
from ..versions import newest
from ..words import in_markup, read_problem
from ..works import works_of
from . import words
from .access import form_or_404, may_design, must_design, programmes_to_design
from .fields import LimitsForm, SettingsForm
from .form_files import lost, missing_files
from .policies import NotTaken, say_policies, say_roles
from .questions_page import policies_given, questions_of, roles_given
from .settle import settle
from .states import NotNow, set_state, ways_from

PAGE = 50


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
    gone = missing_files([one.pk for one in newest_of.values() if one.form_id in open_ones])
    rows = [
        {
            "form": form,
            "programme": names.get(form.programme, form.programme),
            "version": newest_of.get(form.pk),
            "draft": form.pk in drafts,
            "numbers": counts.get(form.pk),
            "incomplete": gone.get(newest_of[form.pk].pk) if form.pk in newest_of else None,
            "reviews": may(request.user, "review", form.programme),
        }
        for form in page
    ]
    known = Form.objects.visible_to(request.user).values_list("programme", flat=True).distinct()
    states = set(Form.objects.visible_to(request.user).order_by().values_list("state", flat=True).distinct())
    return render(
        request,
        "forms/list.html",
        {
            "page": page,
            "rows": rows,
            "programmes": sorted((code, names.get(code, code)) for code in set(known)),
            "states": [(code, name) for code, name in FormState.choices if code in states],
            "asked": asked,
            "filtered": bool(asked.get("programme") or asked.get("state")),
            "may_make": bool(programmes_to_design(request.user)),
            "may_fill": any(may(request.user, "collect", one.name) for one in installed()),
        },
    )


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
    works = not works_of(request.user, form).nowhere
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
        "states": [
            (code, name, states.get(code, 0)) for code, name in SubmissionState.choices if works or code in states
        ],
        "total": sum(states.values()),
        "latest": seen.aggregate(latest=Max("received_at"))["latest"],
        "ways": [(state, words.WAYS[state], words.ABOUT[state]) for state in ways_from(form)] if designs else [],
        "languages": made.languages if made is not None and made.languages != ("default",) else (),
        "questions": sum(map(words.is_answered, made.fields)) if made is not None else 0,
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
    return [{"message": in_markup(one.message), "where": words.where(one)} for one in problems]


def _policies_said(form: Form) -> list[tuple[str, int]]:
    """Label → how many questions have it."""
    counts = Counter(rule.label for rule in rules_of(form).values())
    return [(name, counts[code]) for code, name in words.labels() if counts.get(code) and code != "none"]


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


urls = [
    path("forms/", listing, name="forms"),
    path("forms/<uuid:pk>/", page, name="form"),
    path("forms/<uuid:pk>/state/", state, name="form-state"),
    path("forms/<uuid:pk>/settings/", settings, name="form-settings"),
    path("forms/<uuid:pk>/questions/", questions, name="form-questions"),
]
