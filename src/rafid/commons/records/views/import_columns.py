"""Which column of the file is which: what was recognised, beside the cells, to be confirmed or changed."""

from __future__ import annotations

from itertools import islice
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rafid.commons.filters import small_number
from rafid.commons.names import pick

from ..imports import NotNow
from ..imports.mapping import MappingError, choose, remembered_fixed, remembered_reading, suggest
from ..imports.places import two_ways
from ..imports.preview import as_written
from ..imports.receive import open_kept, open_run
from ..imports.report import describe, spelled
from ..imports.rows import plain
from ..imports.runs import locked, refuse, same_as_seen
from ..imports.staging import again
from ..imports.targets import Target, targets
from ..imports.work import begin_staging
from ..models import ImportRun, RunState
from ..tabular import Table, TableError, column_name
from .import_access import back, frame, must_act, run_or_404
from .import_new import READING, ReadingForm, needed

CHANGEABLE = (RunState.RECEIVED, RunState.STAGED, RunState.FAILED)
SAMPLES = 3
_LOOKED_AT = 20
_LONGEST = 60

REASONS = {
    "remembered": gettext_lazy("as last time"),
    "hxl": gettext_lazy("by its HXL tag"),
    "name": gettext_lazy("by its name"),
    "code": gettext_lazy("by its name"),
    "synonym": gettext_lazy("by a known name"),
    "similar": gettext_lazy("by a similar name: check it"),
    "content": gettext_lazy("by its content: check it"),
}
ORDERS = [
    ("", gettext_lazy("As the column shows")),
    ("dmy", gettext_lazy("Day, month, year")),
    ("mdy", gettext_lazy("Month, day, year")),
    ("ymd", gettext_lazy("Year, month, day")),
]
CALENDARS = [
    ("", gettext_lazy("As each cell shows")),
    ("gregorian", gettext_lazy("Gregorian")),
    ("hijri", gettext_lazy("Hijri (lunar)")),
    ("solar_hijri", gettext_lazy("Solar Hijri")),
    ("kurdish", gettext_lazy("Kurdish")),
]


@login_required
def columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    run = run_or_404(request, pk)
    target = must_act(request, run)
    if run.state not in CHANGEABLE:
        return back(request, run, refuse(run) if request.method == "POST" else "")
    refusal, wrong = "", ()
    if request.method == "POST":
        try:
            same_as_seen(run, request.POST.get("seen", ""))
            if request.POST.get("action") == "reread":
                return _read_otherwise(request, run)
            return _choose(request, run, target)
        except NotNow as reason:
            return back(request, run, reason)
        except MappingError as error:
            refusal, wrong = str(error), error.columns
        except TableError as error:
            refusal = error.text(_)
    return _page(request, run, target, refusal, wrong)


def _choose(request: HttpRequest, run: ImportRun, target: Target) -> HttpResponse:
    asked = request.POST
    mapping: dict[str, int | None] = {}
    fixed, reading = {}, {}
    for column in target.columns:
        mapping[column.code] = small_number(asked.get(f"map-{column.code}", ""))
        fixed[column.code] = asked.get(f"fixed-{column.code}", "") if mapping[column.code] is None else ""
        if column.kind == "date":
            chosen = {"order": asked.get(f"order-{column.code}"), "calendar": asked.get(f"calendar-{column.code}")}
            known = {"order": dict(ORDERS), "calendar": dict(CALENDARS)}
            reading[column.code] = {key: value for key, value in chosen.items() if value and value in known[key]}
    with locked(run, *CHANGEABLE) as fresh:
        choose(fresh, target, mapping, fixed=fixed, reading=reading)
        fresh.save()
        again(fresh)
        run = begin_staging(fresh, request.user)
    return back(request, run)


