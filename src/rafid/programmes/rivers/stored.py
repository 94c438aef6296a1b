"""Files that records of rivers name: the sweep of the store leaves them."""

from __future__ import annotations


def named_blobs(hashes: list[str]) -> set[str]:
    from .models import DroughtGrid, ElevationModel, FloodMap, GridIndex, ValueFile

    named = (
        ValueFile.objects.filter(sha256__in=hashes).values_list("sha256", flat=True),
        ElevationModel.everything.filter(sha256__in=hashes).values_list("sha256", flat=True),
        DroughtGrid.objects.filter(sha256__in=hashes).values_list("sha256", flat=True),
        DroughtGrid.objects.filter(kept__in=hashes).values_list("kept", flat=True),
        GridIndex.objects.filter(sha256__in=hashes).values_list("sha256", flat=True),
        FloodMap.everything.filter(depths__in=hashes).values_list("depths", flat=True),
    )
    return {one for found in named for one in found}
