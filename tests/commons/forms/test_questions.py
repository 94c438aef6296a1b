"""What a column is called for those who read answers."""

from __future__ import annotations

import pytest
from django.utils import translation

from rafid.commons.forms.questions import book_of

pytestmark = pytest.mark.django_db


def test_a_calculation_without_a_label_is_called_by_its_name_in_words(field):
    book = book_of(field.form)
    named = {column.name: column for column in book.main}
    with translation.override("en"):
        assert book.title(named["n_major"]) == "n major (calculated)"
        assert "calculated" not in book.title(named["deminers"])
        assert book.title(named["loc-Latitude"]).endswith(" · Latitude")
    with translation.override("ar"):
        assert book.title(named["n_major"]) == "n major (محسوب)"
