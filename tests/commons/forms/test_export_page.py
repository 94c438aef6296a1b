"""The page from which submissions leave."""

from __future__ import annotations

import pytest
from django.test import Client

from rafid.commons.forms.models import FieldPolicy, Submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(field):
    """``page(role, **query)``: the answer, in English."""

    def got(role: str, **query):
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(field.world.person(f"{role}-{len(query)}", (f"wells.{role}", None, None)))
        return client.get(f"/forms/{field.form.pk}/export/", query)

    return got


def text(answer) -> str:
    return answer.content.decode()


def test_the_page_says_what_leaves(field, page):
    for number in (1, 2, 3):
        field.send(field.visit(number))
    Submission.objects.filter(instance_id="uuid:2").update(state="approved")
    assert "3 submissions leave" in text(page("officer"))
    found = text(page("officer", state="approved", since="2026-01-01", order="-received_at"))
    assert "1 submission leaves" in found
    assert '<input type="hidden" name="state" value="approved">' in found
    assert '<input type="hidden" name="received_since" value="2026-01-01">' in found
    assert 'name="order"' not in found
    assert "State: <bdi>Approved</bdi>" in found


def test_the_list_leads_to_the_page_with_its_filter(field, page):
    """Only to those who may go there, and only when there is something to take."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(field.world.person("looker", ("wells.officer", None, None)))
    address, way = f"/forms/{field.form.pk}/submissions/", f'href="/forms/{field.form.pk}/export/'
    assert way not in text(client.get(address))
    field.send(field.visit(1))
    assert f'{way}?state=waiting"' in text(client.get(address, {"state": "waiting", "view": "gallery"}))
    client.force_login(field.world.person("filler", ("wells.collector", None, None)))
    assert way not in text(client.get(address))


def test_what_the_page_s_form_sends_is_what_the_file_holds(field, page):
    """The list's ``since`` is the time of receipt, the file's that of change; the page keeps them apart."""
    field.send(field.visit(1))
    Submission.objects.update(received_at="2026-01-01T00:00Z")
    assert "0 submissions leave" in text(page("officer", since="2026-02-01"))
    client = Client()
    client.force_login(field.world.person("taker", ("wells.officer", None, None)))
    address = f"/api/v1/forms/{field.form.pk}/export.geojson"
    sizes = [
        b"".join(client.get(address, query)).count(b'"Feature"')
        for query in ({"received_since": "2026-02-01"}, {"since": "2026-02-01"}, {"received_since": "2025-12-01"})
    ]
    assert sizes == [0, 1, 1]


def test_masked_questions_are_named_and_who_sees_more_is_asked_for_a_purpose(field, page):
    field.send()
    Submission.objects.update(state="approved")
    assert "required>" not in text(page("donor")).partition('id="purpose"')[2].partition("</div>")[0]
    FieldPolicy.objects.create(form=field.form, path="/data/visit_id", label="personal", reader_sees="nothing")
    FieldPolicy.objects.create(form=field.form, path="/data/loc", label="place", reader_sees="generalised")
    found = text(page("donor", q="x"))
    assert "<bdi>Visit</bdi>" in found
    assert "left out" in found
    assert "<bdi>Loc</bdi>" in found
    assert "made coarser" in found
    assert "required>" not in found.partition('id="purpose"')[2].partition("</div>")[0]
    whole = text(page("officer"))
    assert "<bdi>Visit</bdi>" not in whole
    assert "The file holds answers that others do not see." in whole
    assert "required>" in whole.partition('id="purpose"')[2].partition("</div>")[0]


def test_a_filter_by_a_masked_question_is_refused_with_a_sentence(field, page):
    FieldPolicy.objects.create(form=field.form, path="/data/gov", label="personal", reader_sees="nothing")
    answer = page("donor", **{"answer.gov": "kirkuk"})
    assert answer.status_code == 422
    assert "You do not see the answers to this question" in text(answer)


def test_who_opens_the_page(field, page):
    statuses = {role: page(role).status_code for role in ("officer", "reviewer", "donor", "collector", "keeper")}
    assert statuses == {"officer": 200, "reviewer": 200, "donor": 200, "collector": 403, "keeper": 403}
    client = Client()
    assert client.get(f"/forms/{field.form.pk}/export/").status_code == 302
    client.force_login(field.world.stranger)
    assert client.get(f"/forms/{field.form.pk}/export/").status_code == 404


def test_the_log_is_for_designers_and_the_person_s_page(field, page):
    field.send()
    client = Client()
    client.force_login(field.world.person("taker", ("wells.donor", None, None)))
    client.get(f"/api/v1/forms/{field.form.pk}/export.xlsx", {"purpose": "Quarterly report"})
    assert "Quarterly report" in text(page("officer"))
    assert "Quarterly report" not in text(page("reviewer"))
    chief = Client(headers={"Accept-Language": "en"})
    chief.force_login(field.world.person("chief", ("platform.administrator", None, None)))
    found = text(chief.get("/people/taker/"))
    assert "Quarterly report" in found
    assert "Site visit" in found
