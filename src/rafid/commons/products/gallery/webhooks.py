"""Telling other programs: one delivery per event and address, signed, tried again with growing pauses for two days."""

from __future__ import annotations

import hmac
import http.client
import json
import logging
import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rafid.commons.enciphering import decipher, encipher
from rafid.commons.names import in_three
from rafid.commons.people.notify import notify
from rafid.commons.people.visibility import may, scopes
from rafid.commons.programme import PLATFORM

from ..models import Delivery, Webhook
from ..models.reach import DeliveryState
from ..release.decide import PUBLISH
from . import outward

log = logging.getLogger("rafid.products")

SIGNATURE = "X-Rafid-Signature"
SALT = "rafid.products.webhook"
LASTS = timedelta(days=2)
PAUSES = tuple(timedelta(minutes=n) for n in (1, 2, 5, 15, 30, 60, 120, 240, 360))
"""After each failure; the last one again and again, until two days are over."""
_CLAIM = timedelta(minutes=2)
"""While a worker tries a delivery nobody else does; one that dies leaves it for so long."""


def make(by: Any, *, url: str, about: dict[str, str], owner: Any = None) -> tuple[Webhook, str]:
    """The webhook and its secret, which is shown now or never. Raises ``ValidationError``."""
    if not may(by, PUBLISH, about.get("programme") or PLATFORM) and not may_set(by):
        raise ValidationError(_("Your role does not allow this here."))
    if len(url) > 500:
        raise ValidationError({"url": _("This is no address.")})
    outward.check(url)
    secret = secrets.token_urlsafe(32)
    hook = Webhook.objects.create(url=url, secret=encipher(secret, SALT), about=about, owner=owner, made_by=by)
    return hook, secret


def may_set(user: Any) -> bool:
    """Whoever publishes somewhere may have programs told of what is public."""
    return any(PUBLISH in scope.may for scope in scopes(user))


def own(user: Any) -> list[Webhook]:
    """Those that this person set; all of them for whoever publishes without a bound."""
    found = Webhook.objects.select_related("made_by").order_by("-made_at")
    if any(
        PUBLISH in scope.may and scope.organisation is None and scope.programme == PLATFORM for scope in scopes(user)
    ):
        return list(found)
    return list(found.filter(made_by=user))


def deliver_to(hook: Webhook, body: dict[str, Any]) -> Delivery:
    return Delivery.objects.create(webhook=hook, body=body, next_at=timezone.now())


def signed(body: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()


def bytes_of(body: Any) -> bytes:
    """What is sent and signed: the same bytes at every try."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def deliver_due(most: int = 50) -> int:
    """Tries what is due, one after another; returns how many were tried."""
    tried = 0
    while tried < most and (delivery := _claimed()) is not None:
        attempt(delivery)
        tried += 1
    return tried


def _claimed() -> Delivery | None:
    with transaction.atomic():
        found = (
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("webhook__made_by")
            .filter(state=DeliveryState.WAITING, next_at__lte=timezone.now())
            .order_by("next_at")
            .first()
        )
        if found is not None:
            found.tries += 1
            found.next_at = timezone.now() + _CLAIM
            found.save(update_fields=["tries", "next_at"])
        return found


def attempt(delivery: Delivery) -> None:
    hook = delivery.webhook
    if not hook.active:
        _end(delivery, DeliveryState.GIVEN_UP, _("switched off"))
        return
    body = bytes_of(delivery.body)
    try:
        headers = {
            "Content-Type": "application/json; charset=utf-8", "User-Agent": "Rafid-Webhook/1",
            SIGNATURE: signed(body, decipher(hook.secret, SALT)), "X-Rafid-Delivery": str(delivery.pk),
            "X-Rafid-Event": str(delivery.body.get("event", "")),
        }  # fmt: skip
        answer = outward.post(hook.url, body, headers)
    except outward.Refused as error:
        _end(delivery, DeliveryState.GIVEN_UP, str(error))
        _tell(delivery)
        return
    except (OSError, http.client.HTTPException, ValueError) as error:
        _again(delivery, str(error) or type(error).__name__)
        return
    if answer.taken:
        _end(delivery, DeliveryState.DONE, str(answer.status))
    else:
        _again(delivery, f"{answer.status} {answer.said}".strip())


def pause_after(tries: int) -> timedelta:
    return PAUSES[min(max(tries, 1), len(PAUSES)) - 1]


def _again(delivery: Delivery, said: str) -> None:
    now, until = timezone.now(), delivery.made_at + LASTS
    if now >= until:
        _end(delivery, DeliveryState.GIVEN_UP, said)
        _tell(delivery)
        return
    delivery.next_at = min(now + pause_after(delivery.tries), until)
    delivery.answer = said[:300]
    delivery.save(update_fields=["next_at", "answer"])


def _end(delivery: Delivery, state: DeliveryState, said: str) -> None:
    delivery.state, delivery.answer = state, said[:300]
    delivery.ended_at, delivery.next_at = timezone.now(), None
    delivery.save(update_fields=["state", "answer", "ended_at", "next_at"])


def _tell(delivery: Delivery) -> None:
    by = delivery.webhook.made_by
    if by is not None and by.is_active:
        words = gettext_noop("The webhook %(url)s did not take what was sent for two days. It was given up.")
        notify(by, in_three(words, url=delivery.webhook.url[:200]), link="/reach/webhooks/")
