"""The search index: filled when a record changes, asked through the register's own visibility rule."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language

from rafid.commons.names import pick
from rafid.methods.text import fold

from .models import Record, SearchEntry, model_of
from .registers import Register, register_of_model, registers


@dataclass(frozen=True)
class Hit:
    kind: str
    title: str
    url: str


def entry_of(record: Record, register: Register) -> SearchEntry:
    names = getattr(record, "names", None)
    title = (
        names if isinstance(names, dict) and any(names.values()) else dict.fromkeys(("ar", "ckb", "en"), str(record))
    )
    words: list[str] = [record.ref, *title.values()]
    for name in register.declared.search:
        value = getattr(record, name, "")
        words.extend(value if isinstance(value, list) else [str(value or "")])
    text = " ".join(dict.fromkeys(fold(word) for word in words if word))
    return SearchEntry(
        kind=record.kind(), record_id=record.pk, title=title, url=record.get_absolute_url(), text=text[:4000]
    )


def index_record(record: Record) -> None:
    """Puts the record in the index, or takes it out when it is deleted."""
    register = register_of_model(type(record))
    if register is None:
        return
    SearchEntry.objects.filter(kind=record.kind(), record_id=record.pk).delete()
    if record.deleted_at is None:
        entry_of(record, register).save()


def index_rows(model: type[Record], rows: Iterable[Any], *, batch: int = 2000) -> int:
    """The same for many rows, set-wise; after an import. Returns how many were indexed."""
    register = register_of_model(model)
    if register is None:
        return 0
    total = 0
    for some in _chunks(rows, batch):
        SearchEntry.objects.filter(kind=register.kind, record_id__in=[row.pk for row in some]).delete()
        SearchEntry.objects.bulk_create(entry_of(row, register) for row in some if row.deleted_at is None)
        total += len(some)
    return total


def _chunks(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(rows)
    while chunk := list(itertools.islice(iterator, size)):
        yield chunk


def search(user: Any, text: str, limit: int = 20) -> list[Hit]:
    """Records whose index holds all words asked, shortest text first, of those that ``user`` may see."""
    words = fold(text).split()
    if not words:
        return []
    rule = Q()
    for word in words:
        rule &= Q(text__contains=word)
    hits: list[Hit] = []
    for register in registers():
        found = SearchEntry.objects.filter(rule, kind=register.kind)
        seen = set(
            model_of(register.kind)
            .objects.visible_to(user)
            .filter(pk__in=found.values("record_id"))
            .values_list("pk", flat=True)[: limit * 5]
        )
        best = sorted(found.filter(record_id__in=seen), key=lambda entry: (len(entry.text), entry.url))
        hits += [Hit(register.title, pick(entry.title, get_language()), entry.url) for entry in best[:limit]]
    return hits[:limit]
