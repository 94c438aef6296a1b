"""The figures of one station's floods as tables: the same on paper and in a workbook, and as lines of a CSV file."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from rafid.commons.products.papers.grids import Column, Grid
from rafid.commons.products.papers.pdf import as_pdf
from rafid.commons.products.papers.tree import Document, Heading, Text, code
from rafid.commons.products.papers.workbook import as_xlsx
from rafid.commons.writing import moment

from .fitting import FITS
from .queries import Study
from .saying import (
    fit_name,
    history_said,
    low_flow_said,
    month_names,
    problem,
    reason,
    region_said,
    warnings,
    why_no_year,
    why_not,
)

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def written(study: Study, kind: str, language: str) -> bytes:
    if kind == "csv":
        return as_csv(study).encode()
    with override(language):
        return as_pdf(document(study, language))[0] if kind == "pdf" else as_xlsx(language, grids(study), about(study))


def grids(study: Study) -> list[Grid]:
    made = (_quantiles, _years, _historical, _perceived, _duration, _months)
    return [one for one in (each(study) for each in made) if one.rows]


def _quantiles(study: Study) -> Grid:
    used = study.frequency.used
    rows: list[list[Any]] = []
    for one in used.quantiles if used else []:
        others = [study.frequency.curves[name].of(one.period) for name in FITS]
        beyond = _("beyond twice the record") if one.beyond else ""
        rows.append(
            [one.period, one.flow, one.low, one.high, *(other.flow if other else None for other in others), beyond]
        )
    columns = [
        Column(_("Return period, years"), 0), Column(_("Flow, m³/s"), 1), Column(_("90 %: from"), 1), Column(_("90 %: to"), 1),
        *(Column(fit_name(name), 1) for name in FITS), Column(_("Note"), wide=1.4),
    ]  # fmt: skip
    return Grid(_("Floods by return period"), columns, rows)


def _years(study: Study) -> Grid:
    rows = [
        [str(one.year), one.peak, one.on, one.days, _("yes") if one.counts else why_no_year(one.why)]
        for one in study.frequency.years
    ]
    columns = [
        Column(_("Water year")), Column(_("Peak, m³/s"), 1), Column(_("On")), Column(_("Days with a value"), 0),
        Column(pgettext("a year", "Counts")),
    ]  # fmt: skip
    return Grid(_("Yearly peaks"), columns, rows)


def _historical(study: Study) -> Grid:
    rows = [
        [
            str(one.flood.year), one.flood.flow, one.flood.flow_low, one.flood.flow_high, one.flood.threshold,
            "" if one.flood.known_since is None else str(one.flood.known_since), why_not(one.why) or _("yes"),
            one.flood.source_text,
        ]
        for one in study.frequency.history.told
    ]  # fmt: skip
    columns = [
        Column(_("Water year")), Column(_("Crest, m³/s"), 0), Column(_("At least, m³/s"), 0), Column(_("At most, m³/s"), 0),
        Column(_("Threshold of perception, m³/s"), 0), Column(_("Known since")), Column(_("In the fit")),
        Column(_("Source"), wide=2),
    ]  # fmt: skip
    return Grid(_("Historical floods"), columns, rows)


def _perceived(study: Study) -> Grid:
    rows = [
        [
            str(one.first), str(one.last), one.threshold, len(one.floods), why_not(one.why) or _("yes"),
            one.row.source_text if one.row else _("what the floods say of their time"),
        ]
        for one in study.frequency.history.periods
    ]  # fmt: skip
    columns = [
        Column(_("First water year")), Column(_("Last water year")), Column(_("Threshold of perception, m³/s"), 0),
        Column(_("Floods"), 0), Column(_("In the fit")), Column(_("Source"), wide=2),
    ]  # fmt: skip
    return Grid(_("Periods of perception"), columns, rows)


def _duration(study: Study) -> Grid:
    columns = [Column(_("Share of the time, per cent"), 0), Column(_("Flow reached, m³/s"), 2)]
    return Grid(_("Flow duration"), columns, [list(row) for row in study.duration])


def _months(study: Study) -> Grid:
    names = month_names()
    rows = [[names[one.month], one.days, one.low, one.lower, one.middle, one.upper, one.high] for one in study.months]
    measures = [_("Lowest"), _("Lower quarter"), _("Median"), _("Upper quarter"), _("Highest")]
    columns = [Column(_("Month")), Column(_("Days"), 0), *(Column(one, 1) for one in measures)]
    return Grid(_("Flow by month, m³/s"), columns, rows)


def about(study: Study) -> list[tuple[str, str]]:
    found = study.frequency
    rows = [(_("Station"), f"{study.station.name} ({study.station.code})")]
    if study.made_up:
        rows.insert(0, ("DEMONSTRATION", _("DEMONSTRATION: invented records")))
    if study.series is not None:
        rows.append((_("Series"), study.series.ref))
    rows += [
        (_("As known at"), moment(study.known_at)),
        (_("The water year begins in"), month_names()[study.asked.first_month]),
    ]
    if found.used is not None:
        rows.append((_("Fit that is used"), f"{fit_name(found.used.code)}. {reason(found)}"))
    if study.asked.region.skew is not None:
        rows.append((_("Regional skew"), region_said(study.asked.region, "lp3")))
    low = study.low
    rows.append(
        (_("7-day low flow of 10 years, m³/s"), f"{low.flow:.2f}" if low.flow is not None else low_flow_said(low))
    )
    for one in [problem(found), history_said(found), *warnings(study)]:
        if one:
            rows.append((_("Mind"), one))
    return rows


def document(study: Study, language: str) -> Document:
    found = study.frequency
    parts: list[Any] = [Text(one, "warning") for one in (problem(found), *warnings(study)) if one]
    if found.used is not None:
        parts.insert(0, Text(f"{_('Fit that is used')}: {fit_name(found.used.code)}. {reason(found)}", "lead"))
    for said in (history_said(found), region_said(found.region, found.used.code if found.used else "")):
        if said:
            parts.append(Text(said))
    for at, grid in enumerate(grids(study)):
        parts.append(Heading(f"part-{at}", grid.title, 1))
        parts += grid.parts(caption=False)
    low = study.low
    parts.append(Heading("low", _("7-day low flow of 10 years, m³/s"), 1))
    parts.append(Text(f"{low.flow:.2f}" if low.flow is not None else low_flow_said(low)))
    under = [_("From what was known at %(moment)s") % {"moment": moment(study.known_at)}]
    if study.series is not None:
        under.append(code(study.series.ref))
    owner = study.station.owner.name if study.station.owner else ""
    foot = "DEMONSTRATION · " if study.made_up else ""
    return Document(
        language, f"{_('Floods')}: {study.station.name}", owner, under,
        [_("DEMONSTRATION: invented records")] if study.made_up else [], f"{foot}{under[0]}", owner, parts, listed=False,
    )  # fmt: skip


def as_csv(study: Study) -> str:
    """One row a figure, so that one file holds them all; codes in English, as in the API."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["table", "fit", "key", "value", "low", "high", "note"])
    for curve in study.frequency.curves.values():
        used = "used" if curve is study.frequency.used else ""
        for one in curve.quantiles:
            note = " ".join(text for text in (used, "beyond" if one.beyond else "") if text)
            writer.writerow(
                ["quantile", curve.code, one.period, round(one.flow, 3), round(one.low, 3), round(one.high, 3), note]
            )
    for year in study.frequency.years:
        peak = "" if year.peak is None else round(year.peak, 3)
        writer.writerow(["peak", "", year.year, peak, "", "", year.why or "counts"])
    for told in study.frequency.history.told:
        flood = told.flood
        writer.writerow(["historical", "", flood.year, flood.flow, flood.flow_low, flood.flow_high, told.why or "used"])
    for period in study.frequency.history.periods:
        years = f"{period.first}-{period.last}"
        writer.writerow(["perceived", "", years, period.threshold, "", "", period.why or "used"])
    region = study.frequency.region
    if region.skew is not None:
        error = "" if region.mse is None else region.mse
        writer.writerow(["regional_skew", "", "", region.skew, error, "", region.source])
    for share, flow in study.duration:
        writer.writerow(["duration", "", share, round(flow, 3), "", "", ""])
    for month in study.months:
        writer.writerow(
            ["month", "", month.month, round(month.middle, 3), round(month.low, 3), round(month.high, 3), month.days]
        )
    low = study.low
    writer.writerow(["low_flow", "", "7Q10", "" if low.flow is None else round(low.flow, 3), "", "", low.why])
    if study.made_up:
        writer.writerow(["note", "", "", "", "", "", "DEMONSTRATION"])
    return out.getvalue()
