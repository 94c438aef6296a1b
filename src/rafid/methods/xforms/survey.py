"""What is wrong in an XLSForm's sheets, each with its cell, before and beside what the converter says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rafid.methods.xforms.checking import (
    Problem,
    call_errors,
    chosen_elsewhere,
    circle_sentence,
    circles_in,
    of_question,
    warnings_of,
)
from rafid.methods.xforms.errors import ExpressionError
from rafid.methods.xforms.grammar import Reference, inside, parse
from rafid.methods.xforms.said import said_by, say
from rafid.methods.xforms.workbook import Sheet, cell_name

# Headings as authors write them → the name that messages use.
_COLUMNS: Final = {
    "relevance": "relevant", "bind::relevant": "relevant", "bind::constraint": "constraint", "calculate": "calculation",
    "bind::calculate": "calculation", "bind::required": "required", "read_only": "readonly", "bind::readonly": "readonly",
    "bind:relevant": "relevant", "bind:constraint": "constraint", "bind:calculate": "calculation",
    "bind:required": "required", "bind:readonly": "readonly", "jr:count": "repeat_count", "repeat_count": "repeat_count",
}  # fmt: skip
EXPRESSIONS: Final = frozenset(
    {
        "relevant",
        "constraint",
        "calculation",
        "required",
        "readonly",
        "choice_filter",
        "repeat_count",
        "default",
        "trigger",
    }
)
_WORDS: Final = re.compile(r"^(label|hint|guidance_hint|constraint_message|required_message|noapperrorstring)(:|$)")
_REFERENCE: Final = re.compile(r"\$\{\s*([^}]*?)\s*\}")
_PLAIN: Final = frozenset({"yes", "no", "true", "false", "true()", "false()", "y", "n", "1", "0"})
_SMART: Final = str.maketrans("‘’“”", "''\"\"")
_SELECT: Final = re.compile(
    r"^(select_one|select one|select_multiple|select multiple|select all that apply|rank)\s+(?:from\s+)?(\S+)"
)
_FILE: Final = re.compile(r"\.(csv|xml|geojson)$", re.IGNORECASE)


def column_name(heading: str) -> str:
    """A heading in the one form that messages use."""
    plain = re.sub(r"\s+", "_", heading.strip().lower())
    return _COLUMNS.get(plain, plain)


class Survey:
    """The sheets with their columns found by name."""

    def __init__(self, sheets: dict[str, Sheet]) -> None:
        self.sheets = sheets
        self.columns: dict[str, dict[str, int]] = {}
        for name, sheet in sheets.items():
            places: dict[str, int] = {}
            for number, heading in enumerate(sheet.heading(), 1):
                if heading:
                    places.setdefault(column_name(heading), number)
            self.columns[name] = places
        self.names: dict[str, int] = {}
        for row in self.rows("survey"):
            name = self.value("survey", row, "name")
            if name:
                self.names.setdefault(name, row)

    def rows(self, sheet: str) -> list[int]:
        """Numbers of the rows below the heading."""
        return [row for row in self.sheets[sheet].rows if row > 1] if sheet in self.sheets else []

    def value(self, sheet: str, row: int, column: str) -> str:
        """A cell's text, '' when there is none."""
        place = self.columns.get(sheet, {}).get(column)
        cells = self.sheets[sheet].rows.get(row, []) if sheet in self.sheets else []
        return cells[place - 1] if place is not None and place <= len(cells) else ""

    def heading(self, column: str) -> str:
        """A column as messages call it: what people read, by the heading that the author wrote over it."""
        place = self.columns["survey"].get(column)
        return self.sheets["survey"].heading()[place - 1].strip() if place and _WORDS.match(column) else column

    def problem(
        self, severity: str, message: str, sheet: str, row: int | None, column: str | None, field: str | None
    ) -> Problem:
        """A problem with the cell of its sheet, row and column."""
        place = self.columns.get(sheet, {}).get(column or "")
        cell = cell_name(place, row) if place is not None and row is not None else None
        return Problem(severity, message, sheet, row, column, cell, field)

    def located(self, problem: Problem) -> Problem:
        """A problem of the XForm at the cell that it comes from."""
        if problem.field is None:
            if problem.column in {"form_id", "version"}:
                return self.problem(problem.severity, problem.message, "settings", None, problem.column, None)
            return problem
        name = problem.field
        row = self.names.get(name) or self.names.get(name.removesuffix("_count"))
        column = problem.column
        if row is not None and name not in self.names:
            column, name = "repeat_count", name.removesuffix("_count")
        if row is None:
            return replace(problem, sheet="survey")
        return self.problem(problem.severity, problem.message, "survey", row, column, name)

    # Checks

    def problems(self) -> list[Problem]:
        """All that can be told from the sheets alone."""
        found = list(self.missing_parts())
        if "survey" not in self.sheets:
            return found
        for row in self.rows("survey"):
            kind = self.value("survey", row, "type").lower()
            if not kind or kind.startswith("#"):
                continue
            found += self.row_problems(row)
        found += self.duplicates()
        found += self.lists()
        return found

    def missing_parts(self) -> Iterator[Problem]:
        if "survey" not in self.sheets:
            yield Problem("error", say("The workbook has no sheet “survey”."), "survey")
        settings = self.rows("settings")
        row = settings[0] if settings else None
        if row is None or not (self.value("settings", row, "form_id") or self.value("settings", row, "id_string")):
            message = say("form_id is missing in the sheet “settings”; the form will be called “data”.")
            yield self.problem("warning", message, "settings", row, "form_id", None)
        if row is None or not self.value("settings", row, "version"):
            message = say("version is missing in the sheet “settings”; a later one cannot be told from it.")
            yield self.problem("warning", message, "settings", row, "version", None)

    def row_problems(self, row: int) -> Iterator[Problem]:
        name = self.value("survey", row, "name") or None
        for column in self.columns["survey"]:
            text = self.value("survey", row, column)
            if not text:
                continue
            if column in EXPRESSIONS:
                yield from self.expression(row, column, text.translate(_SMART), name)
            elif _WORDS.match(column):
                yield from self.unknown_names(row, column, _REFERENCE.findall(text), name)

    def expression(self, row: int, column: str, text: str, name: str | None) -> Iterator[Problem]:
        if column == "trigger":
            yield from self.unknown_names(row, column, _REFERENCE.findall(text), name)
            return
        if column in {"required", "readonly"} and text.lower() in _PLAIN:
            return
        if column == "default" and "${" not in text:
            return
        try:
            tree = parse(text, references=True)
        except ExpressionError as error:
            yield self.problem(
                "error", of_question(column, name or str(row), said_by(error)), "survey", row, column, name
            )
            yield from self.unknown_names(row, column, _REFERENCE.findall(text), name)
            return
        for sentence in call_errors(tree):
            yield self.problem("error", of_question(column, name or str(row), sentence), "survey", row, column, name)
        for sentence in warnings_of(tree):
            yield self.problem("warning", of_question(column, name or str(row), sentence), "survey", row, column, name)
        used = [part.name for part in inside(tree) if isinstance(part, Reference)]
        yield from self.unknown_names(row, column, used, name)

    def unknown_names(self, row: int, column: str, used: list[str], name: str | None) -> Iterator[Problem]:
        for reference in dict.fromkeys(used):
            plain = reference.removeprefix("last-saved#").strip()
            if plain not in self.names:
                written = "${" + reference + "}"
                fault = say("there is no question “%(name)s” for %(reference)s", name=plain, reference=written)
                told = of_question(self.heading(column), name or str(row), fault)
                yield self.problem("error", told, "survey", row, column, name)

    def duplicates(self) -> Iterator[Problem]:
        scopes: list[dict[str, int]] = [{}]
        for row in self.rows("survey"):
            kind = re.sub(r"[\s_]+", " ", self.value("survey", row, "type").lower()).strip()
            name = self.value("survey", row, "name")
            if kind.startswith("end "):
                if len(scopes) > 1:
                    scopes.pop()
                continue
            if name and kind:
                first = scopes[-1].setdefault(name, row)
                if first != row:
                    message = say("The name “%(name)s” is already used in row %(row)s.", name=name, row=first)
                    yield self.problem("error", message, "survey", row, "name", name)
            if kind.startswith("begin "):
                scopes.append({})

    def circles(self) -> Iterator[Problem]:
        """Calculations and relevance that wait for one another; for a form that could not be converted, whose circles nobody
        else would tell together with its other faults."""
        edges: dict[str, list[str]] = {}
        column: dict[str, str] = {}
        around: list[str] = []
        for row in self.rows("survey"):
            kind = re.sub(r"[\s_]+", " ", self.value("survey", row, "type").lower()).strip()
            name = self.value("survey", row, "name")
            if kind.startswith("end "):
                around = around[:-1]
                continue
            if not name:
                continue
            reads = edges.setdefault(name, [])
            reads += around[-1:]
            for heading in ("relevant", "calculation"):
                text = self.value("survey", row, heading)
                if text:
                    column.setdefault(name, heading)
                    reads += [used for used in _used_now(text) if used != name or heading == "relevant"]
            if kind.startswith("begin "):
                around.append(name)
        for found in circles_in(edges):
            first = next((name for name in found if name in column), found[0])
            place = column.get(first, "relevant")
            yield self.problem("error", circle_sentence(found), "survey", self.names.get(first), place, first)

    def lists(self) -> Iterator[Problem]:
        list_column = "list_name" if "list_name" in self.columns.get("choices", {}) else "list name"
        column = list_column.replace(" ", "_")
        lists: dict[str, dict[str, int]] = {}
        allowed = False
        for row in self.rows("settings"):
            allowed = allowed or self.value("settings", row, "allow_choice_duplicates").lower() in {"yes", "true", "1"}
        for row in self.rows("choices"):
            list_name = self.value("choices", row, column)
            if not list_name:
                continue
            values = lists.setdefault(list_name, {})
            value = self.value("choices", row, "name") or self.value("choices", row, "value")
            first = values.setdefault(value, row)
            if value and first != row and not allowed:
                message = say(
                    "The choice “%(value)s” of the list “%(list)s” is already given in row %(row)s.",
                    value=value,
                    list=list_name,
                    row=first,
                )
                yield self.problem("error", message, "choices", row, "name", None)
        for row in self.rows("survey"):
            match = _SELECT.match(self.value("survey", row, "type"))
            name = self.value("survey", row, "name") or None
            if match is None or match[2] in lists or _FILE.search(match[2]) or match[2].startswith("${"):
                continue
            message = say("The list “%(list)s” has no choices in the sheet “choices”.", list=match[2])
            yield self.problem("error", message, "survey", row, "type", name)


def _used_now(text: str) -> list[str]:
    """The questions that an expression reads now; a row chosen by index is another row."""
    try:
        tree = parse(text.translate(_SMART), references=True)
    except ExpressionError:
        return []
    chosen = chosen_elsewhere(tree)
    return [part.name for part in inside(tree) if isinstance(part, Reference) and id(part) not in chosen]
