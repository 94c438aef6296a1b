"""Files that answers name and that have not come, a day after the answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from rafid.commons.forms.models import Attachment

from .batch import Batch, Found
from .places import file_paths


def run(batch: Batch) -> Iterable[Found]:
    since = batch.now - timedelta(hours=batch.limits["attachment_hours"])
    awaited = Attachment.objects.filter(
        submission__form=batch.form, sha256=None, replaced_by=None, submission__received_at__lt=since
    )
    if batch.part:
        awaited = awaited.filter(submission__in=batch.ids)
    missing = [(pk, name) for pk, name in awaited.values_list("submission", "name") if pk in batch.visits]
    paths = file_paths(batch, [batch.visits[pk].version for pk, _name in missing])
    for pk, name in missing:
        visit = batch.visits[pk]
        where = paths.get((visit.version, name))
        if where is not None:
            yield batch.found(
                "missing_attachment",
                visit,
                path=where[0],
                field=where[1],
                expected=name,
                evidence={"name": name, "hours": batch.limits["attachment_hours"]},
            )
