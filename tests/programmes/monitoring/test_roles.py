"""What the roles of monitoring see of visits: a partner its own in every state, a donor what is approved."""

from __future__ import annotations

import pytest

from rafid.commons.forms.accept import accept
from rafid.commons.forms.exports.doors import may_export
from rafid.commons.forms.models import AppUser, FieldPolicy, Form
from rafid.commons.forms.seeing import masks_for
from rafid.commons.forms.sender import new_token, of_phone
from rafid.commons.forms.versions import publish_draft, put_draft
from tests.methods.xforms.conftest import T1_XFORM, t1_xml

pytestmark = pytest.mark.django_db


@pytest.fixture
def visits(world, settings, tmp_path):
    """``uuid:branch`` and ``uuid:other``, received from two organisations, nothing decided."""
    settings.MEDIA_ROOT = tmp_path / "media"
    form = Form.objects.create(xform_id="t1", title_en="Visit", programme="monitoring", owner=world.authority)
    put_draft(form, T1_XFORM.encode())
    publish_draft(form)
    FieldPolicy.objects.create(form=form, path="/data/enum_name", label="personal", reader_sees="nothing")
    for name, owner in (("branch", world.branch), ("other", world.other)):
        phone = AppUser.objects.create(name=name, token_sha256=new_token()[1], owner=owner)
        phone.forms.add(form)
        accept(t1_xml().replace(b"uuid:1<", f"uuid:{name}<".encode()), of_phone(phone))
    return form


def seen(client, account, form) -> set[str]:
    client.force_login(account)
    return {one["instance_id"] for one in client.get(f"/api/v1/forms/{form.pk}/submissions").json()["items"]}


def test_a_partner_sees_its_own_in_every_state_masked(visits, world, client):
    partner = world.person("partner", ("monitoring.partner", world.branch, None))
    assert seen(client, partner, visits) == {"uuid:branch"}
    assert may_export(partner, visits)
    assert masks_for(partner, visits).hidden == {"/data/enum_name"}


def test_a_donor_sees_nothing_before_it_is_approved(visits, world, client):
    donor = world.person("donor", ("monitoring.donor", None, None))
    assert seen(client, donor, visits) == set()
