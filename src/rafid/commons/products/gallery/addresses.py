"""The site's own address, for letters, webhooks and feeds that are written where nobody asks."""

from __future__ import annotations

from django.conf import settings


def absolute(path: str) -> str:
    return str(settings.RAFID_URL).rstrip("/") + path
