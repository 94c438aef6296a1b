"""A quarter that can be reported: a revealed plan with visits made and denied, findings, a study, a warning, an exception."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

from django.db import connection
from PIL import Image

from rafid.commons import blobs
from rafid.commons.forms.accept import accept
from rafid.commons.forms.models import Form
from rafid.commons.forms.sender import of_account
from rafid.commons.forms.versions import publish_draft, put_draft
from rafid.programmes.monitoring.models import (
    Declaration,
    EarlyWarning,
    LandUse,
    NonConformity,
    Observation,
    OutcomeAnswer,
    OutcomeStudy,
    Respondent,
    RuleOverride,
    Visit,
)
from rafid.programmes.monitoring.reports.freezing import freeze
from rafid.programmes.monitoring.reports.life import begin
from tests.methods.xforms.conftest import T1_XFORM, t1_xml

from .contracts_world import drawn_plan, found, promise, release, report, report_at, reveal, spend

SECRET = b"GPS-36.1911-44.0092"
OVER = datetime(2026, 3, 28, 9, tzinfo=UTC)


def end_what_was_left_open() -> None:
    """Transactions that an earlier test left open hold back the moment under which nothing can still be committed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
        )


def quarter(field) -> None:
    """Of ``field.contract``: four of its eight sites were drawn by size, three of them seen by two teams, one denied."""
    end_what_was_left_open()
    line, second = field.contract.lines.order_by("code")
    promise(line, m1=10_000, m2=25_000, m3=45_000)
    promise(second, m1=300, m2=700, m3=1_200)
    for site in field.sites:
        report_at(line, site, 3, 4_000)
        report_at(second, site, 3, 100)
    report(line, 3, 32_000)
    report(second, 3, 800)
    spend(field.contract, 3, 150_000)
    plan, visits = drawn_plan(field, field.sites, method="by_size", size=5, period="2026Q1")
    for number, visit in enumerate(visits[:4]):
        found(
            field, visit, line, (4_000, 3_900, 3_500, 0)[number], at=datetime(2026, 3, 3 + number, 9, tzinfo=UTC),
            team=f"T{number % 3}", verdict="fail" if number == 3 else "pass",
        )  # fmt: skip
    denied = visits[4]
    denied.state, denied.not_seen_reason, denied.not_seen_text, denied.access = (
        "denied", "refused", "The guard let nobody in.", "denied",
    )  # fmt: skip
    denied.save()
    reveal(plan)
    release(*visits)
    one, other = visits[0], visits[3]
    field.make_nonconformity(other, severity="critical", text="No medic on site", released_at=OVER)
    field.make_nonconformity(one, severity="minor", text="The log is late", released_at=OVER)
    field.make_nonconformity(one, severity="minor", text="Never released")
    Declaration.objects.create(
        monitor=field.monitors[1], partner=field.partner, relation="past_employment", since=date(2020, 1, 1),
        until=date(2026, 2, 1),
    )  # fmt: skip
    RuleOverride.objects.create(
        visit=one, rule="rotation", monitor=field.monitors[1], reason="Nobody else was cleared."
    )
    EarlyWarning.objects.create(
        owner=field.third, contract=field.contract, rule="floor", subject="line:1.1", since=date(2026, 3, 15), released_at=OVER,
        about={"en": "The floor is low", "ar": "الحد الأدنى منخفض", "ckb": "کەمترین ڕادە نزمە"},
    )  # fmt: skip
    Observation.objects.create(visit=one, text="Calm")
    _study(field)


def _study(field) -> None:
    study = OutcomeStudy.objects.create(
        owner=field.third, contract=field.contract, kind_of_study="eore_knowledge", design="paired", name_en="Knowledge",
        name_ar="معرفة", name_ckb="زانین", released_at=OVER,
        caveats={"en": "Asked right after.", "ar": "سُئلوا بعدها مباشرة.", "ckb": "یەکسەر دوای ئەوە پرسیار کرا."},
    )  # fmt: skip
    for number in range(40):
        person = Respondent.objects.create(study=study, pseudonym=f"P{number}", consent=True, sex="female")
        for when, knows in (("before", number < 15), ("after", number < 13 or 15 <= number < 29)):
            OutcomeAnswer.objects.create(
                respondent=person, round=when, question="marks", value=int(knows), on=date(2026, 3, 10)
            )
    LandUse.objects.create(
        study=study, dataset_row="R1", round="6", on=date(2026, 3, 1), area_m2=5_000, intended="farming", actual="farming",
        used_m2=4_000, beneficiaries=12,
    )  # fmt: skip


def with_photo(field, visit: Visit) -> str:
    """A picture with a secret beside it comes with the visit's submission; its hash."""
    form = Form.objects.create(xform_id="reported", title_en="Reported", programme="monitoring", owner=field.third)
    put_draft(form, T1_XFORM.encode())
    publish_draft(form)
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    Image.new("RGB", (900, 600), "#789a5b").save(out, "JPEG", exif=exif)
    xml = t1_xml(visit_id="x").replace(b'id="t1"', b'id="reported"')
    accepted = accept(xml, of_account(field.manager), files=[("a.jpg", blobs.keep(out.getvalue()))])
    visit.refresh_from_db()
    visit.submission_id = accepted.submission
    visit.save()
    return blobs.keep(out.getvalue()).sha256


def draft(field, *contracts, **values):
    made = begin(field.third, "2026Q1", contracts or (field.contract,), language="en", by=field.manager, **values)
    return freeze(made, by=field.manager)


__all__ = ["OVER", "SECRET", "NonConformity", "draft", "quarter", "with_photo"]
