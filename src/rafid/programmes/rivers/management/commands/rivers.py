"""`./rafid manage rivers …`: each part of rivers brings its own commands (`commands.py` in its folder, `add(parsers)`)."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rafid.commons.records.change import Refused
from rafid.programmes import rivers


class Parsers:
    """Adds a command with its example, which is part of its help."""

    def __init__(self, parsers: Any) -> None:
        self.parsers = parsers

    def add(self, name: str, run: Any, *, about: str, example: str) -> ArgumentParser:
        parser: ArgumentParser = self.parsers.add_parser(
            name,
            help=about,
            description=about,
            epilog=f"Example:\n  ./rafid manage rivers {example}",
            formatter_class=RawDescriptionHelpFormatter,
            called_from_command_line=True,
        )
        parser.set_defaults(run=run)
        return parser


class Command(BaseCommand):
    help = "Models, forecasts, ratings, files and bulletins of rivers from the command line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parsers = Parsers(parser.add_subparsers(title="commands", metavar="COMMAND", required=True))
        for part in sorted(
            module.name for module in iter_modules(rivers.__path__) if module.ispkg and module.name != "management"
        ):
            name = f"{rivers.__name__}.{part}.commands"
            if find_spec(name) is not None:
                import_module(name).add(parsers)

    def handle(self, *args: Any, run: Any, **options: Any) -> None:
        try:
            run(self.stdout.write, options)
        except (Refused, ValueError) as error:  # a method, too, says in a sentence what it cannot take
            raise CommandError(str(error)) from error
