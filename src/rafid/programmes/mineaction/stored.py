"""Files of the store that mine action names: documents of reports, scans, orders, evidence. The sweep leaves them."""

from __future__ import annotations

from .models import Completion, FieldReport, Handover, QualityEvidence, SurveySheet, TaskOrder


def named_blobs(hashes: list[str]) -> set[str]:
    found: set[str] = set()
    columns = ((FieldReport, "document"), (SurveySheet, "scan"), (TaskOrder, "sha256"), (QualityEvidence, "sha256"))
    for model, column in columns:
        manager = getattr(model, "everything", model.objects)
        found.update(manager.filter(**{f"{column}__in": hashes}).values_list(column, flat=True))
    for model in (Completion, Handover):
        for documents in model.everything.filter(documents__overlap=hashes).values_list("documents", flat=True):
            found.update(set(documents) & set(hashes))
    return found
