"""The process in which workbooks are opened and converted: bytes on standard input, JSON on standard output.

Run as ``python -m rafid.methods.xforms.worker .xlsx``; with ``many`` for a JSON list of [ending, base64] and one of answers.
Its limits end it and nothing else.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import io
import json
import re
import resource
import sys
from typing import Any, Final

from rafid.methods.xforms.checking import Problem, check_form, spoken
from rafid.methods.xforms.converting import SECONDS, pyxform_problem
from rafid.methods.xforms.definition import parse_form
from rafid.methods.xforms.errors import FormError
from rafid.methods.xforms.said import finished, packed, said_by, say
from rafid.methods.xforms.survey import Survey
from rafid.methods.xforms.workbook import read_sheets

_MEMORY: Final = 1 << 30
_NAMESPACE: Final = "https://rafid.example/xforms"
_REFERENCE: Final = re.compile(r"\$\{\s*([^}]*?)\s*\}")
_AROUND: Final = 2
"""Rows above and below a problem that its picture shows."""
_MOST_PICTURES: Final = 200
_LONGEST_CELL: Final = 200


def convert(data: bytes, ending: str) -> dict[str, Any]:
    """``{"refused": sentence}``, or ``{"xform": text or None, "problems": […], "rows": {sheet: {row: cells}}}``."""
    try:
        sheets = read_sheets(data, ending)
    except ValueError as error:
        return {"refused": said_by(error)}
    if not sheets:
        return {"refused": say("The workbook has none of the sheets of a form: survey, choices, settings.")}
    survey = Survey(sheets)
    problems = survey.problems()
    xform, told = _converted(data, ending)
    for severity, message in told:
        problem = _of_pyxform(survey, severity, message)
        if severity == "error" and _already(problems, problem, message):
            continue
        problems.append(problem)
    if xform is None:
        problems += survey.circles()
    else:
        xform = _with_namespace(xform)
        try:
            found = check_form(parse_form(xform.encode()))
        except FormError as error:
            found = [Problem("error", finished(said_by(error)))]
        for problem in map(survey.located, found):
            if not _told(problems, problem):
                problems.append(problem)
    order = {sheet: number for number, sheet in enumerate(("settings", "survey", "choices", "entities"))}
    problems.sort(key=lambda problem: (order.get(problem.sheet or "", 9), problem.row or 0))
    return {
        "xform": xform,
        "problems": [dataclasses.asdict(problem) for problem in problems],
        "rows": _rows(survey, problems),
    }


def _rows(survey: Survey, problems: list[Problem]) -> dict[str, dict[int, list[str]]]:
    """The headings and what stands around the problems."""
    found: dict[str, dict[int, list[str]]] = {}
    for problem in problems[:_MOST_PICTURES]:
        sheet = survey.sheets.get(problem.sheet or "")
        if sheet is None:
            continue
        row = problem.row or 1
        for number in (1, *range(max(1, row - _AROUND), row + _AROUND + 1)):
            if number in sheet.rows:
                found.setdefault(sheet.name, {})[number] = [cell[:_LONGEST_CELL] for cell in sheet.rows[number]]
    return found


def _converted(data: bytes, ending: str) -> tuple[str | None, list[tuple[str, str]]]:
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert as to_xform

    warnings: list[str] = []
    try:
        result = to_xform(data, warnings=warnings, file_type=ending, validate=False)
    except PyXFormError as error:
        return None, [*(("warning", warning) for warning in warnings), ("error", str(error))]
    except (MemoryError, RecursionError):
        raise
    except Exception as error:
        # pyxform raises plain exceptions for faults of a form that it did not foresee.
        return None, [
            *(("warning", warning) for warning in warnings),
            ("error", f"The form cannot be converted: {error}"),
        ]
    # What is missing in several languages comes as one warning of several lines.
    lines = [
        line
        for warning in warnings
        for line in (warning.split("\n") if warning.startswith("Language '") else [warning])
    ]
    return str(result.xform), [("warning", line) for line in lines]


def _of_pyxform(survey: Survey, severity: str, message: str) -> Problem:
    sheet, row, column, sentence = pyxform_problem(message)
    name = survey.value(sheet, row, "name") if sheet == "survey" and row is not None else ""
    if sheet is None:
        return Problem(severity, spoken(sentence))
    if column is None and row is not None:
        column = "type" if sheet == "survey" else "name"
    return survey.problem(severity, spoken(sentence), sheet, row, column, name or None)


def _already(problems: list[Problem], problem: Problem, message: str) -> bool:
    """Whether the sheets' own check has told an error of pyxform: it stops at the first, and names no cell."""
    errors = [known for known in problems if known.severity == "error"]
    if problem.row is not None:
        return any((known.sheet, known.row) == (problem.sheet, problem.row) for known in errors)
    named = set(_REFERENCE.findall(message))
    return any(f"“{name}”" in known.message for name in named for known in errors)


def _told(problems: list[Problem], problem: Problem) -> bool:
    """Whether the same cell already has a problem of that severity, or the form a problem of that column."""
    if problem.field is None:
        return any(known.column == problem.column for known in problems if known.sheet == "settings")
    place = (problem.sheet, problem.row, problem.column)
    for known in problems:
        if (known.sheet, known.row, known.column) == place and known.severity == problem.severity:
            same = problem.message.rpartition(": ")[2][:30] in known.message
            if known.severity == "error" or same:
                return True
    return False


def _with_namespace(xform: str) -> str:
    """An author who writes ``bind::rafid:role`` need not declare the prefix; a phone would refuse one undeclared."""
    if " rafid:" not in xform or "xmlns:rafid=" in xform:
        return xform
    return xform.replace("<h:html ", f'<h:html xmlns:rafid="{_NAMESPACE}" ', 1)


def packed_answer(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with its sentences as JSON keeps them."""
    if "refused" in answer:
        return {"refused": packed(answer["refused"])}
    problems = [{**problem, "message": packed(problem["message"])} for problem in answer["problems"]]
    return {**answer, "problems": problems}


def main() -> None:
    """Reads, converts, answers."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    data = sys.stdin.buffer.read()
    with contextlib.redirect_stdout(io.StringIO()):
        if sys.argv[1] == "many":
            given = [(base64.b64decode(text), ending) for ending, text in json.loads(data)]
            answer: Any = [packed_answer(convert(*one)) for one in given]
        else:
            answer = packed_answer(convert(data, sys.argv[1]))
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
