"""What stands in addresses of monitoring when every route is walked as every role: rows of an organisation that none of the
walkers reaches, all of them marked."""

from __future__ import annotations

import io
from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.utils import timezone
from PIL import Image

from rafid.commons import blobs
from rafid.commons.forms.models import Attachment
from rafid.commons.people.models import Account, Organisation
from rafid.programmes.monitoring.models import (
    CalendarDay,
    Checklist,
    Contract,
    EarlyWarning,
    Evidence,
    LandUse,
    Monitor,
    MonitoringPlan,
    NonConformity,
    OutcomeStudy,
    Report,
    ReportContract,
    ReportedProgress,
    SecurityClearance,
    Site,
    Visit,
    WorkplanLine,
)
from rafid.programmes.monitoring.plans.frame import Part, build_frame
from rafid.programmes.monitoring.plans.registering import draw_sites, register, reveal
from rafid.programmes.monitoring.reports.freezing import freeze
from rafid.programmes.monitoring.weeks.feeds import make_feed


def painted() -> bytes:
    """A small picture."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "blue").save(file, "PNG")
    return file.getvalue()


def monitored(marked, mark: str) -> dict[str, list[str]]:
    """A contract with a site, and a plan that was drawn and revealed; ``mark`` stands in each name."""
    owner, nowhere = marked.owner, "00000000-0000-7000-8000-000000000000"
    partner = Organisation.objects.create(ref="WALKED-P", name_en="Walked partner", kind="ngo")
    donor = Organisation.objects.create(ref="WALKED-D", name_en="Walked donor", kind="donor")
    by = Account.objects.get(login="keeper")
    contract = Contract.objects.create(
        owner=owner, partner=partner, donor=donor, title=mark, start=date(2026, 1, 1), end=date(2026, 12, 31), budget=1,
        state="active",
    )  # fmt: skip
    line = WorkplanLine.objects.create(contract=contract, code="1", name_en=mark, unit="m²", weight=1, target=1)
    paper, picture = blobs.keep(mark.encode()), blobs.keep(painted() + mark.encode())
    ReportedProgress.objects.create(
        line=line,
        month=date(2026, 1, 1),
        value=1,
        received_at=timezone.now(),
        document=paper.sha256,
        document_name=mark,
    )
    Checklist.objects.create(code="walked-checklist", number="1", topic="office", name_en="Walked")
    photo = Attachment.objects.get(submission__instance_id="uuid:walked", name="a.jpg")
    sites = [
        Site.objects.create(
            owner=owner, partner=partner, contract=contract, place=marked.place, name_en=mark, size=1, origin=mark,
            external_id=f"{mark}-{number}",
        )
        for number in (1, 2)
    ]  # fmt: skip
    monitor = Monitor.objects.create(owner=owner, code=mark[:20], name_en=mark)
    plan = MonitoringPlan.objects.create(owner=owner, period="2026Q1", title=mark)
    build_frame(plan, [contract], [Part(mark, 1, tuple(sites))], by=by)
    register(plan, by=by)
    (visit,) = draw_sites(plan, by=by)
    Visit.objects.filter(pk=visit.pk).update(
        state="denied", not_seen_reason="road", not_seen_text=mark, released_to_partner_at=timezone.now(), lead=monitor,
        submission=photo.submission_id,
    )  # fmt: skip
    reveal(plan, by=by)
    finding = NonConformity.objects.create(
        owner=owner, place=marked.place, visit=visit, contract=contract, severity="critical", text=mark,
        item_code=mark[:40], opened_on=date(2026, 3, 3), due_on=date(2026, 3, 4), released_at=timezone.now(),
        notified_at=timezone.now(),
    )  # fmt: skip
    Evidence.objects.create(nonconformity=finding, sha256=picture.sha256, file_name=f"{mark}.png", text=mark, by=by)
    clearance = SecurityClearance.objects.create(
        owner=owner, place=marked.place, route=mark, by=mark, state="granted",
        valid=DateTimeTZRange(timezone.now(), timezone.now() + timedelta(days=9)),
    )  # fmt: skip
    day = CalendarDay.objects.create(
        owner=owner, kind="holiday", days=DateRange(date(2026, 11, 23), date(2026, 11, 24)), name_en=mark
    )
    study = OutcomeStudy.objects.create(
        owner=owner,
        contract=contract,
        kind_of_study="land_use",
        design="census",
        name_en=mark,
        released_at=timezone.now(),
    )
    asked = OutcomeStudy.objects.create(
        owner=owner, contract=contract, kind_of_study="perception", design="paired", name_en=mark
    )
    LandUse.objects.create(
        study=study, dataset_row=mark, place=marked.place, round="12", on=date(2026, 6, 1), area_m2=2, intended="farming",
        actual="farming", used_m2=1, users=mark,
    )  # fmt: skip
    warning = EarlyWarning.objects.create(
        owner=owner, contract=contract, rule="critical", subject=mark, about=dict.fromkeys(("ar", "ckb", "en"), mark),
        since=date(2026, 6, 1), released_at=timezone.now(),
    )  # fmt: skip
    report = Report.objects.create(
        owner=owner, period="2026Q1", language="en", sections={"summary": dict.fromkeys(("ar", "ckb", "en"), mark)}
    )
    ReportContract.objects.create(report=report, contract=contract)
    report.refresh_from_db()
    freeze(report, by=by)
    return {
        "str:kind": ["csv", "nothing"],
        "monitoring/reports/<str:ref>": [report.ref, nowhere],
        "monitoring/reports/<str:ref>.<str:kind>": ["docx", "nothing"],
        "api/v1/monitoring/reports/<ref>": [report.ref, nowhere],
        "week_code": ["2026W48", "2026W99"], "clearance": [str(clearance.pk), nowhere], "monitor": [monitor.ref, nowhere],
        "monitoring/weeks/calendar/days/<uuid:day>": [str(day.pk), nowhere],
        "monitoring/calendar/<str:token>": [make_feed(by), "unknown"],
        "plan": [plan.ref, nowhere], "contract": [contract.ref, nowhere], "visit": [visit.ref, nowhere],
        "monitoring/contracts/<str:ref>": [contract.ref, nowhere],
        "monitoring/plans/<str:ref>": [plan.ref, nowhere],
        "monitoring/findings/<str:ref>": [finding.ref, nowhere],
        "monitoring/outcomes/<str:ref>": [study.ref, asked.ref, nowhere],
        "monitoring/warnings/<str:ref>": [warning.ref, nowhere],
        "monitoring/warnings/rules/<str:ref>": [contract.ref, nowhere],
        "monitoring/warnings/<str:ref>/<slug:code>": ["seen", "nothing"],
        "api/v1/monitoring/nonconformities/<ref>": [finding.ref, nowhere],
        "monitoring/findings/<str:ref>/files/<str:sha256>": [picture.sha256, "0" * 64],
        "monitoring/findings/<str:ref>/pictures/<str:sha256>": [picture.sha256, "0" * 64],
        "monitoring/findings/<str:ref>/steps/<str:step>": ["answer", "nothing"],
        "api/v1/monitoring/nonconformities/<ref>/<step>": ["answer", "nothing"],
        "monitoring/visits/<str:ref>": [visit.ref, nowhere],
        "monitoring/visits/<str:ref>/photos/<str:sha256>": [photo.sha256, "0" * 64],
        "monitoring/checklists/<str:code>": ["walked-checklist", "nothing"],
        "monitoring/contracts/<str:ref>/lines/<str:code>": ["1", "nothing"],
        "monitoring/contracts/<str:ref>/documents/<str:sha256>": [paper.sha256, "0" * 64],
    }  # fmt: skip
