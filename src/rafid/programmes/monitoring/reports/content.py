"""The whole report as one tree, in one language, for one reader: all of its contracts, or those that are his."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from rafid.commons.names import pick
from rafid.commons.products.papers.tree import Document, Heading, Part, Text, code
from rafid.commons.records.models import Source
from rafid.commons.writing import day, period

from ..models import Contract, Report, ReportComment, ReportState
from .saying import annex, compliance, findings, independent, methods, outcomes, progress, seen, summary, words


@dataclass(frozen=True)
class Share:
    """What of a report a reader gets: ``contracts`` are blocks of its frozen figures. ``whole``: all of them."""

    contracts: Sequence[Any]
    comments: Sequence[ReportComment]
    whole: bool


def whole_of(report: Report) -> Share:
    """What is printed and kept when a report is final."""
    comments = ReportComment.objects.filter(report=report).select_related("partner").order_by("known_at", "pk")
    return Share(report.frozen.get("contracts", []), list(comments), True)


def share_of(report: Report, user: Any) -> Share:
    """Of the contracts that this person sees: a partner reads the own ones, a donor those that it pays for."""
    every = report.frozen.get("contracts", [])
    seen_ids = {str(pk) for pk in Contract.objects.visible_to(user).filter(reports=report).values_list("pk", flat=True)}
    own = [one for one in every if one["id"] in seen_ids]
    partners = {one["partner"]["ref"] for one in own}
    comments = (
        ReportComment.objects.visible_to(user)
        .filter(report=report, partner__ref__in=partners)
        .select_related("partner")
        .order_by("known_at", "pk")
    )
    return Share(own, list(comments), len(own) == len(every))


def document(report: Report, share: Share, language: str, *, only: str | None = None) -> Document:
    """``only``: that section alone, for a page that shows one; a report of many visits is long."""
    with override(language):
        made = _document(report, share, language)
        for name, title in words.SECTIONS.items():
            if only is not None and name != only:
                continue
            parts = _section(name, report, share)
            if parts:
                made.parts += [Heading(name, str(title), 1, name in words.FRESH), *_own_words(report, name), *parts]
        return made


def title_of(report: Report) -> str:
    return _("Third-party monitoring: report of the %(quarter)s") % {"quarter": period(report.period)}


def _document(report: Report, share: Share, language: str) -> Document:
    banner = []
    if report.source == Source.DEMONSTRATION:
        banner.append(_("DEMONSTRATION: invented figures"))
    if report.state == ReportState.DRAFT:
        banner.append(_("A draft. It may change before the partners read it."))
    elif report.state == ReportState.COMMENTS:
        banner.append(
            _("With the partners for comments until %(day)s. Not final.") % {"day": day(report.comments_until)}
        )
    if not share.whole:
        banner.append(
            _("A part of the report: %(own)s of its %(all)s contracts.")
            % {"own": words.count(len(share.contracts)), "all": words.count(len(report.frozen.get("contracts", [])))}
        )
    donors = dict.fromkeys(words.name(one["donor"]) for one in share.contracts)
    partners = dict.fromkeys(words.name(one["partner"]) for one in share.contracts)
    under = [
        f"{_('Donors')}: {_(', ').join(donors)}",
        f"{_('Partners')}: {_(', ').join(partners)}",
        f"{_('Known at')}: {day(report.known)} · {code(report.ref)}",
    ]
    if report.final_at:
        under.append(_("Final since %(day)s") % {"day": day(report.final_at)})
    owner = report.owner.name if report.owner else ""
    foot = f"{owner} · {code(report.ref)} · {code(report.frozen.get('sha256', '')[:16])}"
    return Document(language, title_of(report), owner, under, banner, foot, owner)


def _section(name: str, report: Report, share: Share) -> list[Part]:
    contracts = share.contracts
    if name == "summary":
        return summary.summary(contracts, report.period)
    if name == "findings":
        return findings.findings(contracts, report.period)
    if name == "methods":
        return methods.methods(contracts, report.frozen)
    if name == "comments":
        return _comments(share.comments)
    said = {
        "seen": seen.seen, "progress": progress.progress, "compliance": compliance.compliance, "outcomes": outcomes.outcomes,
        "warnings": outcomes.warnings, "independence": independent.independence, "annex": annex.annex,
    }  # fmt: skip
    return said[name](contracts)


def _own_words(report: Report, name: str) -> list[Part]:
    """What the office wrote for this section, by paragraphs."""
    text = pick((report.sections or {}).get(name) or {})
    return [Text(line.strip()) for line in text.splitlines() if line.strip()]


def _comments(comments: Sequence[ReportComment]) -> list[Part]:
    found: list[Part] = []
    for one in comments:
        about = f" · {words.SECTIONS[one.section]}" if one.section in words.SECTIONS else ""
        found.append(Text(f"{one.partner.name}, {day(one.known_at)}{about}", "small"))
        found += [Text(line.strip(), "note") for line in one.text.splitlines() if line.strip()]
    return found
