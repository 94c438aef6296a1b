"""Periods: what a figure is about. Canonical forms are 2026, 2026Q1, 202609 and 2026W5 (ISO weeks)."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from .cells import is_missing, plain, refuse_errors
from .dates import FIRST_YEAR, LAST_YEAR
from .errors import CellError
from .months import take_marker, take_month, words

_YEAR = r"(?P<year>\d{4})"
_MONTH = r"(?P<month>1[0-2]|0?[1-9])"
_FORMS = [
    re.compile(form + r"\Z", re.I | re.ASCII)
    for form in (
        _YEAR,
        _YEAR + r"\s*[-/. ]\s*" + _MONTH,
        _YEAR + r"(?P<month>0[1-9]|1[0-2])",
        _MONTH + r"\s*[-/. ]\s*" + _YEAR,
        _YEAR + r"\s*[-/. ]?\s*Q(?:uarter)?\s*(?P<quarter>[1-4])",
        r"Q(?:uarter)?\s*(?P<quarter>[1-4])\s*[-/., ]?\s*" + _YEAR,
        r"(?P<quarter>[1-4])\s*Q\s*[-/. ]?\s*" + _YEAR,
        _YEAR + r"\s*[-/. ]?\s*W(?:eek|k)?\s*(?P<week>\d{1,2})",
        r"W(?:eek|k)?\s*(?P<week>\d{1,2})\s*[-/., ]?\s*" + _YEAR,
    )
]
_DAY = re.compile(
    r"\d{4}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*(\d{1,2})|\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{4}|\d{8}", re.ASCII
)

_QUARTER_WORDS = ("ربع", "الربع", "الفصل", "چارەک", "چارەکی", "وەرزی", "quarter", "qtr", "q")
_WEEK_WORDS = ("أسبوع", "الأسبوع", "اسبوع", "هەفتە", "هەفتەی", "week", "wk", "w")
_ORDINALS = (
    ("الأول", "الاولى", "یەکەم", "یەکەمی", "first", "1st", "i"),
    ("الثاني", "الثانية", "دووەم", "دووەمی", "second", "2nd", "ii"),
    ("الثالث", "الثالثة", "سێیەم", "سێیەمی", "third", "3rd", "iii"),
    ("الرابع", "الرابعة", "چوارەم", "چوارەمی", "fourth", "4th", "iv"),
)


@cache
def _words() -> tuple[frozenset[str], frozenset[str], dict[str, int]]:
    ordinals = {words(word): number for number, spellings in enumerate(_ORDINALS, start=1) for word in spellings}
    return frozenset(map(words, _QUARTER_WORDS)), frozenset(map(words, _WEEK_WORDS)), ordinals


def parse_period(cell: Any) -> str | None:
    """The canonical period of the cell; None where it is empty. A date on the first of a month stands for that month,
    since spreadsheets store "Sep 2026" so. Raises ``CellError``.
    """
    if cell is None:
        return None
    if isinstance(cell, str):
        return _parse_text(cell) if len(cell) <= 100 else _refuse(cell)
    if isinstance(cell, CellError):
        raise cell
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        if cell.day != 1:
            raise CellError("period_is_a_day", value=cell)
        return _period(cell, cell.year, month=cell.month)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 < cell < 1e8 and cell == int(cell):
        return _parse_text(str(int(cell)))
    return _refuse(cell)


def _refuse(cell: Any) -> str | None:
    raise CellError("not_a_period", value=cell)


@lru_cache(maxsize=16_384)
def _parse_text(cell: str) -> str | None:
    text = plain(cell)
    if is_missing(text):
        return None
    refuse_errors(cell, text)
    for form in _FORMS:
        found = form.match(text)
        if found:
            return _period(cell, int(found["year"]), **{k: int(v) for k, v in found.groupdict().items() if k != "year"})
    if found := _DAY.fullmatch(text):
        if found[1] and int(found[1]) == 1:
            return _parse_text(text[: found.start(1)].rstrip("-/. "))
        raise CellError("period_is_a_day", value=cell)
    return _in_words(cell, words(text))


def _in_words(cell: str, text: str) -> str | None:
    month = take_month(text)
    if month and month[0] == "gregorian":
        marker, rest = take_marker(month[2].replace("|", " "))
        if marker in (None, "gregorian") and rest.isdigit() and len(rest) in (2, 4):
            year = int(rest) if len(rest) == 4 else 2000 + int(rest) if int(rest) < 50 else 1900 + int(rest)
            return _period(cell, year, month=month[1])
        numbers = rest.split()
        if len(numbers) == 2 and all(number.isdigit() for number in numbers):
            raise CellError("period_is_a_day", value=cell)
        return _refuse(cell)
    quarters, weeks, ordinals = _words()
    _, rest = take_marker(text)
    kinds: set[str] = set()
    years: list[int] = []
    given: list[int] = []
    for word in rest.split():
        if word in quarters or word in weeks:
            kinds.add("quarter" if word in quarters else "week")
        elif word.isdigit() and len(word) == 4:
            years.append(int(word))
        elif word.isdigit():
            given.append(int(word))
        elif word in ordinals:
            given.append(ordinals[word])
        else:
            return _refuse(cell)
    if len(years) == 1 and not kinds and not given:
        return _period(cell, years[0])
    if len(years) != 1 or len(given) != 1 or len(kinds) != 1:
        return _refuse(cell)
    return _period(cell, years[0], **{kinds.pop(): given[0]})


def _period(
    cell: Any, year: int, *, month: int | None = None, quarter: int | None = None, week: int | None = None
) -> str:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellError("date_out_of_range", value=cell, first=FIRST_YEAR, last=LAST_YEAR)
    if month is not None:
        return f"{year}{month:02d}"
    if quarter is not None:
        if not 1 <= quarter <= 4:
            raise CellError("not_a_period", value=cell)
        return f"{year}Q{quarter}"
    if week is not None:
        # 28 December always lies in the last ISO week of its year.
        if not 1 <= week <= date(year, 12, 28).isocalendar().week:
            raise CellError("no_such_day", value=cell)
        return f"{year}W{week}"
    return str(year)
