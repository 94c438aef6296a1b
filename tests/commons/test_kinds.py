"""Every thing whose history the commons keep has a name in the three languages, and so has every reason of their own."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.utils import translation
from pghistory.models import Event

from rafid.commons.kinds import KINDS, REASONS, REASONS_ABOUT, kind_name, reason_text


def test_no_kind_is_forgotten():
    tracked = [
        model.pgh_tracked_model for model in apps.get_models() if issubclass(model, Event) and model is not Event
    ]
    own = [model for model in tracked if model._meta.app_label in {"rafid_" + room for room in ROOMS}]
    assert own
    for model in own:
        assert {model._meta.verbose_name, model._meta.verbose_name_plural} <= set(KINDS), model


ROOMS = ("places", "people", "records", "indicators", "products")


def test_no_reason_of_our_own_is_forgotten():
    """Reasons are written as plain text beside ``because``: each is either listed or begins with what is listed."""
    found = set()
    for path in (settings.ROOT / "src/rafid").rglob("*.py"):
        found |= set(re.findall(r'because\(\s*(?:\w+ or )?f?"([^"]+)"', path.read_text(encoding="utf-8")))
    assert len(found) > 5
    for reason in found:
        assert reason in REASONS or reason.startswith(tuple(REASONS_ABOUT)), reason


@pytest.mark.parametrize("language", ["ar", "ckb"])
def test_they_are_said_in_the_reader_s_language(language):
    from rafid.commons.people.models import Grant

    with translation.override(language):
        assert kind_name(Grant, 1) not in KINDS
        for reason in (*REASONS, *(start + "x.csv" for start in REASONS_ABOUT)):
            said = reason_text(reason)
            assert said != reason
            assert ("x.csv" in said) == ("x.csv" in reason)
        assert reason_text("she called") == "she called"
