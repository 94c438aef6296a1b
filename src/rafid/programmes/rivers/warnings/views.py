"""Pages of warnings: all of them, a draft, one with its steps; the CAP message and the feed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rafid.commons.people.models import Message
from rafid.commons.people.visibility import may, may_on
from rafid.commons.programme import LANGUAGES
from rafid.commons.records.change import Refused

from ..codes import ThresholdClass
from ..models import FloodWarning, Forecast, Station
from ..models.telling import SIGNED_TWICE
from ..seeing import PROGRAMME
from ..values.times import Untimely, read_time
from .acting import (
    cancel_warning,
    discard_warning,
    draft_warning,
    give_reason,
    issue_warning,
    sign_warning,
    take_up_warning,
)
from .causes import doubts_kept, doubts_of
from .messages import alert_of

ZONE = "Asia/Baghdad"
NAMES = (("ar", "العربية", "rtl"), ("ckb", "کوردی", "rtl"), ("en", "English", "ltr"))
PARTS = ("headline", "text", "instruction")
LAST = 100


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    rows = FloodWarning.objects.visible_to(request.user).select_related("station", "second_signature")
    state = request.GET.get("state", "")
    shown = rows.filter(state=state) if state in ("draft", "discarded") else rows.exclude(state="discarded")
    context = {
        "rows": list(shown.order_by("-onset", "ref")[:LAST]),
        "state": state,
        "drafts": rows.filter(state="draft").exists(),
        "discarded": rows.filter(state="discarded").exists(),
        "may_draft": may(request.user, "draft_warning", PROGRAMME),
        "demonstration": rows.filter(source="demonstration").exists(),
    }
    return render(request, "rivers/warnings/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not may(user, "draft_warning", PROGRAMME):
        raise PermissionDenied
    stations = (
        Station.objects.visible_to(user)
        .filter(station_kind__in=("stage", "flow", "reservoir"))
        .order_by("river", "code")
    )
    given = request.POST if request.method == "POST" else request.GET
    error = ""
    if request.method == "POST":
        try:
            made = _drafted(request, stations)
            return redirect("rivers-warning", ref=made.ref)
        except (Refused, Untimely) as reason:
            error = str(reason)
    context = {
        "stations": stations,
        "levels": ThresholdClass.choices,
        "given": given,
        "error": error,
        "languages": NAMES,
        "updates": _updated(user, given.get("updates", "")),
    }
    return render(request, "rivers/warnings/new.html", context, status=422 if error else 200)


def _updated(user: Any, ref: str) -> FloodWarning | None:
    if not ref or "\x00" in ref:
        return None
    found: FloodWarning | None = FloodWarning.objects.visible_to(user).filter(ref=ref, state="issued").first()
    return found


def _drafted(request: HttpRequest, stations: Any) -> FloodWarning:
    post = request.POST
    code = post.get("station", "").replace("\x00", "")
    station = stations.filter(code=code).first()
    if station is None:
        raise Refused(_("Choose a station."))
    if not may_on(request.user, "draft_warning", station):
        raise PermissionDenied
    level = post.get("level", "")
    if level not in ThresholdClass.values:
        raise Refused(_("Choose a level."))
    forecast = None
    if ref := post.get("forecast", "").replace("\x00", "").strip():
        forecast = Forecast.objects.visible_to(request.user).filter(ref=ref, state="issued").first()
        if forecast is None:
            raise Refused(_("There is no issued forecast with this reference."))
    texts = {
        part: {
            code: post.get(f"{part}_{code}", "").strip() for code in LANGUAGES if post.get(f"{part}_{code}", "").strip()
        }
        for part in PARTS
    }
    return draft_warning(
        station,
        level,
        onset=read_time(post.get("onset", ""), zone=ZONE),
        expires=read_time(post.get("expires", ""), zone=ZONE),
        user=request.user,
        texts=texts,
        forecast=forecast,
        updates=_updated(request.user, post.get("updates", "")),
    )


def one(user: Any, ref: str) -> FloodWarning:
    rows = FloodWarning.objects.visible_to(user).select_related(
        "station", "owner", "forecast", "updates", "issued_by", "second_signature", "drafted_by"
    )
    found: FloodWarning | None = rows.filter(ref=ref).first() if "\x00" not in ref else None
    if found is None:
        raise Http404
    return found


@require_safe
def page(request: HttpRequest, ref: str) -> HttpResponse:
    row, user = one(request.user, ref), request.user
    staff = user.is_authenticated and may_on(user, "export", row)
    draft, may_write = row.state == "draft", _may_write(user, row)
    may_issue = draft and may_on(user, "issue_warning", row)
    concerned = may_write or may_on(user, "sign_warning", row)
    context = {
        "doubts": () if not concerned else doubts_of(row, user=user) if draft else doubts_kept(row),
        "concerned": concerned,
        "may_give_reason": draft and (may_issue or may_write),
        "may_discard": draft and may_write,
        "may_take_up": row.state == "discarded" and may_write,
        "row": row,
        "languages": [
            (code, name, direction, row.headline.get(code), row.text.get(code), row.instruction.get(code))
            for code, name, direction in NAMES
        ],
        "twice": row.level in SIGNED_TWICE,
        "may_sign": draft and not row.second_signature_id and row.drafted_by_id != user.pk
        and may_on(user, "sign_warning", row),
        "may_issue": may_issue,
        "may_cancel": row.state == "issued" and may_on(user, "issue_warning", row),
        "may_update": row.state == "issued" and may_on(user, "draft_warning", row),
        "successor": row.updated_by.exclude(issued_at=None).first(),
        "receivers": Message.objects.filter(link=row.get_absolute_url()).select_related("account")[:50] if staff else (),
        "demonstration": row.source == "demonstration",
    }  # fmt: skip
    return render(request, "rivers/warnings/page.html", context)


WRITE = ("draft_warning", "issue_warning")
RIGHTS = {
    "sign": ("sign_warning",), "issue": ("issue_warning",), "cancel": ("issue_warning",),
    "reason": WRITE, "discard": WRITE, "take-up": WRITE,
}  # fmt: skip


def _may_write(user: Any, row: FloodWarning) -> bool:
    return any(may_on(user, one, row) for one in WRITE)


@require_POST
def step(request: HttpRequest, ref: str, act: str) -> HttpResponse:
    row = one(request.user, ref)
    if act not in RIGHTS:
        raise Http404
    if not any(may_on(request.user, one, row) for one in RIGHTS[act]):
        raise PermissionDenied
    try:
        messages.success(request, _done(request, row, act))
    except Refused as reason:
        messages.error(request, str(reason))
    return redirect("rivers-warning", ref=row.ref)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("override_reason", "").replace("\x00", "")[:1000]


def _done(request: HttpRequest, row: FloodWarning, act: str) -> str:
    """Takes the step, and says so."""
    if act == "sign":
        sign_warning(row, user=request.user)
        return _("You have signed the warning. It can be issued now.")
    if act == "issue":
        issue_warning(row, user=request.user, override_reason=_reason(request))
        return _("The warning is issued.")
    if act == "reason":
        give_reason(row, reason=_reason(request))
        return _("The reason is kept. Whoever signs the warning reads it.")
    if act == "discard":
        discard_warning(row)
        return _("The draft is discarded. Nobody was told; you can take it up again.")
    if act == "take-up":
        take_up_warning(row)
        return _("The draft is here again.")
    cancel_warning(row, user=request.user, reason=request.POST.get("reason", "").replace("\x00", ""))
    return _("The warning is cancelled.")


@require_safe
def cap(request: HttpRequest, ref: str) -> HttpResponse:
    """What was issued, for machines; a draft is in no message."""
    row = one(AnonymousUser(), ref)
    body = alert_of(row, sender=request.get_host(), address=request.build_absolute_uri(row.get_absolute_url()))
    return HttpResponse(body, content_type="application/cap+xml; charset=utf-8")


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Atom 1.0: issued warnings, newest first, each with its CAP message."""
    language = (get_language() or "ar").split("-")[0]
    rows = FloodWarning.objects.visible_to(AnonymousUser()).select_related("station").order_by("-issued_at")[:LAST]
    found = Atom1Feed(
        title=_("Flood warnings"), link=request.build_absolute_uri(reverse("rivers-warnings")),
        description=_("Warnings of the water authorities"), language=language, author_name="Rafid",
        feed_url=request.build_absolute_uri(reverse("rivers-warnings-feed")),
    )  # fmt: skip
    for row in rows:
        made_up = "DEMONSTRATION. " if row.source == "demonstration" else ""
        headline = row.headline.get(language) or row.headline.get("en", "")
        found.add_item(
            f"{made_up}{headline} ({row.get_state_display()})",
            request.build_absolute_uri(reverse("rivers-warning-cap", args=[row.ref])),
            row.text.get(language, ""), unique_id=f"urn:uuid:{row.pk}", pubdate=row.issued_at,
            updateddate=row.ended_at or row.issued_at, author_name="Rafid",
        )  # fmt: skip
    return HttpResponse(found.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
