"""Reading an XForm into a ``Form``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rafid.methods.xforms.entities import declarations_of
from rafid.methods.xforms.errors import ExpressionError, FormError, SubmissionError
from rafid.methods.xforms.form import ITEM, TYPED, Choice, Field, Form, Group, Instance, Itemset, Repeat, Shape
from rafid.methods.xforms.grammar import Call, Literal, Path, parse
from rafid.methods.xforms.nodes import ListTop, Node
from rafid.methods.xforms.reading import read_tree
from rafid.methods.xforms.said import said_by, say

_MOST_BYTES: Final = 50_000_000
_MOST_DEEP: Final = 200
_MOST_ELEMENTS: Final = 2_000_000
_ITEXT: Final = re.compile(r"jr:itext\(\s*(['\"])(.*?)\1\s*\)", re.DOTALL)
_SELECTS: Final = {"select1": "select_one", "select": "select_multiple", "rank": "rank"}
_CONTROLS: Final = {"input", "select1", "select", "rank", "upload", "range", "trigger", "secret"}

Contents = dict[Node, list["str | Node"]]


def parse_form(xml: bytes) -> Form:
    """An XForm as ``Form``. Raises ``FormError`` when it is no XML, or has no model or no main instance.

    What is wrong within it (expressions, names, lists) is told by ``check_form``. Paths are absolute and without positions.
    Source: ODK XForms specification (getodk.github.io/xforms-spec).
    """
    if len(xml) > _MOST_BYTES:
        raise FormError(say("the form has %(size)s bytes; %(most)s are allowed", size=len(xml), most=_MOST_BYTES))
    try:
        root, contents = read_tree(xml, max_depth=_MOST_DEEP, max_elements=_MOST_ELEMENTS, mixed=True)
    except SubmissionError as error:
        raise FormError(said_by(error)) from None
    head, body = root.first("head"), root.first("body")
    model = head.first("model") if head is not None else root.first("model")
    if root.name != "html" or model is None:
        raise FormError(say("this is no XForm: it has no html/head/model"))
    return _Definition(model, body, contents).form(_title(head))


def _title(head: Node | None) -> str:
    title = head.first("title") if head is not None else None
    return title.text.strip() if title is not None else ""


class _Definition:
    def __init__(self, model: Node, body: Node | None, contents: Contents) -> None:
        self.model = model
        self.body = body
        self.contents = contents
        self.languages: list[str] = []
        self.twice: list[str] = []
        self.texts: dict[str, dict[str, str]] = {}
        self.default_language = ""
        self.controls: dict[str, Node] = {}
        self.repeat_nodes: dict[str, Node] = {}
        self.group_nodes: dict[str, Node] = {}

    def form(self, title: str) -> Form:
        self.read_texts()
        data, instances = self.read_instances()
        attributes = data.attributes or {}
        self.root_path = f"/{data.name}"
        self.binds = self.read_binds()
        self.read_body()
        shape = self.shapes(data)
        fields, groups, repeats = self.parts(shape, instances)
        submission = self.model.first("submission")
        key = (submission.attributes or {}).get("base64RsaPublicKey") if submission is not None else None
        name_bind = self.binds.get(f"{self.root_path}/meta/instanceName", {})
        return Form(
            form_id=attributes.get("id", "").strip(),
            version=attributes.get("version", "").strip(),
            title=title,
            fields=tuple(fields),
            groups=tuple(groups),
            repeats=tuple(repeats),
            instances=instances,
            languages=tuple(self.languages) or ("default",),
            default_language=self.default_language or "default",
            public_key=key or None,
            instance_name=name_bind.get("calculate"),
            shape=shape,
            texts=self.texts,
            actions=self.read_actions(),
            entities=declarations_of(
                data,
                {field.path: field.save_to for field in fields if field.save_to},
                {path: bind["calculate"] for path, bind in self.binds.items() if bind.get("calculate")},
            ),
            faults=tuple(self.faults(shape)),
        )

    # Texts

    def read_texts(self) -> None:
        itext = self.model.first("itext")
        for translation in itext.named("translation") if itext is not None else ():
            attributes = translation.attributes or {}
            language = attributes.get("lang", "default")
            self.languages.append(language)
            if "default" in attributes and attributes["default"] not in ("false", "false()"):
                self.default_language = language
            table = self.texts.setdefault(language, {})
            for text in translation.named("text"):
                for value in text.named("value"):
                    if not value.attributes or "form" not in value.attributes:
                        table[(text.attributes or {}).get("id", "")] = self.words(value)
                        break
        if self.languages and not self.default_language:
            self.default_language = self.languages[0]

    def words(self, node: Node) -> str:
        """The text of a label, an output as ``${name}``."""
        parts: list[str] = []
        for piece in self.contents.get(node, []):
            if isinstance(piece, str):
                parts.append(piece)
            elif piece.name == "output":
                value = (piece.attributes or {}).get("value", "") or (piece.attributes or {}).get("ref", "")
                parts.append("${" + value.strip().rpartition("/")[2] + "}")
            else:
                parts.append(self.words(piece))
        return "".join(parts).strip()

    def translated(self, reference: str) -> dict[str, str]:
        match = _ITEXT.search(reference)
        if match is None:
            return {"default": reference} if reference else {}
        return {language: table[match[2]] for language, table in self.texts.items() if table.get(match[2])}

    def label(self, node: Node | None, name: str = "label") -> dict[str, str]:
        label = node.first(name) if node is not None else None
        if label is None:
            return {}
        reference = (label.attributes or {}).get("ref", "")
        if _ITEXT.search(reference):
            return self.translated(reference)
        words = self.words(label)
        return {"default": words} if words else {}

    # Instances

    def read_instances(self) -> tuple[Node, dict[str, Instance]]:
        data: Node | None = None
        instances: dict[str, Instance] = {}
        for number, instance in enumerate(self.model.named("instance")):
            if number == 0:
                data = instance.children[0] if instance.children else None
                continue
            attributes = instance.attributes or {}
            name = attributes.get("id", "")
            top = ListTop()
            rows = instance.children[0] if instance.children else None
            if rows is not None:
                rows.parent = top
                top.children.append(rows)
            source = attributes.get("src", "")
            # What stands below a list with a source is only a sample of its columns.
            instances[name] = Instance(name, source, rows if not source else None)
        if data is None:
            raise FormError(say("the form has no main instance, so there is nothing to answer"))
        data.parent = None
        data.position = 1
        return data, instances

    # Binds and controls

    def read_binds(self) -> dict[str, dict[str, str]]:
        binds: dict[str, dict[str, str]] = {}
        for bind in self.model.named("bind"):
            attributes = bind.attributes or {}
            binds[self.absolute(attributes.get("nodeset", ""))] = attributes
        return binds

    def absolute(self, path: str, base: str = "") -> str:
        # Names count without prefix here, as in a submission.
        path = re.sub(r"(?<=/)[\w.\-]+:(?=\w)", "", "".join(path.split()))
        return path if path.startswith("/") or not path else f"{base or self.root_path}/{path}"

    def read_body(self) -> None:
        if self.body is None:
            return
        by_id = {attributes["id"]: path for path, attributes in self.binds.items() if "id" in attributes}
        stack = list(reversed(self.body.children))
        while stack:
            node = stack.pop()
            attributes = node.attributes or {}
            path = by_id.get(attributes.get("bind", "")) or self.absolute(
                attributes.get("ref") or attributes.get("nodeset") or ""
            )
            if node.name == "repeat":
                self.repeat_nodes[path] = node
            elif node.name == "group":
                if path:
                    self.group_nodes[path] = node
            elif node.name in _CONTROLS:
                self.controls.setdefault(path, node)
                continue
            stack.extend(reversed(node.children))

    def read_actions(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for top in (self.model, self.body):
            for node in top.walk() if top is not None else ():
                attributes = node.attributes or {}
                if node.name == "setvalue" and attributes.get("value"):
                    found.setdefault(self.absolute(attributes.get("ref", "")), []).append(attributes["value"])
        return {path: tuple(values) for path, values in found.items()}

    def faults(self, shape: Shape) -> Iterator[tuple[str, str]]:
        """Names given twice, and rules and questions for what the main instance does not have."""
        for path in self.twice:
            if path not in self.repeat_nodes:
                name = path.rpartition("/")[2]
                yield name, say("The name “%(name)s” is used twice in the same group.", name=name)
        there = {known.path for known in shape.all()}
        for path in dict.fromkeys([*self.binds, *self.controls, *self.repeat_nodes]):
            if path and path not in there and "/@" not in path:
                name = path.rpartition("/")[2]
                yield (
                    name,
                    say("There is a question or a rule for “%(name)s”, which the form's data do not have.", name=name),
                )

    # Shapes

    def shapes(self, data: Node) -> Shape:
        shape = Shape(data.name, f"/{data.name}", None)
        stack = [(data, shape)]
        while stack:
            node, known = stack.pop()
            for child in node.children:
                below = known.children.get(child.name)
                if below is not None and child.position > 1 and "template" not in (child.attributes or {}):
                    first = node.named(child.name)[0]
                    if "template" not in (first.attributes or {}):
                        self.twice.append(below.path)
                if below is None:
                    below = known.children[child.name] = Shape(child.name, f"{known.path}/{child.name}", known)
                if child.children:
                    stack.append((child, below))
            known.relevant = self.binds.get(known.path, {}).get("relevant")
        self.defaults = {self.path(node): node.text for node in data.walk() if node.text}
        return shape

    @staticmethod
    def path(node: Node) -> str:
        parts: list[str] = []
        current: Node | None = node
        while current is not None:
            parts.append(current.name)
            current = current.parent
        return "/" + "/".join(reversed(parts))

    def parts(self, root: Shape, instances: dict[str, Instance]) -> tuple[list[Field], list[Group], list[Repeat]]:
        fields: list[Field] = []
        groups: list[Group] = []
        repeats: list[Repeat] = []
        for shape in root.all():
            shape.relevant = self.binds.get(shape.path, {}).get("relevant")
            if shape is root or _in_meta(shape, root):
                continue
            if shape.path in self.repeat_nodes:
                shape.kind, shape.repeat = "repeat", self.repeat(shape)
                repeats.append(shape.repeat)
            elif shape.children or (shape.path in self.group_nodes and shape.path not in self.controls):
                node = self.group_nodes.get(shape.path)
                appearance = (node.attributes or {}).get("appearance", "") if node is not None else ""
                groups.append(Group(shape.path, shape.name, shape.relevant, self.label(node), appearance))
            else:
                shape.kind, shape.field = "field", self.field(shape, instances)
                shape.type = shape.field.type
                shape.typed = shape.type in TYPED
                fields.append(shape.field)
        return fields, groups, repeats

    def repeat(self, shape: Shape) -> Repeat:
        node = self.repeat_nodes[shape.path]
        count = (node.attributes or {}).get("count")
        table = shape.path[len(self.root_path) + 1 :].replace("/", ".")
        label = self.label(node.parent if node.parent is not None and node.parent.name == "group" else None)
        return Repeat(shape.path, shape.name, table, _repeat_around(shape), count, shape.relevant, label)

    def field(self, shape: Shape, instances: dict[str, Instance]) -> Field:
        bind = self.binds.get(shape.path, {})
        control = self.controls.get(shape.path)
        attributes = (control.attributes or {}) if control is not None else {}
        kind = bind.get("type", "string").rpartition(":")[2] or "string"
        if control is not None and control.name in _SELECTS:
            kind = _SELECTS[control.name]
        elif kind == "select1":
            kind = "select_one"
        elif kind in {"select", "odk:rank"}:
            kind = "select_multiple"
        elif kind in {"integer", "long"}:
            kind = "int"
        field = Field(
            path=shape.path,
            name=shape.name,
            type=kind,
            repeat=_repeat_around(shape),
            relevant=bind.get("relevant"),
            constraint=bind.get("constraint"),
            required=bind.get("required"),
            calculate=bind.get("calculate"),
            label=self.label(control),
            hint=self.label(control, "hint"),
            constraint_message=self.translated(bind.get("constraintMsg", "")),
            required_message=self.translated(bind.get("requiredMsg", "")),
            readonly=bind.get("readonly"),
            default=self.defaults.get(shape.path, ""),
            control=control.name if control is not None else "",
            media_type=attributes.get("mediatype", ""),
            appearance=attributes.get("appearance", ""),
            preload=" ".join(part for part in (bind.get("preload", ""), bind.get("preloadParams", "")) if part),
            sensitivity=bind.get("sensitivity", "").strip().lower(),
            role=bind.get("role", "").strip().lower(),
            save_to=bind.get("saveto", ""),
            own={name: bind[name].strip() for name in ITEM if bind.get(name, "").strip()},
        )
        if control is None or control.name not in _SELECTS:
            return field
        itemset = self.itemset(control)
        if itemset is not None:
            instance = instances.get(itemset.instance) if itemset.instance is not None else None
            return replace(field, itemset=itemset, choices=self.list_choices(instance, itemset))
        if "search(" in attributes.get("appearance", ""):
            # The items name columns of a file that only the phone has; they are no choices.
            return field
        return replace(field, choices=self.items(control))

    def items(self, control: Node) -> tuple[Choice, ...]:
        found: list[Choice] = []
        for item in control.named("item"):
            value = item.first("value")
            found.append(Choice(value.text.strip() if value is not None else "", self.label(item)))
        return tuple(found)

    def itemset(self, control: Node) -> Itemset | None:
        node = control.first("itemset")
        if node is None:
            return None
        nodeset = (node.attributes or {}).get("nodeset", "")
        value, label = node.first("value"), node.first("label")
        value_name = (value.attributes or {}).get("ref", "name") if value is not None else "name"
        label_name = (label.attributes or {}).get("ref", "label") if label is not None else "label"
        itext = re.search(r"itext\(\s*([\w.\-]+)\s*\)", label_name)
        every, instance, filtered = _unfiltered(nodeset)
        return Itemset(
            nodeset, every, value_name.strip(), itext[1] if itext else label_name.strip(), instance, filtered
        )

    def list_choices(self, instance: Instance | None, itemset: Itemset) -> tuple[Choice, ...] | None:
        if instance is None or instance.root is None:
            return None
        found: list[Choice] = []
        for item in instance.root.children:
            value, label = item.first(itemset.value), item.first(itemset.label)
            if value is None:
                continue
            words: dict[str, str] = {}
            if label is not None and itemset.label == "itextId":
                words = {language: table[label.text] for language, table in self.texts.items() if table.get(label.text)}
            elif label is not None and label.text:
                words = {"default": label.text}
            found.append(Choice(value.text, words))
        return tuple(found)


def _in_meta(shape: Shape, root: Shape) -> bool:
    current: Shape | None = shape
    while current is not None and current.parent is not None:
        if current.name == "meta" and current.parent is root:
            return True
        current = current.parent
    return False


def _repeat_around(shape: Shape) -> str | None:
    above = shape.parent
    while above is not None:
        if above.repeat is not None:
            return above.path
        above = above.parent
    return None


def _unfiltered(nodeset: str) -> tuple[str, str | None, bool]:
    """A list's path without its predicates, the list's name, and whether there were any predicates."""
    try:
        tree = parse(nodeset)
    except ExpressionError:
        return nodeset, None, False
    if isinstance(tree, Call) and tree.name == "randomize" and tree.arguments:
        tree = tree.arguments[0]
    if not isinstance(tree, Path):
        return nodeset, None, False
    instance: str | None = None
    start = ""
    if isinstance(tree.start, Call):
        first = tree.start.arguments[0] if tree.start.arguments else None
        if tree.start.name == "instance" and isinstance(first, Literal) and isinstance(first.value, str):
            instance = first.value
            start = f"instance({_quoted(instance)})/"
        elif tree.start.name == "current":
            start = "current()/"
        else:
            return nodeset, None, False
    elif tree.start == "root":
        start = "/"
    names = [f"@{step.name}" if step.kind == "attribute" else step.name for step in tree.steps]
    return start + "/".join(names), instance, any(step.predicates for step in tree.steps)


def _quoted(text: str) -> str:
    return f"'{text}'" if "'" not in text else f'"{text}"'
