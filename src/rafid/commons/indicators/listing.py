"""The list of indicators: by programme and theme, searched in three scripts, each with its newest period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from rafid.commons.filters import Filters
from rafid.commons.names import pick
from rafid.commons.people.visibility import may
from rafid.commons.programme import installed
from rafid.commons.themes import words as theme_words
from rafid.methods.text import fold

from .define import COMPOSE, PUBLISH
from .figures import Reader
from .models import Indicator


@dataclass(frozen=True)
class Entry:
    """``period``: the newest that has a figure which this person may see; empty where none is stored."""

    indicator: Indicator
    theme: str
    period: str


@dataclass(frozen=True)
class Group:
    programme: str
    theme: str
    entries: list[Entry]


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    reader = Reader(request.user)
    words, q = Filters(request.GET), request.GET.get("q", "").strip()[:200]
    entries = _entries(reader)
    names = {one.name: pick(one.names) for one in installed()}
    programmes = {code: name for code, name in names.items() if any(one.indicator.programme == code for one in entries)}
    themes = dict(
        sorted(
            ((code, theme_words(code)) for code in {one.theme for one in entries if one.theme}), key=lambda one: one[1]
        )
    )
    programme = words.one_of("programme", _("Programme"), {*programmes}, "", _("All"))
    theme = words.one_of("theme", _("Theme"), {*themes}, "", _("All"))
    found = [
        one
        for one in entries
        if (not programme or one.indicator.programme == programme) and (not theme or one.theme == theme)
    ]
    found = _with_words(found, q)
    makes = {name for name in names if may(request.user, COMPOSE, name)}
    adopts = {name for name in names if may(request.user, PUBLISH, name)}
    drafts = [
        row
        for rows in reader.versions.values()
        for row in rows
        if row.state == "draft" and row.programme in makes | adopts
    ]
    return render(
        request,
        "indicators/list.html",
        {
            "groups": _groups(found, names), "count": len(found), "may_define": bool(makes), "drafts": drafts, "q": q,
            "programme": programme, "theme": theme, "programmes": programmes, "themes": themes,
            "filtered": bool(q or programme or theme), "filter_notes": words.notes,
        },
    )  # fmt: skip


def _entries(reader: Reader) -> list[Entry]:
    """In the order of the menu and of the declarations."""
    order = {one.name: at for at, one in enumerate(installed())}
    themes = {one.code: one.theme for programme in installed() for one in programme.indicators}
    rows = sorted(
        (one for one in reader.indicators.values() if one.programme in order),
        key=lambda one: (order[one.programme], one.order, one.code),
    )
    newest = newest_periods(reader, rows)
    return [Entry(one, themes.get(one.code, ""), newest.get(one.pk, "")) for one in rows]


def newest_periods(reader: Reader, rows: Iterable[Indicator], *, until: Iterable[str] = ()) -> dict[UUID, str]:
    """By the index of values: the last stored period of each, without reading all of them; ``until``: leaving these out."""
    stored = reader.stored().filter(indicator=OuterRef("pk")).exclude(period__in=list(until))
    values = stored.order_by("-period").values("period")[:1]
    found = Indicator.objects.filter(pk__in=[row.pk for row in rows]).annotate(newest=Subquery(values))
    return {pk: period for pk, period in found.values_list("pk", "newest") if period}


def _with_words(entries: list[Entry], q: str) -> list[Entry]:
    wanted = fold(q.replace("\x00", " ")).split()[:12]
    return [one for one in entries if all(word in _text(one) for word in wanted)] if wanted else entries


def _text(entry: Entry) -> str:
    one = entry.indicator
    return fold(" ".join([one.code, *one.names.values(), *map(str, one.definition.values()), theme_words(entry.theme)]))


def _groups(entries: list[Entry], names: dict[str, str]) -> list[Group]:
    """One for each theme of a programme; those that have none come under the programme alone."""
    found: dict[tuple[str, str], Group] = {}
    for one in entries:
        key: Any = (one.indicator.programme, one.theme)
        if key not in found:
            found[key] = Group(names[key[0]], theme_words(key[1]) if key[1] else "", [])
        found[key].entries.append(one)
    return list(found.values())
