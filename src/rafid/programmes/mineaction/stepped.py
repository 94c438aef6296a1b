"""A step from a page: the form, the right, what two people at once are told, and back to the record's page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from rafid.commons.records.change import Refused, Stale, version_read

from .stepping import NotYours, Step, StepForm, possible, take

Page = Callable[..., HttpResponse]


def forms_of(user: Any, record: Any, steps: Mapping[str, Step], bound: StepForm | None = None) -> list[StepForm]:
    """A form for each step that the person may take; ``bound`` stands for its own."""
    made = [
        bound if bound is not None and bound.step.code == step.code else StepForm(step, record=record, user=user)
        for step in possible(user, record, steps)
    ]
    if bound is not None and all(one is not bound for one in made):
        made.append(bound)
    return made


def opened(forms: list[StepForm], bound: StepForm | None) -> str:
    return bound.step.code if bound is not None else forms[0].step.code if forms else ""


def step(
    request: HttpRequest,
    record: Any,
    code: str,
    steps: Mapping[str, Step],
    page: Page,
    *,
    to: str,
    again: Callable[[], Any],
) -> HttpResponse:
    """``page(request, record, bound=, error=, status=)`` shows what was wrong; ``to`` is the route of the record's page;
    ``again`` reads the record anew."""
    if code not in steps:
        raise Http404
    one = steps[code]
    if not one.allowed(request.user, record):
        raise PermissionDenied
    form = StepForm(one, request.POST, record=record, user=request.user)
    if not form.is_valid():
        return page(request, record, bound=form, status=422)
    try:
        row = take(
            record,
            one,
            by=request.user,
            version=version_read(form.cleaned_data["version"]),
            given=form.given,
            reason="",
        )
    except Stale:
        error = _("Somebody changed this since you read it. Look at it again before you decide.")
        return page(request, again(), error=error, status=409)
    except NotYours:
        raise PermissionDenied from None
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return page(request, again(), bound=form, status=422)
    messages.success(request, _("%(ref)s is now: %(state)s.") % {"ref": row.ref, "state": row.get_state_display()})
    return redirect(to, row.ref)
