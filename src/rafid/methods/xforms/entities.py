"""Entities in forms: what a form declares about things that are visited again, and what a submission says of them.

A container (the form's root, a group or a repeat) may hold ``meta/entity`` with the name of a list; questions below it with
``entities:saveto`` feed the properties. Source: ODK Entities specification, 2022.1 to 2025.1
(getodk.github.io/xforms-spec/entities).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rafid.methods.xforms.nodes import Node, path_of

if TYPE_CHECKING:
    from rafid.methods.xforms.form import Form
    from rafid.methods.xforms.reading import Submission

_TRUE: Final = frozenset({"1", "true"})
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_NAME: Final = re.compile(r"[^\W\d][\w-]*")
RESERVED: Final = frozenset({"name", "label"})


@dataclass(frozen=True)
class Declaration:
    """``container``: path of the root, group or repeat; ``properties``: path of a question → the property that it feeds;
    ``label``: the expression that makes the label, '' without one."""

    container: str
    dataset: str
    properties: Mapping[str, str] = field(default_factory=dict)
    label: str = ""


@dataclass(frozen=True)
class EntityAct:
    """What one submission says of one thing. ``path``: of the ``entity`` element, with positions. ``uuid`` in small letters,
    '' where the id is none. ``data`` holds the properties whose questions were sent, also empty ones; a question that was not
    relevant is not sent and changes nothing. Versions are None where they are no positive integers."""

    path: str
    dataset: str
    uuid: str
    create: bool
    update: bool
    label: str
    data: Mapping[str, str]
    base_version: int | None = None
    trunk_version: int | None = None
    branch_id: str = ""


def is_dataset_name(name: str) -> bool:
    """An XML name without dot and colon that does not begin with two underscores."""
    return len(name) <= 64 and _NAME.fullmatch(name) is not None and not name.startswith("__")


def is_property_name(name: str) -> bool:
    """An XML name that is not reserved."""
    plain = name.replace(".", "_")
    return is_dataset_name(plain) and name.lower() not in RESERVED


def is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


def declarations_of(
    data: Node, saved: Mapping[str, str], calculated: Mapping[str, str] | None = None
) -> tuple[Declaration, ...]:
    """What the main instance declares. ``saved``: path of each question with ``saveto`` → property; each feeds the nearest
    container above it that declares an entity. ``calculated``: path → the expression of its bind."""
    datasets: dict[str, str] = {}
    for node in data.walk():
        if node.name == "entity" and node.parent is not None and node.parent.name == "meta" and node.parent.parent:
            name = (node.attributes or {}).get("dataset", "").strip()
            if name:
                datasets.setdefault(_plain(node.parent.parent), name)
    feeds: dict[str, dict[str, str]] = {container: {} for container in datasets}
    for path, name in saved.items():
        above = path
        while above:
            above = above.rpartition("/")[0]
            if above in feeds:
                feeds[above][path] = name
                break
    labels = calculated or {}
    return tuple(
        Declaration(container, datasets[container], feeds[container], labels.get(f"{container}/meta/entity/label", ""))
        for container in datasets
    )


def entity_acts(form: Form, submission: Submission) -> list[EntityAct]:
    """What a submission asks to be done, in document order; declarations that ask for nothing this time are left out."""
    if submission.encrypted or not form.entities:
        return []
    by_container = {one.container: one for one in form.entities}
    found = []
    for node in submission.root.walk():
        if node.name == "entity" and node.parent is not None and node.parent.name == "meta" and node.parent.parent:
            declared = by_container.get(_plain(node.parent.parent))
            if declared is not None:
                act = _act(node, node.parent.parent, declared)
                if act.create or act.update:
                    found.append(act)
    return found


def _act(entity: Node, container: Node, declared: Declaration) -> EntityAct:
    said = entity.attributes or {}
    label = entity.first("label")
    uuid = _uuid(said.get("id", ""))
    return EntityAct(
        path_of(entity),
        declared.dataset,
        uuid,
        said.get("create", "").strip().lower() in _TRUE,
        said.get("update", "").strip().lower() in _TRUE,
        label.text.strip() if label is not None else "",
        dict(_answers(container, declared)),
        _version(said.get("baseVersion", "")),
        _version(said.get("trunkVersion", "")),
        _uuid(said.get("branchId", "")),
    )


def _answers(container: Node, declared: Declaration) -> Iterator[tuple[str, str]]:
    start = len(declared.container) + 1
    for path, name in declared.properties.items():
        node: Node | None = container
        for step in path[start:].split("/"):
            node = node.first(step) if node is not None else None
        if node is not None:
            yield name, node.text.strip()


def _uuid(text: str) -> str:
    plain = text.strip().removeprefix("uuid:")
    return plain.lower() if _UUID.fullmatch(plain) else ""


def _version(text: str) -> int | None:
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and int(plain[:9]) > 0 and len(plain) < 10 else None


def _plain(node: Node) -> str:
    names: list[str] = []
    current: Node | None = node
    while current is not None:
        names.append(current.name)
        current = current.parent
    return "/" + "/".join(reversed(names))
