"""What stands in addresses of mine action when every route is walked as every role: rows of an authority that none of the
walkers reaches, all of them marked."""

from __future__ import annotations

import hashlib
from datetime import date

from django.utils import timezone

from rafid.commons import blobs
from rafid.commons.identity import uuid7
from rafid.commons.people.models import Account
from rafid.commons.programme import LANGUAGES
from rafid.commons.records.checks import check_record
from rafid.commons.records.models import Finding
from rafid.programmes.mineaction.models import Evidence, FieldReport, Hazard, Product, Release, SurveyPoint, SurveySheet
from rafid.programmes.mineaction.picture.ledgers import FIELDS
from rafid.programmes.mineaction.products import printing
from rafid.programmes.mineaction.reports.receive import content_hash

from .conftest import square
from .walked_people import harmed
from .walked_work import worked


def mined(marked, mark: str) -> dict[str, list[str]]:
    """A hazard with evidence and a release; ``mark`` stands in what only those read who see it exactly."""
    known = {"owner": marked.owner, "place": marked.place, "on": date(2026, 1, 5)}
    hazard = Hazard.objects.create(
        **known, suspected_on=date(2026, 1, 5), state="suspected", ground=square(), name_local=mark, comment=mark
    )
    Evidence.objects.create(hazard=hazard, direct=False, type="testimony", on=date(2026, 1, 5), text=mark, source=mark)
    Release.objects.create(**known, type="cancelled", hazard=hazard, ground=square(0, 0, 1))
    said = {"type": "minefield", "comment": mark}
    report = FieldReport.objects.create(
        **known, organisation=marked.owner, reference=mark, type="hazard", content=said, content_hash=content_hash(said),
        state="rejected", reason=mark, document=blobs.keep(mark.encode()).sha256, document_name=mark,
    )  # fmt: skip
    Hazard.objects.create(**known, suspected_on=date(2026, 1, 5), state="suspected", ground=square())
    check_record(hazard)
    finding = Finding.objects.get(record_id=hazard.pk, check_code="hazards-overlap")
    sheet = SurveySheet.objects.create(
        **known, organisation=marked.owner, north="grid", observer=mark, instrument=mark, ground=square(), scan_name=mark,
        scan=blobs.keep(mark.encode()).sha256, points=[[440000, 3990000], [440100, 3990000], [440100, 3990100]],
    )  # fmt: skip
    SurveyPoint.objects.create(
        sheet=sheet, mark="SP", label=mark[:12], order=0, x_entered="440000", y_entered="3990000"
    )
    files = ["csv", "xlsx", "geojson", "gpkg", "nothing"]
    product = _product(marked, mark)
    return {
        "mineaction/products/new/<str:kind>": ["treaty", "district", "task", "operator", "nothing"],
        "mineaction/products/<uuid:pk>": [str(product.pk)],
        "mineaction/products/<uuid:pk>.<str:format>": ["pdf", "docx", "xlsx", "nothing"],
        "api/v1/mineaction/products/<uuidstr:pk>": [str(product.pk)],
        "api/v1/mineaction/products/<uuidstr:pk>/recomputed": [str(product.pk)],
        **{f"api/v1/mineaction/products/<uuidstr:pk>.{kind}": [str(product.pk)] for kind in ("pdf", "docx", "xlsx")},
        "mineaction/hazards/<str:ref>": [hazard.ref, str(hazard.pk), "NOTHING"],
        "mineaction/hazards/<str:ref>/step/<str:new>": ["discarded", "cancelled", "nothing"],
        "mineaction/reports/<str:ref>": [report.ref, str(report.pk), "NOTHING"],
        "mineaction/reports/<str:ref>/step/<str:act>": ["check", "take-again", "reject", "nothing"],
        "mineaction/reports/new/<slug:type>": ["hazard", "release", "progress", "eore", "nothing"],
        "mineaction/findings/<uuid:pk>": [str(finding.pk)],
        "mineaction/findings/findings.<str:kind>": ["csv", "xlsx", "nothing"],
        "mineaction/import/<uuid:run>": [str(_imported(known, marked, mark)), str(report.pk)],
        "mineaction/fieldbook/<str:ref>": [sheet.ref, str(sheet.pk), "NOTHING"],
        "mineaction/fieldbook/<str:ref>/sheet.<str:kind>": ["pdf", "kml", "gpx", "nothing"],
        "mineaction/picture.<str:kind>": files,
        "mineaction/changes.<str:kind>": files,
        "mineaction/districts.<str:kind>": files,
        "mineaction/districts/released.<str:kind>": files,
        "mineaction/districts/targets.<str:kind>": files,
        "mineaction/mappings/<slug:code>": ["maxml", "nothing"],
        "mineaction/mappings/<slug:code>/<int:number>": ["0", "9"],
        "mineaction/export/<str:kind>": ["mineaction.geojson", "maxml.xml", "nothing"],
        "api/v1/mineaction/hazards/<ref>": [hazard.ref, "NOTHING"],
        **worked(hazard, mark),
        **harmed(marked, mark),
    }


def _imported(known: dict, marked, mark: str):
    """The run of a report that came as approved elsewhere."""
    run = uuid7()
    said = {"type": "minefield", "comment": f"{mark} elsewhere"}
    FieldReport.objects.create(
        **known, organisation=marked.owner, reference=f"{mark} elsewhere", type="hazard", content=said,
        content_hash=content_hash(said), state="operator_approved", endorsed_by=Account.objects.order_by("pk").first(),
        endorsed_at=timezone.now(), source="import", source_id=run, document_name=mark,
    )  # fmt: skip
    return run


def _product(marked, mark: str) -> Product:
    """The sheet of a place without a hazard."""
    figures = {
        "demonstration": False, "authorities": [{"en": mark}], "sight": {"en": mark}, "place": {"names": {"en": mark}},
        "ledger": dict.fromkeys(FIELDS, 0), "hazards": [], "found": {}, "destroyed": {}, "outline": None,
    }  # fmt: skip
    product = Product.objects.create(
        kind="district", owner=marked.owner, place=marked.place, on=date(2026, 1, 5), known=timezone.now(), figures=figures,
        sha256=hashlib.sha256(mark.encode()).hexdigest(),  # known to nobody: who has a paper's hash learns what it is
    )  # fmt: skip
    for kind in printing.LONG:  # as if its task had printed it
        for language in LANGUAGES:
            path = printing.path_of(product, kind, language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(mark.encode())
    return product
