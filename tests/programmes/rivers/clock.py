"""Run by ``test_clock``, in a database of its own: what comes by the clock, done by real workers through the real queue, one of
them killed in the middle; prints what it left."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import date, timedelta
from types import SimpleNamespace

KILLED = """
import sys, time
import django
django.setup()
from django.core.management import call_command
from rafid.programmes.rivers.forecasting import running
compute = running.compute
def waits(row):
    made = compute(row)
    print("computed", flush=True)
    sys.stdin.readline()
    return made
running.compute = waits
call_command("worker", once=True, concurrency=1)
"""


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from procrastinate.contrib.django import app

    from rafid.commons.people.models import Account
    from rafid.commons.places.models import Place
    from rafid.commons.records.models import Task
    from rafid.programmes.rivers.forecasting.calibrating import activate, calibrate_model
    from rafid.programmes.rivers.models import Forecast
    from tests.programmes.rivers import basin as made
    from tests.programmes.rivers.conftest import make_river

    days = 365 * 3
    made.FIRST = date.today() - timedelta(days=days)
    town = Place.objects.create(ref="CLOCK", level=0, name_en="Land")
    world = SimpleNamespace(town=town, person=lambda login, *_grants: Account.objects.create_user(login))
    found = made.make_basin(make_river(world), days=days)
    calibrate_model(found.model, split=made.FIRST + timedelta(days=365 * 2 + 60), max_runs=60)
    activate(found.model, reason="Three made years show how the clock runs, not how good a model is")

    def by_the_clock(name: str) -> None:
        app.configure_task(name).defer(timestamp=0)
        call_command("worker", once=True, concurrency=1)

    def states() -> list[str]:
        rows = Forecast.objects.filter(model=found.model).order_by("known_at")
        return [f"{row.state} {row.values.count()}" for row in rows]

    left: dict[str, object] = {}
    known = {one.task.name: one.cron for one in app.periodic_registry.periodic_tasks.values()}
    left["crons"] = {name: cron for name, cron in known.items() if name.startswith("rafid.rivers.forecasts")}
    by_the_clock("rafid.rivers.forecasts")
    left["clock"] = states()

    # A worker is killed when all is computed and nothing is kept; its sign of life stops.
    app.configure_task("rafid.rivers.forecasts").defer(timestamp=0)
    child = subprocess.Popen([sys.executable, "-c", KILLED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline().strip() == "computed"
    child.send_signal(signal.SIGKILL)
    child.communicate()
    left["killed"] = states()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    by_the_clock("rafid.resume")
    call_command("worker", once=True, concurrency=1)
    left["resumed"] = states()

    # The third try was cut off, too: the forecast says so.
    row = Forecast.objects.filter(model=found.model).order_by("known_at").last()
    assert row is not None
    from rafid.programmes.rivers.forecasting.running import queue_forecast, take_step

    row, task = queue_forecast(found.model, members=10)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE args->>'task' = %s", [str(task.pk)])
    take_step(row, "running")
    Task.objects.filter(pk=task.pk).update(state="failed", error={"en": "The work was cut off three times."})
    by_the_clock("rafid.rivers.forecasts.dead")
    left["dead"] = states()
    row.refresh_from_db()
    left["why"] = json.loads(row.failure)["en"]
    by_the_clock("rafid.rivers.forecasts.scores")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, status, count(*) FROM procrastinate_jobs WHERE task_name LIKE 'rafid.r%%' GROUP BY 1, 2 ORDER BY 1, 2"
        )
        left["jobs"] = [f"{name} {status} {count}" for name, status, count in cursor.fetchall()]
    print(json.dumps(left))


if __name__ == "__main__":
    main()
