"""`./rafid COMMAND`: finds the command and shows what stops it as a sentence and a remedy."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

from rafid.site.cluster import data_dir
from rafid.site.door import DoorError, explained

HELP = """\
Rafid: an information-management platform for authorities and their humanitarian partners.

  ./rafid up [--port P] [--no-demo]   install what is missing, start, and say where; Ctrl-C stops it
  ./rafid up --prepare                all of that but the start (after an upgrade, before a service starts)
  ./rafid down                        stop what was started

  ./rafid import ROOM.WHAT FILE       load a spreadsheet
  ./rafid country …                   boundaries and names of places
  ./rafid demo [--scale N]            load the demonstration data
  ./rafid backup FILE                 all data and media in one file
  ./rafid restore FILE [--yes]        put them back, proven
  ./rafid verify [--heads FILE]       proof that nothing received was removed or changed
  ./rafid node …                      exchange with other nodes: init, key, trust, export, import, status
  ./rafid worker                      one more worker for background tasks
  ./rafid manage …                    Django's own commands

  ./rafid test [pytest's options]     the whole suite
  ./rafid check                       lint, format, types, floors, migrations, translations, templates
  ./rafid bench [NAME …]              benchmarks

  --node N before a command, or behind up, down, verify and their like: a second, third … node beside the first,
           on port 8000 + N - 1; or --node ikmaa: the second mine-action authority's, on port 8001

docs/operate.md tells more: what is installed, where data lies, services, production.
"""
OF_A_NODE = ("up", "down", "verify", "demo", "worker", "backup", "restore")
THROUGH = ("import", "country", "demo", "worker", "node", "verify")  # management commands that need the site's tables
NAMES = {"import": "import_table"}  # a module cannot be called import


def main(arguments: list[str]) -> int:
    """Run one command. Returns the exit code."""
    try:
        with explained(data_dir()):
            return _command(arguments)
    except DoorError as error:
        print(f"\n{error.message}", file=sys.stderr)
        if error.remedy:
            print(f"→ {error.remedy}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\n{error.filename or 'The system'}: {error.strerror or error}.", file=sys.stderr)
        print("→ Mend this and run it again; it goes on where it stopped.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. ./rafid goes on from here the next time.", file=sys.stderr)
        return 130


def _command(arguments: list[str]) -> int:
    node, arguments = _node(arguments)
    name, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if name in ("help", "--help", "-h"):
        print(HELP, end="")
        return 0
    if name == "up":
        from rafid.site.cli.up import up

        options = _options("up", rest)
        port = options.port or 8000 + max(node - 1, 0)
        os.environ.setdefault("RAFID_URL", "" if os.environ.get("RAFID_ENV") else f"http://127.0.0.1:{port}")
        up(port, demo=options.demo, only_prepare=options.prepare)
        return 0
    if name == "down":
        from rafid.site.cli.up import down

        _options("down", rest)
        down()
        return 0
    if name in ("backup", "restore"):
        return _carry(name, rest)
    if name in ("test", "check", "bench"):
        from rafid.site.cli import suite

        if name == "check":
            _options("check", rest)
            return suite.check()
        return suite.test(rest) if name == "test" else suite.bench(rest)
    if name == "manage" or name in THROUGH:
        return _through(name, rest)
    raise DoorError(f"There is no command {name!r}.", "./rafid help lists them.")


def _node(arguments: list[str]) -> tuple[int, list[str]]:
    """Take `--node N` from before the command, or from behind those about a node; each has a data folder of its own. One that
    has a name instead of a number is a second node as far as its port goes."""
    if "--node" not in arguments:
        return 0, arguments
    at = arguments.index("--node")
    if at and arguments[0] not in OF_A_NODE:
        return 0, arguments
    try:
        said = arguments[at + 1]
        node = int(said) if said.isdecimal() else 2
        if not 1 <= node <= 99 or not re.fullmatch(r"[0-9]{1,2}|[a-z][a-z0-9-]{0,19}", said):
            raise ValueError
    except (IndexError, ValueError):
        raise DoorError("--node needs a number from 1 to 99, or a name in small letters such as ikmaa.") from None
    if node > 1:
        os.environ["RAFID_DATA"] = str(data_dir() / f"node-{node if said.isdecimal() else said}")
    os.environ["RAFID_NODE"] = said
    return node, arguments[:at] + arguments[at + 2 :]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise DoorError(f"{self.prog}: {message}.", "./rafid help shows how it is called.")


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65536:
        raise ValueError
    return port


_port.__name__ = "port"  # how argparse calls it in a message


def _options(name: str, rest: list[str]) -> argparse.Namespace:
    parser = _Parser(prog=f"./rafid {name}", add_help=False)
    if name == "up":
        parser.add_argument("--port", type=_port)
        parser.add_argument("--prepare", action="store_true")
        parser.add_argument("--no-demo", dest="demo", action="store_false")
    if name in ("backup", "restore"):
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true")
    return parser.parse_args(rest)


def _carry(name: str, rest: list[str]) -> int:
    options = _options(name, rest)
    from rafid.site.cli.environment import missing_packages, prepare

    if missing_packages():
        prepare()
    if name == "backup":
        from rafid.site.cli.backup import backup

        backup(options.file, options.yes)
    else:
        from rafid.site.cli.restore import restore

        restore(options.file, options.yes)
    return 0


def _through(name: str, rest: list[str]) -> int:
    from rafid.site.cli.application import become_manage, has_command, ready_database
    from rafid.site.cli.database import site_database
    from rafid.site.cli.environment import prepare

    prepare()
    if name == "manage":
        become_manage(rest, site_database())
    command = NAMES.get(name, name)
    if not has_command(command):
        raise DoorError(f"This version has no command {name!r}.", "./rafid help lists what there is.")
    become_manage([command, *rest], ready_database())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
