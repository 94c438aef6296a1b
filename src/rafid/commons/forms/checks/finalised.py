"""Answers that became others after the form had been finalised, as audit.csv tells where it holds values."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .batch import Batch, Found
from .measures import changed_paths

_POSITION = re.compile(r"\[[0-9]+\]")


def run(batch: Batch) -> Iterable[Found]:
    for pk, paths in batch.once(changed_paths).items():
        for path in paths:
            yield batch.found("changed_after_finalise", batch.visits[pk], path=path, field=_POSITION.sub("", path))
