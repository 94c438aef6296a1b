"""Work of the catalogue that comes by the clock."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="30 4 * * *")
@app.task(name="rafid.products.overdue", queue="default", queueing_lock="rafid.products.overdue")
def overdue(timestamp: int) -> None:
    """At 07:30 in Baghdad: datasets that did not come."""
    from .overdue import tell_overdue

    tell_overdue()
