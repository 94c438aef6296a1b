"""What an address asks: ``$top $skip $count $filter $orderby $select $expand``, the last with options of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.utils.translation import gettext as _

from .errors import bad
from .filtering import Key, read_filter, read_order
from .kinds import KINDS, VALUE, Kind
from .lexing import time_of

USUAL, MOST, MOST_VALUES = 100, 1000, 10_000
DEEPEST = 4
OPTIONS = ("$top", "$skip", "$count", "$filter", "$orderby", "$select", "$expand")


@dataclass(frozen=True)
class Query:
    """``after``: the last row of the page before, for collections that are read by key. ``said``: the options as they were
    written, for the address of the next page."""

    kind: Kind
    top: int = USUAL
    skip: int = 0
    count: bool = False
    filter: Any = None
    order: tuple[Key, ...] = ()
    select: tuple[str, ...] = ()
    expand: dict[str, Query] = field(default_factory=dict)
    after: tuple[datetime, str] | None = None
    arrays: bool = False
    said: dict[str, str] = field(default_factory=dict)


def read(given: Mapping[str, str], kind: Kind, depth: int = 0) -> Query:
    """Raises :class:`StaError` 400."""
    for name in given:
        if name.startswith("$") and name not in (*OPTIONS, "$resultFormat", "$skiptoken"):
            raise bad(
                _("There is no option “%(name)s”. There are: %(all)s.")
                % {"name": name[:40], "all": ", ".join(OPTIONS)},
                name[:40],
            )
    most = MOST_VALUES if kind.base == VALUE else MOST
    arrays = given.get("$resultFormat") or given.get("resultFormat") or ""
    if arrays not in ("", "dataArray") or (arrays and kind.base != VALUE):
        raise bad(_("resultFormat is dataArray, and for Observations only."), "resultFormat")
    return Query(
        kind,
        top=min(_whole(given, "$top", USUAL), most),
        skip=_whole(given, "$skip", 0),
        count=_yes(given, "$count"),
        filter=read_filter(given["$filter"]) if given.get("$filter", "").strip() else None,
        order=read_order(given["$orderby"]) if given.get("$orderby", "").strip() else (),
        select=_select(given.get("$select", ""), kind),
        expand=_expand(given.get("$expand", ""), kind, depth),
        after=_after(given.get("$skiptoken", "")),
        arrays=bool(arrays),
        said={name: text for name, text in given.items() if name.startswith("$") and name != "$skiptoken"},
    )


def _whole(given: Mapping[str, str], name: str, usual: int) -> int:
    text = given.get(name)
    if text is None:
        return usual
    if not re.fullmatch(r"[0-9]{1,9}", text.strip()):
        raise bad(_("%(name)s is a whole number, 0 or more.") % {"name": name}, name)
    return int(text)


def _yes(given: Mapping[str, str], name: str) -> bool:
    text = given.get(name, "false").strip().lower()
    if text not in ("true", "false"):
        raise bad(_("%(name)s is true or false.") % {"name": name}, name)
    return text == "true"


def _select(text: str, kind: Kind) -> tuple[str, ...]:
    names = [one.strip() for one in text.split(",") if one.strip()]
    known = {"id", "@iot.id", "@iot.selfLink", *kind.shown, *kind.links}
    for one in names:
        if one.partition("/")[0] not in known:
            raise bad(
                _("%(kind)s have no property “%(name)s”. They have: %(all)s.")
                % {"kind": kind.name, "name": one[:40], "all": ", ".join(["id", *kind.shown, *kind.links])},
                "$select",
            )
    return tuple(dict.fromkeys("@iot.id" if one == "id" else one.partition("/")[0] for one in names))


def _expand(text: str, kind: Kind, depth: int) -> dict[str, Query]:
    """``Datastreams($top=2;$expand=ObservedProperty),Locations`` and ``Datastreams/ObservedProperty``."""
    found: dict[str, Query] = {}
    if text.strip() and depth >= DEEPEST:
        raise bad(_("Expand four levels at most."), "$expand")
    for path, options in _pieces(text):
        first, _slash, rest = path.partition("/")
        link = kind.links.get(first)
        if link is None:
            raise bad(
                _("%(kind)s have no link “%(name)s”. They have: %(all)s.")
                % {"kind": kind.name, "name": first[:40], "all": ", ".join(kind.links)},
                "$expand",
            )
        if rest:
            options = {"$expand": f"{rest}({';'.join(f'{n}={v}' for n, v in options.items())})" if options else rest}
        nested = read(options, KINDS[link.kind], depth + 1)
        if first in found:  # A/B,A/C expands both below A
            nested = Query(**{**vars(found[first]), "expand": {**found[first].expand, **nested.expand}})
        found[first] = nested
    return found


def _pieces(text: str) -> list[tuple[str, dict[str, str]]]:
    pieces = []
    for one in split(text, ","):
        if not one.strip():
            continue
        found = re.fullmatch(r"\s*([A-Za-z/]+)\s*(?:\((.*)\))?\s*", one, re.DOTALL)
        if found is None:
            raise bad(_("“%(text)s” cannot be expanded. Write Datastreams($top=5).") % {"text": one[:40]}, "$expand")
        options: dict[str, str] = {}
        for option in split(found[2] or "", ";"):
            name, equals, value = option.partition("=")
            if not option.strip():
                continue
            if not equals or name.strip() not in OPTIONS:
                raise bad(
                    _("“%(text)s” is no option of $expand. Write them as $top=5;$orderby=name.")
                    % {"text": option[:40]},
                    "$expand",
                )
            options[name.strip()] = value
        pieces.append((found[1].strip("/"), options))
    return pieces


def split(text: str, sign: str) -> list[str]:
    """At the signs that stand outside brackets and texts."""
    parts, depth, start, quoted = [], 0, 0, False
    for at, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth -= 1
            if depth < 0:
                break
        elif letter == sign and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    if depth or quoted:
        raise bad(_("Brackets or quotation marks are not closed."), "$expand")
    return [*parts, text[start:]]


def _after(text: str) -> tuple[datetime, str] | None:
    if not text:
        return None
    moment, _tilde, series = text.partition("~")
    try:
        return time_of(moment, "$skiptoken"), str(UUID(series))
    except ValueError as error:
        raise bad(_("Follow the link “@iot.nextLink” of the page before."), "$skiptoken") from error


def next_query(query: Query, returned: int, token: str, extra: Mapping[str, str]) -> str:
    """The options of the page behind this one. ``$skip`` says how far it is; the token, where there is one, decides."""
    said = {**extra, **query.said, "$top": str(query.top), "$skip": str(query.skip + returned)}
    if token:
        said["$skiptoken"] = token
    return "&".join(f"{quote(name, safe='$')}={quote(text, safe='')}" for name, text in said.items())
