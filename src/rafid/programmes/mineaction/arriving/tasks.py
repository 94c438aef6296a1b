"""The lists for forms, every hour: an authority that begins to keep hazards finds them made."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="17 * * * *")
@app.task(name="rafid.mineaction.form-lists", queue="default", queueing_lock="rafid.mineaction.form-lists")
def form_lists(timestamp: int) -> None:
    from django.db import transaction

    from .lists import refresh_all

    with transaction.atomic():
        refresh_all()
