"""What the feed of all warnings takes from rivers."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from rafid.commons.products.alerts.feed import LAST, Announced

from ..models import FloodWarning


def announced(request: HttpRequest) -> Iterator[Announced]:
    """Warnings that were issued to everybody, whoever asks: the feed goes out of the house."""
    language = (get_language() or "ar").split("-")[0]
    rows = FloodWarning.objects.visible_to(AnonymousUser()).exclude(issued_at=None).select_related("station")
    for row in rows.order_by("-issued_at")[:LAST]:
        made_up = "DEMONSTRATION. " if row.source == "demonstration" else ""
        headline = row.headline.get(language) or row.headline.get("en", "")
        yield Announced(
            id=row.pk,
            title=f"{made_up}{headline} ({row.get_state_display()})",
            text=row.text.get(language) or row.text.get("en", ""),
            cap=reverse("rivers-warning-cap", args=[row.ref]),
            page=row.get_absolute_url(),
            issued=row.issued_at,
            changed=row.ended_at or row.issued_at,
        )
