"""Work of dashboards that comes by the clock."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="0 4 * * 1")
@app.task(name="rafid.products.dashboard_letters", queue="default", queueing_lock="rafid.products.dashboard_letters")
def letters(timestamp: int) -> None:
    """On Mondays at 07:00 in Baghdad."""
    from .letters import send_letters

    send_letters()
