"""How good a version is and what it does not tell, in words that need no training."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rafid.commons import writing

from ..models import DatasetVersion
from ..models.catalogue import Points


@dataclass
class Quality:
    """``share`` of the reporters that were there, in percent; ``withheld`` and ``moved`` are sentences."""

    provisional: bool
    share: float | None
    withheld: list[str] = field(default_factory=list)
    moved: str = ""


def quality(version: DatasetVersion) -> Quality:
    share = None if version.share_present is None else 100 * version.share_present
    return Quality(version.provisional, share, _withheld(version), _moved(version))


def _withheld(version: DatasetVersion) -> list[str]:
    """How many cells, and why; never which of them were the small ones."""
    report, k = version.report, version.policy.get("k") or version.report.get("k")
    primary, secondary = report.get("primary") or 0, report.get("secondary") or 0
    told = []
    if report.get("kind") == "records":
        if primary:
            said = ngettext(
                "%(n)s record would be recognised by what describes it: fewer than %(k)s are alike. These fields are empty.",
                "%(n)s records would be recognised by what describes them: fewer than %(k)s are alike. These fields are empty.",
                primary,
            )
            told.append(said % {"n": writing.number(primary), "k": k})
        return told
    if primary + secondary:
        said = ngettext(
            "%(n)s count is withheld (*): counts below %(k)s, because people could be recognised, and others from which"
            " these could be worked out.",
            "%(n)s counts are withheld (*): counts below %(k)s, because people could be recognised, and others from which"
            " these could be worked out.",
            primary + secondary,
        )
        told.append(said % {"n": writing.number(primary + secondary), "k": k})
    least = version.policy.get("least_share") or 0
    if least:
        told.append(
            _("Figures of places from which less than %(share)s%% reported are withheld.")
            % {"share": writing.number(100 * least, 0)}
        )
    return told


def _moved(version: DatasetVersion) -> str:
    how, policy = version.policy.get("points"), version.policy
    if how == Points.GRID:
        return _("Positions stand in the middle of cells of %(m)s metres.") % {
            "m": writing.number(policy.get("grid_m"))
        }
    if how == Points.DISPLACED:
        return _("Positions are moved by %(inner)s to %(outer)s metres.") % {
            "inner": writing.number(policy.get("inner_m")),
            "outer": writing.number(policy.get("outer_m")),
        }
    if how == Points.DISTRICT:
        return _("Of positions only the district is told.")
    return ""
