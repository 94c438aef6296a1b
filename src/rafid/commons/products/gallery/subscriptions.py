"""Letters about what is published: a reader gives an address, confirms it by the letter that came, and leaves with one click.

The link of a letter is the subscription's id, signed; of what is stored nobody can make one.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from rafid.commons.forms.phones.guesses import count_guess
from rafid.commons.names import pick
from rafid.commons.people import mail
from rafid.commons.programme import LANGUAGES, installed

from ..models import Dataset, Edition, Recipe, Subscription
from . import events
from .addresses import absolute
from .questions import TooMany
from .words import WHAT_HAPPENED

RULE = (10, timedelta(minutes=10))
UNCONFIRMED = timedelta(days=7)
AGAIN = timedelta(hours=1)
"""No second letter of confirmation to one address within this time: nobody fills a stranger's box."""


def token_of(subscription: Subscription) -> str:
    return _signer().sign(str(subscription.pk))


def _signer() -> Signer:
    return Signer(salt="rafid.products.subscription", sep="~")


def found_by(token: str) -> Subscription | None:
    try:
        pk = UUID(_signer().unsign(token))
    except (BadSignature, ValueError):
        return None
    return Subscription.objects.filter(pk=pk).first()


def about_of(asked: dict[str, str]) -> dict[str, str]:
    """What somebody wants to hear of, from an address: one thing or all. What is not public is not there."""
    recipe, dataset, programme = (asked.get(name, "") for name in ("recipe", "dataset", "programme"))
    if recipe and Recipe.objects.filter(code=recipe, editions__sensitivity=0, editions__state="published").exists():
        return {"recipe": recipe}
    if dataset and Dataset.objects.filter(code=dataset, versions__sensitivity=0, versions__state="published").exists():
        return {"dataset": dataset}
    if programme and any(one.name == programme for one in installed()):
        return {"programme": programme}
    return {}


def about_words(about: dict[str, str]) -> str:
    """In the reader's language."""
    if about.get("recipe"):
        found = Recipe.objects.filter(code=about["recipe"]).first()
        return found.name if found else about["recipe"]
    if about.get("dataset"):
        dataset = Dataset.objects.filter(code=about["dataset"]).first()
        return dataset.name if dataset else about["dataset"]
    if about.get("programme"):
        return next((pick(one.names) for one in installed() if one.name == about["programme"]), about["programme"])
    return _("everything that is published")


def subscribe(email: str, about: dict[str, str], language: str, *, network: str) -> None:
    """Sends the letter of confirmation. The answer is the same whether or not the address was known.

    Raises ``ValidationError``, ``TooMany`` and ``mail.NotSent`` (then nothing is kept: the request's transaction goes back).
    """
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValidationError({"email": _("Write an e-mail address, such as name@example.org.")}) from error
    wait = count_guess(network, of="subscription", rule=RULE)
    if wait:
        raise TooMany(wait)
    language = language if language in LANGUAGES else "ar"
    now = timezone.now()
    found, fresh = Subscription.objects.get_or_create(
        email=email.lower(),
        about=about,
        defaults={"language": language, "token_sha256": sha256(email.encode() + str(now).encode()).hexdigest()},
    )
    if found.confirmed_at is not None or (not fresh and found.last_at and found.last_at > now - AGAIN):
        return
    recent = Subscription.objects.filter(email=found.email, confirmed_at=None, last_at__gt=now - AGAIN)
    if recent.exclude(pk=found.pk).count() >= 3:
        return
    found.language, found.last_at = language, now
    found.token_sha256 = sha256(token_of(found).encode()).hexdigest()
    found.save()
    with override(language):
        what = about_words(about)
    link = absolute(reverse("subscription", args=[token_of(found)])) + f"?lang={language}"
    mail.send(found.email, "products/mail/confirm", {"what": what, "link": link}, language)


def confirm(subscription: Subscription) -> None:
    if subscription.confirmed_at is None:
        subscription.confirmed_at = timezone.now()
        subscription.save(update_fields=["confirmed_at"])


def leave(subscription: Subscription) -> None:
    subscription.delete()


def forget_unconfirmed() -> int:
    gone, _each = Subscription.objects.filter(confirmed_at=None, made_at__lt=timezone.now() - UNCONFIRMED).delete()
    return gone


def send_letter(subscription: Subscription, event: dict[str, Any]) -> bool:
    """One letter about one event, in the reader's language. False where there is nothing to tell any more."""
    about = events.subject(event)
    if about is None or about.sensitivity != 0:
        return False
    language = subscription.language
    erratum = events.erratum_in(event)
    with override(language):
        if isinstance(about, Edition):
            title, why = pick(about.title) or about.recipe.name, pick(about.withdrawn_why)
            path = about.get_absolute_url()
        else:
            title, why = about.dataset.name, pick(about.dataset.withdrawn_why)
            path = about.dataset.get_absolute_url()
    token = token_of(subscription)
    leave_at = absolute(reverse("leave", args=[token]))
    link = absolute(path) + ("&" if "?" in path else "?") + f"lang={language}"
    mail.send(
        subscription.email, "products/mail/news",
        {
            "happened": WHAT_HAPPENED[event["event"]], "event": event["event"], "title": title, "link": link,
            "why": why if event["event"] == "withdrawn" else "", "text": erratum.text if erratum else {},
            "leave": f"{leave_at}?lang={language}",
        },
        language,
        headers={"List-Unsubscribe": f"<{leave_at}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )  # fmt: skip
    Subscription.objects.filter(pk=subscription.pk).update(last_at=timezone.now())
    return True
