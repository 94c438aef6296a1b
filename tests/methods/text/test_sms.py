import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafid.methods.text import sms_parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("س" * 70, 1),
        ("س" * 71, 2),
        ("س" * 134, 2),
        ("س" * 135, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("€" * 152, 2),  # 76 in a part: the 77th would be split at unit 153
        ("€" * 153, 3),
        ("a" * 152 + "€" + "a" * 152, 3),  # 306 units, but the sign does not fit into the first part's last one
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 66, 2),  # 33 in a part of 67
        ("😀" * 67, 3),
        ("ç", 1),
        ("ç" * 71, 2),  # only the capital Ç is in the alphabet
        ("\f" * 81, 2),
    ],
)
def test_counts(text: str, parts: int) -> None:
    assert sms_parts(text) == parts


@given(st.text(max_size=400), st.text(max_size=50))
def test_more_text_never_costs_less(text: str, more: str) -> None:
    assert sms_parts(text) <= sms_parts(text + more)
