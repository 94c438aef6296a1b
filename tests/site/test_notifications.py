"""Messages to a person: seen by that person only, marked as read by pressing, never by looking."""

from __future__ import annotations

import pytest

from rafid.commons.people.models import Message

pytestmark = pytest.mark.django_db


def text(word):
    return {"ar": f"{word} ع", "ckb": f"{word} ک", "en": f"{word} e"}


@pytest.fixture
def message(world):
    return Message.objects.create(account=world.keeper, text=text("hello"), link="/about/")


def test_nobody_is_asked_to_sign_in(client):
    response = client.get("/notifications/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_the_count_is_in_the_head_and_looking_does_not_change_it(client, world, message):
    client.force_login(world.keeper)
    for _time in range(2):
        html = client.get("/notifications/", {"lang": "en"}).content.decode()
        assert '<span class="count">1</span>' in html
        assert "1 unread notification" in html
        assert "hello e" in html
    assert "hello ک" in client.get("/notifications/", {"lang": "ckb"}).content.decode()


def test_opening_marks_it_as_read_and_goes_there(client, world, message):
    client.force_login(world.keeper)
    response = client.post(f"/notifications/{message.pk}/read/", {"open": ""})
    assert response["Location"] == "/about/"
    message.refresh_from_db()
    assert message.read_at is not None
    assert 'class="count"' not in client.get("/").content.decode()


def test_a_link_to_elsewhere_is_not_followed(client, world):
    message = Message.objects.create(account=world.keeper, text=text("x"), link="https://evil.example/")
    client.force_login(world.keeper)
    assert client.post(f"/notifications/{message.pk}/read/", {"open": ""})["Location"] == "/notifications/"


def test_all_are_marked_at_once_and_only_one_s_own(client, world, message):
    Message.objects.create(account=world.keeper, text=text("b"))
    others = Message.objects.create(account=world.reader, text=text("c"))
    client.force_login(world.keeper)
    client.post("/notifications/read/")
    assert not Message.objects.filter(account=world.keeper, read_at=None).exists()
    others.refresh_from_db()
    assert others.read_at is None


def test_another_s_message_is_not_found(client, world, message):
    client.force_login(world.reader)
    assert client.post(f"/notifications/{message.pk}/read/").status_code == 404
    assert "hello" not in client.get("/notifications/").content.decode()


def test_reading_is_a_post(client, world, message):
    client.force_login(world.keeper)
    assert client.get(f"/notifications/{message.pk}/read/").status_code == 405


def test_many_are_paged(client, world):
    Message.objects.bulk_create(Message(account=world.keeper, text=text(f"m{n}")) for n in range(120))
    client.force_login(world.keeper)
    html = client.get("/notifications/", {"lang": "en"}).content.decode()
    assert "Page 1 of 3 · 120 in all" in html
    assert html.count("notice is-new") == 50
    assert "Page 3 of 3" in client.get("/notifications/", {"lang": "en", "page": "99"}).content.decode()
