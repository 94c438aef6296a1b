"""Text that a spreadsheet would run is disarmed, numbers and words are left as they are."""

from __future__ import annotations

import pytest

from rafid.commons.spreadsheets import disarmed, printable


@pytest.mark.parametrize("text", ["=1+1", " =1", "+964 770 123", "-2+3", "@SUM(1)", "\t=1", "-", "=", "+1,2+3"])
def test_what_could_run_is_text(text):
    assert disarmed(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+964", "-1,234.5", "1e-3", "-.5", "W-1", "a=b", "", "بئر"])
def test_numbers_and_words_stay(text):
    assert disarmed(text) == text


@pytest.mark.parametrize("value", [None, -5, 1.5, True])
def test_only_text_is_looked_at(value):
    assert disarmed(value) is value


def test_control_characters_are_shown_as_lost():
    assert printable("a\x00b\tc\n") == "a\ufffdb\tc\n"
