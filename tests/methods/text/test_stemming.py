"""Forms of one word meet; different words stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafid.methods.text import fold, stem, tokens


@pytest.mark.parametrize(
    "forms",
    [
        "سائق السائقون سائقة والسائقين للسائق بالسائق كالسائق",
        "ممرضة ممرضات الممرضة ممرضون",
        "مدرسة مدرسات",
        "كهربائي كهربائيين كهربائية الكهربائيون",
        "پزیشک پزیشکەکان پزیشکێک پزیشکەکە پزیشکان",
        "مامۆستا مامۆستایەکان مامۆستایەکە مامۆستایان",
        "driver drivers Drivers",
    ],
)
def test_forms_of_one_word_meet(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize("pair", ["طبيب طباخ", "محاسب محامي", "baker banker", "سائق سابق", "پزیشک پێشمەرگە"])
def test_different_words_stay_apart(pair: str) -> None:
    left, right = pair.split()
    assert stem(left) != stem(right)


def test_a_folded_sorani_word_meets_the_written_one_when_the_language_is_given() -> None:
    for form in ["پزیشک", "پزیشکەکان", "پزیشکێک"]:
        assert stem(fold(form), language="ckb") == stem(form, language="ckb") == "بزيشك"


@pytest.mark.parametrize("word", ["", "سائق شاحنة", "a-b", "!"])
def test_refuses_anything_but_one_word(word: str) -> None:
    with pytest.raises(ValueError, match="one word"):
        stem(word)


def test_refuses_a_language_without_stemmer() -> None:
    with pytest.raises(ValueError, match="no stemmer"):
        stem("fahrer", language="de")


@given(st.text(alphabet="المناتوهيكرسبةئەێ", min_size=1, max_size=12), st.sampled_from(["ar", "ckb", None]))
def test_never_below_three_letters_nor_longer(word: str, language: str | None) -> None:
    folded = tokens(word)
    if len(folded) != 1:
        return
    stemmed = stem(word, language=language)
    assert min(3, len(folded[0])) <= len(stemmed) <= len(folded[0])
    assert stemmed in folded[0]
