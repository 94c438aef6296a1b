"""Whoever only reads what is approved learns neither that something was found in it, nor how bad it was."""

from __future__ import annotations

import pytest
from django.utils import translation

from rafid.commons.forms.models import Submission

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def found(field, client):
    """Two approved submissions, in the older one a finding, and a third of another organisation with a finding, too."""
    field.send(field.visit(1, n_major=9))
    field.send(field.visit(2))
    field.send(field.visit(3, n_major=9))
    Submission.objects.filter(instance_id="uuid:3").update(owner=field.world.other)
    Submission.objects.update(state="approved")
    field.api, field.page = f"/api/v1/forms/{field.form.pk}/submissions", f"/forms/{field.form.pk}/submissions/"

    def get(user, url, **query):
        client.force_login(user)
        return client.get(url, {"lang": "en", **query})

    field.get = get
    field.donor = field.world.person("donor", ("wells.donor", None, None))
    field.reviewer = field.world.person("reviewer", ("wells.reviewer", None, None))
    # Works with what the branch sent, and reads what is approved of the others.
    field.both = field.world.person("both", ("wells.donor", None, None), ("wells.collector", field.world.branch, None))
    return field


def told(answer) -> dict[str, tuple[int | None, int | None]]:
    assert answer.status_code == 200, answer.content
    return {one["instance_id"]: (one["findings_open"], one["worst"]) for one in answer.json()["items"]}


def test_the_list_tells_what_was_found_to_those_who_work_with_it(found):
    assert told(found.get(found.reviewer, found.api))["uuid:1"][1] > 0
    assert set(told(found.get(found.donor, found.api)).values()) == {(None, None)}
    mixed = told(found.get(found.both, found.api))
    assert mixed["uuid:1"][1] > 0
    assert mixed["uuid:2"] == (0, 0)
    assert mixed["uuid:3"] == (None, None)


def test_so_does_the_submission(found):
    assert found.get(found.reviewer, f"{found.api}/uuid:1").json()["worst"] > 0
    answer = found.get(found.donor, f"{found.api}/uuid:1").json()
    assert (answer["findings_open"], answer["worst"], answer["findings"]) == (None, None, [])


@pytest.mark.parametrize("query", [{"finding": "calculation_mismatch"}, {"worst": "1"}, {"worst": "0"}])
def test_nothing_is_found_by_what_is_not_seen(found, query):
    answer = found.get(found.donor, found.api, **query)
    assert answer.status_code == 422
    assert "do not see what was found" in answer.json()["detail"] + str(answer.json()["errors"])
    assert found.get(found.donor, found.page, **query).status_code == 422
    assert "uuid:3" in told(found.get(found.reviewer, found.api, **query))
    assert "uuid:3" not in told(found.get(found.both, found.api, **query))
    assert "uuid:1" in told(found.get(found.both, found.api, **query))


@pytest.mark.parametrize("order", ["", "worst"])
def test_nor_sorted(found, order):
    assert list(told(found.get(found.donor, found.api, order=order))) == ["uuid:3", "uuid:2", "uuid:1"]
    assert list(told(found.get(found.reviewer, found.api, order=order))) == ["uuid:3", "uuid:1", "uuid:2"]
    assert list(told(found.get(found.both, found.api, order=order))) == ["uuid:1", "uuid:3", "uuid:2"]
    first = found.get(found.both, found.api, order=order, limit=1).json()
    rest = found.get(found.both, found.api, order=order, cursor=first["next"])
    assert list(told(rest)) == ["uuid:3", "uuid:2"]


def test_the_pages_show_none_of_it(found):
    for page in (found.page, f"{found.page}uuid:2/"):
        assert "open findings" in found.get(found.reviewer, page).content.decode()
        assert "open findings" not in found.get(found.donor, page).content.decode()
    assert 'name="finding"' not in found.get(found.donor, found.page).content.decode()
    assert "Worst first" not in found.get(found.donor, found.page).content.decode()
    around = found.get(found.both, f"{found.page}uuid:3/").content.decode()
    assert "uuid:1" in around


def test_nor_does_the_map(found):
    def marks(user):
        features = found.get(user, f"/forms/{found.form.pk}/submissions.geojson").json()["features"]
        return {one["properties"]["worst"] for one in features}

    assert max(marks(found.reviewer)) > 0
    assert marks(found.donor) == {None}
