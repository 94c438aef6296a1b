"""Sentences that can be said in another language: English text that remembers its pattern and what was put into it.

The package speaks English and knows no catalogue; whoever shows a sentence looks its pattern up and puts the same facts in.
"""

from __future__ import annotations

from typing import Any


class Said(str):
    """``pattern``: the sentence with ``%(name)s`` for each of ``facts``, which are texts, numbers or sentences themselves."""

    pattern: str
    facts: dict[str, Any]

    def mapped(self, change: Any) -> Said:
        """The same sentence with ``change`` applied to each text that was put into it."""
        facts = {
            name: fact.mapped(change) if isinstance(fact, Said) else change(fact) if isinstance(fact, str) else fact
            for name, fact in self.facts.items()
        }
        whole = say(self.pattern, **self.facts)
        if self == whole:
            return say(self.pattern, **facts)
        if self == finished(whole):
            return finished(say(self.pattern, **facts))
        # Somebody else's English, which its pattern does not make.
        made = Said(change(str(self)))
        made.pattern, made.facts = self.pattern, facts
        return made


def say(pattern: str, /, **facts: Any) -> Said:
    """The sentence of a pattern: ``say("there is no function %(name)s()", name="summ")``."""
    made = Said(pattern % facts if facts else pattern)
    made.pattern, made.facts = pattern, facts
    return made


def called(name: str) -> str:
    """A function's name as it stands in a sentence: with its brackets, which belong to it in every direction of writing."""
    return f"{name}()"


def finished(sentence: str) -> Said:
    """With a capital letter in front and a full stop behind, where it has none."""
    said = sentence if isinstance(sentence, Said) else say("%(text)s", text=sentence)
    text = sentence.strip()
    text = text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
    made = Said(text)
    made.pattern, made.facts = said.pattern, said.facts
    return made


def said_by(error: Exception) -> str:
    """The sentence of an error of this package, as it was said."""
    first = error.args[0] if error.args else ""
    return first if isinstance(first, Said) else str(error)


def packed(sentence: str) -> Any:
    """For JSON: the text alone, or the text, its pattern and its facts."""
    if not isinstance(sentence, Said):
        return str(sentence)
    return [
        str(sentence),
        sentence.pattern,
        {name: packed(fact) if isinstance(fact, str) else fact for name, fact in sentence.facts.items()},
    ]


def unpacked(value: Any) -> str:
    """What ``packed`` made."""
    if not isinstance(value, list):
        return str(value)
    text, pattern, facts = value
    made = Said(text)
    made.pattern = pattern
    made.facts = {name: unpacked(fact) if isinstance(fact, str | list) else fact for name, fact in facts.items()}
    return made
