"""Reading XML in one pass of expat, which stops at the first thing that is refused.

Handlers raise, so nothing is kept of what is too deep or too wide: 30,000 levels cost as little as 100.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from rafid.methods.xforms.errors import SubmissionError
from rafid.methods.xforms.nodes import Node
from rafid.methods.xforms.said import Said, said_by, say

LONGEST_INSTANCE_ID: Final = 255
_UTF8: Final = {"utf-8", "utf8"}
_SENTENCES: Final = {
    expat.errors.XML_ERROR_NO_ELEMENTS: say("there is no XML here"),
    expat.errors.XML_ERROR_TAG_MISMATCH: say("an element is closed by another name"),
    expat.errors.XML_ERROR_UNCLOSED_TOKEN: say("the XML ends in the middle of something"),
    expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: say("there is something after the end of the root element"),
    expat.errors.XML_ERROR_INVALID_TOKEN: say("a character stands here that XML does not allow"),
    expat.errors.XML_ERROR_UNDEFINED_ENTITY: say("an entity is used that XML does not define"),
    expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE: say("an attribute is given twice"),
    expat.errors.XML_ERROR_BAD_CHAR_REF: say("a character reference names a character that XML does not allow"),
    expat.errors.XML_ERROR_SYNTAX: say("this is not XML"),
}
# A name with an ending of 2 to 5 letters and digits, at least one of them a letter: "412.0" is a number.
_FILE_NAME: Final = re.compile(r"[^/\\\x00-\x1f]+\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{2,5}")


@dataclass(frozen=True, eq=False)
class Submission:
    """A submission as sent. ``version`` is '' where the root has none; ``deprecated_id`` is None when this is no edit.

    ``attachments``: names of the files that belong to it. Encrypted: those of ``media/file`` and ``encryptedXmlFile``.
    Otherwise every answer that could be a file's name, for only the form knows which question holds a file;
    ``expected_attachments(form, submission)`` says it exactly.
    """

    form_id: str
    version: str
    instance_id: str
    deprecated_id: str | None
    encrypted: bool
    attachments: tuple[str, ...]
    root: Node


class _Refused(Exception):
    pass


def _at(line: int, column: int, fault: str) -> Said:
    return say("line %(line)s, column %(column)s: %(fault)s", line=line, column=column, fault=fault)


def read_tree(
    xml: bytes, *, max_depth: int, max_elements: int, mixed: bool = False
) -> tuple[Node, dict[Node, list[str | Node]]]:
    """The tree of well-formed UTF-8 XML without a document type.

    Returns the root and, with ``mixed``, for each element the order of its texts and children (labels hold outputs).
    Raises ``SubmissionError`` with line and column.
    """
    text = _decoded(xml)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    root: list[Node] = []
    stack: list[Node] = []
    texts: list[list[str]] = []
    contents: dict[Node, list[str | Node]] = {}
    counts: list[dict[str, int] | None] = []
    elements = 0

    def refuse(sentence: str) -> None:
        # Asked here and not later: once the parser has stopped, it stands behind what it stopped at.
        raise _Refused(_at(parser.CurrentLineNumber, parser.CurrentColumnNumber + 1, sentence))

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal elements
        elements += 1
        if elements > max_elements:
            refuse(say("there are more than %(most)s elements", most=max_elements))
        if len(stack) >= max_depth:
            refuse(say("elements lie deeper than %(most)s levels", most=max_depth))
        if ":" in name:
            name = name.rpartition(":")[2]
        local = {key.rpartition(":")[2]: value for key, value in attributes.items()} if attributes else None
        if stack:
            parent = stack[-1]
            node = Node(name, "", parent, local)
            seen = counts[-1]
            if seen is None:
                seen = counts[-1] = {}
            node.position = seen[name] = seen.get(name, 0) + 1
            parent.children.append(node)
            if mixed:
                contents[parent].append(node)
        else:
            node = Node(name, "", None, local)
            root.append(node)
        if mixed:
            contents[node] = []
            node.line = parser.CurrentLineNumber
        stack.append(node)
        texts.append([])
        counts.append(None)

    def end(_name: str) -> None:
        node = stack.pop()
        pieces = texts.pop()
        counts.pop()
        if pieces:
            whole = pieces[0] if len(pieces) == 1 else "".join(pieces)
            if not whole.isspace():
                node.text = whole.strip() if node.children else whole

    def characters(data: str) -> None:
        texts[-1].append(data)
        if mixed:
            contents[stack[-1]].append(data)

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _UTF8:
            refuse(say("the XML says it is %(encoding)s; only UTF-8 is taken", encoding=encoding[:40]))

    def doctype(*_: object) -> None:
        refuse(say("a document type declaration is not allowed"))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.XmlDeclHandler = declaration
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        sentence = _SENTENCES.get(expat.ErrorString(error.code), expat.ErrorString(error.code))
        raise SubmissionError(_at(error.lineno, error.offset + 1, sentence)) from None
    except _Refused as error:
        raise SubmissionError(said_by(error)) from None
    finally:
        # The handlers hold the parser and the parser the handlers: without this each submission waits for the collector.
        parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None
        parser.XmlDeclHandler = parser.StartDoctypeDeclHandler = None
    return root[0], contents


def _decoded(xml: bytes) -> bytes:
    if xml.startswith(b"\xef\xbb\xbf"):
        xml = xml[3:]
    try:
        xml.decode("utf-8")
    except UnicodeDecodeError as error:
        before = xml[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        raise SubmissionError(_at(line, column, say("the bytes are not UTF-8"))) from None
    return xml


def read_submission(
    xml: bytes, *, max_bytes: int = 10_000_000, max_depth: int = 100, max_elements: int = 100_000
) -> Submission:
    """Reads one submission.

    UTF-8 only (a byte order mark is allowed). Refused with ``SubmissionError``: more than ``max_bytes``, any document type
    declaration, entities besides XML's five, NUL and control characters, two roots, more than ``max_depth`` levels or
    ``max_elements`` elements, no ``id`` on the root, no instanceID or one over 255 characters. The instanceID is found in
    ``meta`` under any prefix, else as an attribute of the root. Source: OpenRosa metadata schema; ODK XForms specification.
    """
    if len(xml) > max_bytes:
        raise SubmissionError(say("the XML has %(size)s bytes; %(most)s are allowed", size=len(xml), most=max_bytes))
    root, _ = read_tree(xml, max_depth=max_depth, max_elements=max_elements)
    attributes = root.attributes or {}
    form_id = attributes.get("id", "")
    if not form_id.strip():
        raise SubmissionError(_at(1, 1, say("the root element has no id, so nobody knows which form this is")))
    instance_id = _meta(root, "instanceID") or attributes.get("instanceID", "").strip()
    if not instance_id:
        raise SubmissionError(_at(1, 1, say("there is no instanceID in meta, so a second sending could not be told")))
    if len(instance_id) > LONGEST_INSTANCE_ID:
        long = say(
            "the instanceID has %(size)s characters; %(most)s are allowed",
            size=len(instance_id),
            most=LONGEST_INSTANCE_ID,
        )
        raise SubmissionError(_at(1, 1, long))
    deprecated = _meta(root, "deprecatedID") or attributes.get("deprecatedID", "").strip()
    encrypted = attributes.get("encrypted", "").strip().lower() in {"yes", "true", "1"}
    return Submission(
        form_id=form_id,
        version=attributes.get("version", ""),
        instance_id=instance_id,
        deprecated_id=deprecated or None,
        encrypted=encrypted,
        attachments=_sealed_files(root) if encrypted else _possible_files(root),
        root=root,
    )


def _meta(root: Node, name: str) -> str:
    for meta in root.named("meta"):
        for node in meta.named(name):
            if node.text.strip():
                return node.text.strip()
    return ""


def _sealed_files(root: Node) -> tuple[str, ...]:
    names = [file.text for media in root.named("media") for file in media.named("file")]
    names += [node.text for node in root.named("encryptedXmlFile")]
    return tuple(dict.fromkeys(name for name in names if name))


def _possible_files(root: Node) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for node in root.walk():
        text = node.text
        if (
            text
            and "." in text
            and not node.children
            and node.name not in {"instanceID", "deprecatedID", "instanceName"}
        ):
            if len(text.encode()) <= 255 and _FILE_NAME.fullmatch(text):
                names[text] = None
    return tuple(names)
