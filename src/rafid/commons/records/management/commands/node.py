"""``manage node``: this node and others. Keys, files on a stick, and what each has."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from rafid.commons.records.exchange import nodes
from rafid.commons.records.exchange.carrying import put_down, receipt, take, take_receipt, write
from rafid.commons.records.exchange.erasing import erase, find
from rafid.commons.records.exchange.errors import Refused
from rafid.commons.records.exchange.rounds import ask
from rafid.commons.records.exchange.status import status
from rafid.commons.records.exchange.writing import refusal
from rafid.commons.records.models import Case, ExchangeState, Node
from rafid.methods.exchange import is_receipt


class Command(BaseCommand):
    help = "Exchange with other nodes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        init = actions.add_parser("init", help="make this installation a node")
        init.add_argument("name")
        key = actions.add_parser("key", help="write this node's key for another node to trust")
        key.add_argument("file", type=Path)
        key.add_argument("--of", metavar="NODE", help="the key of a node that this one knows, for a new node")
        trust = actions.add_parser("trust", help="take another node's key")
        trust.add_argument("file", type=Path)
        trust.add_argument("--url", default="", help="where it answers, for exchange by network")
        trust.add_argument("--token-file", type=Path, help="a file with the token with which this node asks there")
        trust.add_argument("--times", default="", help="when to ask, as 06:00,18:00")
        whose = actions.add_parser("whose", help="say whose node this one or another is, for what agreements give")
        whose.add_argument("name")
        whose.add_argument("organisation", help="its reference, such as IQ-MOWR")
        export = actions.add_parser("export", help="write a file to carry")
        export.add_argument("file", type=Path)
        export.add_argument(
            "--for", dest="receiver", metavar="NODE", help="encipher it to this node (the only one, if left out)"
        )
        taking = actions.add_parser("import", help="read a file or a receipt that was carried here")
        taking.add_argument("file", type=Path)
        taking.add_argument("--receipt", type=Path, help="where to write the receipt to carry back")
        pull = actions.add_parser("pull", help="ask a node by network now")
        pull.add_argument("name")
        revoke = actions.add_parser("revoke", help="count the key of a lost node no more")
        revoke.add_argument("name")
        erasing = actions.add_parser(
            "erase", help="take a text that was corrected since out of the log, here and elsewhere"
        )
        erasing.add_argument("record", help="its reference or id")
        erasing.add_argument("field", help="the name of the field, such as comment")
        erasing.add_argument("--why", required=True, help="the reason, without the name itself")
        actions.add_parser("status", help="this node, what each has, and the digest")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        try:
            with override("en"):  # as all that this command says
                getattr(self, "do_" + action)(**options)
        except Refused as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or 'The file'}: {error.strerror or error}") from error

    def do_init(self, name: str, **options: Any) -> None:
        there = nodes.own()
        if there is not None and there.name == name:
            self.stdout.write(f"This installation is node {name} already. Key: {there.fingerprint}")
            return
        node = nodes.init(name)
        self.stdout.write(f"This installation is node {node.name}. Key: {node.fingerprint}")
        self.stdout.write(f"{node.number} records are in its log. Next: ./rafid node key {node.name}.rafid-node")

    def do_key(self, file: Path, of: str | None, **options: Any) -> None:
        node = Node.objects.filter(name=of).first() if of else nodes.own_or_refuse()
        if node is None:
            raise CommandError(f"There is no node {of} here. ./rafid node status lists those that there are.")
        put_down(file, nodes.key_file(node))
        self.stdout.write(f"{file}: the key of {node.name}, {node.fingerprint}. Read it to the other node's people.")

    def do_trust(self, file: Path, url: str, token_file: Path | None, times: str, **options: Any) -> None:
        token = token_file.read_text().strip() if token_file else ""
        node = nodes.trust(file.read_bytes()[:10_000], url=url, token=token, times=times)
        self.stdout.write(f"{node.name} is trusted. Its key begins with {node.fingerprint}: compare it by voice.")

    def do_whose(self, name: str, organisation: str, **options: Any) -> None:
        node = nodes.belongs(name, organisation)
        self.stdout.write(f"{node.name} is the node of {organisation}.")

    def do_export(self, file: Path, receiver: str | None, **options: Any) -> None:
        others = Node.objects.filter(own=False, revoked_at=None)
        found = others.filter(name=receiver) if receiver else others
        if receiver is None and len(found) > 1:
            raise CommandError(f"For whom? --for {' or '.join(sorted(one.name for one in found))}")
        if not found:
            raise CommandError("There is no such node to write for. ./rafid node trust FILE takes its key.")
        data = write(receiver=found[0])
        put_down(file, data)
        self.stdout.write(f"{file}: {len(data)} bytes for {found[0].name}. Only there can it be read.")

    def do_import(self, file: Path, receipt: Path | None, **options: Any) -> None:
        data = file.read_bytes()
        if is_receipt(data):
            kept = take_receipt(data)
            self.stdout.write(f"{kept.node} took the file {kept.file[:12]} and has {_vector(kept.have)}.")
            return
        taken = take(data)
        said = write_receipt(taken)
        if receipt:
            put_down(receipt, said)
        self.stdout.write(
            f"{taken.node}: {taken.taken} changes taken, {taken.known} were known, {taken.waiting} wait,"
            f" {taken.conflicts} new cases."
        )
        if taken.given:
            self.stdout.write(f"For this node alone: {taken.given}")
        for sentence in taken.said:
            self.stdout.write(sentence)
        if taken.skipped:
            self.stdout.write(f"Not trusted here, and so left out: {', '.join(taken.skipped)}")
        if receipt:
            self.stdout.write(f"Receipt: {receipt}. Carry it back.")

    def do_pull(self, name: str, **options: Any) -> None:
        node = Node.objects.filter(name=name, own=False, revoked_at=None).first()
        if node is None:
            raise CommandError(f"There is no node {name} to ask.")
        taken = ask(node)
        self.stdout.write(f"{taken.node}: {taken.taken} changes taken, {taken.conflicts} new cases.")
        for sentence in taken.said:
            self.stdout.write(sentence)

    def do_revoke(self, name: str, **options: Any) -> None:
        node = nodes.revoke(name)
        self.stdout.write(f"The key of {node.name} is revoked. Its changes up to {node.last_valid} stand.")

    def do_erase(self, record: str, field: str, why: str, **options: Any) -> None:
        done = erase(find(record), field, why=why)
        self.stdout.write(f"Erased from {', '.join(done.changes)}. The next file for each node erases it there.")
        if done.elsewhere:
            self.stdout.write(f"Others wrote into this field, too: {', '.join(done.elsewhere)}. Look at it there.")

    def do_status(self, **options: Any) -> None:
        now = status()
        self.stdout.write(f"node    {now['node'] or '- (./rafid node init NAME)'}")
        self.stdout.write(f"have    {_vector(now['have'])}")
        self.stdout.write(f"digest  {now['digest']}")
        self.stdout.write(f"cases   {Case.objects.filter(ended_at=None).count()} open")
        for node in Node.objects.filter(own=False).order_by("name"):
            revoked = f", revoked at {node.last_valid}" if node.revoked_at else ""
            self.stdout.write(f"{node.name:<8}{node.fingerprint}, has {_vector(node.have)}{revoked}")
        for state in ExchangeState.objects.exclude(refused="")[:20]:
            self.stdout.write(f"not in its table: {state.kind} {state.record}: {refusal(state.refused)}")


def _vector(have: dict[str, int]) -> str:
    return ",".join(f"{node}:{number}" for node, number in sorted(have.items())) or "-"


write_receipt = receipt
