"""Forecasts by the clock: every six hours for every active model."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="40 3,9,15,21 * * *")
@app.task(name="rafid.rivers.forecasts", queue="default", queueing_lock="rafid.rivers.forecasts")
def every_six_hours(timestamp: int) -> None:
    """At 06:40, 12:40, 18:40 and 00:40 in Baghdad, after the readings."""
    from .scheduled import queue_all

    queue_all()


@app.periodic(cron="*/10 * * * *")
@app.task(name="rafid.rivers.forecasts.dead", queue="default", queueing_lock="rafid.rivers.forecasts.dead")
def dead(timestamp: int) -> None:
    from .running import close_dead

    close_dead()


@app.periodic(cron="25 4 * * *")
@app.task(name="rafid.rivers.forecasts.scores", queue="default", queueing_lock="rafid.rivers.forecasts.scores")
def scores(timestamp: int) -> None:
    """Each morning, when yesterday is over and read."""
    from .scheduled import score_all

    score_all()
