"""Work on findings that comes by the clock."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="rafid.monitoring.critical", queue="default", queueing_lock="rafid.monitoring.critical")
def critical(timestamp: int) -> None:
    """Critical findings are told within minutes, on whatever way they came."""
    from .telling import tell_critical

    tell_critical()


@app.periodic(cron="0 4 * * *")
@app.task(name="rafid.monitoring.deadlines", queue="default", queueing_lock="rafid.monitoring.deadlines")
def deadlines(timestamp: int) -> None:
    """At 07:00 in Baghdad: what is due until tomorrow, and what is overdue."""
    from .telling import remind

    remind()
