"""What the page of a finding says of its steps."""

from __future__ import annotations

import pytest
from django.test import Client

from rafid.programmes.monitoring.models import NonConformity

pytestmark = pytest.mark.django_db


def test_a_reason_stands_with_its_own_step_and_with_no_later_one(field):
    visit = field.make_visit()
    row = field.make_nonconformity(visit, step_reason="No file shows it", state="sent_back")
    client = Client()
    client.force_login(field.quality)
    address = f"/monitoring/findings/{row.ref}/?lang=en"
    assert "<strong>Sent back:</strong>" in client.get(address).content.decode()
    NonConformity.objects.filter(pk=row.pk).update(
        state="answered", answer="Done", answered_by=field.partner_account, answered_at=row.known_at
    )
    page = client.get(address).content.decode()
    assert "<strong>Answered:</strong>" not in page


def test_a_title_says_that_its_item_was_not_met(field):
    row = field.make_nonconformity(field.make_visit(), item=field.items[0])
    client = Client()
    client.force_login(field.quality)
    assert "Not met: ppe" in client.get(f"/monitoring/findings/{row.ref}/?lang=en").content.decode()
