"""Work of the room that comes by the clock."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(
    name="rafid.forms.arrivals", queue="default", queueing_lock="rafid.forms.arrivals", lock="rafid.forms.arrivals"
)
def arrivals(timestamp: int) -> None:
    """What follows the arrival of submissions."""
    from .arrivals import handle_arrivals

    handle_arrivals()


@app.periodic(cron="30 22 * * *")
@app.task(name="rafid.forms.nightly", queue="default", queueing_lock="rafid.forms.nightly")
def nightly(timestamp: int) -> None:
    """At 01:30 in Baghdad: whole forms again, and the rank by copying."""
    from .checks.nightly import look_again

    look_again()


@app.periodic(cron="20 * * * *")
@app.task(name="rafid.forms.held", queue="default", queueing_lock="rafid.forms.held")
def held(timestamp: int) -> None:
    """Updates of entities that waited for their predecessor long enough."""
    from .entities.told import apply_late

    apply_late()


@app.periodic(cron="30 23 * * *")
@app.task(name="rafid.forms.keeping", queue="default", queueing_lock="rafid.forms.keeping")
def keeping(timestamp: int) -> None:
    """At 02:30 in Baghdad: retention, the trash, and files that nothing names."""
    from .keeping.retention import keep_house

    keep_house()
