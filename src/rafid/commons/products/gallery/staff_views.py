"""Reach: how often products are read, questions that wait, errata, frames in other sites, webhooks. For those who publish."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons.people.visibility import may_on
from rafid.commons.programme import LANGUAGES, installed

from ..models import Dataset, Delivery, EmbedGrant, Question, Recipe, ViewCount, Webhook
from ..release.decide import PUBLISH
from ..release.desk import works_here
from . import embedding, questions, webhooks
from .cards import programme_name
from .errata import erratum
from .finding import SHOWN
from .words import WHAT_HAPPENED

DAYS = {"7": 7, "30": 30, "365": 365}
OWN_NAMES = (("ar", "العربية"), ("ckb", "کوردی"), ("en", "English"))
_MOST = 300


def _must_work(request: HttpRequest) -> None:
    if not works_here(request.user):
        raise Http404


@login_required
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """Views and downloads by product, and by day for one of them."""
    _must_work(request)
    days = DAYS.get(request.GET.get("days", ""), 30)
    since = timezone.localdate() - timedelta(days=days - 1)
    found = ViewCount.objects.filter(on__gte=since)
    rows = [
        {**row, **_titled(row["what"])}
        for row in found.values("what").annotate(v=Sum("views"), d=Sum("downloads")).order_by("-v", "what")[:_MOST]
    ]
    rows = _seen(rows, request.user)
    what = request.GET.get("what", "")[:120]
    daily: list[dict[str, Any]] = []
    if what in {row["what"] for row in rows}:
        by_day = {one.on: one for one in found.filter(what=what)}
        span = [since + timedelta(days=n) for n in range(days)]
        top = max((by_day[one].views for one in span if one in by_day), default=0)
        daily = [
            {"on": one, "views": day.views if day else 0, "downloads": day.downloads if day else 0}
            for one in reversed(span)
            for day in [by_day.get(one)]
        ]
        for one in daily:
            one["top"] = max(top, 1)
    return render(
        request, "products/gallery/reach.html",
        {"rows": rows, "days": days, "offered": list(DAYS.values()), "daily": daily,
         "what_title": next((row["title"] for row in rows if row["what"] == what), ""),
         "waiting": sum(1 for one in questions.waiting_for(request.user) if one.state == "waiting")},
    )  # fmt: skip


def _titled(what: str) -> dict[str, Any]:
    kind, _colon, code = what.partition(":")
    return {"kind": kind, "code": code}


def _seen(rows: list[dict[str, Any]], user: Any) -> list[dict[str, Any]]:
    """With their names; what this person does not see is left out."""
    codes = {row["code"] for row in rows if row["code"]}
    recipes = {one.code: one for one in Recipe.objects.visible_to(user).filter(code__in=codes)}
    datasets = {one.code: one for one in Dataset.objects.visible_to(user).filter(code__in=codes)}
    kept = []
    for row in rows:
        if not row["code"]:
            kept.append(
                {
                    **row,
                    "title": pgettext("of products", "Gallery") if row["kind"] == "gallery" else row["kind"],
                    "url": "",
                }
            )
            continue
        one = (datasets if row["kind"] == "dataset" else recipes).get(row["code"])
        if one is not None:
            kept.append({**row, "title": one.name or one.code, "url": one.get_absolute_url()})
    return kept


@login_required
@require_http_methods(["GET", "POST"])
def questions_page(request: HttpRequest) -> HttpResponse:
    _must_work(request)
    error: list[str] = []
    if request.method == "POST":
        found = (
            Question.objects.select_related("recipe", "dataset")
            .filter(pk=_uuid(request.POST.get("question", "")))
            .first()
        )
        if found is None or not questions.answers(request.user, found):
            raise Http404
        try:
            questions.answer(
                found, request.user, text=request.POST.get("answer", ""), hide=request.POST.get("action") == "hide"
            )
        except ValidationError as refused:
            error = refused.messages
        else:
            messages.success(request, _("Hidden.") if found.state == "hidden" else _("Your answer is public."))
            return redirect("reach-questions")
    return render(
        request, "products/gallery/reach_questions.html",
        {"rows": questions.waiting_for(request.user), "error": error}, status=422 if error else 200,
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def new_erratum(request: HttpRequest) -> HttpResponse:
    """Of one product or dataset: which version or edition was wrong, what, and which one is right."""
    sent = request.POST if request.method == "POST" else request.GET
    about: Any = (
        Recipe.objects.filter(code=sent.get("product", "")[:80]).first()
        or Dataset.objects.filter(code=sent.get("dataset", "")[:80]).first()
    )
    if about is None or not may_on(request.user, PUBLISH, about):
        raise Http404
    rows: Any = about.editions if isinstance(about, Recipe) else about.versions
    shown = list(rows.filter(state__in=SHOWN).order_by("-number"))
    error: list[str] = []
    if request.method == "POST":
        by_id = {str(one.pk): one for one in shown}
        wrong, right = by_id.get(request.POST.get("wrong", "")), by_id.get(request.POST.get("corrected", ""))
        name = "edition" if isinstance(about, Recipe) else "version"
        try:
            erratum(
                request.user, text={code: request.POST.get(f"text_{code}", "") for code in LANGUAGES},
                **{name: wrong, f"corrected_{name}": right},
            )  # fmt: skip
        except ValidationError as refused:
            error = refused.messages
        else:
            messages.success(request, _("The erratum is public, and subscribers are told."))
            return redirect(about.get_absolute_url())
    return render(
        request, "products/gallery/reach_erratum.html",
        {"about": about, "is_product": isinstance(about, Recipe), "shown": shown, "error": error, "sent": request.POST,
         "texts": [(code, name, request.POST.get(f"text_{code}", "")) for code, name in OWN_NAMES]},
        status=422 if error else 200,
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def embeds(request: HttpRequest) -> HttpResponse:
    _must_work(request)
    error: list[str] = []
    mine = [
        one
        for one in Recipe.objects.filter(state="published", sensitivity=0).order_by("code")
        if may_on(request.user, PUBLISH, one)
    ]
    mine += [
        one for one in Recipe.objects.filter(editions__state="published", editions__sensitivity=0).distinct().order_by("code")
        if one not in mine and may_on(request.user, PUBLISH, one)
    ]  # fmt: skip
    if request.method == "POST":
        try:
            if request.POST.get("action") == "end":
                grant = get_object_or_404(
                    EmbedGrant.objects.select_related("recipe"), pk=_uuid(request.POST.get("grant", ""))
                )
                if grant.recipe not in mine and not may_on(request.user, PUBLISH, grant.recipe):
                    raise Http404
                embedding.end(grant, request.user)
                messages.success(request, _("Ended. The site shows it no longer."))
                return redirect("reach-embeds")
            recipe = next((one for one in mine if one.code == request.POST.get("product", "")), None)
            if recipe is None:
                raise ValidationError({"product": _("Choose a public product.")})
            embedding.give(
                recipe,
                request.user,
                origins=request.POST.get("origins", "")[:4000],
                until=_until(request.POST.get("until", "")),
            )
            messages.success(request, _("Given. These sites may show it."))
            return redirect("reach-embeds")
        except ValidationError as refused:
            error = refused.messages
    grants = EmbedGrant.objects.select_related("recipe", "made_by").filter(recipe__in=mine).order_by("-made_at")[:_MOST]
    return render(
        request, "products/gallery/reach_embeds.html",
        {"products": mine, "grants": grants, "now": timezone.now(), "error": error, "sent": request.POST,
         "asked": request.GET.get("product", "")},
        status=422 if error else 200,
    )  # fmt: skip


def _until(text: str) -> datetime | None:
    """The end of the day that was written; none for nothing."""
    if not text.strip():
        return None
    try:
        day = parse_date(text.strip())
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 2200:
        raise ValidationError({"until": _("Write the day as 2026-12-31.")})
    return timezone.make_aware(datetime.combine(day, time.max))


@login_required
@require_http_methods(["GET", "POST"])
def hooks(request: HttpRequest) -> HttpResponse:
    if not webhooks.may_set(request.user):
        raise Http404
    error: list[str] = []
    secret = ""
    if request.method == "POST":
        action = request.POST.get("action", "new")
        try:
            if action == "new":
                programme = request.POST.get("programme", "")
                if programme and programme not in {one.name for one in installed()}:
                    raise ValidationError({"programme": _("There is no such programme.")})
                _made, secret = webhooks.make(
                    request.user, url=request.POST.get("url", "").strip(), about={"programme": programme} if programme else {},
                    owner=request.user.organisation,  # type: ignore[union-attr]
                )  # fmt: skip
            else:
                _change(request, action)
                return redirect("reach-webhooks")
        except ValidationError as refused:
            error = refused.messages
    rows = webhooks.own(request.user)
    recent: dict[Any, list[Delivery]] = {one.pk: [] for one in rows}
    for one in Delivery.objects.filter(webhook__in=rows).order_by("-made_at")[:200]:
        if len(recent[one.webhook_id]) < 5:
            recent[one.webhook_id].append(one)
    answer = render(
        request, "products/gallery/reach_webhooks.html",
        {
            "rows": [(one, recent[one.pk], programme_name(one.about.get("programme", ""))) for one in rows],
            "programmes": [(one.name, programme_name(one.name)) for one in installed()], "error": error, "secret": secret,
            "header": webhooks.SIGNATURE, "sent": request.POST if error else {},
        },
        status=422 if error else 200,
    )  # fmt: skip
    if secret:
        answer["Cache-Control"] = "no-store"
    return answer


def _change(request: HttpRequest, action: str) -> None:
    hook: Webhook | None = next(
        (one for one in webhooks.own(request.user) if str(one.pk) == request.POST.get("webhook", "")), None
    )
    if hook is None:
        raise Http404
    if action == "test":
        body = {"event": "test", "at": timezone.now().isoformat(), "says": WHAT_HAPPENED["test"]}
        webhooks.deliver_to(hook, body)
        messages.success(request, _("A trial is on its way; look again in a minute."))
    elif action in ("off", "on"):
        hook.active = action == "on"
        hook.save(update_fields=["active"])
    elif action == "delete":
        hook.delete()
        messages.success(request, _("The webhook is gone."))
    else:
        raise ValidationError(_("This cannot be done."))


def _uuid(text: str) -> Any:
    from uuid import UUID

    try:
        return UUID(text)
    except ValueError:
        return None


urls: list[URLPattern] = [
    path("reach/", counts, name="reach"),
    path("reach/questions/", questions_page, name="reach-questions"),
    path("reach/errata/new/", new_erratum, name="reach-erratum"),
    path("reach/embeds/", embeds, name="reach-embeds"),
    path("reach/webhooks/", hooks, name="reach-webhooks"),
]
