"""The page of the daily sheet, and where it is sent to."""

from __future__ import annotations

import functools
import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rafid.commons.forms.models import Form
from rafid.commons.identity import uuid7
from rafid.commons.people.visibility import may

from ..models import DailySheet, Series
from ..seeing import PROGRAMME
from ..values.times import Untimely, read_time
from .asking import QUESTIONS, facts_of
from .declared import CODE
from .sheets import ZONE, NoSheet, receive, series_for

HOUR = "06:00"
LAST = 10
_WORKER = Path(__file__).parents[1] / "static" / "rivers" / "enter_worker.js"


@functools.cache
def _worker() -> bytes:
    return _WORKER.read_bytes()


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    answer = HttpResponse(_worker(), content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    if not may(request.user, "record", PROGRAMME):
        raise PermissionDenied
    sheet, error = None, ""
    if request.method == "POST":
        sheet, error = _posted(request)
    answers = (
        {} if sheet is None else dict(zip((one["series"] for one in sheet.rows), sheet.answered["rows"], strict=True))
    )
    typed = {} if sheet is None else {one["series"]: one["typed"] for one in sheet.rows}
    last = list(DailySheet.objects.visible_to(request.user).order_by("-known_at")[:LAST])
    mine = _own_first(series_for(request.user), last)
    facts = facts_of(mine, timezone.now())
    rows = [
        {
            "series": one,
            "fact": facts[one.pk],
            "rise": facts[one.pk].rule("max_rise"),
            "fall": facts[one.pk].rule("max_fall"),
            "answer": answers.get(str(one.pk)),
            "typed": typed.get(str(one.pk), "") if answers.get(str(one.pk), {}).get("state") != "recorded" else "",
        }
        for one in mine
    ]
    context = {
        "rows": rows,
        "sheet": sheet,
        "error": error,
        "id": uuid7(),
        "on": request.POST.get("on") or timezone.localdate().isoformat(),
        "hour": request.POST.get("hour") or HOUR,
        "form": _form(request.user),
        "last": last,
        "words": {
            **{code: _(text) for code, text in QUESTIONS.items()},
            "waiting": _("Waits for the line"),
            "sent": _("Sent"),
            "refused": _("Not taken"),
            "partly": _("Taken in part"),
            "recorded": _("Recorded"),
            "right": _("It is right"),
            "number": _("This is no number."),
            "two_ways": _("“%(text)s” can be read in two ways. Write %(thousands)s or %(decimal)s."),
            "empty": _("Type at least one value."),
            "signed_out": _("Sign in again, then it is sent."),
        },
    }
    wrong = error or any(one["state"] != "recorded" for one in (sheet.answered["rows"] if sheet else ()))
    return render(request, "rivers/sheet/enter.html", context, status=422 if wrong else 200)


def _own_first(series: list[Series], sheets: list[DailySheet]) -> list[Series]:
    """Whoever may read many gauges reads the same few each day: these come first."""
    typed = {row["series"] for sheet in sheets for row in sheet.rows}
    return sorted(series, key=lambda one: str(one.pk) not in typed)


def _form(user: Any) -> str:
    """A link to the sheet as a form, where it is open and the person fills forms."""
    form = Form.objects.visible_to(user).filter(xform_id=CODE).first()
    if form is None or not may(user, "collect", PROGRAMME):
        return ""
    return format_html('<a href="{}">{}</a>', reverse("fill", args=[form.pk]), form.title)


def _posted(request: HttpRequest) -> tuple[DailySheet | None, str]:
    """The form without a script."""
    on, hour = request.POST.get("on", ""), request.POST.get("hour", HOUR)
    rows = [
        {
            "series": name.removeprefix("value-"),
            "time": f"{on}T{hour}",
            "typed": text.strip(),
            "confirmed": request.POST.get(f"right-{name.removeprefix('value-')}") == "1",
        }
        for name, text in request.POST.items()
        if name.startswith("value-") and text.strip()
    ]
    try:
        id = UUID(request.POST.get("id", ""))
        return receive(
            id,
            user=request.user,
            on=date.fromisoformat(on),
            rows=rows,
            reason=request.POST.get("reason", "").replace("\x00", "").strip(),
        ), ""
    except NoSheet as error:
        return None, str(error)
    except ValueError:
        return None, _("Say the day of the readings.")


@require_POST
def send(request: HttpRequest) -> JsonResponse:
    """A sheet as JSON from the page's script: 201 with what became of each row, the same again for the same id."""
    user = request.user
    if not user.is_authenticated:
        return _no(401, _("Sign in again, then it is sent."))
    if not may(user, "record", PROGRAMME):
        return _no(403, _("This is not yours to do"))
    try:
        said: Any = json.loads(request.body)
        id, on = UUID(str(said["id"])), date.fromisoformat(str(said["on"]))
        taken = read_time(said["taken_at"], zone=ZONE) if said.get("taken_at") else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return _no(422, _("This is no sheet."))
    try:
        sheet = receive(
            id, user=user, on=on, rows=said.get("rows"), taken_at=taken, reason=str(said.get("reason") or "")[:300]
        )
    except (NoSheet, Untimely) as error:
        return _no(422, str(error))
    return JsonResponse({"id": str(sheet.pk), **sheet.answered}, status=201)


def _no(status: int, sentence: str) -> JsonResponse:
    return JsonResponse({"code": "refused", "message": sentence}, status=status)
