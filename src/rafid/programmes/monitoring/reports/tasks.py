"""Work on reports that comes by the clock, or after one became final."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="5 4 * * *")
@app.task(name="rafid.monitoring.comments", queue="default", queueing_lock="rafid.monitoring.comments")
def comments_over(timestamp: int) -> None:
    """At 07:05 in Baghdad: whose partners had their time."""
    from .telling import tell_over

    tell_over()


@app.periodic(cron="35 * * * *")
@app.task(name="rafid.monitoring.erased", queue="default", queueing_lock="rafid.monitoring.erased")
def erased(timestamp: int) -> None:
    """Within the hour: pictures that were erased leave the files of reports."""
    from .erasing import take_out_erased

    take_out_erased()


@app.task(name="rafid.monitoring.parts", queue="default")
def print_parts(report: str) -> None:
    from .printing import print_parts as work

    work(report)
