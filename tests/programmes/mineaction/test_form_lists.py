"""The lists of hazards and tasks for forms: made by a button and by the clock, mended, and as each sees them."""

from __future__ import annotations

import pytest

from rafid.commons.forms.models import EntityList, FormFile
from rafid.programmes.mineaction.arriving.declared import HAZARDS, TASKS
from rafid.programmes.mineaction.arriving.lists import refresh, refresh_all
from rafid.programmes.mineaction.arriving.tasks import form_lists

pytestmark = pytest.mark.django_db
PAGE = "/mineaction/form-lists/"
NAMES = {HAZARDS, TASKS}


@pytest.fixture(autouse=True)
def _none_yet(db):
    """The demonstration has made them."""
    FormFile.objects.filter(entity_list__name__in=NAMES).delete()
    EntityList.objects.filter(name__in=NAMES).delete()


def lists():
    return EntityList.objects.filter(name__in=NAMES)


def test_the_officer_makes_them_by_a_button(client, ground):
    client.force_login(ground.im_officer)
    text = client.get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert text.count("Missing list") == 2
    assert client.post(PAGE, {"owner": str(ground.dma.pk)}).status_code == 302
    assert set(lists().values_list("name", flat=True)) == NAMES
    text = client.get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert "Missing list" not in text
    ground.make_hazard()
    assert refresh(ground.dma) == 0


def test_a_list_that_is_no_view_any_more_is_mended(client, ground):
    refresh(ground.dma, by=ground.im_officer)
    lists().filter(name=TASKS).update(view={})
    client.force_login(ground.im_officer)
    assert "Not a view of its register" in client.get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert refresh(ground.dma, by=ground.im_officer) == 1
    assert lists().get(name=TASKS).view == {"register": "mineaction.task"}


def test_the_clock_makes_them_for_who_keeps_hazards(ground):
    ground.make_hazard()
    form_lists(0)
    assert set(lists().values_list("name", flat=True)) == NAMES
    assert refresh_all() == 0


def test_others_may_not(client, ground):
    for who in (ground.desk, ground.partner, ground.director):
        client.force_login(who)
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE).status_code == 403
