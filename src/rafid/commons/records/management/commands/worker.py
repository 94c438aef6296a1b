"""``manage worker``: does background work until it is told to stop."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Does background work (imports, exports, roll-ups) until it is told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2)
        parser.add_argument("--once", action="store_true", help="do what waits, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command(
            "procrastinate",
            "worker",
            "--concurrency",
            str(options["concurrency"]),
            *(["--one-shot"] if options["once"] else []),
        )
