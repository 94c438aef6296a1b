"""The month's figures, recorded by the clock when the month is over."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="50 4 3 * *")
@app.task(name="rafid.rivers.indicators", queue="default", queueing_lock="rafid.rivers.indicators")
def month_over(timestamp: int) -> None:
    """On the third, for the month before: readings of its last days have come."""
    from .record_figures import record_months

    record_months(1)
