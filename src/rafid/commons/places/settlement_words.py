"""The report of an import of settlements: in words for the person who decides, in JSON for the record."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rafid.commons.writing import whole

from .settlement_plan import Problem, SettlementPlan

SHOWN = 10

TITLES = {
    "nameless": gettext_lazy("Rows without a name"),
    "long_name": gettext_lazy("Names that are too long"),
    "bad_code": gettext_lazy("Codes that cannot be one"),
    "foreign_code": gettext_lazy("Codes of another country"),
    "repeated_code": gettext_lazy("Codes that another row has"),
    "bad_point": gettext_lazy("Coordinates that are no numbers"),
    "exchanged": gettext_lazy("Longitude and latitude are exchanged"),
    "elsewhere": gettext_lazy("Points outside the country"),
    "foreign_parent": gettext_lazy("Rows that lie in another country"),
    "unknown_code": gettext_lazy("Codes that no place has"),
    "doubtful_parent": gettext_lazy("Names of areas that are doubtful"),
    "nowhere": gettext_lazy("Points that lie in no known area"),
    "no_borders": gettext_lazy("Rows that only their point could place"),
    "no_parent": gettext_lazy("Rows that do not say where they lie"),
    "double": gettext_lazy("Rows that repeat another"),
    "unknown_parent": gettext_lazy("Codes that no place has; the point was taken"),
    "far": gettext_lazy("Points far outside the area that their row names"),
    "like": gettext_lazy("Rows of the same name close to each other; both were taken"),
}
"""The kinds of problems, in the order of the report: first those that refuse a row."""

REMEDIES = {
    "nameless": gettext_lazy("write its name in any of the three languages"),
    "long_name": gettext_lazy("a name has at most 300 letters"),
    "bad_code": gettext_lazy("a code has at most 38 letters and digits, no blanks and slashes"),
    "foreign_code": gettext_lazy("take the row out, or correct its code"),
    "bad_point": gettext_lazy("write decimal degrees, such as 33.31 and 44.36"),
    "exchanged": gettext_lazy("exchange the two columns"),
    "elsewhere": gettext_lazy("correct the coordinates; they must be degrees of WGS 84"),
    "foreign_parent": gettext_lazy("take the row out, or correct its code"),
    "unknown_code": gettext_lazy("write the code of a district that is on the list of places"),
    "nowhere": gettext_lazy("add a column with the code of its district, or correct the point"),
    "no_borders": gettext_lazy("add a column with the code of its district, or import borders first"),
    "no_parent": gettext_lazy("add the code of its district, or coordinates"),
}
"""What the person can do, by kind."""


def sentence(problem: Problem) -> str:
    """Row, field, value and remedy, in the reader's language."""
    said = {
        "row": problem.row,
        "column": whole(problem.column or "–"),
        "value": whole(problem.value or "–"),
        "other": whole(problem.other),
    }
    if problem.kind == "far":
        kilometres, _bar, where = problem.other.partition("|")
        said |= {"km": kilometres, "other": whole(where or "–")}
        return _("row %(row)d, %(column)s “%(value)s”: %(km)s km away, in %(other)s") % said
    if problem.kind in ("repeated_code", "double", "like"):
        return _("row %(row)d, %(column)s “%(value)s”: as row %(other)s") % said
    if problem.kind == "doubtful_parent" and problem.other:
        return _("row %(row)d, %(column)s “%(value)s”: perhaps %(other)s; write its code") % said
    if problem.kind == "unknown_parent":
        return _("row %(row)d, %(column)s “%(value)s”: it lies in %(other)s") % said
    said["remedy"] = REMEDIES.get(problem.kind, _("write the code of the area"))
    return _("row %(row)d, %(column)s “%(value)s”: %(remedy)s") % said


def summary(plan: SettlementPlan) -> list[str]:
    """What the file is, what it goes by, what would be done."""
    how = Counter(town.how for town in plan.towns)
    lines = [
        _("%(name)s: %(kind)s, %(rows)d rows.")
        % {"name": whole(plan.file.name), "kind": whole(plan.file.kind), "rows": len(plan.file)},
        *map(str, plan.file.remarks),
        *(
            _("%(role)s: %(columns)s (guessed)") % {"role": role, "columns": whole(said)}
            for role, said in plan.columns.used
        ),
        _("Lies in, found by code: %(code)d, by point: %(polygon)d, by name: %(name)d.")
        % {"code": how["code"], "polygon": how["polygon"], "name": how["name"]},
        _("New: %(new)d. Changed: %(changed)d. As they were: %(same)d. Refused: %(refused)d.")
        % {"new": len(plan.new), "changed": len(plan.changed), "same": plan.same, "refused": plan.refused},
    ]
    if plan.kept:
        lines.append(
            ngettext(
                "%d row is a town of the country pack, which stays as it is.",
                "%d rows are towns of the country pack, which stay as they are.",
                plan.kept,
            )
            % plan.kept
        )
    return lines


def grouped(plan: SettlementPlan) -> list[dict[str, Any]]:
    """The problems by kind: title, how many, the first sentences, how many more."""
    groups = []
    for kind, title in TITLES.items():
        problems = [problem for problem in plan.problems if problem.kind == kind]
        if problems:
            groups.append(
                {
                    "kind": kind,
                    "title": str(title),
                    "count": len(problems),
                    "refused": any(problem.refused for problem in problems),
                    "area": "",
                    "sentences": [sentence(problem) for problem in problems[:SHOWN]],
                    "more": max(len(problems) - SHOWN, 0),
                }
            )
    return groups


def in_words(plan: SettlementPlan) -> list[str]:
    """The whole report, a line each."""
    lines = summary(plan)
    for group in grouped(plan):
        lines.append(f"{group['title']}: {group['count']}")
        lines += [f"  · {text}" for text in group["sentences"]]
        if group["more"]:
            lines.append("  · " + ngettext("%d more", "%d more", group["more"]) % group["more"])
    return lines


def as_json(plan: SettlementPlan) -> dict[str, Any]:
    """The report for machines and for the record: what each row would change, and every problem."""
    columns = plan.columns
    return {
        "file": {"name": plan.file.name, "kind": plan.file.kind, "rows": len(plan.file)},
        "columns": {
            "names": columns.names,
            "others": list(columns.others),
            "codes": columns.codes,
            "parents": list(columns.parents),
            "parent_names": {str(level): list(names) for level, names in columns.parent_names.items()},
            "lon": columns.lon,
            "lat": columns.lat,
        },
        "new": len(plan.new),
        "changed": [{"row": town.row, "ref": town.ref, "fields": sorted(town.changes)} for town in plan.changed],
        "same": plan.same,
        "kept": plan.kept,
        "refused": plan.refused,
        "problems": [
            {
                "kind": problem.kind,
                "row": problem.row,
                "field": problem.column,
                "value": problem.value,
                "refused": problem.refused,
                "text": sentence(problem),
            }
            for problem in plan.problems
        ],
    }
