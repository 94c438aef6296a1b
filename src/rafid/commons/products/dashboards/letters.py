"""The weekly letter: the numbers of a dashboard as its reader may see them, by mail to signed-in people who asked for it."""

from __future__ import annotations

import logging
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rafid.commons.people import mail
from rafid.commons.people.models import Account
from rafid.commons.writing import period as period_words

from ..charts.reading import Reading
from ..gallery.addresses import absolute
from ..models import Recipe, Subscription
from . import keeping
from .asked import Bar, read_bar
from .body import blocks_of
from .shown import Shown, show

log = logging.getLogger("rafid.dashboards")
SALT = "rafid.dashboard.letter"
EVERY = timedelta(days=6)
"""A letter that went out less than this ago is this week's: a task that runs twice sends nothing twice."""
MOST_ROWS = 8
LONGEST_QUERY = 500


def _about(recipe: Recipe, user: Any) -> dict[str, str]:
    return {"dashboard": recipe.code, "account": str(user.pk)}


def subscription_of(recipe: Recipe, user: Any) -> Subscription | None:
    if not getattr(user, "is_authenticated", False):
        return None
    return Subscription.objects.filter(about__contains=_about(recipe, user)).first()


def token_of(subscription: Subscription) -> str:
    return signing.Signer(salt=SALT).sign(str(subscription.pk))


@require_http_methods(["GET", "POST"])
def subscribe(request: HttpRequest, code: str) -> HttpResponse:
    """With the filters that are on: the letter's numbers are those that the page shows now."""
    recipe = keeping.dashboards_seen(request.user).filter(code=code).first()
    if recipe is None:
        raise Http404
    user: Any = request.user
    found = subscription_of(recipe, user)
    error = ""
    if request.method == "POST":
        if request.POST.get("action") == "leave":
            if found is not None:
                found.delete()
            messages.success(request, _("You get no more letters of it."))
            return redirect("dashboard", code)
        if not user.email:
            error = _("Your account has no e-mail address. Ask whoever looks after accounts to enter it.")
        elif found is None:
            query = request.POST.get("query", "")[:LONGEST_QUERY]
            found = Subscription(
                email=user.email, language=get_language() or "ar", about={**_about(recipe, user), "query": query},
                confirmed_at=timezone.now(),
            )  # fmt: skip
            found.token_sha256 = sha256(token_of(found).encode()).hexdigest()
            found.save()
            messages.success(request, _("From now on you get its numbers once a week."))
            return redirect("dashboard", code)
    context = {
        "recipe": recipe,
        "subscription": found,
        "error": error,
        "query": request.GET.urlencode()[:LONGEST_QUERY],
    }
    return render(request, "products/dashboards/subscribe.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a letter, without signing in. A program that only looks at links takes nobody away."""
    try:
        pk = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        raise Http404 from None
    found = Subscription.objects.filter(pk=pk).first()
    if request.method == "POST" and found is not None:
        found.delete()
        found = None
    return render(request, "products/dashboards/leave.html", {"there": found is not None})


def send_letters() -> int:
    """All that are due; how many went out. One that cannot be sent is tried again next time."""
    if not mail.has_mail():
        return 0
    sent = 0
    due = Subscription.objects.filter(about__has_key="dashboard").exclude(confirmed_at=None)
    for subscription in due.exclude(last_at__gt=timezone.now() - EVERY):
        account = Account.objects.filter(pk=subscription.about.get("account"), is_active=True).first()
        if account is None or not account.email:
            continue
        recipe = keeping.dashboards_seen(account).filter(code=subscription.about["dashboard"]).first()
        if recipe is None:
            continue
        try:
            with translation.override(subscription.language):
                send_letter(subscription, account, recipe)
        except mail.NotSent as wrong:
            log.warning("a letter of %s was not sent: %s", recipe.code, wrong)
            continue
        subscription.last_at = timezone.now()
        subscription.save(update_fields=["last_at"])
        sent += 1
    return sent


def send_letter(subscription: Subscription, account: Account, recipe: Recipe) -> None:
    """To the address that the account has today: an older one may be somebody else's by now."""
    query = str(subscription.about.get("query") or "")
    address = reverse("dashboard", args=[recipe.code])
    request = RequestFactory().get(address, QueryDict(query).dict())
    request.user = account
    read = read_bar(request, address, recipe.body, lambda organisation: Reading(account, organisation))
    if isinstance(read, HttpResponse):  # the filter names a place that is gone: without it
        request = RequestFactory().get(address)
        request.user = account
        read = read_bar(request, address, recipe.body, lambda organisation: Reading(account, organisation))
    assert not isinstance(read, HttpResponse)
    bar, reading = read
    leaving = absolute(reverse("dashboard-leave", args=[token_of(subscription)]))
    context: dict[str, object] = {
        "title": recipe.name,
        "by": [f"{what}: {value}" for what, value, _url in bar.chips],
        "parts": [
            part for index, block in enumerate(blocks_of(recipe.body)) if (part := _part(block, index, bar, reading))
        ],
        "link": absolute(address + (f"?{query}" if query else "")),
        "leave": leaving,
    }
    mail.send(
        account.email,
        "products/mail/dashboard",
        context,
        subscription.language,
        headers={"List-Unsubscribe": f"<{leaving}>"},
    )


def _part(block: dict[str, Any], index: int, bar: Bar, reading: Reading) -> dict[str, Any] | None:
    """A block in words: its number, or its first rows."""
    one: Shown = show(block, index, bar, reading)
    figures = one.figures
    if figures is None or figures.empty:
        return None
    unit = _(figures.unit) if figures.unit else ""
    head = " · ".join(filter(None, (figures.where, period_words(figures.period), unit)))
    if one.kind == "number":
        facts, line = one.facts, one.facts["said"]
        if facts.get("sense") == "up":
            line += " – " + _("%(n)s more than in %(before)s") % {"n": facts["difference"], "before": facts["before"]}
        elif facts.get("sense") == "down":
            line += " – " + _("%(n)s less than in %(before)s") % {"n": facts["difference"], "before": facts["before"]}
        if facts.get("target"):
            line += " – " + _("Target: %s") % facts["target"]
        return {"title": one.title, "head": head, "lines": [line]}
    count = len(figures.rows)
    chosen = range(max(0, count - MOST_ROWS), count) if one.kind == "line" else range(min(MOST_ROWS, count))
    lines = []
    for at in chosen:
        said = figures.texts(at)[:4]
        if len(figures.series) > 1:
            said = [f"{series.label} {text}".strip() for series, text in zip(figures.series, said, strict=False)]
        row = figures.rows[at].label
        lines.append(f"{row}: {', '.join(said)}" if row else ", ".join(said))
    return {"title": one.title, "head": head, "lines": lines}
