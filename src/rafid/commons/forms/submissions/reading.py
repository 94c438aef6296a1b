"""The answers of one submission as its form asked them: groups, rows of repeats, questions, each with what belongs to it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rafid.commons import blobs
from rafid.methods import xforms
from rafid.methods.fieldwork import AuditLog, read_audit
from rafid.methods.xforms.form import Shape

from ..models import Attachment, Comment, Finding, Row
from ..questions import plain, said, words_of
from ..seeing import kind_seen, shown
from .detail import Seen, without_positions
from .finding_words import duration, kind_name, sentence_of
from .served import PICTURES

AUDIT = "audit.csv"
_LARGEST_AUDIT = 5_000_000
_ORDINAL = re.compile(r"\[(\d+)\]$")


@dataclass
class Told:
    """A finding with its words."""

    finding: Finding
    kind: str
    sentence: str


@dataclass
class Answer:
    """``question``: the path without positions. ``masked``: there may be an answer; this reader does not see it, or coarser."""

    path: str
    question: str
    label: str
    text: str
    type: str
    nameless: bool = False
    number: bool = False
    calculated: bool = False
    masked: bool = False
    point: tuple[float, float] | None = None
    findings: list[Told] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    seconds: str = ""
    file: Attachment | None = None
    picture: bool = False
    awaited: bool = False
    withheld: bool = False

    @property
    def empty(self) -> bool:
        return not (self.text or self.findings or self.comments or self.masked)


@dataclass
class Section:
    """``depth`` from 0; ``answers`` and sections below in the form's order."""

    title: str
    depth: int
    parts: list[Answer | Section] = field(default_factory=list)

    def answers(self) -> Iterator[Answer]:
        for part in self.parts:
            if isinstance(part, Section):
                yield from part.answers()
            else:
                yield part

    @property
    def empty(self) -> bool:
        return all(part.empty for part in self.parts)


class Reader:
    """``language``: one of the form's, for labels; None: the reader's own."""

    def __init__(self, seen: Seen, language: str | None = None) -> None:
        self.seen, self.language = seen, language
        self.made = seen.definition
        self.tables = {table.name: table for table in seen.book.tables}
        self.names = {repeat.path: repeat.table for repeat in self.made.repeats}
        self.files = {one.name: one for one in seen.attachments}
        self.audit = audit_of(seen)
        self.groups = {group.path: group for group in self.made.groups}
        self.findings: dict[str, list[Told]] = defaultdict(list)
        for one in seen.findings:
            self.findings[one.path or one.field].append(Told(one, kind_name(one.kind), sentence_of(one)))
        self.comments: dict[str, list[Comment]] = defaultdict(list)
        for comment in seen.comments:
            self.comments[comment.field].append(comment)
        self.used: set[str] = set()
        self.rows: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
        for table in seen.book.tables:
            for row in seen.rows_of(table):
                self.rows[table.name, row.parent].append(row)

    def whole(self) -> Section:
        top = Section("", 0)
        main = next(iter(self.seen.book.tables), None)
        rows = list(self.seen.rows_of(main)) if main else []
        if main and rows:
            self._fill(top, self.made.shape, main.name, rows[0], self.made.shape.path)
        return top

    def general(self) -> list[Told]:
        """Findings of the whole, and of what the form has no question for. Ask after :meth:`whole`."""
        rest = [one for path, told in self.findings.items() if path not in self.used for one in told]
        return sorted(rest, key=lambda one: -one.finding.severity)

    def _fill(self, section: Section, shape: Shape, table: str, row: Row, path: str) -> None:
        for below in shape.children.values():
            here = f"{path}/{below.name}"
            if below.repeat is not None:
                self._repeat(section, below, row, here)
            elif below.field is not None:
                answer = self._answer(below.field, table, row, here)
                if answer is not None:
                    section.parts.append(answer)
            elif below.children and below.name != "meta":
                group = self.groups.get(below.path)
                label = plain(said(group.label, self.language)) if group else ""
                # A group without a name only orders the screens of the phone.
                inner = Section(label, section.depth + 1) if label else section
                self._fill(inner, below, table, row, here)
                if label:
                    section.parts.append(inner)

    def _repeat(self, section: Section, shape: Shape, row: Row, path: str) -> None:
        name = self.names[shape.path]
        label = plain(said(shape.repeat.label, self.language)) if shape.repeat else ""
        if not label and shape.path in self.groups:
            label = plain(said(self.groups[shape.path].label, self.language))
        for number, one in enumerate(self.rows[name, row.key], 1):
            inner = Section(f"{label or shape.name} · {number}", section.depth + 1)
            self._fill(inner, shape, name, one, f"{path}[{number}]")
            section.parts.append(inner)

    def _answer(self, field: xforms.Field, table: str, row: Row, path: str) -> Answer | None:
        told, comments = self.findings.get(path, []), self.comments.get(field.path, [])
        self.used.add(path)
        label = plain(said(field.label, self.language))
        if not field.control and field.preload:
            return None
        text, coarse = self._text(field, table, row)
        masked = not self.seen.sees(field.path)
        if not field.control and not label and not text and not told:
            return None
        answer = Answer(
            path, field.path, label or field.name, "", field.type, nameless=not label, calculated=bool(field.calculate),
            masked=masked, findings=told, comments=comments,
        )  # fmt: skip
        answer.seconds = duration(self.audit.seconds_by_question[path]) if self._timed(path) else ""
        if field.type == "binary" and text:
            answer.text = text
            answer.file = self.files.get(text)
            answer.awaited = answer.file is not None and answer.file.sha256 is None
            answer.withheld = answer.file is not None and not answer.awaited and not self.seen.gives(answer.file)
            answer.picture = answer.file is not None and answer.file.media_type in PICTURES and not answer.awaited
        else:
            answer.text = words_of(field, text, self.language)
            answer.number = field.type in ("int", "decimal")
            answer.point = point_of(text) if field.type == "geopoint" and not coarse else None
        return answer

    def _timed(self, path: str) -> bool:
        return self.audit is not None and path in self.audit.seconds_by_question and self.seen.sees(path)

    def _text(self, field: xforms.Field, table: str, row: Row) -> tuple[str, bool]:
        """The answer as seen; True where it is made coarser."""
        columns = [one for one in self.tables[table].columns if one.path == field.path] if table in self.tables else []
        texts = []
        for column in columns:
            text = row.values[column.slot] if column.slot < len(row.values) else None
            texts.append(shown(text, column.path, kind_seen(column), self.seen.masks, self.seen.plain) or "")
        return " ".join(text for text in texts if text), not self.seen.sees(field.path)


def point_of(text: str) -> tuple[float, float] | None:
    try:
        latitude, longitude = (float(part) for part in text.split(" ")[:2])
    except ValueError:
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def audit_of(seen: Seen) -> Any:
    """The log of the interview, where it came and this reader may know all that it tells."""
    found = next((one for one in seen.attachments if one.name == AUDIT and one.sha256), None)
    if found is None or found.size > _LARGEST_AUDIT:
        return None
    try:
        log: AuditLog = read_audit(blobs.read(found.sha256 or ""))
    except FileNotFoundError:
        return None
    return log


def change_label(seen: Seen, path: str, language: str | None = None) -> str:
    """What a changed answer's question is called, with the number of its row."""
    shape = seen.definition.shape_at(without_positions(path))
    label = plain(said(shape.field.label, language)) if shape is not None and shape.field is not None else ""
    rows = " · ".join(found[1] for part in path.split("/") if (found := _ORDINAL.search(part)))
    return f"{label or path.rpartition('/')[2]}{f' · {rows}' if rows else ''}"
