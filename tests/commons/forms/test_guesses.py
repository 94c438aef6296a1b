"""Whoever tries tokens has to wait, at the door of phones as at that of public links."""

from __future__ import annotations

import pytest

from rafid.commons.forms.phones.given import make_link, revoke

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("tail", ["", "form.json", "files/0190f0e0-0000-7000-8000-000000000000", "send"])
def test_guesses_of_links_are_slowed_and_a_good_link_is_not(field, client, tail):
    def ask(token: str):
        address = f"/forms/fill/t/{token}/{tail}"
        return client.post(address) if tail == "send" else client.get(address)

    withdrawn, old = make_link(field.form, "old")
    revoke(withdrawn)
    assert {ask(old).status_code for _again in range(25)} == {404}
    statuses = [ask(f"{'x' * 40}{number}").status_code for number in range(22)]
    assert statuses == [404] * 20 + [429] * 2
    assert int(ask("guess")["Retry-After"]) > 0
    assert client.get("/collect/guess/formList").status_code == 429
    _link, token = make_link(field.form, "good")
    assert ask(token).status_code in ((400,) if tail == "send" else (404,) if "files" in tail else (200,))
