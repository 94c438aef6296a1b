"""Pictures in reports and on pages follow the masks of their form, and erasure."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from rafid.commons.forms.keeping.retention import purge
from rafid.commons.forms.models import FieldPolicy, Ground, Submission
from rafid.commons.products.papers.tree import Pictures
from rafid.programmes.monitoring.models import ReportFile, Visit
from rafid.programmes.monitoring.reports.content import document, whole_of
from rafid.programmes.monitoring.reports.erasing import take_out_erased
from rafid.programmes.monitoring.reports.finishing import finish
from rafid.programmes.monitoring.reports.life import send_to_partners
from rafid.programmes.monitoring.visits.queries import photos_of

from .reports_world import draft, quarter, with_photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def pictured(field, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    quarter(field)
    visit = Visit.objects.filter(contract=field.contract, state="done").order_by("planned_on").first()
    sha256 = with_photo(field, visit)
    visit.refresh_from_db()
    return visit, sha256


def pictures(report):
    return [
        item
        for part in document(report, whole_of(report), "en").parts
        if isinstance(part, Pictures)
        for item in part.items
    ]


def frozen_photos(report):
    return [sha for contract in whole_of(report).contracts for one in contract["visits"] for sha in one["photos"]]


def mask(visit):
    paths = {field.path for field in _fields(visit) if field.type == "binary"}
    for path in paths:
        FieldPolicy.objects.update_or_create(
            form=visit.submission.form,
            path=path,
            defaults={"reader_sees": "nothing", "label": "personal", "said": True},
        )
    assert paths


def _fields(visit):
    from rafid.commons.forms.questions import book_of

    return [column for table in book_of(visit.submission.form).tables for column in table.columns]


def seen_by(account, visit, sha256):
    client = Client()
    client.force_login(account)
    return client.get(f"/monitoring/visits/{visit.ref}/photos/{sha256}").status_code


def test_a_masked_picture_stays_out_of_reports_and_of_the_partners_page(field, pictured):
    visit, sha256 = pictured
    before = draft(field, field.contract)
    assert frozen_photos(before) == [sha256]
    assert len(pictures(before)) == 1
    assert seen_by(field.partner_account, visit, sha256) == 200
    mask(visit)
    assert pictures(before) == [], "what was frozen before is not printed either"
    assert seen_by(field.partner_account, visit, sha256) == 404
    assert photos_of(visit, field.partner_account) == []
    assert seen_by(field.quality, visit, sha256) == 200, "its reviewers see all of it"
    client = Client()
    client.force_login(field.partner_account)
    assert client.get(f"/api/v1/monitoring/visits/{visit.pk}").json()["photos"] == []


def test_a_masked_picture_is_not_frozen(field, pictured):
    visit, _sha256 = pictured
    mask(visit)
    assert frozen_photos(draft(field, field.contract)) == []


def test_an_erased_picture_leaves_final_files_and_an_erratum_says_so(field, pictured):
    visit, _sha256 = pictured
    final = finish(
        send_to_partners(draft(field, field.contract), by=field.manager, today=date(2026, 4, 5)), by=field.manager
    )
    before = dict(ReportFile.objects.filter(report=final).values_list("format", "sha256"))
    assert take_out_erased() == 0
    purge([visit.submission_id], ground=Ground.LAW, reason="Asked by who is in it", by=field.manager)
    assert Submission.everything.get(pk=visit.submission_id).purged_at
    assert take_out_erased() == 1
    after = dict(ReportFile.objects.filter(report=final).values_list("format", "sha256"))
    assert before.keys() == after.keys()
    assert all(before[one] != after[one] for one in before)
    assert pictures(final) == []
    assert "erased" in final.errata.get().text_en
    assert take_out_erased() == 0, "once"
