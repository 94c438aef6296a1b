"""ODK's audit.csv: what happened on the phone, event by event.

Columns as Collect writes them: event, node, start, end (milliseconds since 1970), and where the form asks for them
latitude, longitude, accuracy, old-value, new-value, user, change-reason.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_LONGEST_CELL: Final = 1 << 20
_MOST_PROBLEMS: Final = 100


@dataclass(frozen=True)
class AuditLog:
    """``seconds_by_question``: path → seconds over all returns to it. ``changed_after_finalise``: paths whose answer became
    another one after the form had been finalised, which only logs with values tell. ``problems``: sentences with the row."""

    active_seconds: float
    seconds_by_question: dict[str, float]
    changed_after_finalise: tuple[str, ...]
    resumes: int
    problems: tuple[str, ...]


def read_audit(data: bytes) -> AuditLog:
    """Reads a log. Only ``question`` events count as active. Never raises: torn rows are told and skipped."""
    problems: list[str] = []

    def tell(row: int, sentence: str) -> None:
        if len(problems) < _MOST_PROBLEMS:
            problems.append(f"row {row}: {sentence}")

    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", "replace")
        problems.append("the file is not UTF-8; signs that could not be read are replaced")
    if "\0" in text:
        problems.append("the file holds NUL characters; they are left out")
        text = text.replace("\0", "")
    limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        rows = _rows(text, tell)
    finally:
        csv.field_size_limit(limit)
    return _summed(rows, problems, tell)


def _rows(text: str, tell: Callable[[int, str], None]) -> list[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    found: list[tuple[int, dict[str, str]]] = []
    header: list[str] | None = None
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            tell(number, f"cannot be read ({error})")
            continue
        if header is None:
            header = [cell.strip().casefold() for cell in cells]
        elif cells:
            found.append((number, dict(zip(header, cells, strict=False))))
    if header is not None and not {"event", "node", "start"} <= set(header):
        tell(1, "the columns event, node and start are not all there")
        return []
    return found


def _summed(rows: list[tuple[int, dict[str, str]]], problems: list[str], tell: Callable[[int, str], None]) -> AuditLog:
    by_question: dict[str, float] = {}
    changed: dict[str, None] = {}
    resumes, finalised = 0, False
    for number, row in rows:
        event = row.get("event", "").strip()
        if event == "form resume":
            resumes += 1
        elif event == "form finalize":
            finalised = True
        if event != "question":
            continue
        node = row.get("node", "").strip()
        if not node:
            tell(number, "a question event without its question; left out")
            continue
        if finalised and row.get("old-value", "") != row.get("new-value", ""):
            changed[node] = None
        begun, ended = _moment(row.get("start", "")), _moment(row.get("end", ""))
        if begun is None or ended is None:
            tell(number, "a question event without both of its times; left out")
        elif ended < begun:
            tell(number, "a question event that ends before it begins; left out")
        else:
            by_question[node] = by_question.get(node, 0.0) + (ended - begun) / 1000
    return AuditLog(math.fsum(by_question.values()), by_question, tuple(changed), resumes, tuple(problems))


def _moment(text: str) -> int | None:
    """Milliseconds; only the digits 0 to 9 are a number here."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 16 else None
