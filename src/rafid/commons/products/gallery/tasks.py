"""Work of the gallery that follows an event or comes by the clock."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from rafid.commons.people.mail import NotSent

_SOME = 500


@app.task(name="rafid.products.spread", queue="default", retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def spread(event: dict[str, Any]) -> None:
    """One job per reader and one delivery per webhook, all at once or none: cut off, it is done again as a whole."""
    from ..models import Subscription, Webhook
    from . import events
    from .webhooks import deliver_to

    with transaction.atomic():
        one, body = events.subject(event), events.described(event)
        if one is None or body is None:
            return
        for hook in Webhook.objects.filter(active=True):
            if events.concerns(hook.about, one):
                deliver_to(hook, body)
        told = set()
        readers = Subscription.objects.filter(confirmed_at__isnull=False).order_by("made_at")
        for reader in readers.iterator(chunk_size=_SOME):
            # Who hears of all and of this one gets one letter.
            if reader.email not in told and events.concerns(reader.about, one):
                told.add(reader.email)
                letter.defer(subscription=str(reader.pk), event=event)


@app.task(
    name="rafid.products.letter",
    queue="default",
    retry=RetryStrategy(max_attempts=8, exponential_wait=6, retry_exceptions=[NotSent]),
)
def letter(subscription: str, event: dict[str, Any]) -> None:
    from ..models import Subscription
    from .subscriptions import send_letter

    found = Subscription.objects.filter(pk=subscription, confirmed_at__isnull=False).first()
    if found is not None:
        send_letter(found, event)


@app.periodic(cron="* * * * *")
@app.task(
    name="rafid.products.deliveries",
    queue="default",
    queueing_lock="rafid.products.deliveries",
    lock="rafid.products.deliveries",
)
def deliveries(timestamp: int) -> None:
    """Webhooks that are due."""
    from .webhooks import deliver_due

    deliver_due()


@app.periodic(cron="10 23 * * *")
@app.task(name="rafid.products.unconfirmed", queue="default", queueing_lock="rafid.products.unconfirmed")
def unconfirmed(timestamp: int) -> None:
    """Addresses that nobody confirmed go after a week."""
    from .subscriptions import forget_unconfirmed

    forget_unconfirmed()
