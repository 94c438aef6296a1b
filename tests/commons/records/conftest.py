from __future__ import annotations

from types import SimpleNamespace

import pytest

from rafid.commons.people.models import Account, Grant, Organisation
from rafid.commons.places.models import Place


@pytest.fixture
def world(db):
    """Two governorates with a district each, two authorities, and people whose roles reach them."""
    from wells.models import Well

    country = Place.objects.create(ref="T0", level=0, name_en="Land")
    south = Place.objects.create(ref="T1", level=1, name_en="South", parent=country)
    north = Place.objects.create(ref="T2", level=1, name_en="North", parent=country)
    town = Place.objects.create(ref="T11", level=2, name_en="Town", parent=south)
    authority = Organisation.objects.create(ref="WA", name_en="Water authority")
    branch = Organisation.objects.create(ref="WA-S", name_en="Southern branch", parent=authority)
    other = Organisation.objects.create(ref="OTHER", name_en="Other")

    def person(login: str, *grants: tuple[str, Organisation | None, Place | None]) -> Account:
        account = Account.objects.create_user(login, password="pass")
        for role, organisation, place in grants:
            Grant.objects.create(account=account, role=role, organisation=organisation, place=place)
        return account

    return SimpleNamespace(
        country=country,
        south=south,
        north=north,
        town=town,
        authority=authority,
        branch=branch,
        other=other,
        keeper=person("keeper", ("wells.keeper", authority, None)),
        local=person("local", ("wells.keeper", branch, south)),
        reader=person("reader", ("wells.reader", None, None)),
        stranger=person("stranger"),
        person=person,
        well=lambda **values: Well.objects.create(
            **{"number": "W-1", "depth_m": 40, "owner": branch, "place": town, "name_en": "Well one", **values}
        ),
    )
