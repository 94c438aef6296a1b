"""What changed for people, and early warnings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rafid.commons.names import pick
from rafid.commons.products.papers.tree import (
    Cell,
    Drawing,
    Head,
    Heading,
    Part,
    Table,
    Text,
    amount,
    between_percent,
    code,
    percent,
)
from rafid.commons.writing import number

from ...outcomes.questions import known
from .. import drawings
from . import words

WIDE = 34.0


def outcomes(contracts: Sequence[Any]) -> list[Part]:
    studies = [(contract, study) for contract in contracts for study in contract["outcomes"]]
    if not studies:
        return [Text(_("No study of outcomes was released until the end of the quarter."))]
    found: list[Part] = []
    for contract, study in studies:
        title = f"{code(study['ref'])} · {words.name(study)}"
        found.append(Heading(f"study-{study['ref']}", title, 2))
        line = words.name(contract["partner"])
        if study["people"]:
            line += " · " + _("people who answered: %(count)s") % {"count": words.count(study["people"])}
        found.append(Text(line))
        if study["changes"]:
            found.append(_changes(study["changes"], study["kind"]))
        if study["shares"]:
            found.append(_shares(study["shares"], study["kind"]))
        if study["land"]:
            found.append(_land(study["land"]))
        caveat = words.said(study["caveats"] or {})
        if caveat:
            found.append(Text(caveat, "note"))
    return found


def _points(share: float) -> str:
    return _("%(points)s points") % {"points": ("+" if share > 0 else "") + number(100 * share, 1)}


def _asked(code_: str, kind: str) -> str:
    """The question in the reader's language; one that only a file knows by its code."""
    question = known(kind).get(code_)
    return pick(question.texts) if question else code(code_)


def _changes(rows: Sequence[Any], kind: str) -> Table:
    heads = [
        Head(_("Question")), Head(_("Round")), Head(_("People"), True), Head(pgettext("a round of a study", "Before"), True),
        Head(pgettext("a share of answers", "Then"), True), Head(pgettext("a share of answers", "Change"), True),
        Head(_("Interval"), True),
        Head(_("From −100 to +100")),
    ]  # fmt: skip
    made: list[list[Cell]] = []
    for one in rows:
        interval = _("%(low)s to %(high)s") % {"low": number(100 * one["low"], 1), "high": number(100 * one["high"], 1)}
        drawn = drawings.share_png(one["difference"], one["low"], one["high"], zero=True, mirrored=words.mirrored())
        made.append(
            [
                _asked(one["question"], kind), words.study_round(one["round"]), words.count(one["n"]), percent(one["before"]),
                percent(one["after"]), _points(one["difference"]), interval,
                Drawing(drawn, f"{_points(one['difference'])}, {interval}", WIDE),
            ]
        )  # fmt: skip
    return Table(heads, made, _("The same people before and then"), False, (3.6, 1.2, 0.8, 0.9, 0.9, 1.4, 1.6, 2.3))


def _shares(rows: Sequence[Any], kind: str) -> Table:
    heads = [
        Head(_("Question")),
        Head(_("Round")),
        Head(_("People"), True),
        Head(pgettext("a proportion", "Share"), True),
        Head(_("Interval"), True),
    ]
    made = [
        [
            _asked(one["question"], kind), words.study_round(one["round"]), words.count(one["n"]), percent(one["share"]),
            between_percent(one["low"], one["high"]),
        ]
        for one in rows
    ]  # fmt: skip
    return Table(heads, made, _("Other people each time"), False, (3, 1.6, 1, 1, 1.8))


def _land(rows: Sequence[Any]) -> Table:
    heads = [
        Head(_("Round")), Head(_("Released grounds"), True), Head(_("Released, m²"), True), Head(_("Used, m²"), True),
        Head(_("Grounds in use"), True), Head(_("Interval"), True), Head(_("Other use than intended"), True),
        Head(_("Disputes"), True), Head(_("Direct beneficiaries"), True),
    ]  # fmt: skip
    made = [
        [
            words.study_round(one["round"]), words.count(one["n"]), amount(one["area_m2"], 0), amount(one["used_m2"], 0),
            f"{words.count(one['used'])} ({percent(one['share'])})", between_percent(one["low"], one["high"]),
            words.count(one["other_use"]), words.count(one["disputes"]), words.count(one["people"]),
        ]
        for one in rows
    ]  # fmt: skip
    return Table(heads, made, _("What became of released land"), False, (1.4, 1.1, 1.2, 1.2, 1.3, 1.5, 1.2, 1.1, 1.5))


def warnings(contracts: Sequence[Any]) -> list[Part]:
    rows = [
        [
            code(one["ref"]), words.name(contract["partner"]), words.said(one["about"]) or one["subject"],
            words.on(one["since"]), words.on(one["until"]) or "–", _state(one),
        ]
        for contract in contracts
        for one in contract["warnings"]
    ]  # fmt: skip
    if not rows:
        return [Text(_("No rule gave a warning that was released."))]
    heads = [
        Head(_("Reference")), Head(_("Partner")), Head(_("What it says")), Head(_("Since")), Head(_("Until")),
        Head(_("State")),
    ]  # fmt: skip
    return [
        Text(_("Rules that were declared beforehand; a warning is muted only with a reason and until a day.")),
        Table(heads, rows, "", False, (1.4, 1.8, 4, 1.4, 1.4, 2)),
    ]


def _state(one: Any) -> str:
    text = words.warning_state(one["state"])
    if one["muted_reason"]:
        text += " · " + _("until %(day)s: %(reason)s") % {
            "day": words.on(one["muted_until"]),
            "reason": one["muted_reason"],
        }
    if one["confirmed_on"]:
        text += " · " + _("confirmed on %(day)s") % {"day": words.on(one["confirmed_on"])}
    return text
