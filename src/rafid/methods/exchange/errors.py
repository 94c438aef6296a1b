"""What stops a file, by a code and its values: whoever shows it says it in the reader's language."""

from __future__ import annotations

from typing import Any

SENTENCES = {
    "empty": "the file is empty; write it again at its node",
    "no_file": "this is no exchange file ({format}); take the one that the node wrote",
    "version": "this file is not of the format {format}; the two nodes need the same version",
    "stranger": "the file is of {node!r}, which is no known node here; trust its key first, if you know it",
    "cut": "the file of {node} has no signature at its end; it was cut: carry it again",
    "forged": "the signature is not {node}'s; the file was altered or is another's: write it again",
    "count": "the file of {node} says {said} changes and holds {held}; write it again",
    "no_have": "the file of {node} does not say what the node has; write it again",
    "foreign": "{id} lies in a file of {node}, which may sign only its own changes",
    "altered": "line {line} of the file is not canonical JSON; the file was cut or altered: carry it again",
    "no_change": "line {line} is no change of the format {format}; the two nodes need the same version",
    "elsewhere": "the file is for {to}, this is {here}; carry it there, or have one written for you",
    "sealed": "the file cannot be deciphered; it was cut or altered, or written to an earlier key of this node: write it again",
    "no_receipt": "this is no receipt of a known node, or it was cut or altered; have it written again",
    "two_contents": "{id} comes with two contents (record {record} and {other}); one number is one change: ask its node"
    " which of the two it made",
    "action": "{id} does {action!r}, which this version does not know; it knows {known}",
    "not_made": "the change {id} is not made as changes are: {why}; mend the program that made it",
    "no_id": "{id!r} is no id of a change; write the node and the number, as in DMA:120",
    "not_own": "{id} was not made by {node}; a node signs only its own changes",
    "not_json": "{id} holds what JSON cannot say ({why}); write it as text or number",
    "no_text": "a change of {node} holds letters that are no text ({why}); type them again",
}


class Unreadable(ValueError):
    """A file, line or change that is not taken. ``code`` is a key of ``SENTENCES``, ``values`` what its sentence names."""

    def __init__(self, code: str, **values: Any) -> None:
        self.code, self.values = code, values
        super().__init__(SENTENCES[code].format(**values))
