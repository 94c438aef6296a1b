"""The search key: worked examples of its contract, and its properties over any text."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafid.methods.text import fold, to_ascii_digits, tokens

LETTERS_OF_THREE_SCRIPTS = (
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويىئؤءأإآةٱگچپڤکیەێۆڕڵژھہۇڪې0123456789٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"
    "abcçşêîûßİIıþØǅ+# _-/.،؟\u200c\u200f\u00ad"
    "\u064b\u0650\u0651\u0670\u0654\u0640ﷲﻻﺀŞşḩ̧²½Ⅷ①❶ㄱ각한"
)
TEXTS = st.one_of(st.text(), st.text(alphabet=LETTERS_OF_THREE_SCRIPTS))


def folded_step_by_step(text: str) -> str:
    """The contract read literally, slowly and over the whole string at each step."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\u00ad\ufeff]", "", text)
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(c for c in text if not unicodedata.category(c).startswith("M"))
    text = unicodedata.normalize("NFKC", text)
    for letters, target in (
        ("ىیې", "ي"),
        ("کڪگ", "ك"),
        ("ةەھہ", "ه"),
        ("ٱ", "ا"),
        ("ءـ", ""),
        ("چ", "ج"),
        ("پ", "ب"),
        ("ڤ", "ف"),
        ("ۆۇ", "و"),
        ("ێ", "ي"),
        ("ڕ", "ر"),
        ("ڵ", "ل"),
        ("ژ", "ز"),
    ):
        text = re.sub(f"[{letters}]", target, text)
    text = "".join(str(unicodedata.digit(c)) if unicodedata.digit(c, None) is not None else c for c in text)
    kept = []
    for run in re.finditer("[+#]+|[^+#]", text):
        before, after = text[: run.start()][-1:], text[run.end() :][:1]
        if run.group()[0] in "+#":
            stays = "LATIN" in unicodedata.name(before or " ", "") and not is_word(after)
            kept.append(run.group() if stays else " ")
        else:
            kept.append(run.group() if is_word(run.group()) else " ")
    return " ".join("".join(kept).split())


def is_word(character: str) -> bool:
    return character != "" and (unicodedata.category(character)[0] == "L" or character in "0123456789")


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("السائقون", "السايقون"),
        ("شۆفێر", "شوفير"),
        ("مُدرِّسة", "مدرسه"),
        ("C++ / .NET", "c++ net"),
        ("c#, F#; a+b c++x", "c# f# a b c x"),
        ("+964 770", "964 770"),
        ("٠٧٧٠ ١٢٣", "0770 123"),
        ("ئەندازیار", "يهندازيار"),
        ("ـ مـحـمـد ـ", "محمد"),
        ("گوڵە چیا ڤێنۆ پاژ", "كوله جيا فينو باز"),
        ("Ash Shaţrah", "ash shatrah"),
        ("Şêrko İSTANBUL Straße", "serko istanbul strasse"),
        ("قضاء\u200fالناصرية", "قضاالناصريه"),
        ("عبد ﷲ", "عبد الله"),
        ("ﻻزم", "لازم"),
        ("  ", ""),
        ("snake_case", "snake case"),
    ],
)
def test_worked_examples(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_removed_marks_join_what_they_stood_between() -> None:
    assert fold("می\u200cخواهم") == "ميخواهم"
    assert fold("co\u00adoperate") == "cooperate"


@given(TEXTS)
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_fold_is_words_with_single_blanks(text: str) -> None:
    folded = fold(text)
    assert tokens(text) == folded.split(" ") if folded else tokens(text) == []
    assert all(is_word(c) or c in "+# " for c in folded)
    assert not set(folded) & set("ىیکةەھٱءـگچپڤۆۇێڕڵژ٠۰")


@given(st.text(alphabet=LETTERS_OF_THREE_SCRIPTS.replace("ᄀ", "").replace("ᅡ", "").replace("ᆨ", "")))
def test_the_table_gives_what_the_steps_give(text: str) -> None:
    assert fold(text) == folded_step_by_step(text)


@given(TEXTS)
def test_marks_and_case_do_not_matter(text: str) -> None:
    pointed = "".join(c + "\u064e" if c.isalpha() else c for c in text)
    assert fold(pointed) == fold(text)


@given(TEXTS)
def test_to_ascii_digits_changes_digits_and_nothing_else(text: str) -> None:
    changed = to_ascii_digits(text)
    assert len(changed) == len(text)
    for before, after in zip(text, changed, strict=True):
        if unicodedata.category(before) == "Nd":
            assert after == str(unicodedata.decimal(before))
        else:
            assert after == before


def test_to_ascii_digits_examples() -> None:
    assert to_ascii_digits("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹") == "0123456789 0123456789"
    assert to_ascii_digits("١٠² م، ٪٥ ①") == "10² م، ٪5 ①"
