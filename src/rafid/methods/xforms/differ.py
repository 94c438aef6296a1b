"""What changed from one version of a submission to the next, answer by answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rafid.methods.xforms.form import Form, Shape
from rafid.methods.xforms.nodes import Node
from rafid.methods.xforms.reading import Submission


@dataclass(frozen=True)
class Change:
    """``path`` has a position in every repeat; None: no answer there."""

    path: str
    old: str | None
    new: str | None


def diff_submissions(form: Form, old: Submission, new: Submission) -> list[Change]:
    """The answers that differ, in document order, without ``meta``. An empty answer and a missing one are the same; a row of a
    repeat is compared with the row of the same number."""
    return list(_changes(old.root, new.root, form.shape, f"/{new.root.name}", top=True))


def _changes(
    old: Node | None, new: Node | None, shape: Shape | None, path: str, *, top: bool = False
) -> Iterator[Change]:
    before = (old.text or None) if old is not None else None
    after = (new.text or None) if new is not None else None
    if before != after:
        yield Change(path, before, after)
    for name in _names(old, new):
        if top and name == "meta":
            continue
        olds = old.named(name) if old is not None else []
        news = new.named(name) if new is not None else []
        below = shape.children.get(name) if shape is not None else None
        many = (below is not None and below.repeat is not None) or len(olds) > 1 or len(news) > 1
        for number in range(max(len(olds), len(news))):
            place = f"{path}/{name}[{number + 1}]" if many else f"{path}/{name}"
            one = olds[number] if number < len(olds) else None
            other = news[number] if number < len(news) else None
            yield from _changes(one, other, below, place)


def _names(old: Node | None, new: Node | None) -> list[str]:
    """The names below either, in the newer one's order, what only the older has at the place where it stood."""
    order = list(dict.fromkeys(child.name for child in new.children)) if new is not None else []
    if old is None:
        return order
    before: str | None = None
    for name in dict.fromkeys(child.name for child in old.children):
        if name not in order:
            order.insert(order.index(before) + 1 if before is not None else 0, name)
        before = name
    return order
