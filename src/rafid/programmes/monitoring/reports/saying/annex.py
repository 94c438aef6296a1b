"""The annex: every visit that may be told of, its place by district, and pictures without what they tell beside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.products.papers.tree import Drawing, Head, Heading, Part, Pictures, Table, Text, code, percent

from ...visits.pictures import shown_to_readers
from ..photos import small_photo
from . import words

MOST = 48
"""Pictures of a report; more would hide the rest."""
WIDE = 54.0


def annex(contracts: Sequence[Any]) -> list[Part]:
    found: list[Part] = [
        Text(_("Places are told by district and governorate; pictures bear neither place nor time.")),
    ]
    if not any(contract["visits"] for contract in contracts):
        return [Text(_("No visit was made that could be told of here."))]
    for contract in contracts:
        if not contract["visits"]:
            continue
        title = f"{code(contract['ref'])} · {words.name(contract['partner'])}"
        found += [Heading(f"visits-{contract['ref']}", title, 2), _table(contract["visits"])]
    return [*found, *_pictures(contracts)]


def _table(visits: Sequence[Any]) -> Table:
    heads = [
        Head(_("Visit")), Head(_("Site")), Head(_("Place")), Head(_("Day")), Head(_("Type")),
        Head(_("Why this site")), Head(_("State")), Head(_("Score"), True), Head(_("Verdict")),
    ]  # fmt: skip
    return Table(
        heads,
        [
            [
                code(one["ref"]), words.name(one), words.said(one["place"]), words.on(one["day"]),
                words.visit_type(one["type"]),
                words.chosen(one["reason"]), words.visit_state(one["state"]), percent(one["score"]), _verdict(one),
            ]
            for one in visits
        ],
        "",
        False,
        (1.6, 1.6, 1.8, 1.5, 1.5, 1.1, 1.2, 0.8, 2),
    )  # fmt: skip


def _verdict(visit: Any) -> str:
    text = words.verdict(visit["verdict"]) if visit["verdict"] else "–"
    failed = [
        words.said(said) or code(item)
        for said, item in zip(visit["failed_texts"], visit["failed_critical"], strict=True)
    ]
    return f"{text}: {_(', ').join(failed)}" if failed else text


def _pictures(contracts: Sequence[Any]) -> list[Part]:
    """One of each visit, those first where a critical item failed; none that was erased, or masked, since the figures were
    frozen."""
    every = [one for contract in contracts for one in contract["visits"] if one["photos"]]
    allowed = shown_to_readers({sha256 for one in every for sha256 in one["photos"]})
    visits = [{**one, "photos": left} for one in every if (left := [sha for sha in one["photos"] if sha in allowed])]
    visits.sort(key=lambda one: (not one["failed_critical"], one["verdict"] != "fail", one["day"] or "", one["ref"]))
    items = []
    for one in visits[:MOST]:
        picture = small_photo(one["photos"][0])
        if picture is not None:
            caption = f"{code(one['ref'])} · {words.name(one)} · {words.said(one['place'])}"
            items.append((Drawing(picture, caption, WIDE, "jpeg"), caption))
    if not items:
        return []
    found: list[Part] = [Heading("photos", _("Pictures"), 2)]
    if len(visits) > len(items):
        found.append(
            Text(
                _("%(shown)s of %(all)s visits with pictures are shown, those first where a critical item failed.")
                % {"shown": words.count(len(items)), "all": words.count(len(visits))},
                "small",
            )
        )
    return [*found, Pictures(items)]
