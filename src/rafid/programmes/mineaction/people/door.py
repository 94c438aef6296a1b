"""The door before persons: with the right and a reason, for a short time; behind it every name that is read is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from rafid.commons.people.access_log import note_access
from rafid.commons.people.models import AccessKind

from ..models import Victim
from ..reading import victim_names
from ..seeing import CARERS, held
from .naming import NAMES_NOBODY, names_somebody

OPEN_FOR = timedelta(minutes=20)
KEPT_AS = "mineaction_door"

REASONS = (
    ("care", _("Assess needs or refer")),
    ("follow", _("Follow up a referral")),
    ("register", _("Register a victim")),
    ("correct", _("Correct what was recorded")),
    ("request", _("The person asked for it")),
    ("other", pgettext_lazy("a reason to open names", "Another reason")),
)


@dataclass(frozen=True)
class Opened:
    """``purpose`` goes into the log with every name, in the words in which it was given."""

    purpose: str
    until: datetime
    reason: str = ""
    details: str = ""

    @property
    def said(self) -> str:
        """The purpose in the language in which it is read."""
        return _purpose(self.reason, self.details) or self.purpose

    @property
    def minutes(self) -> int:
        return max(0, round((self.until - timezone.now()).total_seconds() / 60))


def opens(user: Any) -> bool:
    """Has this person the right to stand before the door at all?"""
    return bool(held(user, CARERS, "victims"))


def opened(request: HttpRequest) -> Opened | None:
    """The door as it stands; None where nobody opened it in this session, or its time is over."""
    kept = request.session.get(KEPT_AS)
    if not kept or kept.get("account") != str(request.user.pk):
        return None
    until = datetime.fromisoformat(kept["until"])
    if until <= timezone.now():
        return None
    return Opened(kept["purpose"], until, kept.get("reason", ""), kept.get("details", ""))


def _purpose(reason: str, details: str) -> str:
    return " · ".join(filter(None, (str(dict(REASONS).get(reason, "")), details)))


class DoorForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why do you open this?"), choices=[("", "–"), *REASONS])
    details = forms.CharField(
        label=_("In a few words"), required=False, max_length=200,
        help_text=_("Name nobody here: the reason can be read by those who look after the log."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        details = (said.get("details") or "").strip()
        if said.get("reason") == "other" and not details:
            self.add_error("details", _("Say in a few words what the reason is."))
        elif details and names_somebody(details, Victim.objects.visible_to(self.user)):
            self.add_error("details", NAMES_NOBODY)
        return said

    @property
    def purpose(self) -> str:
        return _purpose(self.cleaned_data["reason"], self.cleaned_data["details"].strip())


def behind_door(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view behind the door: 404 without the right, the door's page while it is closed, never kept by a browser."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not opens(request.user):
            raise Http404
        door = opened(request)
        answer = view(request, *args, door=door, **kwargs) if door else _closed(request)
        answer["Cache-Control"] = "no-store"
        return answer

    return inner


def _closed(request: HttpRequest, form: DoorForm | None = None, to: str = "") -> HttpResponse:
    context = {
        "form": form or DoorForm(user=request.user),
        "to": to or request.get_full_path(),
        "lost": request.method == "POST" and form is None,
        "minutes": int(OPEN_FOR.total_seconds() // 60),
    }
    return render(request, "mineaction/people/door.html", context, status=422 if form is not None else 200)


@require_POST
def open_door(request: HttpRequest) -> HttpResponse:
    if not opens(request.user):
        raise Http404
    to = request.POST.get("to", "")
    if not url_has_allowed_host_and_scheme(to, allowed_hosts=None) or not to.startswith("/mineaction/"):
        to = reverse("mineaction-victims")
    form = DoorForm(request.POST, user=request.user)
    if not form.is_valid():
        return _closed(request, form, to)
    request.session[KEPT_AS] = {
        "purpose": form.purpose,
        "reason": form.cleaned_data["reason"],
        "details": form.cleaned_data["details"].strip(),
        "until": (timezone.now() + OPEN_FOR).isoformat(),
        "account": str(request.user.pk),
    }
    return redirect(to)


@require_POST
def close_door(request: HttpRequest) -> HttpResponse:
    if not opens(request.user):
        raise Http404
    request.session.pop(KEPT_AS, None)
    return redirect("mineaction-accidents")


def name_parts(request: HttpRequest, victims: Iterable[Victim], door: Opened) -> dict[Any, list[str]]:
    """By victim. Whoever has no name recorded is written down as read, too."""
    rows = list(victims)
    found = victim_names(request, rows, purpose=door.purpose)
    for row in rows:
        if row.pk not in found:
            note_access(request, AccessKind.READ, row, purpose=door.purpose, restricted=True)
    return found


def with_names(request: HttpRequest, victims: Iterable[Victim], door: Opened) -> list[Victim]:
    """Each with its ``shown_name``, empty where none is recorded."""
    rows: list[Any] = list(victims)
    found = name_parts(request, rows, door)
    for row in rows:
        row.shown_name = " ".join(found.get(row.pk, ()))
    return rows
