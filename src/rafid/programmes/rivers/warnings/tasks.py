"""Warnings end by themselves when their time is over."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="*/5 * * * *")
@app.task(name="rafid.rivers.warnings", queue="default", queueing_lock="rafid.rivers.warnings")
def expire(timestamp: int) -> None:
    from .acting import expire_due

    expire_due()
