"""A file of values: taken, looked at, recorded as one, undone as one.

Nothing is recorded before a person says so. Undoing writes the earlier values back, as corrections with a reason: what was
known in between stays readable. What somebody changed since is not undone, and then nothing is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons import blobs
from rafid.commons.history import because
from rafid.commons.records.change import Refused
from rafid.commons.records.tabular import TableError

from ..models import FileMapping, FileState, Series, ValueFile
from ..refusals import told
from ..values.recording import NotRecorded, Reading, record_values
from .matching import Pair, key_of, pairs_of, remember, zone_said
from .opening import open_file
from .readers import FileError, Readings

SHOWN = 500
"""Refused rows that are kept with the file; the rest is counted."""


class NotTaken(Exception):
    """The file cannot be read. ``zone``: it must be said in which zone its times are; ``found``: it is no such file."""

    def __init__(self, sentence: str, *, zone: bool = False, found: bool = False) -> None:
        super().__init__(sentence)
        self.zone, self.found = zone, found


@dataclass(frozen=True)
class Looked:
    """A file as it reads now."""

    found: Readings
    pairs: list[Pair]


def receive(file: Any, *, name: str, owner: Any, by: Any, zone: str = "") -> ValueFile:
    """Keep a file and read it once. Raises ``NotTaken`` and then leaves nothing behind."""
    staged = blobs.stage(file)
    try:
        grid = _gridded(staged.temporary)
        if grid:
            from ..terrain.record_grid import keep_grid

            staged.keep()
            return keep_grid(staged.blob.sha256, kind=grid, name=name, owner=owner, by=by)
        found = _read(staged.temporary, name, owner, zone)
    except NotTaken:
        staged.drop()
        raise
    staged.keep()
    with told(ValueFile), because("file of values received"):
        mapping = FileMapping.objects.filter(owner=owner, kind=found.kind, zone=zone).first() if zone else None
        return ValueFile.objects.create(
            name=name[:255],
            kind=found.kind,
            sha256=staged.blob.sha256,
            owner=owner,
            made_by=by,
            mapping=mapping,
            refused=_told(found),
            questions=[{"zone": zone}] if zone else [],
        )


def _gridded(path: Any) -> str:
    """The kind of a file of cells; empty for a file of stations, and what is none of both is for its reader to say."""
    from ..terrain.rasters import NotTaken as NoGrid
    from ..terrain.record_grid import grid_kind

    try:
        return grid_kind(path)
    except NoGrid as error:
        raise NotTaken(str(error), found=error.found) from error
    except FileError:
        return ""


def zone_of(row: ValueFile) -> str:
    return next((one["zone"] for one in row.questions if "zone" in one), "")


def look(row: ValueFile, user: Any) -> Looked:
    """The file read anew, and what its stations are taken for. Raises ``NotTaken``."""
    found = _read(blobs.path_of(row.sha256), row.name, row.owner, zone_of(row))
    return Looked(found, pairs_of(found, user, row.owner))


def _read(path: Any, name: str, owner: Any, zone: str) -> Readings:
    try:
        return open_file(path, name=name, zone=zone or None, today=timezone.localdate())
    except FileError as error:
        if error.code == "zone_not_said":
            before = "" if zone else _remembered(owner, path)
            if before:
                return _read(path, name, owner, before)
            raise NotTaken(error.text(_), zone=True) from error
        raise NotTaken(error.text(_), found=error.wrong_kind) from error
    except TableError as error:
        raise NotTaken(error.text(_), found=True) from error
    except OSError as error:
        raise NotTaken(_("The file is not in the store any more. Send it again.")) from error


def _remembered(owner: Any, path: Any) -> str:
    from .readers import kind_of

    with path.open("rb") as file:
        head = file.read(65_536)
    try:
        kind = kind_of(head)
    except FileError:
        kind = "table"
    return zone_said(owner, kind)


def _told(found: Readings) -> list[dict[str, Any]]:
    return [{"row": one.row, "reason": one.text(_)} for one in found.refused[:SHOWN]]


def apply(row: ValueFile, *, chosen: dict[str, Series], by: Any, reason: str = "") -> ValueFile:
    """Record the values of the chosen stations in one transaction; the rows that cannot be recorded are named and left out.
    What was chosen is remembered. Raises ``Refused`` where nothing can be recorded, and ``NotTaken``."""
    found = look(row, by).found
    with told(ValueFile), because(reason or "file of values recorded"):
        row = ValueFile.objects.select_for_update().get(pk=row.pk)
        if row.state != FileState.READ:
            raise Refused(_("This file was taken in already. Undo it first, or send the new one."))
        rows = [one for one in found.rows if key_of(one) in chosen]
        if not rows:
            raise Refused(_("No station of the file has a series yet. Choose one."))

        def readings() -> Iterator[Reading]:
            for number, one in enumerate(rows):
                quality = 3 if one.doubt == "questionable" else None
                yield Reading(chosen[key_of(one)].pk, one.time, one.value, number, quality)

        done, refused = _recorded(readings, len(rows), row, by=by, reason=reason)
        row.mapping = remember(found, row.owner, chosen, zone=zone_of(row), by=by)
        row.accepted, row.replaced, row.same = done.accepted, done.replaced, done.same
        row.refused = [*_told(found), *({"row": rows[one.row].row, "reason": one.reason} for one in refused)][:SHOWN]
        row.state, row.known_from = FileState.APPLIED, done.known_from
        row.save()
    return row


def _recorded(
    readings: Callable[[], Iterator[Reading]], count: int, row: ValueFile, *, by: Any, reason: str
) -> tuple[Any, list[Any]]:
    """Recorded without the rows that are refused, which are named. Three looks are enough: what is wrong by itself, what
    contradicts what stands, and what became wrong meanwhile. The ``count`` readings are made for each look, and not kept."""
    refused: list[Any] = []
    out: set[int] = set()
    for _look in range(3):
        try:
            with transaction.atomic():
                left = (one for one in readings() if one.row not in out)
                return record_values(left, user=by, origin=f"import:{row.pk}", reason=reason), refused
        except NotRecorded as wrong:
            refused += wrong.problems
            out |= {one.row for one in wrong.problems}
            if not wrong.problems or len(out) == count:
                break
    said = "; ".join(dict.fromkeys(one.reason for one in refused))[:600]
    raise Refused(_("No row of the file can be recorded: %(reasons)s") % {"reasons": said})


_WRITTEN = """
SELECT v.series_id, v.time, v.known_from, before.value, before.quality,
       (SELECT max(w.known_from) FROM rafid_rivers_value w WHERE w.series_id = v.series_id AND w.time = v.time) AS last
