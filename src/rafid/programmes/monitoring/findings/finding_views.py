"""One finding: what was found beside what was done, its steps, its files, and what two people at once are shown."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rafid.commons.api import record_etag
from rafid.commons.records.change import Refused, Stale, version_read
from rafid.commons.records.queries import by_ref
from rafid.commons.writing import day

from ..models import NonConformity
from . import evidence, photos
from .forms import StepForm
from .hints import Reader, hints, is_picture
from .queries import Shown, seen, visible_repeat
from .rights import may_add_evidence, may_tell_of_work
from .steps import FIELD_NAMES, STEPS, Given, NotYours, Step, possible, take, tell_of_work
from .telling import tell_step
from .timeline import Names, timeline


@login_required
@require_safe
def page(request: HttpRequest, ref: str) -> HttpResponse:
    return _page(request, by_ref(seen(request.user), ref))


def _page(
    request: HttpRequest, finding: NonConformity, *, bound: StepForm | None = None, error: str = "", status: int = 200
) -> HttpResponse:
    user = request.user
    shown = Shown(finding, timezone.localdate())
    whole = bool(finding.whole)  # type: ignore[attr-defined]
    names = Names(finding, user, whole)
    reader = Reader(user, whole, shown.visit is not None)
    forms = [
        bound if bound is not None and bound.step.code == step.code else StepForm(step, version=finding.version)
        for step in possible(user, finding)
    ]
    files = [
        {"row": one, "picture": is_picture(one), "hints": hints(one, finding, reader), "by": names.of(one.by)}
        for one in finding.evidence.select_related("by__organisation").order_by("known_at", "pk")
    ]
    context = {
        "finding": finding,
        "shown": shown,
        "whole": whole,
        "reader": reader,
        "reads_whole": photos.reads_whole(user, finding),
        "repeat": visible_repeat(user, finding),
        "repeated_by": list(NonConformity.objects.visible_to(user).filter(repeat_of=finding).order_by("opened_on")),
        "answer": finding.actions.order_by("-known_at", "-pk").first() if finding.answer else None,
        "answered_by": names.of(finding.answered_by),
        "closed_by": names.of(finding.closed_by),
        "photos": photos.photos_of(finding, request.user),
        "files": files,
        "timeline": timeline(finding, names),
        "forms": forms,
        "opened": bound.step.code if bound is not None else forms[0].step.code if forms else "",
        "barred": _barred(user, finding),
        "may_add": finding.state not in ("closed", "withdrawn") and may_add_evidence(user, finding),
        "asks_stop": finding.severity == "critical" and may_tell_of_work(user, finding) and not shown.settled,
        "error": error,
        "largest": evidence.LARGEST,
    }
    response = render(request, "monitoring/findings/finding.html", context, status=status)
    response["ETag"] = record_etag(finding)
    return response


def _barred(user: Any, finding: NonConformity) -> str:
    """Why somebody who may close does not close this one."""
    if finding.state not in STEPS["close"].starts:
        return ""
    if finding.answered_by_id == user.pk:
        return _("You answered this finding yourself: somebody else closes it.")
    if not finding.evidence.exists() and any(one.code == "close" for one in possible(user, finding)):
        return _("There is no evidence yet: a finding is closed with evidence.")
    return ""


@login_required
@require_POST
def step(request: HttpRequest, ref: str, step: str) -> HttpResponse:
    finding = by_ref(seen(request.user), ref)
    if step not in STEPS:
        raise Http404
    form = StepForm(STEPS[step], request.POST, version=finding.version)
    added = 0
    if step == "answer" and request.FILES:
        # Files that came stay, whatever becomes of the answer: on a slow line they are not sent twice.
        try:
            added = (
                len(evidence.add(finding.pk, _new(request, finding), by=request.user)) if _new(request, finding) else 0
            )
        except Refused as refusal:
            form.is_valid()
            return _page(request, finding, bound=form, error=str(refusal), status=422)
        except NotYours:
            raise PermissionDenied from None
    if not form.is_valid():
        return _page(request, finding, bound=form, status=422)
    read = version_read(form.cleaned_data["version"])
    try:
        row = take(finding.pk, step, by=request.user, version=read, given=form.given)
    except Stale as stale:
        return conflict(request, by_ref(seen(request.user), ref), form, stale.current, read)
    except NotYours:
        raise PermissionDenied from None
    except Refused as refusal:
        return _page(request, by_ref(seen(request.user), ref), bound=form, error=str(refusal), status=422)
    tell_step(row, step)
    if added:
        messages.success(request, _("Evidence added"))
    messages.success(request, _("%(ref)s is now: %(state)s.") % {"ref": row.ref, "state": row.get_state_display()})
    return redirect("monitoring-finding", row.ref)


def _new(request: HttpRequest, finding: NonConformity) -> list[Any]:
    """Files that are not here yet: after an error the same ones may come again with the answer."""
    import hashlib

    known = set(finding.evidence.values_list("sha256", flat=True))
    found = []
    for one in request.FILES.getlist("files"):
        digest = hashlib.sha256()
        for chunk in one.chunks():
            digest.update(chunk)
        if digest.hexdigest() not in known:
            known.add(digest.hexdigest())
            found.append(one)
    return found


def conflict(request: HttpRequest, finding: NonConformity, form: StepForm, current: Any, read: int) -> HttpResponse:
    """Both versions side by side; nothing of this person's is recorded."""
    names = Names(finding, request.user, bool(finding.whole))  # type: ignore[attr-defined]
    base = finding.events.filter(version=read).order_by("-pgh_id").first()
    since = [one for one in timeline(finding, names) if base is None or one.at > base.pgh_created_at]
    step, given = form.step, form.given
    still = any(one.code == step.code for one in possible(request.user, finding))
    context = {
        "finding": finding,
        "step": step,
        "rows": _compared(finding, base, step, given),
        "since": since,
        "still": still,
        "again": StepForm(step, {**request.POST.dict(), "version": str(current.version)}, version=current.version)
        if still
        else None,
    }
    response = render(request, "monitoring/findings/conflict.html", context, status=409)
    response["ETag"] = record_etag(current)
    return response


