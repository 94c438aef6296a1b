"""Consent that has a last day ends by the clock: nothing comes from the giver that day."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="5 * * * *")
@app.task(name="rafid.rivers.withheld", queue="default", queueing_lock="rafid.rivers.withheld")
def consent_over(timestamp: int) -> None:
    """Each hour, so that what must be closed stays open no longer than that."""
    from .withheld import close_what_is_withheld

    close_what_is_withheld()
