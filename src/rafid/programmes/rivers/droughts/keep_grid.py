"""A file of gridded months becomes a grid: its content as one array in the store, its place and months in a row."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from rafid.commons import blobs
from rafid.commons.history import because
from rafid.commons.records.change import Refused

from ..models import DroughtGrid
from ..refusals import told
from .grid_files import GridFile, Shape, grid_file


def keep_grid(
    path: Path, *, code: str, names: dict[str, str], source: str, owner: Any, by: Any = None, sensitivity: int = 0,
    file_name: str = "", made_up: bool = False, replaces: DroughtGrid | None = None,
) -> DroughtGrid:  # fmt: skip
    """Reads the file whole, block by block, and keeps it. Raises ``FileError`` and then leaves nothing behind; ``Refused``
    where the code is taken or what it replaces lies elsewhere."""
    with path.open("rb") as file:
        came = blobs.stage(iter(lambda: file.read(1 << 20), b""))
    kept = None
    try:
        with grid_file(path) as found:
            shape = found.shape
            kept = blobs.stage(_array(found, shape))
        if replaces is not None and (replaces.columns, replaces.rows) != (shape.columns, shape.rows):
            raise Refused(_("The grid that it replaces has other cells. Keep it under a code of its own."))
        came.keep()
        kept.keep()
    finally:
        came.drop()
        if kept is not None:
            kept.drop()
    with told(DroughtGrid), because("grid of months read"):
        return DroughtGrid.objects.create(
            code=code,
            **{f"name_{language}": text for language, text in names.items()},
            file_name=(file_name or path.name)[:255],
            sha256=came.blob.sha256,
            kept=kept.blob.sha256,
            variables=list(shape.variables),
            pet_from=shape.pet_from,
            west=shape.west,
            north=shape.north,
            cell_x=shape.cell_x,
            cell_y=shape.cell_y,
            columns=shape.columns,
            rows=shape.rows,
            first_month=shape.first,
            months=shape.months,
            source_text=source[:300],
            made_up=made_up,
            replaces=replaces,
            owner=owner,
            made_by=by,
            sensitivity=sensitivity,
        )


def _array(found: GridFile, shape: Shape) -> Iterator[bytes]:
    """The bytes of a file as numpy writes it, block by block."""
    head = io.BytesIO()
    size = (len(shape.variables), shape.rows, shape.columns, shape.months)
    np.lib.format.write_array_header_1_0(head, {"descr": "<f8", "fortran_order": False, "shape": size})
    yield head.getvalue()
    for variable in shape.variables:
        for block in found.blocks(variable):
            yield np.ascontiguousarray(block, "<f8").tobytes()


def months_of(grid: DroughtGrid) -> Any:
    """The array (variables, rows, columns, months), read from the store where it is touched only."""
    return np.load(blobs.path_of(grid.kept), mmap_mode="r")
