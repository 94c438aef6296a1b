"""What pages of forms say to whoever opens them: directions, decisions that were refused, filters that can match, terms of a link."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from rafid.commons.forms.fill.texts import texts
from rafid.commons.forms.models import Submission
from rafid.commons.forms.phones.given import make_link
from rafid.commons.forms.submissions import list_views
from rafid.commons.forms.templatetags.form_text import facing


@pytest.mark.parametrize(
    ("language", "text", "way"),
    [("ar", "KIR-02 تل الفرس", "rtl"), ("ckb", "ERB-01 کانی سپی", "rtl"), ("ar", "KIR-02", "auto"), ("ar", None, "auto"),
     ("en", "KIR-02 تل الفرس", "auto"), ("en", "KIR-02 Tal al-Faras", "auto")],
)  # fmt: skip
def test_a_name_with_a_code_in_front_keeps_the_direction_of_its_page(language, text, way):
    with override(language):
        assert facing(text) == way


def test_tries_are_counted_as_the_language_counts():
    with override("en"):
        said = texts()
        assert said["tried_one"].startswith("Tried {count} time;")
        assert said["tried_other"].startswith("Tried {count} times;")
    with override("ar"):
        said = texts()
        assert len({said[f"tried_{kind}"] for kind in ("one", "two", "few", "many")}) == 4


@pytest.fixture
def desk(field, client):
    world = field.world
    field.reviewer = world.person("reviewer", ("wells.reviewer", None, None))
    field.donor = world.person("donor", ("wells.donor", None, None))
    field.url = f"/forms/{field.form.pk}/submissions/"
    return field


def page(answer, status: int = 200) -> str:
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.django_db
def test_a_refused_decision_on_many_names_sites_and_days(desk, client):
    desk.send()
    Submission.objects.filter(form=desk.form).update(site="Zqx well")
    client.force_login(desk.reviewer)
    body = {"ids": ["uuid:1"], "state": "approved"}
    url = f"/forms/{desk.form.pk}/review/?lang=en"
    assert client.post(url, body).status_code == 302
    text = page(client.post(url, body), 422)
    told = re.search(r'<li><a href="[^"]*uuid:1/">(.*?)</li>', text)[1]
    assert "Zqx well" in told
    assert str(timezone.localtime(Submission.objects.get(form=desk.form).received_at).year) in told
    assert "uuid:1" not in told


@pytest.mark.django_db
def test_only_states_that_can_be_found_are_offered(desk, client):
    desk.send()
    client.force_login(desk.reviewer)
    text = page(client.get(f"{desk.url}?lang=en"))
    assert 'value="rejected"' in text
    assert 'value="waiting"' in text
    Submission.objects.filter(form=desk.form).update(state="approved")
    client.force_login(desk.donor)
    text = page(client.get(f"{desk.url}?lang=en"))
    assert "uuid:1" in text
    assert 'id="filter-state"' not in text
    assert "?state=" not in text
    # A filter that stands in the address stays in sight.
    assert 'id="filter-state"' in page(client.get(f"{desk.url}?lang=en&state=rejected"))
    assert "?state=rejected" not in page(client.get(f"/forms/{desk.form.pk}/?lang=en"))


@pytest.mark.django_db
def test_more_than_can_be_decided_at_once_is_told_before(desk, client, monkeypatch):
    desk.send()
    client.force_login(desk.reviewer)
    assert 'name="all"' in page(client.get(f"{desk.url}?lang=en"))
    monkeypatch.setattr(list_views, "MOST_AT_ONCE", 0)
    text = page(client.get(f"{desk.url}?lang=en"))
    assert 'name="all"' in text
    assert "More than 0 are decided one part after another" in text


@pytest.mark.django_db
def test_a_visitor_of_a_link_reads_its_terms(desk, client):
    now = timezone.now()
    _link, token = make_link(
        desk.form, "For all", opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1), max_submissions=40,
        once_per_browser=True,
    )  # fmt: skip
    text = page(client.get(f"/forms/fill/t/{token}/?lang=en"))
    assert re.search(r"Open from [^<]+ to [^<]+\.", text)
    assert "It takes 40 answers at most." in text
    assert "It is taken once from each browser." in text
    _link, token = make_link(desk.form, "Plain")
    assert 'class="lead terms"' not in page(client.get(f"/forms/fill/t/{token}/?lang=en"))
