"""One node of the demonstration as a process of its own: ``demo_node.py load``, then ``manage.py node …`` does the rest.

The copy of the suite's template holds the first authority's small demonstration; a node loads its own in its place.
"""

from __future__ import annotations

import os
import sys


def main(action: str, *rest: str) -> None:
    import django

    django.setup()
    globals()[f"do_{action}"](*rest)


def do_load() -> None:
    from django.db import connection, transaction

    from rafid.commons.history import because
    from rafid.programmes.mineaction import demo
    from rafid.site.management.commands.demo import demonstration_day

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE tablename LIKE 'rafid_mineaction_%' AND tablename <> 'rafid_mineaction_listedcode'"
        )
        tables = ", ".join(name for (name,) in cursor.fetchall())
        cursor.execute(f"TRUNCATE {tables} CASCADE")
        cursor.execute("DELETE FROM rafid_records_searchentry WHERE kind LIKE 'mineaction.%'")
    with transaction.atomic(), because("Demonstration"):
        demo.load(demonstration_day(), 0.1, node=True)


def do_decide() -> None:
    """Every open case, as a person would one after the other: what changes in between is asked again."""
    from rafid.commons.records.exchange.cases import decide
    from rafid.commons.records.models import Case

    while case := Case.objects.filter(ended_at=None).order_by("cause", "pk").first():
        choice = {"ground": "same", "agreement": "agree"}.get(case.cause) or min(case.sides)
        decide(case.pk, choice, why="test")


def do_say() -> None:
    from rafid.commons.records.exchange.status import status
    from rafid.commons.records.models import Case, ExchangeState

    causes = ",".join(sorted(set(Case.objects.filter(ended_at=None).values_list("cause", flat=True)))) or "none"
    refused = ExchangeState.objects.exclude(refused="").count()
    sys.stdout.write(f"{status()['digest']} {causes} {refused}\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rafid.site.settings")
    main(*sys.argv[1:])
