"""A form's questions for those who read its answers: their labels in the reader's language, their place in rows."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rafid.commons import writing
from rafid.methods import xforms

from .facts import read_time
from .models import Form, FormVersion
from .schema import Column, Table, definition, united

_OF_NAME = {"ar": ("arabic", "العربية", "عربي"), "ckb": ("sorani", "kurdish", "کوردی"), "en": ("english",)}
_OTHERWISE = {"ckb": "ku"}
_CODE = re.compile(r"\(([a-z]{2,3})\)\s*$")
_MARKS = re.compile(r"<[^<>]{0,200}>|\*\*|__|(?<!\S)#{1,6}\s+")
_PART = re.compile(r"[-](Latitude|Longitude|Altitude|Accuracy)$")


@dataclass(frozen=True)
class Book:
    """What all published versions of a form ask, told by the newest: ``tables`` unite all of them."""

    versions: tuple[UUID, ...]
    tables: tuple[Table, ...]
    newest: UUID | None

    @property
    def main(self) -> tuple[Column, ...]:
        return self.tables[0].columns if self.tables else ()

    def column(self, name: str) -> Column | None:
        return next((one for one in self.main if one.name == name), None)

    @property
    def definition(self) -> xforms.Form | None:
        return definition(self.newest) if self.newest else None

    def field(self, path: str) -> xforms.Field | None:
        """The question of a path, of the newest version that has it."""
        for version in reversed(self.versions):
            shape = definition(version).shape_at(path)
            if shape is not None and shape.field is not None:
                return shape.field
        return None

    def title(self, column: Column) -> str:
        """A column's name for a reader: the question's label, else its name; that of a calculation, which nobody is asked and
        which mostly has no label, in words."""
        field = self.field(column.path)
        label = plain(said(field.label)) if field is not None else ""
        name = column.path.rpartition("/")[2]
        if not label and field is not None and field.calculate:
            label = _("%(name)s (calculated)") % {"name": in_words(name)}
        part = _PART.search(column.name)
        return f"{label or name}{f' · {part[1]}' if part else ''}"

    def role_words(self, form: Form, role: str, text: str) -> str:
        """What the form's question for a role (site, interviewer) says, in the words of its choices."""
        path = form.roles.get(role, "")
        return answer_words(self.field(path), text) if path and text else text

    @property
    def languages(self) -> tuple[str, ...]:
        made = self.definition
        return made.languages if made is not None else ()


def book_of(form: Form) -> Book:
    """The form's published versions, oldest first, as one book."""
    versions = tuple(
        form.versions.filter(published_at__isnull=False).order_by("published_at").values_list("pk", flat=True)
    )
    return _book(versions)


@functools.lru_cache(maxsize=64)
def _book(versions: tuple[UUID, ...]) -> Book:
    schemas = dict(FormVersion.objects.filter(pk__in=versions).values_list("pk", "schema"))
    return Book(versions, united([schemas[pk] for pk in versions]), versions[-1] if versions else None)


def language_of(languages: Sequence[str], code: str | None = None) -> str | None:
    """Which of a form's languages a reader of ``code`` reads: forms name them ``ar``, ``Arabic (ar)`` or ``العربية``."""
    code = code or get_language() or "ar"
    for one in languages:
        plain = one.strip().casefold()
        found = _CODE.search(plain)
        if (
            plain in (code, _OTHERWISE.get(code))
            or (found and found[1] == code)
            or any(name in plain for name in _OF_NAME.get(code, ()))
        ):
            return one
    return None


def said(label: Mapping[str, str], language: str | None = None) -> str:
    """A label in a language of the form, else in the reader's, else in the first that has one."""
    if language and label.get(language):
        return label[language]
    own = language_of(list(label))
    return label[own] if own and label[own] else next((text for text in label.values() if text), "")


def plain(label: str) -> str:
    """A label without the marks of its author: it is shown as text, whatever stands in it."""
    return _MARKS.sub("", label).strip()


def in_words(name: str) -> str:
    """The name of a calculation, which nobody is asked and which mostly has no label."""
    return name.replace("_", " ").strip() or name


def answer_words(field: xforms.Field | None, text: str | None, language: str | None = None) -> str:
    """An answer as a person reads it: the labels of choices instead of their names."""
    if not text or field is None or not field.choices:
        return text or ""
    labels: dict[str, Any] = {choice.value: choice.label for choice in field.choices}
    names = text.split() if field.type in ("select_multiple", "rank") else [text]
    told = [plain(said(labels[one], language)) or one if one in labels else one for one in names]
    return ("، " if _rightward(language) else ", ").join(told)


def _rightward(language: str | None) -> bool:
    """Are these labels read from right to left?"""
    code = get_language() or "ar"
    if language:
        code = next((one for one in ("ar", "ckb", "en") if language_of([language], one)), code)
    return code in ("ar", "ckb")


def words_of(field: xforms.Field, text: str, language: str | None = None) -> str:
    """An answer for people: labels of choices, days and moments in words, positions with their accuracy."""
    if not text:
        return ""
    if field.choices:
        return answer_words(field, text, language)
    if field.type == "geopoint":
        parts = text.split(" ")
        told = ", ".join(parts[:2])
        return f"{told} (±{parts[3]} m)" if len(parts) > 3 else told
    try:
        if field.type == "date":
            return (
                writing.day(date.fromisoformat(text[:10])) if len(text) >= 10 else writing.period(text.replace("-", ""))
            )
        if field.type == "dateTime":
            moment: datetime | None = read_time(text)
            return writing.moment(moment) if moment else text
        if field.type == "time":
            return time.fromisoformat(text[:8]).strftime("%H:%M")
    except ValueError:
        return text
    return text
