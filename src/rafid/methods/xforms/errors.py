"""What this package refuses, each a ``ValueError`` with a sentence for a person."""

from __future__ import annotations

from rafid.methods.xforms.said import say


class FormError(ValueError):
    """A form definition that is none: not XML, no model, no instance."""


class SubmissionError(ValueError):
    """A submission that cannot be read; the sentence names line and column where there are any."""


class ExpressionError(ValueError):
    """An expression that cannot be read or answered. ``at``: the character, from 1, where it went wrong; None when it reads
    well but cannot be answered (no clock, no list)."""

    def __init__(self, sentence: str, at: int | None = None) -> None:
        self.sentence = sentence
        self.at = at
        whole = sentence if at is None else say("%(fault)s (character %(at)s)", fault=sentence, at=at)
        super().__init__(whole)


class Unanswerable(ExpressionError):
    """The expression is well written; what it asks for was not given, or would cost too much."""
