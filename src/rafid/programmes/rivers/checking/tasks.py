"""Checks by the clock: each hour, twenty minutes after it, when readings of the hour are in."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="20 * * * *")
@app.task(name="rafid.rivers.checks", queue="default", queueing_lock="rafid.rivers.checks")
def every_hour(timestamp: int) -> None:
    from .regular import check_all

    check_all()
