"""XML as a stream of records: one at a time in memory, and nothing that points outside the file or grows in it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext_noop

from .nodes import MOST_DEEP, Node
from .refused import BadFile

BLOCK = 1 << 16
MOST_TEXT = 16 << 20
"""Characters of one record; a file that hides its end in one text is refused."""
MOST_PARTS = 400_000
"""Elements of one record, each of which takes memory: fifty thousand points have some three hundred and fifty thousand."""
MANY_PARTS = gettext_noop(
    "The report that begins at line %(line)s of the file has more than %(most)s elements. Simplify its shape, or split the"
    " report; nothing was taken."
)


@lru_cache(maxsize=4096)
def _names(name: str) -> tuple[str, str]:
    """Without its namespace: as written, and as paths are compared."""
    tag = name.rpartition(" ")[2]
    return tag, tag.casefold()


class _Reader:
    """Builds the node at ``record`` from expat's events, and forgets what lies outside it."""

    def __init__(self, record: str) -> None:
        self.wanted = [name.casefold() for name in record.split("/") if name]
        self.path: list[str] = []
        self.found: list[Node] = []
        self.node: Node | None = None
        self.texts: list[str] = []
        self.size = self.parts = self.line = 0
        self.root = ""
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.said
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.EntityDeclHandler = self.refuse
        self.parser.ExternalEntityRefHandler = self.refuse

    def refuse(self, *_parts: Any) -> int:
        raise BadFile(
            gettext_noop(
                "The file declares a document type or entities, which may hide other files in it. Export it without them."
            )
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag, key = _names(name)
        self.path.append(key)
        self.root = self.root or tag
        if len(self.path) > MOST_DEEP:
            raise BadFile(gettext_noop("The elements of the file lie deeper in one another than any report does."))
        if self.node is not None:
            self.parts += 1
            if self.parts > MOST_PARTS:
                raise BadFile(MANY_PARTS, line=self.line, most=f"{MOST_PARTS:,}")
            child = Node(tag, self.node)
            self.node.children.append(child)
            self.node.text = "".join(self.texts).strip() or self.node.text
            self.node = child
        elif self.path == self.wanted:
            self.node, self.size, self.parts = Node(tag), 0, 0
            self.line = self.parser.CurrentLineNumber
        else:
            return
        self.texts = []
        if attributes:
            self.node.attributes = {key.rpartition(" ")[2]: value for key, value in attributes.items()}

    def said(self, text: str) -> None:
        if self.node is not None:
            self.size += len(text)
            if self.size > MOST_TEXT:
                raise BadFile(
                    gettext_noop("One report of the file is larger than 16 MB. Take attached files out of it.")
                )
            self.texts.append(text)

    def end(self, _name: str) -> None:
        if self.node is not None:
            text = "".join(self.texts).strip()
            self.texts = []
            if text:
                self.node.text = text
            if self.node.parent is None:
                self.found.append(self.node)
            self.node = self.node.parent
        self.path.pop()


def records(path: Path, record: str) -> Iterator[Node]:
    """The nodes at ``record``, in the file's order. Raises ``BadFile``."""
    reader = _Reader(record)
    some = False
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK)
            try:
                reader.parser.Parse(block, not block)
            except expat.ExpatError as error:
                raise BadFile(
                    gettext_noop(
                        "The file breaks off or is no XML at line %(line)s: %(why)s. Nothing was taken; export it again."
                    ),
                    line=error.lineno, why=expat.ErrorString(error.code),
                ) from error  # fmt: skip
            except (ValueError, LookupError) as error:  # an encoding that nobody knows
                if isinstance(error, BadFile):
                    raise
                raise BadFile(gettext_noop("The file is no XML that can be read: %(why)s."), why=error) from error
            for node in reader.found:
                some = True
                yield node
            reader.found = []
            if not block:
                break
    if not some:
        raise BadFile(
            gettext_noop(
                "The file has no element at %(path)s; it begins with <%(root)s>. Choose another mapping, or make one for this"
                " dialect."
            ),
            path=record, root=reader.root,
        )  # fmt: skip