def _read_otherwise(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Another sheet, encoding, sign or row of names: the table is found anew, its columns are chosen anew."""
    form = ReadingForm(request.POST)
    if not form.is_valid():
        raise MappingError(_("Row of the column names: write a number."))
    given = {name: form.cleaned_data[name] for name in READING}
    kept = {key: value for key, value in run.options.items() if key not in (*READING, "fixed", "reading")}
    options = {**kept, **{name: value for name, value in given.items() if value}}
    table = open_kept(run.file_path, options, name=run.file_name, target=targets().get(run.target))
    with locked(run, *CHANGEABLE) as fresh:
        again(fresh)
        fresh.options, fresh.mapping, fresh.decisions = options, {}, []
        fresh.sheet, fresh.header = (table.sheet or "")[:100], table.header
        fresh.notes = [{"code": note.code, "params": note.params} for note in table.notes]
        fresh.save()
    return redirect("import-columns", run.pk)


def _page(
    request: HttpRequest, run: ImportRun, target: Target, refusal: str, wrong: tuple[str, ...] = ()
) -> HttpResponse:
    context: dict[str, Any] = {**frame(request, run, target, "columns"), "refusal": refusal}
    try:
        table = open_run(run)
        samples = [[_short(cell) for cell in row.cells] for row in islice(table.rows(), _LOOKED_AT)]
    except TableError as error:
        context |= {"refusal": refusal or error.text(_), "reading": _reading(run, None)}
        return render(request, "records/import_columns.html", context, status=422 if refusal else 200)
    sources = [_source(at, name, samples) for at, name in enumerate(table.header)]
    lines = _lines(request, run, target, table, sources)
    for line in lines:
        line["wrong"] = _wrong(line) if line["column"].code in wrong else ""
    ways = two_ways(target, [line["column"].code for line in lines if line["position"] is not None])
    used = {line["position"] for line in lines}
    context |= {
        "lines": lines,
        "sources": sources,
        "unused": [source for source in sources if source["at"] not in used],
        "two_ways": [pick(one.names) for one in ways or ()],
        "refused": [{"code": line["column"].code, "name": line["name"]} for line in lines if line["wrong"]],
        "remembered": any(line["reason_code"] == "remembered" for line in lines),
        "first": samples[:5],
        "titles": table.titles[:3],
        "reading": _reading(run, table),
        "table": table,
        "orders": ORDERS,
        "calendars": CALENDARS,
    }
    return render(request, "records/import_columns.html", context, status=422 if refusal else 200)


def _wrong(line: dict[str, Any]) -> str:
    if line["position"] is not None:
        return _("Choose another column here, or at the other one.")
    if line["fixed"]:
        return _("This value cannot be read. Correct it, or choose a column.")
    return _("Choose a column, or write one value for all rows.")


def _short(cell: Any) -> str:
    text = " ".join(as_written(plain(cell)).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _source(at: int, name: str, samples: list[list[str]]) -> dict[str, Any]:
    cells = [row[at] for row in samples if at < len(row) and row[at]]
    return {
        "at": at,
        "letter": column_name(at),
        "name": name,
        "samples": list(dict.fromkeys(cells))[:SAMPLES],
    }


def _lines(
    request: HttpRequest, run: ImportRun, target: Target, table: Table, sources: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """A line per column of the import: what was sent, else what is chosen, else what is suggested."""
    posted = request.POST if request.method == "POST" and request.POST.get("action") != "reread" else None
    suggested = {one.column.code: one for one in suggest(table, target)}
    before = {} if run.mapping else remembered_fixed(table, target)
    fixed, reading = run.options.get("fixed") or before, run.options.get("reading") or remembered_reading(table, target)
    lines = []
    for column in target.columns:
        suggestion = suggested[column.code]
        at = run.mapping.get(column.code) if run.mapping else suggestion.position
        value = fixed.get(column.code, "")
        chosen = dict(reading.get(column.code) or {})
        if posted is not None:
            at = small_number(posted.get(f"map-{column.code}", ""))
            at = at if at is not None and at < len(sources) else None
            value = posted.get(f"fixed-{column.code}", "")
            chosen = {"order": posted.get(f"order-{column.code}"), "calendar": posted.get(f"calendar-{column.code}")}
        reason = suggestion.reason if at is not None and at == suggestion.position else ""
        lines.append(
            {
                "column": column,
                "name": pick(column.names),
                "text": describe(column),
                "needed": needed(column),
                "position": at,
                "samples": sources[at]["samples"] if at is not None and at < len(sources) else [],
                "reason": REASONS.get(reason, ""),
                "reason_code": reason,
                "doubtful": reason in ("similar", "content"),
                "fixed": value,
                "fixed_before": bool(value) and at is None and posted is None and before.get(column.code) == value,
                "choices": spelled(column)[:50] if column.choices else [],
                "order": chosen.get("order") or "",
                "calendar": chosen.get("calendar") or "",
            }
        )
    return lines


def _reading(run: ImportRun, table: Table | None) -> dict[str, Any]:
    form = ReadingForm(initial={name: run.options.get(name) or "" for name in READING} | {"sheet": run.sheet})
    sheets = [one.name for one in table.sheets] if table is not None else []
    text_file = table is None or not table.sheets
    doubtful = any(note["code"] in ("encoding_guessed", "other_sheets") for note in run.notes)
    return {
        "form": form,
        "sheets": sheets,
        "text_file": text_file,
        "open": doubtful or table is None or run.state == RunState.FAILED or bool(run.error),
    }
