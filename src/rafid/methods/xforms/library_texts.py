"""Texts: cutting, joining, matching, digests and codes."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
import zlib
from typing import Any, Final

from rafid.methods.xforms.errors import Unanswerable
from rafid.methods.xforms.functions import function
from rafid.methods.xforms.nodes import Node
from rafid.methods.xforms.patterns import PatternError, matches
from rafid.methods.xforms.running import Run
from rafid.methods.xforms.values import Value, whole

_HASHES: Final = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_WHITE: Final = re.compile(r"[ \t\r\n]+")
# A joined text that grows past this is no answer but an attack.
_LONGEST: Final = 10_000_000


@function("string", 1)
def _string(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return run.text(values[0])


@function("concat", 1, None, remembered=True)
def _concat(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return _joined(run, "", values)


@function("join", 1, None, remembered=True)
def _join(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return _joined(run, run.text(values[0]), values[1:])


def _joined(run: Run, separator: str, values: list[Any]) -> str:
    parts: list[str] = []
    size = 0
    for given in values:
        for value in [run.value(node) for node in given] if isinstance(given, list) else [given]:
            parts.append(run.text(value))
            size += len(parts[-1]) + len(separator)
            if size > _LONGEST:
                raise Unanswerable("the text would grow too long")
    return separator.join(parts)


@function("substr", 2, 3)
def _substr(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    """Counts from 0; a negative place counts from the end."""
    text = run.text(values[0])
    start = _place(whole(run.number(values[1])), len(text))
    end = _place(whole(run.number(values[2])), len(text)) if len(values) > 2 else len(text)
    return text[start:end]


def _place(at: int, length: int) -> int:
    return min(max(0, length + at if at < 0 else at), length)


@function("substring-before", 2)
def _substring_before(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    before, found, _ = run.text(values[0]).partition(run.text(values[1]) or "\0")
    return before if found else ""


@function("substring-after", 2)
def _substring_after(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    text, mark = run.text(values[0]), run.text(values[1])
    return text.partition(mark)[2] if mark else text


@function("contains", 2)
def _contains(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return run.text(values[1]) in run.text(values[0])


@function("starts-with", 2)
def _starts_with(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return run.text(values[0]).startswith(run.text(values[1]))


@function("ends-with", 2)
def _ends_with(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return run.text(values[0]).endswith(run.text(values[1]))


@function("translate", 3)
def _translate(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    text, old, new = (run.text(value) for value in values)
    table: dict[int, str | None] = {}
    for number, letter in enumerate(old):
        table.setdefault(ord(letter), new[number] if number < len(new) else None)
    return text.translate(table)


@function("string-length", 0, 1)
def _string_length(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return float(len(run.text(values[0]) if values else here.text))


@function("normalize-space", 0, 1)
def _normalize_space(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    text = run.text(values[0]) if values else here.text
    return _WHITE.sub(" ", text).strip(" ")


@function("regex", 2)
def _regex(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    """Whether the pattern matches the whole text, as Collect has it."""
    try:
        return matches(run.text(values[1]), run.text(values[0]))
    except PatternError as error:
        raise Unanswerable(str(error)) from None


@function("uuid", 0, 1, restless=True)
def _uuid(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    if not values:
        return str(uuid.uuid4())
    length = min(max(0, whole(run.number(values[0]))), 1000)
    return "".join(uuid.uuid4().hex for _ in range(length // 32 + 1))[:length]


@function("digest", 2, 3)
def _digest(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    data = run.text(values[0]).encode()
    name = run.text(values[1]).upper()
    coding = run.text(values[2]).lower() if len(values) > 2 else "base64"
    if name in _HASHES:
        result = hashlib.new(_HASHES[name], data, usedforsecurity=False).digest()
    elif name == "CRC32":
        result = zlib.crc32(data).to_bytes(4, "big")
    else:
        raise Unanswerable(f"digest() knows no method “{name}”")
    if coding == "hex":
        return result.hex()
    if coding == "base64":
        return base64.b64encode(result).decode()
    raise Unanswerable(f"digest() knows no coding “{coding}”")


@function("base64-decode", 1)
def _base64_decode(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    text = "".join(run.text(values[0]).split())
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("utf-8", "replace")
    except ValueError:
        return ""


@function("extract-signed", 2)
def _extract_signed(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    raise Unanswerable("the phone checks signatures; here it is not repeated")
