"""The clock of schedules."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="*/5 * * * *")
@app.task(name="rafid.products.schedules", queue="default", queueing_lock="rafid.products.schedules")
def schedules(timestamp: int) -> None:
    """Begins the editions that are due."""
    from .schedule import run_due

    run_due()
