"""What the figures of floods mean, in words: which fit is used and why, what to beware of, what a threshold rests on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from babel.dates import get_month_names
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rafid.commons.writing import locale, moment, number

from ..models import Threshold
from .fitting import APART, FEW, FEWEST, Frequency, Region
from .queries import LowFlow, Study

HIGHEST_PERIOD = 500


def month_names() -> dict[int, str]:
    return dict(get_month_names("wide", context="stand-alone", locale=locale()))


def fit_name(code: str) -> str:
    return {
        "lp3": _("Log-Pearson III"),
        "gev": _("Generalised extreme values (GEV)"),
        "gumbel": _("Gumbel"),
    }.get(code, code)


def why_not(code: str) -> str:
    """Why a historical flood enters no fit."""
    return {
        "left_out": _("left out"),
        "fact": _("a fact of the real river, not mixed with invented flows"),
        "threshold": _("no threshold of perception is known"),
        "gauged": _("in the gauge's own time"),
        "outside": _("outside the periods of perception"),
        "below": _("below the threshold of its time"),
    }.get(code, "")


def why_no_year(code: str) -> str:
    return {"running": _("the year is not over"), "short": _("too many days are missing")}.get(code, "")


def problem(found: Frequency) -> str:
    """Why nothing is fitted; empty where something is."""
    count = len(found.counted)
    if found.problem == "short":
        said = ngettext(
            "%(count)s whole water year stands in the record, fewer than %(fewest)s: no frequency of floods is fitted.",
            "%(count)s whole water years stand in the record, fewer than %(fewest)s: no frequency of floods is fitted.",
            count,
        )
        return said % {"count": count, "fewest": FEWEST}
    return {
        "alike": _("All yearly peaks are alike: no frequency can be told of them."),
        "none": _("No distribution finds an answer for these peaks. Look at the table of years."),
    }.get(found.problem, "")


def reason(found: Frequency) -> str:
    """Why the fit that is used is that one."""
    if found.used is None:
        return ""
    if found.chosen:
        return _("It was chosen on this page.")
    if found.used.code != "lp3":
        return _("Log-Pearson III finds no answer for these peaks.")
    enters = []
    if found.history.entering:
        enters.append(_("historical floods"))
    if found.low_outliers:
        enters.append(_("low outliers"))
    if found.region.skew is not None:
        enters.append(_("a regional skew"))
    if enters:
        return _("It alone takes in what is known here beside the peaks: %(what)s.") % {
            "what": "، ".join(enters) if _rtl() else ", ".join(enters)
        }
    return _(
        "It is the usual choice: historical floods, low outliers and a regional skew can enter it when they are known."
    )


def _rtl() -> bool:
    from django.utils.translation import get_language_bidi

    return bool(get_language_bidi())


def warnings(study: Study) -> list[str]:
    """What the reader must know before a figure is used."""
    found = study.frequency
    said: list[str] = []
    if found.used is None:
        return said
    n = len(found.counted)
    if n < FEW:
        text = ngettext(
            "The record has %(count)s whole year, fewer than %(few)s: read the interval, not the figure.",
            "The record has %(count)s whole years, fewer than %(few)s: read the interval, not the figure.",
            n,
        )
        said.append(text % {"count": n, "few": FEW})
    if 2 * found.used.years < HIGHEST_PERIOD:
        said.append(
            _(
                "Floods rarer than once in %(years)s years lie beyond twice the record: a formula gives them, not knowledge."
            )
            % {"years": 2 * found.used.years}
        )
    said += _of_peaks(study)
    if found.apart > APART:
        said.append(
            _("At 100 years the largest of the fits is %(times)s times the smallest: show more than one.")
            % {"times": number(found.apart, 1)}
        )
    if study.series is not None and study.series.aggregation == "mean":
        said.append(_("The peaks are those of mean flows: the crest within a day was higher."))
    return said


def _of_peaks(study: Study) -> list[str]:
    found = study.frequency
    said: list[str] = []
    n = len(found.counted)
    extended = sum(one.flow_quality in (1, 2) for one in found.counted)
    if extended:
        text = ngettext(
            "%(part)s of %(count)s peak rests on a rating beyond its gaugings.",
            "%(part)s of %(count)s peaks rest on a rating beyond its gaugings.",
            n,
        )
        said.append(text % {"part": extended, "count": n})
    doubtful = [str(one.year) for one in found.counted if one.quality == 3]
    if doubtful:
        said.append(_("The peak is doubted in: %(years)s. Settle the findings first.") % {"years": ", ".join(doubtful)})
    if found.low_outliers:
        text = ngettext(
            "%(count)s low year, below %(flow)s m³/s, counts as no more than that: it would bend the curve where floods are.",
            "%(count)s low years, below %(flow)s m³/s, count as no more than that: they would bend the curve where floods are.",
            found.low_outliers,
        )
        said.append(text % {"count": found.low_outliers, "flow": number(found.low_threshold, 0)})
    return said


def _by_floods() -> str:
    return _(
        "From %(since)s to the gauge, %(years)s years, every flood above %(flow)s m³/s is known; the other years stayed below."
    )


def _by_a_period() -> str:
    return _(
        "From %(since)s to %(last)s every flood above %(flow)s m³/s would have been noticed; years without one stayed below."
    )


def history_said(found: Frequency) -> str:
    """What is known of the time before the gauge, period by period; empty where nothing of it enters."""
    said = []
    for one in found.history.entering:
        facts = {"since": one.first, "last": one.last, "years": one.years, "flow": number(one.threshold, 0)}
        said.append((_by_floods() if one.row is None else _by_a_period()) % facts)
    if found.history.ranged:
        text = _("Historical floods that enter as the range that their source gives: %(count)s.")
        said.append(text % {"count": found.history.ranged})
    return " ".join(said)


def region_said(region: Region, fit: str) -> str:
    """The regional skew that entered ``fit``, and whose it is; empty where none did: only a log-Pearson III takes one."""
    if region.skew is None or fit != "lp3":
        return ""
    facts = {"skew": number(region.skew, 3), "error": number(region.mse, 3) if region.mse else ""}
    text = (
        _("Regional skew %(skew)s, mean square error %(error)s, weighed against the gauge's own.")
        if region.mse
        else _("Regional skew %(skew)s, held.")
    )
    said = text % facts
    return f"{said} {_('Source')}: {region.source}" if region.source else said


def low_flow_said(low: LowFlow) -> str:
    if low.why == "short":
        text = ngettext(
            "%(count)s year without a gap, from April on; a low flow of a return period needs ten.",
            "%(count)s years without a gap, from April on; a low flow of a return period needs ten.",
            low.years,
        )
        return text % {"count": low.years}
    return _("No low flow can be told of this record.") if low.why else ""


def basis_said(threshold: Threshold) -> str:
    """What a threshold of a return period rests on, in the reader's language; else its source."""
    basis: dict[str, Any] = threshold.basis
    if not basis:
        return threshold.source_text
    facts = {
        "fit": fit_name(basis["fit"]),
        "first": basis["first"],
        "last": basis["last"],
        "count": basis["years"],
        "low": number(basis["low"], 0),
        "high": number(basis["high"], 0),
        "moment": moment(datetime.fromisoformat(basis["known_at"])),
    }
    text = (
        _("%(fit)s, %(count)s years %(first)s–%(last)s, 90 %%: %(low)s–%(high)s m³/s, as known at %(moment)s") % facts
    )
    region = Region(basis.get("regional_skew"), basis.get("regional_skew_mse"), basis.get("regional_skew_source", ""))
    beyond = _("Beyond twice the record.") if basis.get("beyond") else ""
    said = [one for one in (text, region_said(region, basis["fit"]), beyond) if one]
    return " ".join([*(f"{one.removesuffix('.')}." for one in said[:-1]), said[-1]])
