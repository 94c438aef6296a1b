"""Consonant keys of personal names over three scripts."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafid.methods.text import fold, name_key

SAME = [
    "محمد | Mohammed | Muhammad | Mohamad | مُحَمَّد",
    "عبد الرحمن | عبدالرحمن | Abdulrahman | Abd al-Rahman | Abdurrahman | Abdul Rahman",
    "الجبوري | Al-Jubouri | Jubouri | Aljubouri | الجبوری",
    "زينب | Zainab | Zaynab",
    "شێرکۆ | Sherko | Şêrko",
    "فاطمة | فاطمه | Fatima | Fatimah",
    "عبد الله | عبدالله | Abdullah | Abd Allah | Abdulla",
    "علي | على | عەلی | Ali",
    "مصطفى | مصطفي | Mustafa",
    "أحمد | احمد | ئەحمەد | Ahmed | Ahmad",
    "صلاح | Salah | Şalāḩ",
    "نور الدين | نورالدين | Nur al-Din | Nooraldin | Nuruddin",
    "نصر الله | نصرالله | Nasr Allah | Nasrallah",
    "العبيدي | Al-Obaidi | Alobaidi | Obaidi",
    "ئازاد | آزاد | Azad",
    "إلهام | الهام | Ilham",
    "حسين | Hussein | Husayn | Hussain | حسێن",
    "كاظم | Kadhim",
    "چنار | Çinar | Chinar",
    "محمد علي حسن | Mohammed Ali Hassan",
]


@pytest.mark.parametrize("spellings", SAME)
def test_spellings_of_one_name_share_a_key(spellings: str) -> None:
    assert len({name_key(spelling) for spelling in spellings.split(" | ")}) == 1


def test_different_names_seldom_share_one() -> None:
    keys = [name_key(spellings.split(" | ")[0]) for spellings in SAME]
    assert all(left != right for left, right in itertools.combinations(keys, 2))


@given(st.text())
def test_never_empty_where_there_is_a_letter_or_digit(text: str) -> None:
    if fold(text):
        assert name_key(text)


@given(st.text(alphabet="ابتحعهويىءئێەaeiouhlAL '-", min_size=1))
def test_names_of_vowels_and_articles_have_a_key_too(text: str) -> None:
    if fold(text):
        assert name_key(text)
