"""Checks over the whole country every night, and alarms every minute."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="rafid.mineaction.alarms", queue="default", queueing_lock="rafid.mineaction.alarms")
def alarms(timestamp: int) -> None:
    """What came in on any way, by form, import or exchange, is told within a minute."""
    from .telling import tell_alarms

    tell_alarms()


@app.periodic(cron="*/5 * * * *")
@app.task(name="rafid.mineaction.agreed", queue="default", queueing_lock="rafid.mineaction.agreed")
def agreed(timestamp: int) -> None:
    """Ground of a shared area that was to be cancelled, when the other authority's consent has come."""
    from ..hazards.consent import release_agreed

    release_agreed()


@app.periodic(cron="30 22 * * *")
@app.task(name="rafid.mineaction.checks", queue="default", queueing_lock="rafid.mineaction.checks")
def checks(timestamp: int) -> None:
    """At 01:30 in Baghdad: a record that was right yesterday may lie on another one's ground today."""
    from .nightly import check_country

    check_country()
