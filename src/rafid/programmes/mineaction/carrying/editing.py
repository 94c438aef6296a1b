"""A mapping edited in a table on its page: one row a field, codes as lines “value = code”."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from .fields import choices, label, types
from .mapping import UNITS, BadMapping, FieldMap, Mapping, ReportMap, folded, spellings

BAR = " | "
EMPTY_ROWS = 2
REPORT_PATHS = ("reference", "on", "operator", "place", "key", "object")


def rows_of(mapping: Mapping) -> list[dict[str, Any]]:
    """The reports of a mapping for its page; each with its fields and some empty rows."""
    found, kinds = [], dict(types())
    for number, report in enumerate(mapping.reports):
        heads = {
            "reference": _("Report number"),
            "on": _("Date of information"),
            "operator": _("Operator"),
            "place": _("Place"),
            "key": _("Identifier of the report"),
            "object": _("Identifier of the record"),
        }
        paths = {name: getattr(report, name) for name in REPORT_PATHS if name != "on"} | {"on": report.on.path}
        fields = [*report.fields, *(FieldMap("") for _row in range(EMPTY_ROWS))]
        found.append(
            {
                "number": number,
                "report": report,
                "title": kinds.get(report.type, report.type),
                "choices": choices(report.type),
                "heads": [
                    {"name": f"r{number}-{name}", "label": heads[name], "value": BAR.join(paths[name])}
                    for name in REPORT_PATHS
                ],
                "rows": [
                    {
                        "name": f"r{number}-f{at}",
                        "field": one,
                        "path": BAR.join(one.path),
                        "date": BAR.join(one.date),
                        "codes": _lines(one),
                    }
                    for at, one in enumerate(fields)
                ],
                "shapes": [
                    {"name": label(report.type, one.field), "path": one.points or one.path} for one in report.shapes
                ],
            }
        )
    return found


def _lines(one: FieldMap) -> str:
    return "\n".join(f"{one.spelled.get(value, value)} = {_code(code)}" for value, code in one.codes.items())


def _code(code: Any) -> str:
    return {True: "true", False: "false"}[code] if isinstance(code, bool) else str(code)


def edited(mapping: Mapping, posted: QueryDict) -> Mapping:
    """The mapping with what stands in the table. Raises ``BadMapping``."""
    return replace(mapping, reports=tuple(_report(one, at, posted) for at, one in enumerate(mapping.reports)))


def _report(report: ReportMap, number: int, posted: QueryDict) -> ReportMap:
    paths = {name: _paths(posted.get(f"r{number}-{name}", "")) for name in REPORT_PATHS}
    fields = []
    for at in range(len(report.fields) + EMPTY_ROWS):
        before = report.fields[at] if at < len(report.fields) else FieldMap("")
        made = _field(before, f"r{number}-f{at}", posted)
        if made is not None:
            fields.append(made)
    return replace(report, fields=tuple(fields), on=replace(report.on, path=paths.pop("on")), **paths)


def _field(before: FieldMap, name: str, posted: QueryDict) -> FieldMap | None:
    """None where the row was emptied: a row without a path and without a fixed value maps nothing."""
    field, path = posted.get(f"{name}-field", "").strip(), _paths(posted.get(f"{name}-path", ""))
    if not field or (not path and before.fixed is None):
        return None
    codes: dict[str, Any] = {}
    written: list[str] = []
    for line in posted.get(f"{name}-codes", "").splitlines():
        if not line.strip():
            continue
        value, sign, code = line.rpartition("=")
        if not sign or not value.strip() or not code.strip():
            raise BadMapping(_("“%(line)s”: write a line of codes as value = code.") % {"line": line.strip()[:80]})
        written.append(value)
        codes[folded(value)] = {"true": True, "false": False}.get(code.strip(), code.strip())
    return replace(
        before,
        field=field,
        path=path,
        codes=codes,
        spelled=spellings(written),
        unit=posted.get(f"{name}-unit", ""),
        date=_paths(posted.get(f"{name}-date", "")),
        lacking="keep" if posted.get(f"{name}-keep") else "refuse",
    )


def _paths(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def units() -> list[str]:
    return list(UNITS)