def _compared(finding: NonConformity, base: Any, step: Step, given: Given) -> list[dict[str, str]]:
    labels = dict(NonConformity._meta.get_field("state").flatchoices)
    due = NonConformity._meta.get_field("due_on").verbose_name
    rows = [
        {
            "label": _("State"), "base": labels.get(base.state, "") if base else "", "theirs": finding.get_state_display(),
            "mine": labels.get(step.end, step.end),
        },
        {"label": str(due), "base": day(base.due_on) if base else "", "theirs": day(finding.due_on), "mine": day(given.due)},
        {
            "label": str(FIELD_NAMES["reason"]), "base": base.step_reason if base else "", "theirs": finding.step_reason,
            "mine": given.reason,
        },
        {"label": _("Answer"), "base": base.answer if base else "", "theirs": finding.answer, "mine": given.what},
    ]  # fmt: skip
    return [row for row in rows if row["mine"] or row["base"] != row["theirs"]]


@login_required
@require_POST
def add_evidence(request: HttpRequest, ref: str) -> HttpResponse:
    finding = by_ref(seen(request.user), ref)
    try:
        made = evidence.add(
            finding.pk, request.FILES.getlist("files"), by=request.user, text=request.POST.get("text", "")[:2000]
        )
    except NotYours:
        raise PermissionDenied from None
    except Refused as refusal:
        return _page(request, by_ref(seen(request.user), ref), error=str(refusal), status=422)
    messages.success(request, _("Files added as evidence: %(count)s.") % {"count": len(made)})
    return redirect("monitoring-finding", finding.ref)


@login_required
@require_POST
def stop_work(request: HttpRequest, ref: str) -> HttpResponse:
    finding = by_ref(seen(request.user), ref)
    said = request.POST.get("stopped")
    if said not in ("yes", "no"):
        return _page(request, finding, error=_("Say whether work was stopped: yes or no."), status=422)
    try:
        tell_of_work(finding.pk, said == "yes", by=request.user, version=version_read(request.POST.get("version", "")))
    except NotYours:
        raise PermissionDenied from None
    except Stale:
        error = _("Somebody changed this finding since you read it. Look at it, and say it again.")
        return _page(request, by_ref(seen(request.user), ref), error=error, status=409)
    except Refused as refusal:
        return _page(request, finding, error=str(refusal), status=422)
    return redirect("monitoring-finding", finding.ref)


@login_required
@require_safe
def file(request: HttpRequest, ref: str, sha256: str) -> HttpResponse:
    return photos.served(request, by_ref(seen(request.user), ref), sha256)  # type: ignore[return-value]


@login_required
@require_safe
def picture(request: HttpRequest, ref: str, sha256: str) -> HttpResponse:
    return photos.small(request, by_ref(seen(request.user), ref), sha256)
