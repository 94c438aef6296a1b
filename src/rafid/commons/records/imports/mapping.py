"""Which column of the file is which column of the import: remembered, else recognised, else asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import get_language_bidi, gettext_noop
from django.utils.translation import gettext as _

from rafid.commons.names import in_three, pick
from rafid.commons.places.matching import PlaceMatcher
from rafid.commons.programme import Column

from ..models import ImportRun, RememberedMapping
from ..tabular import Table, column_name
from ..tabular.columns import recognise
from .messages import sentence
from .places import stem_of, two_ways
from .preview import as_written
from .rows import plain
from .sources import COLUMN as SOURCE
from .sources import by_row, missing_source
from .targets import Target

_SAMPLES = 50
REST_HEADINGS = (gettext_noop("Row in the file"), gettext_noop("What is wrong"))
"""The two columns that the file of rows with problems has more than the one that it comes from."""


class MappingError(Exception):
    """The mapping cannot be used; the message says why and what to do. ``columns`` are the codes that it speaks of."""

    def __init__(self, message: str, columns: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.columns = tuple(columns)


@dataclass(frozen=True)
class Suggested:
    """``position`` of the file's column for one of the import's, or None; ``reason`` hxl, name, code, synonym, similar,
    content, remembered or none."""

    column: Column
    position: int | None
    reason: str
    score: float


def fingerprint(header: Sequence[str]) -> str:
    """Of the column names, whatever their spacing, case and spelling variants.

    The file of rows with problems, corrected and sent again, is like the one that it comes from.
    """
    from rafid.methods.text import fold

    folded = [fold(name) for name in header]
    if len(folded) > 2 and folded[-2] in map(fold, in_three(REST_HEADINGS[0]).values()):
        folded = folded[:-2]
    return hashlib.sha256("\x1f".join(folded).encode()).hexdigest()


def suggest(table: Table, target: Target) -> list[Suggested]:
    """One suggestion per column of the import, in its order."""
    remembered = RememberedMapping.objects.filter(target=target.code, fingerprint=fingerprint(table.header)).first()
    if remembered:
        columns = remembered.mapping.get("columns", {})
        return [
            Suggested(column, _within(columns.get(column.code), table.header), "remembered", 1.0)
            for column in target.columns
        ]
    samples = [row.cells for row in islice(table.rows(), _SAMPLES)]
    guesses = recognise(table.header, target.columns, hxl=table.hxl, samples=samples)
    by_code = {guess.column_code: guess for guess in guesses if guess.column_code}
    found = []
    for column in target.columns:
        guess = by_code.get(column.code)
        found.append(
            Suggested(column, guess.index, guess.reason, guess.score) if guess else Suggested(column, None, "none", 0.0)
        )
    return _one_way(found, table.header, samples, target)


def _one_way(found: list[Suggested], header: Sequence[str], samples: Sequence[Any], target: Target) -> list[Suggested]:
    """Of two columns that name districts in two ways, the one whose heading says which way it is."""
    found = [_by_own_code(one, found, header, samples) for one in found]
    at = {one.column.code: one.position for one in found if one.position is not None}
    ways = two_ways(target, at)
    if ways is None or not _names_division(header[at[ways[0].code]], ways[0]):
        return found
    return [Suggested(one.column, None, "none", 0.0) if one.column.code == ways[1].code else one for one in found]


def _by_own_code(
    one: Suggested, found: Sequence[Suggested], header: Sequence[str], samples: Sequence[Any]
) -> Suggested:
    """For a place column of a division of its own that no name fits: the column that is headed by that division and
    holds its codes."""
    column = one.column
    if one.position is not None or column.kind != "place" or not column.divisions:
        return one
    used = {other.position for other in found}
    for at, heading in enumerate(header):
        cells = [as_written(plain(row[at])) for row in samples if at < len(row)]
        if at not in used and _names_division(heading, column) and any(cells):
            matcher = PlaceMatcher(levels=column.levels, divisions=column.divisions)
            if all(decision.certain for decision in matcher.match_many([cell for cell in cells if cell])):
                return Suggested(column, at, "content", 0.5)
    return one


def _names_division(heading: str, column: Column) -> bool:
    from rafid.methods.text import fold

    return any(fold(stem_of(division)) in fold(heading) for division in column.divisions)


def _within(position: Any, header: Sequence[str]) -> int | None:
    return position if isinstance(position, int) and 0 <= position < len(header) else None


def remembered_reading(table: Table, target: Target) -> dict[str, Any]:
    """How the columns of such a file were read last time (calendar, order of day and month)."""
    remembered = RememberedMapping.objects.filter(target=target.code, fingerprint=fingerprint(table.header)).first()
    return dict(remembered.mapping.get("reading") or {}) if remembered else {}


def remembered_fixed(table: Table, target: Target) -> dict[str, str]:
    """What stood for all rows last time. To be looked at, never taken unseen: the next file may be of another year."""
    remembered = RememberedMapping.objects.filter(target=target.code, fingerprint=fingerprint(table.header)).first()
    return dict(remembered.mapping.get("fixed") or {}) if remembered else {}


def choose(
    run: ImportRun,
    target: Target,
    mapping: Mapping[str, int | None],
    *,
    fixed: Mapping[str, str] | None = None,
    reading: Mapping[str, Any] | None = None,
) -> None:
    """Notes the mapping (column code → position in the file) and what holds for all rows. The run is not saved.

    Raises ``MappingError`` where a needed column has neither, where one column of the file is used twice, or where
    something is not there.
    """
    known = {column.code: column for column in target.columns}
    chosen: dict[str, int] = {}
    for code, position in mapping.items():
        if code not in known:
            raise MappingError(_("This import has no column “%(column)s”.") % {"column": code[:80]})
        if position is None:
            continue
        if not 0 <= position < len(run.header):
            raise MappingError(_("The file has no column %(position)s.") % {"position": position + 1})
        if position in chosen.values():
            other = next(code for code, at in chosen.items() if at == position)
            raise MappingError(
                _("Column %(letter)s of the file is chosen for both “%(one)s” and “%(other)s”. Choose it once.")
                % {"letter": column_name(position), "one": pick(known[other].names), "other": pick(known[code].names)},
                (other, code),
            )
        chosen[code] = position
    values = {code: str(value).strip() for code, value in (fixed or {}).items() if code in known and str(value).strip()}
    missing = [
        column.code
        for column in target.columns
        if column.required and column.default is None and column.code not in chosen and column.code not in values
    ]
    if missing:
        raise MappingError(
            _("Choose the column of the file for %(columns)s, or write one value for all rows.")
            % {"columns": ("، " if get_language_bidi() else ", ").join(pick(known[code].names) for code in missing)},
            missing,
        )
    if missing_source(run, target, chosen, values):
        if not by_row(target):
            raise MappingError(
                _("This file came without its source. Send it again and write where its figures come from.")
            )
        raise MappingError(
            _(
                "Say where these figures come from: choose the column of their source, or write one source for all rows."
            ),
            [SOURCE],
        )
    for code, value in values.items():
        if code not in chosen:
            _must_be_readable(known[code], value, target, (reading or {}).get(code))
    run.mapping = chosen
    run.options = {**run.options, "fixed": values, "reading": dict(reading or {})}


def _must_be_readable(column: Column, value: str, target: Target, reading: Any) -> None:
    """One value for all rows that nobody can read would be a problem in every row."""
    from .cells import Cells
    from .rows import field_of

    found = Cells(column, [value], reading=reading, model_field=field_of(target, column.code)).read([value])
    if found.problems:
        code, params = found.problems[0]
        raise MappingError(f"{pick(column.names)}: {sentence({'code': code, 'params': params}, target)}", [column.code])


def choose_as_suggested(run: ImportRun, target: Target, table: Table, overrides: Mapping[str, Any]) -> None:
    """For the command line and the API: the suggestions, but for the columns that ``overrides`` names.

    An override is the name of a column of the file, its letter, its position from 0, or None for no column. Raises
    ``MappingError``.
    """
    mapping: dict[str, int | None] = {one.column.code: one.position for one in suggest(table, target)}
    for code, wanted in overrides.items():
        position = None if wanted is None else position_of(table.header, wanted)
        mapping = {name: None if at == position else at for name, at in mapping.items()}
        mapping[code] = position
    choose(
        run,
        target,
        mapping,
        fixed=run.options.get("fixed"),
        reading=run.options.get("reading") or remembered_reading(table, target),
    )


def position_of(header: Sequence[str], wanted: Any) -> int:
    """Raises ``MappingError`` where the file has no such column."""
    from rafid.methods.text import fold

    if isinstance(wanted, int) and not isinstance(wanted, bool) and 0 <= wanted < len(header):
        return wanted
    text = str(wanted)
    for alike in (str, str.casefold, fold):
        found = [at for at, name in enumerate(header) if alike(name) == alike(text)]
        if len(found) == 1:
            return found[0]
    letters = [at for at in range(len(header)) if column_name(at) == text.upper()]
    if letters:
        return letters[0]
    raise MappingError(
        _("The file has no column “%(wanted)s”. Its columns are: %(columns)s.")
        % {"wanted": text[:80], "columns": "، ".join(name for name in header if name)}
    )
