import pytest

from rafid.methods.text import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("سائق شاحنة", "ar"),
        ("چلب گهوة پردة", "ar"),
        ("شۆفێر", "ckb"),
        ("گه\u200cڕان", "ckb"),
        ("خه\u200cبات", "ckb"),
        ("رەش", "ckb"),
        ("پزیشک", "ar"),
        ("driver", "en"),
        ("Şêrko", "en"),
        ("شركة ABC", "ar"),
        ("Microsoft شركة", "en"),
        ("ab اب", "ar"),
        ("123 +/- ٤٥", "und"),
        ("", "und"),
        ("водитель", "und"),
    ],
)
def test_by_letters(text: str, language: str) -> None:
    assert detect_language(text) == language
