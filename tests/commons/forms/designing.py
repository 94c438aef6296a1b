"""Forms that a designer uploads in the tests, as tables in Markdown."""

from __future__ import annotations

from rafid.commons import blobs
from rafid.commons.forms.design.upload import Given


def sheet(*rows: str, version: str = "1", form_id: str = "visit", title: str = "Visit", choices: str = "") -> bytes:
    """A form with these rows: ``type | name | label | constraint | relevant | sensitivity | role``."""
    head = (
        "| survey |\n| | type | name | label | constraint | relevant | bind::rafid:sensitivity | bind::rafid:role |\n"
    )
    settings = f"| settings |\n| | form_id | version | form_title |\n| | {form_id} | {version} | {title} |\n"
    return (head + "".join(f"| | {row} |\n" for row in rows) + choices + settings).encode()


PLAIN = (
    "text | site | Site | | | |",
    "text | village | Village | | | |",
    "text | interviewer | Interviewer | | | |",
    "geopoint | here | Where | | | |",
    "text | phone | Phone of the guard | | | |",
    "image | photo | Photo | | | |",
    "text | story | Story | | | protection |",
)


def given(data: bytes, name: str = "visit.md", **files: bytes) -> Given:
    """``files``: name with ``__`` for the dot."""
    return Given(name, data, [(one.replace("__", "."), blobs.keep(held)) for one, held in files.items()])
