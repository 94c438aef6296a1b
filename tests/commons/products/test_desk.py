"""The desk's pages, as the people of the desk use them one after another."""

from __future__ import annotations

import pytest

from rafid.commons.products.models import Dataset, DatasetVersion
from rafid.commons.products.release.desk import make

from .test_release import counts_for, desk, out, table_of  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


class Quiet:
    def at(self, *_numbers):
        """Nobody watches."""


def text(client, address, status=200):
    answer = client.get(f"{address}?lang=en")
    assert answer.status_code == status
    return answer.content.decode()


def test_from_a_version_to_the_public_through_the_pages(desk, client):  # noqa: F811
    dataset = table_of(desk, counts_for(desk))
    client.force_login(desk.author)
    assert "Cases" in text(client, "/desk/")
    assert "There is no version yet" in text(client, "/desk/cases/")
    answer = client.post("/desk/cases/", {"action": "make"})
    assert answer.status_code == 302
    assert answer.url.startswith("/tasks/")
    make(Quiet(), dataset=str(dataset.pk), by=str(desk.author.pk))
    assert client.get("/desk/cases/newest/").url == "/desk/cases/1/"
    page = text(client, "/desk/cases/1/")
    assert "smaller than k" in page
    assert "would tell a small one" in page
    assert "No range was narrower than k" in page
    assert client.post("/desk/cases/1/", {"action": "review"}).status_code == 302
    assert client.post("/desk/cases/1/", {"action": "approve"}).status_code == 422
    client.force_login(desk.steward)
    assert "Your turn" in text(client, "/desk/")
    assert client.post("/desk/cases/1/", {"action": "back"}).status_code == 422
    assert client.post("/desk/cases/1/", {"action": "approve", "why": "seen"}).status_code == 302
    client.force_login(desk.approver)
    assert client.post("/desk/cases/1/", {"action": "publish"}).status_code == 302
    assert DatasetVersion.objects.get(dataset=dataset).state == "published"
    refused = client.post("/desk/cases/", {"action": "withdraw"})
    assert refused.status_code == 422
    assert client.post("/desk/cases/", {"action": "withdraw", "why_en": "Wrong"}).status_code == 302
    assert Dataset.objects.get(pk=dataset.pk).state == "withdrawn"


def test_a_policy_that_cannot_be_is_refused_with_a_sentence(desk, client):  # noqa: F811
    table_of(desk, counts_for(desk))
    client.force_login(desk.steward)
    form = {"action": "policy", "k": "1", "least_share": "2", "points": "displaced", "may_leave": "public", "why": "x"}
    answer = client.post("/desk/cases/?lang=en", form)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "k is at least 2" in page
    assert "Write a share from 0 to 1." in page
    assert "Say two distances" in page
    form |= {"k": "10", "least_share": "0.5", "points": "exact"}
    assert client.post("/desk/cases/", form).status_code == 302
    assert Dataset.objects.get(code="cases").k == 10


def test_who_has_nothing_to_do_there_finds_no_desk(desk, client):  # noqa: F811
    table_of(desk, counts_for(desk))
    client.force_login(desk.world.stranger)
    for address in ("/desk/", "/desk/cases/", "/desk/cases/1/"):
        assert client.get(address).status_code == 404


def test_the_differences_to_the_version_before_are_shown(desk, client):  # noqa: F811
    counts = counts_for(desk)
    out(desk, table_of(desk, counts))
    counts[1] = (counts[1][0] + 7, counts[1][1])
    dataset = table_of(desk, counts)
    make(Quiet(), dataset=str(dataset.pk), by=str(desk.author.pk))
    client.force_login(desk.steward)
    page = text(client, "/desk/cases/2/")
    assert "Against version 1" in page
    assert "<ins>" in page
