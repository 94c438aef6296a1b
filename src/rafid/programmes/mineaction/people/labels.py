"""Whom a field of an audience counts, by its name and by its label; and where the two disagree.

A published form had ``fem_adlt`` labelled "children": whoever trusted the name counted women, whoever trusted the label
counted children. Nobody is asked to guess: both readings are shown. Pure: texts in, readings out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rafid.methods.text import fold

_SEXES = {
    "female": (
        "female", "females", "fem", "women", "woman", "girl", "girls", "f", "نساء", "امرأة", "إناث", "أنثى", "بنات", "فتيات",
        "فتاة", "ژن", "ژنان", "کچ", "کچان", "مێ", "مێینە",
    ),
    "male": (
        "male", "males", "mal", "men", "man", "boy", "boys", "m", "رجال", "رجل", "ذكور", "ذكر", "أولاد", "بنين", "فتيان",
        "پیاو", "پیاوان", "کوڕ", "کوڕان", "نێر", "نێرینە",
    ),
}  # fmt: skip
_AGES = {
    "adult": (
        "adult", "adults", "adlt", "adlts", "adt", "women", "woman", "men", "man", "grown", "بالغ", "بالغون", "بالغين", "كبار",
        "راشدون", "راشدين", "رجال", "نساء", "گەورە", "گەورەکان", "پێگەیشتوو", "پیاوان", "ژنان",
    ),
    "child": (
        "child", "children", "chld", "chldrn", "chd", "kids", "boy", "boys", "girl", "girls", "minor", "minors", "طفل", "أطفال",
        "بنات", "أولاد", "فتيان", "فتيات", "قاصر", "قاصرون", "منداڵ", "منداڵان", "کچان", "کوڕان",
    ),
}  # fmt: skip
_DISABILITY = (
    "disability", "disabilities", "disabled", "disab", "pwd", "pwds", "إعاقة", "معاق", "معاقين", "ذوي", "کەمئەندام",
    "کەمئەندامی", "کەمئەندامان", "پەککەوتە",
)  # fmt: skip
_BETWEEN = re.compile(r"[_\-.:/\s]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_UNDER = re.compile(r"(?:<|under|below|less than|أقل من|تحت|دون|خوار|ژێر)\s*(?:age\s*)?1[5-8]\b")
_OVER = re.compile(r"(?:\b1[89]\s*\+|≥\s*18|(?:over|above|from|أكثر من|فوق|سەروو)\s*1[78]\b)")


@dataclass(frozen=True)
class Audience:
    """``sex``: female, male or ""; ``age``: adult, child or ""; ``disability``: only those with one."""

    sex: str = ""
    age: str = ""
    disability: bool = False

    @property
    def empty(self) -> bool:
        return not (self.sex or self.age or self.disability)

    @property
    def column(self) -> str:
        """The field of a session that counts exactly these; "" where none does."""
        if self.disability:
            return "with_disability"
        return {
            ("male", "adult"): "men", ("female", "adult"): "women", ("male", "child"): "boys", ("female", "child"): "girls",
        }.get((self.sex, self.age), "")  # fmt: skip


@dataclass(frozen=True)
class Doubt:
    """A field whose name says something else than one of its labels."""

    name: str
    label: str
    by_name: Audience
    by_label: Audience


def read(text: str) -> Audience:
    """Whom a name or a label means, as far as it says.

    >>> read("fem_adlt"), read("Number of children")
    (Audience(sex='female', age='adult', disability=False), Audience(sex='', age='child', disability=False))
    """
    words = {fold(one) for one in _BETWEEN.split(text) if one}
    words |= set(fold(text).split())
    words |= {word.removeprefix("ال") for word in words if word.startswith("ال")}
    plain = text.casefold().replace("_", " ")
    sex = _one(words, _SEXES)
    age = _one(words, _AGES)
    if _UNDER.search(plain):
        age = "child"
    elif _OVER.search(plain):
        age = "adult"
    return Audience(sex, age, bool(words & {fold(one) for one in _DISABILITY}))


def _one(words: set[str], known: dict[str, tuple[str, ...]]) -> str:
    """The code that the words speak of; "" where they speak of none, or of both."""
    found = [code for code, spellings in known.items() if words & {fold(one) for one in spellings}]
    return found[0] if len(found) == 1 else ""


def disagree(one: Audience, other: Audience) -> bool:
    """Both say something, and not the same."""
    if one.empty or other.empty:
        return False
    return bool(
        (one.sex and other.sex and one.sex != other.sex)
        or (one.age and other.age and one.age != other.age)
        or one.disability != other.disability
    )


def doubts(fields: Iterable[tuple[str, Sequence[str]]]) -> list[Doubt]:
    """``fields``: names, each with its labels in however many languages. Labels are compared with one another, too.

    >>> [(one.name, one.label) for one in doubts([("fem_adlt", ["children"]), ("men", ["Men", "رجال"])])]
    [('fem_adlt', 'children')]
    """
    found = []
    for name, labels in fields:
        by_name = read(name)
        readings = [(label, read(label)) for label in labels if label and label.strip()]
        for at, (label, by_label) in enumerate(readings):
            if disagree(by_name, by_label):
                found.append(Doubt(name, label, by_name, by_label))
                continue
            # A label that the name speaks against was told already; two labels may still differ where the name says nothing.
            before = (one[1] for one in readings[:at] if not disagree(by_name, one[1]))
            other = next((one for one in before if disagree(one, by_label)), None)
            if other is not None:
                found.append(Doubt(name, label, other, by_label))
    return found
