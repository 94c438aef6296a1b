"""Readable numbers, unique per authority and year: ``DMA-2026-0412``, ``DMA-T-2026-0007``."""

from __future__ import annotations

from typing import Any

from django.db import connection, models


class RefNumber(models.Model):
    """The last number given, by authority, letters and year. An authority gives its own numbers on its own node only."""

    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    letters = models.CharField(max_length=4, blank=True)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "letters", "year"], name="mineaction_numbers_once")]


def short(owner: Any) -> str:
    """``IQ-DMA`` is DMA: what follows the last hyphen of the organisation's reference."""
    return str(owner.ref).rpartition("-")[2]


def written(owner: Any, letters: str, year: int, number: int) -> str:
    return "-".join(part for part in (short(owner), letters, str(year), f"{number:04}") if part)


def take(owner: Any, letters: str, year: int, count: int = 1) -> int:
    """Takes ``count`` numbers at once; answers the first of them. Others wait until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rafid_mineaction_refnumber AS n (owner_id, letters, year, last) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (owner_id, letters, year) DO UPDATE SET last = n.last + excluded.last RETURNING last",
            [owner.pk, letters, year, count],
        )
        return int(cursor.fetchone()[0]) - count + 1


def mint(model: Any, owner: Any, year: int) -> str:
    """The next free reference of a register; one that an import brought with it is passed over."""
    while True:
        ref = written(owner, model.LETTERS, year, take(owner, model.LETTERS, year))
        if not model.everything.filter(ref=ref).exists():
            return ref


def mint_many(model: Any, owner: Any, year: int, count: int) -> list[str]:
    """For bulk paths: so many references of one year by one statement."""
    refs: list[str] = []
    while len(refs) < count:
        first = take(owner, model.LETTERS, year, count - len(refs))
        some = [written(owner, model.LETTERS, year, first + at) for at in range(count - len(refs))]
        there = set(model.everything.filter(ref__in=some).values_list("ref", flat=True))
        refs += [ref for ref in some if ref not in there]
    return refs
