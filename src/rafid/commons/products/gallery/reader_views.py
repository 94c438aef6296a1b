"""What readers send without an account: a question, an address for letters; and the list of errata."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons.filters import small_number
from rafid.commons.people import mail
from rafid.commons.people.door import caller_network

from ..catalogue.page import readable_page
from ..models import Dataset, Recipe
from . import questions, subscriptions
from .errata import public_errata
from .questions import TooMany
from .views import product_or_404


@require_http_methods(["GET", "POST"])
def ask_product(request: HttpRequest, code: str) -> HttpResponse:
    return _ask(request, product_or_404(request, code))


@require_http_methods(["GET", "POST"])
def ask_dataset(request: HttpRequest, code: str) -> HttpResponse:
    return _ask(request, readable_page(request, code))


def _ask(request: HttpRequest, about: Dataset | Recipe) -> HttpResponse:
    error: list[str] = []
    status = 200
    if request.method == "POST":
        try:
            questions.ask(
                about, text=request.POST.get("text", ""), by=request.POST.get("name", ""),
                objects_to=request.POST.get("objects") == "on", network=caller_network(request),
            )  # fmt: skip
        except ValidationError as refused:
            error, status = refused.messages, 422
        except TooMany as wait:
            return _wait(request, wait)
        else:
            messages.success(request, _("Thank you. Your question stands here as soon as it is answered."))
            return redirect(about.get_absolute_url())
    return render(
        request, "products/gallery/ask.html",
        {"about": about, "error": error, "text": request.POST.get("text", ""), "name": request.POST.get("name", "")[:120],
         "objects": request.POST.get("objects") == "on"},
        status=status,
    )  # fmt: skip


def _wait(request: HttpRequest, wait: TooMany) -> HttpResponse:
    answer = render(request, "products/gallery/wait.html", {"minutes": max(1, round(wait.seconds / 60))}, status=429)
    answer["Retry-After"] = str(wait.seconds)
    return answer


@require_http_methods(["GET", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    about = subscriptions.about_of({name: sent.get(name, "")[:80] for name in ("recipe", "dataset", "programme")})
    error: list[str] = []
    done, status = False, 200
    if request.method == "POST":
        try:
            subscriptions.subscribe(
                request.POST.get("email", "")[:254], about, get_language() or "ar", network=caller_network(request)
            )
            done = True
        except ValidationError as refused:
            error, status = refused.messages, 422
        except mail.NotSent as refused:
            error, status = [str(refused)], 503
        except TooMany as wait:
            return _wait(request, wait)
    return render(
        request, "products/gallery/subscribe.html",
        {"about": about, "what": subscriptions.about_words(about), "error": error, "done": done,
         "email": request.POST.get("email", "")[:254], "has_mail": mail.has_mail()},
        status=status,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def subscription(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the first letter: a programme that looks into letters opens it; only a person presses the button."""
    found = subscriptions.found_by(token)
    if found is None:
        return render(request, "products/gallery/subscription.html", {"gone": True}, status=404)
    if request.method == "POST":
        subscriptions.confirm(found)
    return render(
        request, "products/gallery/subscription.html",
        {"subscription": found, "what": subscriptions.about_words(found.about), "token": token},
    )  # fmt: skip


@csrf_exempt
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Mail programs post here by themselves when their reader presses “unsubscribe” (RFC 8058); the page has one button."""
    found = subscriptions.found_by(token)
    if found is None:
        return render(request, "products/gallery/leave.html", {"left": True})
    what = subscriptions.about_words(found.about)
    if request.method == "POST":
        subscriptions.leave(found)
        return render(request, "products/gallery/leave.html", {"left": True, "what": what})
    return render(request, "products/gallery/leave.html", {"left": False, "what": what})


@require_safe
def errata(request: HttpRequest) -> HttpResponse:
    page = Paginator(public_errata(), 50).get_page(small_number(request.GET.get("page", "")) or 1)
    return render(request, "products/gallery/errata.html", {"page": page})


urls: list[URLPattern] = [
    path("gallery/<str:code>/ask/", ask_product, name="product-ask"),
    path("catalog/<str:code>/ask/", ask_dataset, name="dataset-ask"),
    path("subscribe/", subscribe, name="subscribe"),
    path("subscribe/<str:token>/", subscription, name="subscription"),
    path("unsubscribe/<str:token>/", leave, name="leave"),
    path("errata/", errata, name="errata"),
]
