"""The tree of a submission, and lists of its nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

# Below this many children a search is faster than an index.
_INDEX_FROM = 8


class Node:
    """One element. ``name`` is without prefix; ``text`` is its own text, '' when there is only white space;
    ``position`` counts from 1 among siblings of the same name."""

    __slots__ = ("_index", "attributes", "children", "line", "name", "parent", "position", "text")

    def __init__(
        self, name: str, text: str = "", parent: Node | None = None, attributes: dict[str, str] | None = None
    ) -> None:
        self.name = name
        self.text = text
        self.parent = parent
        self.attributes = attributes
        self.children: list[Node] = []
        self.position = 1
        self.line = 0
        self._index: dict[str, list[Node]] | None = None

    def __repr__(self) -> str:
        return f"Node({path_of(self)!r}, {self.text!r})"

    def named(self, name: str) -> list[Node]:
        """The children of that name, in document order. The list belongs to the node: do not change it."""
        children = self.children
        if len(children) < _INDEX_FROM:
            return [child for child in children if child.name == name]
        if self._index is None:
            index: dict[str, list[Node]] = {}
            for child in children:
                index.setdefault(child.name, []).append(child)
            self._index = index
        return self._index.get(name, [])

    def first(self, name: str) -> Node | None:
        """The first child of that name."""
        for child in self.children:
            if child.name == name:
                return child
        return None

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in document order; depth costs no recursion."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            if node.children:
                stack.extend(reversed(node.children))


class ListTop(Node):
    """What stands above a list's root element. ``memo`` keeps what was made of the list (indexes, the set of its values), as a
    list does not change from one submission to the next."""

    __slots__ = ("memo",)

    def __init__(self) -> None:
        super().__init__("")
        self.memo: dict[object, object] = {}

    def __getstate__(self) -> dict[str, object]:
        return {"children": self.children}

    def __setstate__(self, state: dict[str, list[Node]]) -> None:
        self.__init__()  # type: ignore[misc]
        self.children = state["children"]


class Nodes(list[Node]):
    """A list of nodes that remembers what was computed of it: a sum over a repeat is added up once, whoever asks."""

    __slots__ = ("memo",)

    def __init__(self, nodes: list[Node] | tuple[Node, ...] = ()) -> None:
        super().__init__(nodes)
        self.memo: dict[object, object] = {}


def path_of(node: Node) -> str:
    """The path with a position wherever a name repeats among siblings."""
    parts: list[str] = []
    current: Node | None = node
    while current is not None:
        many = current.parent is not None and (current.position > 1 or len(current.parent.named(current.name)) > 1)
        parts.append(f"{current.name}[{current.position}]" if many else current.name)
        current = current.parent
    return "/" + "/".join(reversed(parts))


def table_tree(rows: Iterable[Mapping[str, object]]) -> Node:
    """Rows of a list (mappings from column to text) as the tree that ``instance('name')/root/item`` walks."""
    top = ListTop()
    root = Node("root", "", top)
    top.children.append(root)
    for position, row in enumerate(rows, 1):
        item = Node("item", "", root)
        item.position = position
        for column, value in row.items():
            item.children.append(Node(str(column), "" if value is None else str(value), item))
        root.children.append(item)
    return root
