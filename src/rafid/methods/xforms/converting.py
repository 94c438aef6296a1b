"""XLSForm to XForm, in a process of its own with limits of time and memory, and every problem with its cell."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

from rafid.methods.xforms.checking import Problem, check_form
from rafid.methods.xforms.converter_words import converter_said
from rafid.methods.xforms.definition import parse_form
from rafid.methods.xforms.errors import FormError
from rafid.methods.xforms.said import finished, packed, said_by, say, unpacked
from rafid.methods.xforms.workbook import refuse_hostile

SECONDS: Final = 60
_ready: ContextVar[Mapping[tuple[bytes, str], dict[str, Any]] | None] = ContextVar("ready", default=None)
_ENDINGS: Final = (".xlsx", ".xls", ".md", ".xml")


@dataclass(frozen=True)
class Conversion:
    """``xform`` is None when any problem is an error. ``rows``: what stands in the sheets around the problems, sheet → row →
    texts of its cells from column A; the heading is row 1."""

    xform: bytes | None
    problems: tuple[Problem, ...]
    rows: Mapping[str, Mapping[int, tuple[str, ...]]] = field(default_factory=dict)


def convert_xlsform(data: bytes, *, name: str) -> Conversion:
    """An XLSForm (``.xlsx``, ``.xls`` or ``.md`` by the ending of ``name``) as XForm, with all its problems together; an XForm
    (``.xml``) passes through and is checked.

    Raises ``ValueError`` when it is no readable workbook, unpacks to more than 100 MB, has macros or links, or more than
    20,000 rows. Conversion by pyxform; Source: xlsform.org.
    """
    ending = os.path.splitext(name)[1].lower()
    if ending == ".xlsm":
        raise ValueError(say("The workbook may have macros. Save it as .xlsx."))
    if ending not in _ENDINGS:
        raise ValueError(say("A form is a workbook (.xlsx, .xls), a table in Markdown (.md) or an XForm (.xml)."))
    if ending == ".xml":
        return _passed_through(data)
    refuse_hostile(data, ending)
    answer = _worked(data, ending)
    if "refused" in answer:
        raise ValueError(unpacked(answer["refused"]))
    problems = tuple(Problem(**{**problem, "message": unpacked(problem["message"])}) for problem in answer["problems"])
    failed = any(problem.severity == "error" for problem in problems)
    xform = answer["xform"]
    rows = {
        sheet: {int(number): tuple(cells) for number, cells in found.items()} for sheet, found in answer["rows"].items()
    }
    return Conversion(None if failed or xform is None else xform.encode(), problems, rows)


def _passed_through(data: bytes) -> Conversion:
    try:
        problems = tuple(check_form(parse_form(data)))
    except FormError as error:
        return Conversion(None, (Problem("error", finished(said_by(error))),))
    failed = any(problem.severity == "error" for problem in problems)
    return Conversion(None if failed else data, problems)


@contextmanager
def converted_together(files: Iterable[tuple[bytes, str]]) -> Iterator[None]:
    """Within, :func:`convert_xlsform` has the answers for these (bytes, name) already: all in one process, whose start takes
    longer than a conversion. For loaders of many forms; their files are the house's own."""
    keys = [(data, os.path.splitext(name)[1].lower()) for data, name in files]
    asked = [[ending, base64.b64encode(data).decode()] for data, ending in keys]
    answers = _answered(json.dumps(asked).encode(), "many") if asked else []
    known = zip(keys, answers, strict=True) if isinstance(answers, list) else ()
    token = _ready.set({(hashlib.sha256(data).digest(), ending): answer for (data, ending), answer in known})
    try:
        yield
    finally:
        _ready.reset(token)


def _worked(data: bytes, ending: str) -> dict[str, Any]:
    ready = _ready.get()
    if ready and (known := ready.get((hashlib.sha256(data).digest(), ending))):
        return known
    answer: dict[str, Any] = _answered(data, ending)
    return answer


def _answered(data: bytes, what: str) -> Any:
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONIOENCODING": "utf-8",
        "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
        "PYTHONPYCACHEPREFIX": os.environ.get("PYTHONPYCACHEPREFIX", ""),
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "rafid.methods.xforms.worker", what],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        slow = say("The form could not be converted within %(seconds)s seconds. Make it smaller.", seconds=SECONDS)
        return {"refused": packed(slow)}
    try:
        return json.loads(done.stdout.decode())
    except ValueError:
        # The process was ended by a limit, or fell over without a word.
        heavy = say("The form could not be converted: it needs too much time or memory. Make it smaller.")
        return {"refused": packed(heavy)}


def pyxform_problem(message: str) -> tuple[str | None, int | None, str | None, str]:
    """Sheet, row, column and sentence of one of pyxform's messages."""
    row = re.search(r"\[row\s*:\s*(\d+)\]", message)
    sheet = re.search(r"the '(survey|choices|settings|entities|external_choices)' sheet", message)
    if sheet is None:
        sheet = re.search(r"\bthe (survey|choices) \w+ column", message)
    column = re.search(r"the '([\w:]+)' value", message)
    plain = " ".join(re.sub(r"\[row\s*:\s*\d+\]\s*", "", message).split())
    return (
        sheet[1] if sheet else ("survey" if row else None),
        int(row[1]) if row else None,
        column[1] if column else None,
        finished(converter_said(plain)),
    )
