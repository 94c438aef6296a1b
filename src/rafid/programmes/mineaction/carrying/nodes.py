"""What a reader of a file yields: nodes with texts at paths, whatever the file was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_noop

MOST_DEEP = 40
MOST_POINTS = 50_000
"""Of one report. What has more is no field work but a line that a machine drew, and would fill the memory."""
MANY_POINTS = gettext_noop(
    "The report %(key)s of the file has more than %(most)s points. Simplify its shape, or give each of its parts a report of"
    " its own; nothing was taken."
)


@lru_cache(maxsize=4096)
def _key(tag: str) -> str:
    return tag.casefold()


@lru_cache(maxsize=4096)
def _steps(path: str) -> tuple[tuple[str, ...], str]:
    """The names of a path, and the attribute at its end."""
    above, _slash, last = path.rpartition("/")
    attribute = last[1:] if last.startswith("@") else ""
    names = (above if attribute else path).split("/")
    return tuple(_key(name) for name in names if name not in ("", ".")), attribute


class Node:
    """``tag`` with ``text``, attributes (``@name``) and children. A row of a table is a node whose children are its cells."""

    __slots__ = ("_cells", "attributes", "children", "key", "parent", "tag", "text")

    def __init__(self, tag: str, parent: Node | None = None) -> None:
        self.tag, self.key, self.parent = tag, _key(tag), parent
        self.text = ""
        self.attributes: dict[str, Any] = {}
        self.children: list[Node] = []
        self._cells: tuple[int, dict[str, str]] | None = None

    def _cell(self, key: str) -> str:
        """The first text of the children of that name; looked up once, since a point is asked many times."""
        if self._cells is None or self._cells[0] != len(self.children):
            cells: dict[str, str] = {}
            for child in self.children:
                text = child.text
                text = text.strip() if text.__class__ is str else "" if text is None else str(text).strip()
                if text and child.key not in cells:
                    cells[child.key] = text
            self._cells = (len(self.children), cells)
        return self._cells[1].get(key, "")

    def forget(self) -> None:
        """Lets go of everything below: node and parent hold one another, and memory would wait for the collector."""
        for child in self.children:
            if child.children:
                child.forget()
            child.parent = None
        self.children = []
        self._cells = None

    def nodes(self, path: str) -> list[Node]:
        """All nodes at ``path``: names joined by “/”, ``..`` for the one above, "" for this one. Case does not count."""
        return self._at(_steps(path)[0])

    def _at(self, names: tuple[str, ...]) -> list[Node]:
        found = [self]
        for name in names:
            if name == "..":
                found = [one.parent for one in found if one.parent is not None]
            elif len(found) == 1:
                found = [child for child in found[0].children if child.key == name]
            else:
                found = [child for one in found for child in one.children if child.key == name]
            if not found:
                break
        return found

    def texts(self, path: str) -> list[str]:
        """What stands there, empty texts left out. ``…/@name`` is an attribute."""
        return [str(value).strip() for value in self.values(path) if value is not None and str(value).strip()]

    def values(self, path: str) -> list[Any]:
        names, attribute = _steps(path)
        found = self._at(names)
        if attribute:
            return [one.attributes[attribute] for one in found if attribute in one.attributes]
        return [one.text for one in found]

    def first(self, *paths: str) -> str:
        """The first text that stands at any of ``paths``."""
        for path in paths:
            names, attribute = _steps(path)
            if len(names) == 1 and not attribute and names[0] != "..":
                text = self._cell(names[0])
                if text:
                    return text
                continue
            for value in self.values(path):
                text = value.strip() if value.__class__ is str else "" if value is None else str(value).strip()
                if text:
                    return text
        return ""

    def joined(self, paths: Sequence[str], sign: str = "/") -> str:
        """The first text of each path, those that are there, joined."""
        return sign.join(text for text in (self.first(path) for path in paths) if text)

    def leaves(self, before: str = "") -> Iterator[tuple[str, str]]:
        """Path and text of everything below."""
        for child in self.children:
            path = f"{before}/{child.tag}" if before else child.tag
            if child.children:
                yield from child.leaves(path)
            elif str(child.text or "").strip():
                yield path, str(child.text).strip()


def row_node(tag: str, cells: dict[str, Any]) -> Node:
    node = Node(tag)
    for name, value in cells.items():
        if name.startswith("@"):
            node.attributes[name[1:]] = value
            continue
        child = Node(name, node)
        child.text = value
        node.children.append(child)
    return node
