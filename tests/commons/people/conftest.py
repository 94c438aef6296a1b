from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english():
    """The sentences of refusals are compared in English; what a request says is in the language that it asks for."""
    with translation.override("en"):
        yield


@pytest.fixture
def office(world):
    """Administrators of several reaches over the common world: of all, of one authority, of one governorate, of wells."""
    admin = world.person("chief", ("platform.administrator", None, None))
    return SimpleNamespace(
        **vars(world),
        admin=admin,
        of_authority=world.person("of-authority", ("platform.administrator", world.authority, None)),
        of_south=world.person("of-south", ("platform.administrator", None, world.south)),
    )


@pytest.fixture
def fresh():
    """The account as the next request reads it, without what it remembers of its scopes."""
    from rafid.commons.people.models import Account

    return lambda account: Account.objects.get(pk=account.pk)
