"""Files of the store that monitoring names: evidence, documents behind numbers, printed reports. The sweep leaves them."""

from __future__ import annotations

from .models import Evidence, ReportedAtSite, ReportedProgress, ReportFile, Spending


def named_blobs(hashes: list[str]) -> set[str]:
    found = set(Evidence.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
    found.update(ReportFile.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
    for model in (ReportedAtSite, ReportedProgress, Spending):
        found.update(model.objects.filter(document__in=hashes).values_list("document", flat=True))
    return found
