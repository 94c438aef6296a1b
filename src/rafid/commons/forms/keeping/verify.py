"""Proof that nothing was removed or changed: every form's chain of hashes, and every file that a record names.

Flat memory, however much there is: rows come through a cursor, files in pieces. An erased version keeps its hashes, so that
the chain goes through it; it is told as erased, not broken. A tail that was cut off leaves a chain that is whole: write the
heads down (``Verified.heads``) at another place, and compare with them later (``since``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import Count

from rafid.commons import blobs

from ..models import Attachment, Form, FormFile

_AT_ONCE = 2000


@dataclass(frozen=True)
class Fault:
    """``form``: its xform_id, '' for files. ``what`` names the fault; ``where`` is a number in the chain, an identity or a
    hash."""

    form: str
    what: str
    where: str
    sentence: str


@dataclass
class Verified:
    forms: int = 0
    versions: int = 0
    erased: int = 0
    files: int = 0
    bytes: int = 0
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    faults: int = 0


def verify(
    tell: Callable[[Fault], None], *, since: Mapping[str, tuple[int, str]] | None = None, files: bool = True
) -> Verified:
    """Walks everything and tells each fault as it is found. ``since``: heads that were written down before."""
    found = Verified()

    def count(faults: Iterable[Fault]) -> None:
        for fault in faults:
            found.faults += 1
            tell(fault)

    with transaction.atomic():
        with connection.cursor() as cursor:
            # One state for all: what arrives meanwhile is for the next time. Inside another transaction it has its own.
            if not connection.savepoint_ids:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for form in Form.objects.order_by("xform_id").only("pk", "xform_id"):
            found.forms += 1
            count(_chain(form, found, (since or {}).get(form.xform_id)))
            count(_rows(form))
        count(_lost_forms(since or {}, found))
        if files:
            count(_files(found))
    return found


def _chain(form: Form, found: Verified, known: tuple[int, str] | None) -> Iterator[Fault]:
    """One form's versions in the order of their arrival."""

    def fault(what: str, where: object, sentence: str) -> Fault:
        return Fault(form.xform_id, what, str(where), sentence)

    expected, previous, seen = 1, b"", known is None
    for number, instance, sha256, whole, gone, purged, before, chain in _versions(form):
        found.versions += 1
        if number != expected:
            missing = f"{expected}" if number == expected + 1 else f"{expected} to {number - 1}"
            yield fault("missing", missing, f"Number {missing} of the chain is not there: something was removed.")
            previous = before
        expected = number + 1
        if before != previous:
            yield fault("order", number, f"{instance}: it does not follow the one before it.")
        if hashlib.sha256(before + sha256 + instance.encode()).digest() != chain:
            yield fault("chain", number, f"{instance}: its link in the chain is not that of its hash and identity.")
        if purged and gone:
            found.erased += 1
        elif gone:
            yield fault("lost", number, f"{instance}: the answers are gone, and no erasure is recorded.")
        elif not whole:
            yield fault("changed", number, f"{instance}: the answers are not those that were received.")
        if known is not None and number == known[0]:
            seen = True
            if chain.hex() != known[1]:
                yield fault("head", number, "The chain is another than the one that was written down.")
        previous = chain
    if expected > 1:
        found.heads[form.xform_id] = (expected - 1, previous.hex())
    if not seen and known is not None:
        yield fault(
            "cut", known[0], f"The chain was {known[0]} long when it was written down; now it ends at {expected - 1}."
        )


def _versions(form: Form) -> Iterator[tuple[int, str, bytes, bool, bool, bool, bytes, bytes]]:
    """The server hashes the answers itself: they need not leave it."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT chain_number, instance_id, sha256, sha256(xml) = sha256, xml IS NULL, purged_at IS NOT NULL,"
            " previous_hash, chain FROM rafid_forms_submissionversion"
            " WHERE form_id = %s AND draft_id IS NULL ORDER BY chain_number NULLS FIRST",
            [form.pk],
        )
        while rows := cursor.fetchmany(_AT_ONCE):
            for number, instance, sha256, whole, gone, purged, before, chain in rows:
                yield (
                    number or 0,
                    instance,
                    bytes(sha256),
                    bool(whole),
                    gone,
                    purged,
                    bytes(before or b""),
                    bytes(chain or b""),
                )


def _rows(form: Form) -> Iterator[Fault]:
    """Answers that are there without the rows that lists and exports read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.chain_number, v.instance_id FROM rafid_forms_submissionversion v"
            " WHERE v.form_id = %s AND v.draft_id IS NULL AND v.xml IS NOT NULL AND NOT EXISTS ("
            "  SELECT 1 FROM rafid_forms_row r WHERE r.submission_version_id = v.id AND r.table = 0)"
            " ORDER BY v.chain_number LIMIT 1000",
            [form.pk],
        )
        for number, instance in cursor.fetchall():
            yield Fault(
                form.xform_id, "rows", str(number), f"{instance}: its rows are missing. manage rebuild_rows makes them."
            )


def _lost_forms(since: Mapping[str, tuple[int, str]], found: Verified) -> Iterator[Fault]:
    there = set(Form.objects.values_list("xform_id", flat=True))
    for name, (number, _chain) in since.items():
        if name not in there:
            yield Fault(name, "form", str(number), f"The form is gone, with the {number} versions that it had.")


def _files(found: Verified) -> Iterator[Fault]:
    """Every file that a record names, once each, by its hash."""
    for sha256, names in named_blobs():
        found.files += 1
        path = blobs.path_of(sha256)
        if not path.exists():
            yield Fault("", "file", sha256, f"A file is missing that {names} records name.")
        elif not blobs.is_whole(sha256):
            yield Fault("", "file", sha256, f"A file was changed that {names} records name.")
        else:
            found.bytes += path.stat().st_size


def named_blobs() -> Iterator[tuple[str, int]]:
    """Hash of each file that some record names, and how many do, in the order of hashes."""
    attached = Attachment.objects.filter(sha256__isnull=False).values("sha256").annotate(n=Count("pk"))
    of_forms = FormFile.objects.filter(sha256__isnull=False).values("sha256").annotate(n=Count("pk"))
    both = (
        attached.order_by().values_list("sha256", "n").union(of_forms.order_by().values_list("sha256", "n"), all=True)
    )
    before, names = "", 0
    for sha256, n in both.order_by("sha256").iterator(chunk_size=_AT_ONCE):
        if sha256 != before:
            if before:
                yield before, names
            before, names = sha256, 0
        names += n
    if before:
        yield before, names


def known_blobs(hashes: list[str]) -> set[str]:
    """Those of some hashes that records name; what the sweep asks."""
    named: set[str] = set(Attachment.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))  # type: ignore[arg-type]
    named |= set(FormFile.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))  # type: ignore[arg-type]
    return named
