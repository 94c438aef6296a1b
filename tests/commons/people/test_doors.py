"""Where somebody did something, in words."""

from __future__ import annotations

import re

import pytest
from django.urls import get_resolver
from django.utils.translation import override

from rafid.commons.people.doors import PAGES, door_text


def test_every_page_that_is_named_exists():
    assert set(PAGES) <= {name for name in get_resolver().reverse_dict if isinstance(name, str)}


@pytest.mark.parametrize("language", ["ar", "ckb"])
@pytest.mark.parametrize(
    "path",
    ["/imports/0198c0de-0000-7000-8000-000000000000/apply/", "/people/keeper/roles/", "/api/v1/records/x", "/nowhere/"],
)
def test_a_path_is_said_in_words(path, language):
    with override(language):
        said = door_text(path)
    assert re.search("[\u0600-\u06ff]", said)
    assert "/" not in said


def test_what_came_without_a_request_has_no_door():
    assert door_text("") == ""
    with override("en"):
        assert door_text("/imports/0198c0de-0000-7000-8000-000000000000/apply/") == "while recording an import"
