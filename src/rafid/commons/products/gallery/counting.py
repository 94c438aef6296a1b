"""How often something is looked at or taken, by day. Nothing of the reader is kept; programs that say what they are do not
count.
"""

from __future__ import annotations

import re

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

_ROBOTS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|monitor|headless|facebookexternalhit|archiv", re.IGNORECASE
)
_ADD = """
    INSERT INTO rafid_products_viewcount (what, "on", views, downloads) VALUES (%s, %s, %s, %s)
    ON CONFLICT (what, "on") DO UPDATE SET
        views = rafid_products_viewcount.views + excluded.views,
        downloads = rafid_products_viewcount.downloads + excluded.downloads
"""


def viewed(request: HttpRequest, what: str) -> None:
    """Call it last in a view: the row is held until the request is over. ``what``: ``product:{code}``, ``dataset:{code}``, …"""
    _count(request, what, 1, 0)


def downloaded(request: HttpRequest, what: str) -> None:
    _count(request, what, 0, 1)


def is_robot(request: HttpRequest) -> bool:
    agent = request.headers.get("User-Agent", "")
    return bool(_ROBOTS.search(agent)) or request.headers.get("Sec-Purpose", "").startswith("prefetch")


def _count(request: HttpRequest, what: str, views: int, downloads: int) -> None:
    if request.method != "GET" or is_robot(request):
        return
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [what[:120], timezone.localdate(), views, downloads])
