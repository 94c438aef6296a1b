"""A file read by a mapping, as the table that the importer stages: one row a report."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rafid.commons.people.models import Organisation
from rafid.commons.records.tabular.table import Row

from . import layer_source, table_source, xml_source
from .kept import mapping_of
from .mapping import Mapping as MappingFile
from .nodes import Node
from .reading import Carried, reports_in
from .refused import BadFile, cell_error, in_three

HEADER = ["reference", "type", "on", "operator", "place", "says", "system", "key", "content", "remarks", "sheets"]


def open_file(path: Path, options: Mapping[str, Any], name: str) -> Opened | None:
    """The hook of the import: None where no mapping was chosen, so that the file is a table of reports as exported."""
    code = options.get("mapping")
    if not code:
        return None
    mapping = mapping_of(str(code), options.get("mapping_number"), owner=options.get("mapping_owner"))
    if mapping is None:
        raise BadFile(gettext_noop("The mapping “%(code)s” is not here any more. Choose another one."), code=code)
    opened = Opened(path, name, mapping, dict(options.get("answers") or {}))
    opened.look()
    return opened


@dataclass
class Opened:
    """As ``tabular.Table``, for what the importer asks of one."""

    path: Path
    file_name: str
    mapping: MappingFile
    answers: dict[str, str]
    header: list[str] = field(default_factory=lambda: list(HEADER))
    sheets: list[Any] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    header_rows: list[int] = field(default_factory=list)
    sheet: str | None = None
    hxl: list[str] | None = None
    encoding: str | None = None
    delimiter: str | None = None
    rows_hint: int | None = None
    kind: str = "mapped"

    @property
    def name(self) -> str:
        return self.file_name

    def look(self) -> None:
        """Raises ``TableError`` where not even the first record can be read."""
        next(self.records(), None)

    def records(self) -> Iterator[Node]:
        mapping = self.mapping
        if mapping.kind == "xml":
            return xml_source.records(self.path, mapping.record)
        if mapping.kind == "layer":
            return layer_source.records(self.path, self.file_name, mapping.record)
        return table_source.records(self.path, self.file_name, mapping.record, mapping.tables)

    def carried(self) -> Iterator[Carried]:
        for node in self.records():
            yield from reports_in(node, self.mapping, self.answers)
            node.forget()

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        operators = _Operators(self.answers.get("operator", ""))
        for number, one in enumerate(self.carried(), start=1):
            if number > after:
                yield Row(number, self._cells(one, operators))

    def _cells(self, one: Carried, operators: _Operators) -> list[Any]:
        operator = operators.of(one.operator)
        if not operator:
            one.problems.setdefault("operator", []).append(operators.unknown(one.operator))
        cells: dict[str, Any] = {
            "reference": one.reference, "type": one.type, "on": one.on, "operator": operator or one.operator,
            "place": one.place or self.answers.get("place", ""), "says": _says(one),
            "system": self.mapping.system if one.key else "",
            "key": one.key, "content": json.dumps(one.content, ensure_ascii=False, separators=(",", ":")),
            "remarks": json.dumps(one.remarks, ensure_ascii=False) if one.remarks else "",
            "sheets": json.dumps(one.sheets, ensure_ascii=False, separators=(",", ":")) if one.sheets else "",
        }  # fmt: skip
        if not one.on and "on" not in one.problems:
            one.problems["on"] = [
                in_three(gettext_noop("The report has no date of information. Enter it in the file."))
            ]
        for column, said in one.problems.items():
            joined = {language: " ".join(each[language] for each in said) for language in said[0]}
            # What is wrong with the content is shown beside what it says.
            cells["says" if column in ("content", "") else column] = cell_error(joined)
        return [value if value != "" else None for value in (cells[name] for name in HEADER)]


class _Operators:
    """Organisations by reference or name, in any of the three languages."""

    def __init__(self, default: str) -> None:
        self.default = default
        self.known: dict[str, str] = {}
        for ref, *names in Organisation.objects.filter(active=True).values_list(
            "ref", "name_ar", "name_ckb", "name_en"
        ):
            for text in (ref, *names):
                if text:
                    self.known.setdefault(" ".join(text.split()).casefold(), ref)

    def of(self, text: str) -> str:
        """Its reference, "" where nobody is called so. Nothing said: the one chosen for the whole file."""
        if not text:
            return self.default
        return self.known.get(" ".join(text.split()).casefold(), "")

    def unknown(self, text: str) -> dict[str, str]:
        if not text:
            return in_three(
                gettext_noop("The report names no operator. Choose one for the whole file, or add it in the file.")
            )
        return in_three(
            gettext_noop(
                "No organisation here is called “%(name)s”. Enter it among the organisations, or correct the name."
            ),
            name=text,
        )


def _says(one: Carried) -> str:
    """What becomes what, for people, in the language of who reads the file."""
    from .fields import label

    parts = []
    for path, written, name, meant in one.says:
        left = f"{path} “{written}”" if written else path
        parts.append(f"{left} → {label(one.type, name)}{': ' + meant if meant else ''}")
    return "; ".join(parts)[:9_000] or _("Nothing but its number and date.")
