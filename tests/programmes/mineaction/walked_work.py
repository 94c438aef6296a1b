"""What stands in addresses of operations and quality when every route is walked; ``mark`` stands in what they say."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from rafid.commons import blobs
from rafid.commons.people.models import Organisation
from rafid.programmes.mineaction.models import (
    Accreditation,
    Completion,
    Criterion,
    Handover,
    NonConformity,
    OrdnanceFind,
    QaVisit,
    QcSample,
    QualityEvidence,
    SpotTask,
    Task,
    TaskOrder,
)
from rafid.programmes.mineaction.operations import orders

from .conftest import spot


def worked(hazard: Any, mark: str) -> dict[str, list[str]]:
    """A task with its order, an accreditation, a spot task with a find, an inspection with a sample and a finding, endings."""
    operator = Organisation.objects.create(ref="WALKED-MA", name_en="Walked operator", kind="ngo")
    on = date(2026, 1, 20)
    known = {"owner": hazard.owner, "place": hazard.place, "organisation": operator, "on": on}
    allowed = Accreditation.objects.create(
        **known, activity="manual", state="granted", valid_from=on, valid_to=date(2026, 12, 31), conditions=mark
    )
    task = Task.objects.create(**known, activity="manual", state="issued", valid_from=on, purpose=mark)
    task.hazards.add(hazard)
    TaskOrder.objects.create(task=task, number=1, issued_on=on, valid_from=on, content=orders.frozen(task, 1))
    call = SpotTask.objects.create(**known, what=mark, reported_on=on, point=spot())
    find = OrdnanceFind.objects.create(**known, category="ap_mine", model=mark[:80], spot_task=call, point=spot())
    visit = QaVisit.objects.create(**known, hazard=hazard, comment=mark, checklist="clearance_site:1")
    sample = QcSample.objects.create(
        visit=visit, plan={"lot": 9, "size": 2, "accept": 0}, seed=mark, planned_at=timezone.now()
    )
    finding = NonConformity.objects.create(
        **known, visit=visit, hazard=hazard, severity="minor", text=mark, opened_on=on, due_on=date(2026, 2, 20)
    )
    evidence = QualityEvidence.objects.create(
        nonconformity=finding, sha256=blobs.keep(f"evidence {mark}".encode()).sha256, file_name=mark, size=9
    )
    completion = Completion.objects.create(**known, hazard=hazard, text=mark, reason=mark)
    handover = Handover.objects.create(**known, hazard=hazard, residual_risk=mark)
    Criterion.objects.create(owner=hazard.owner, code="blocked", field="blocked", name_en=mark)

    def of(row: Any) -> list[str]:
        return [row.ref, str(row.pk), "NOTHING"]

    files = ["csv", "xlsx", "nothing"]
    lists = (
        "tasks",
        "accreditations",
        "spots",
        "ordnance",
        "progress",
        "inspections",
        "nonconformities",
        "completions",
        "handovers",
    )
    return {
        "mineaction/tasks/<str:ref>": of(task),
        "mineaction/tasks/<str:ref>/step/<str:code>": ["issue", "accept", "nothing"],
        "mineaction/tasks/<str:ref>/orders/<int:number>": ["1", "2"],
        "mineaction/accreditations/<str:ref>": of(allowed),
        "mineaction/accreditations/<str:ref>/step/<str:code>": ["suspend", "nothing"],
        "mineaction/spots/<str:ref>": of(call),
        "mineaction/spots/<str:ref>/find/<str:item>": of(find),
        "mineaction/spots/<str:ref>/step/<str:code>": ["verify", "nothing"],
        "mineaction/inspections/<str:ref>": of(visit),
        "mineaction/inspections/<str:ref>/sample/<uuid:pk>": [str(sample.pk)],
        "mineaction/nonconformities/<str:ref>": of(finding),
        "mineaction/nonconformities/<str:ref>/file/<str:sha256>": [evidence.sha256, "0" * 64],
        "mineaction/nonconformities/<str:ref>/step/<str:code>": ["answer", "close", "nothing"],
        "mineaction/completions/<str:ref>": of(completion),
        "mineaction/handovers/<str:ref>": of(handover),
        "mineaction/priorities.<str:kind>": files,
        **{f"mineaction/{code}.<str:kind>": files for code in lists},
        "api/v1/mineaction/tasks/<ref>": of(task),
    }
