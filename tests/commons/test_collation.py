"""Names in the order in which their readers look for them."""

import pytest

from rafid.commons.collation import alphabetical


@pytest.mark.parametrize(
    "ordered",
    [
        ["ئەنبار", "بەسرە", "پێنجوێن", "ڕانیە", "گەرمیان", "موسەننا", "هەولێر", "واست", "یەک"],
        ["أربيل", "البصرة", "بابل", "بغداد", "دهوك", "كركوك", "ميسان", "واسط"],
        ["Al-Anbar", "Babil", "Duhok", "Élan", "Erbil", "Kirkuk"],
        ["Block 2", "Block 10", "Block 10a"],
    ],
    ids=["ckb", "ar", "en", "numbers"],
)
def test_order(ordered):
    assert sorted(set(ordered), key=alphabetical) == ordered


def test_letters_that_are_the_same_sort_the_same():
    assert alphabetical("أربيل") == alphabetical("اربيل")
    assert alphabetical("كركوك") == alphabetical("کرکوک")


def test_signs_that_only_look_like_numbers_and_numbers_without_end_are_sorted_too():
    names = ["5²", "²", "9" * 5000, "10"]
    assert sorted(names, key=alphabetical)[-1] == "9" * 5000
