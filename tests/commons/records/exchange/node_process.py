"""One of two nodes, as a process with a database of its own: it writes, and now and then reads what the other has put down.

    python node_process.py NAME OTHER FOLDER ROUNDS

Waits for nothing and nobody: a file that is not there yet is read in a later round.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import django

django.setup()

from django.db import transaction  # noqa: E402
from wells.models import Well  # noqa: E402

from rafid.commons.people.models import Organisation  # noqa: E402
from rafid.commons.places.models import Place  # noqa: E402
from rafid.commons.records.change import Stale, delete, save  # noqa: E402
from rafid.commons.records.exchange.carrying import put_down, receipt, take, take_receipt, write  # noqa: E402
from rafid.commons.records.exchange.status import status  # noqa: E402
from rafid.commons.records.models import Node  # noqa: E402


def work(name: str, drawn: random.Random, number: int) -> None:
    """One small change: a new well, an edit of any well, seldom a deletion."""
    rows = list(Well.objects.order_by("pk"))
    choice = drawn.random()
    if choice < 0.25 or not rows:
        place = Place.objects.get(ref=drawn.choice(("IQG17", "IQG11", "IQG13")))
        owner = Organisation.objects.order_by("ref").first()
        well = Well(number=f"{name}-{number}", depth_m=50.0, yield_m3h=2.0, place=place, owner=owner, sensitivity=1)
        save(well, version=None, new=True)
        return
    well = drawn.choice(rows)
    if choice > 0.93:
        delete(well, why="dry", version=None)
        return
    field = drawn.choice(("depth_m", "yield_m3h", "name_en", "working"))
    value = {"depth_m": drawn.randrange(1, 300) * 1.0, "yield_m3h": drawn.randrange(1, 9) * 1.0}.get(field)
    setattr(well, field, drawn.random() > 0.3 if field == "working" else value or f"{name} {number}")
    try:
        save(well, version=None)
    except Stale:
        return


def carry(name: str, other: str, folder: Path) -> None:
    put_down(folder / f"{name}-to-{other}.rafid", write(receiver=Node.objects.get(name=other)))
    came = folder / f"{other}-to-{name}.rafid"
    if came.exists():
        put_down(folder / f"{name}-receipt.rafid", receipt(take(came.read_bytes())))
    back = folder / f"{other}-receipt.rafid"
    if back.exists():
        take_receipt(back.read_bytes())


def main() -> None:
    name, other, folder, rounds = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
    drawn = random.Random(name)
    for number in range(rounds):
        with transaction.atomic():
            work(name, drawn, number)
        if number % 7 == 3:
            carry(name, other, folder)
    if not rounds:
        carry(name, other, folder)
    now = status()
    print(now["digest"], " ".join(f"{node}:{count}" for node, count in now["have"].items()))


main()
