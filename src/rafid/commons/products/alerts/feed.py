"""``/cap``: Atom 1.0 of the warnings that programmes issued to everybody, newest first, each with its CAP message.

A programme names a function that gives its own; whoever takes warnings follows one address, whatever programme they are of.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from rafid.commons.programme import installed

LAST = 100
CAP = "application/cap+xml"


@dataclass(frozen=True)
class Announced:
    """A warning that everybody may read. ``cap``: the address of its message below the site; ``page``: that for people;
    ``changed``: when it was issued, or ended before its time."""

    id: UUID
    title: str
    text: str
    cap: str
    page: str
    issued: datetime
    changed: datetime


def announced(request: HttpRequest) -> Iterator[Announced]:
    for programme in installed():
        for dotted in programme.alerts:
            module, _colon, name = dotted.partition(":")
            yield from getattr(importlib.import_module(module), name)(request)


class CapFeed(Atom1Feed):
    """Each entry links its page and, typed, its CAP message, by which aggregators know what to fetch."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, str]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("link", "", {"href": item["cap"], "rel": "related", "type": CAP})


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    found = sorted(announced(request), key=lambda one: (one.issued, one.id), reverse=True)[:LAST]
    made = CapFeed(
        title=_("Warnings"), link=request.build_absolute_uri("/"), description=_("Warnings that are issued to everybody"),
        language=(get_language() or "ar").split("-")[0], author_name="Rafid", feed_url=request.build_absolute_uri("/cap"),
    )  # fmt: skip
    for one in found:
        made.add_item(
            one.title, request.build_absolute_uri(one.page), one.text, unique_id=f"urn:uuid:{one.id}", author_name="Rafid",
            pubdate=one.issued, updateddate=one.changed, cap=request.build_absolute_uri(one.cap),
        )  # fmt: skip
    answer = HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    answer["Vary"] = "Accept-Language, Cookie"
    return answer


urls: list[URLPattern] = [path("cap", feed, name="cap"), path("cap/", feed, name="cap-slash")]
