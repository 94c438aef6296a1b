"""Warnings come by the clock: every ten minutes, so at most so long after something changed, and when the day changes."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="*/10 * * * *")
@app.task(name="rafid.monitoring.warnings", queue="default", queueing_lock="rafid.monitoring.warnings")
def judge(timestamp: int) -> None:
    """What is unchanged is read from the kept figures, so that looking again costs little; at midnight the day changes, too."""
    from .keeping import judge_all

    judge_all()


@app.periodic(cron="30 1 * * *")
@app.task(name="rafid.monitoring.keys", queue="default", queueing_lock="rafid.monitoring.keys")
def erase(timestamp: int) -> None:
    from ..outcomes.keys import erase_keys

    erase_keys()