FROM rafid_rivers_value v
LEFT JOIN LATERAL (
    SELECT value, quality FROM rafid_rivers_value w
    WHERE w.series_id = v.series_id AND w.time = v.time AND w.known_from < v.known_from ORDER BY known_from DESC LIMIT 1
) before ON true
WHERE v.origin_ref = %(origin)s AND v.known_from = %(known)s AND v.series_id = ANY(%(series)s)
ORDER BY v.series_id, v.time
"""


def undo(row: ValueFile, *, by: Any, reason: str) -> ValueFile:
    """Write back what stood before the file. Raises ``Refused`` for a file that is not recorded, and for one of whose values
    some were changed since."""
    if not reason.strip():
        raise Refused(_("Say why the file is undone."))
    with told(ValueFile), because(reason):
        row = ValueFile.objects.select_for_update().get(pk=row.pk)
        if row.state != FileState.APPLIED:
            raise Refused(_("This file is not taken in, so there is nothing to undo."))
        made = _became(row)
        written = [] if made else _written(row)
        changed = [one for one in written if one[5] != one[2]]
        if changed:
            raise Refused(
                _("%(count)s values of this file were changed since, the first at %(time)s. Correct them one by one.")
                % {"count": len(changed), "time": f"{changed[0][1]:%Y-%m-%d %H:%M}Z"}
            )
        back = [
            Reading(series, time, value, number, quality)
            for number, (series, time, _known, value, quality, _last) in enumerate(written)
        ]
        if made:
            _take_back(made, reason)
        else:
            record_values(back, user=by, origin=f"undo:{row.pk}", reason=reason)
        row.state, row.undone_at, row.undone_by = FileState.UNDONE, timezone.now(), by
        row.save()
    return row


def _became(row: ValueFile) -> Any:
    """The map or the grid of heights that a picture became: it has no values to undo."""
    from ..terrain.pictures import became

    return became(row)


def _take_back(made: Any, reason: str) -> None:
    from ..terrain.pictures import take_back

    take_back(made, reason=reason)


def _written(row: ValueFile) -> list[Any]:
    series = [one["series"] for one in row.mapping.columns.values()] if row.mapping else []
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, {"origin": f"import:{row.pk}", "known": row.known_from, "series": series})
        return list(cursor.fetchall())
