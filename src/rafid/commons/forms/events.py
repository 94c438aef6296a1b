"""A submission as an event: the programme that declares the form hears of it with rows, place, entity and state.

``on_state(submission, rows, place, entity, old, new)`` is called after arrival with ``old`` None (it may be called twice), and
in the transaction of each decision. ``rows``: table → its rows, column → typed value, of the current version.
What the programme cannot take on arrival it says by raising :class:`NotTaken`: the sentence stands at the submission as a
finding, nothing is lost, and whoever reviews it sees why. Once it is taken the finding goes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from rafid.commons.programme import Form as Declared
from rafid.commons.programme import installed

from .answers import rows_of_version
from .models import Submission

NOT_TAKEN = "not_taken"


class NotTaken(Exception):
    """``said``: why, in three languages; ``facts`` stand beside it in the finding's evidence."""

    def __init__(self, said: Mapping[str, str], **facts: str) -> None:
        super().__init__(said.get("en", ""))
        self.said, self.facts = dict(said), facts


def declaration(xform_id: str) -> Declared | None:
    """What a programme declares of the form, if one does."""
    return next((one for programme in installed() for one in programme.forms if one.code == xform_id), None)


def tell(submission: Submission, old: str | None, new: str) -> bool:
    """Calls the programme's ``on_state``; tells whether there is one. Whatever it raises goes on to the caller, whose
    transaction is its own. Nothing is told of tests of a draft, and of sealed submissions: nobody here can read them."""
    if submission.draft_id or submission.sealed:
        return False
    declared = declaration(submission.form.xform_id)
    if declared is None or declared.on_state is None:
        return False
    hear = called(declared.on_state)
    hear(submission, rows_of_version(submission.current_id), submission.place, submission.entity, old, new)
    return True


def called(what: Callable[..., Any] | str) -> Callable[..., Any]:
    """The function, or what stands at its dotted path ``module:function``."""
    if callable(what):
        return what
    module, _colon, name = what.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found
