"""A restricted grid of months and an agreement, for the walk of every route."""

from __future__ import annotations

import io
import uuid
from datetime import date

import numpy as np

from rafid.commons import blobs
from rafid.commons.people.models import Agreement, Organisation
from rafid.programmes.rivers.models import DroughtGrid


def shared(marked, mark: str) -> dict[str, list[str]]:
    """``mark`` is in the name and the source of the grid."""
    values = np.random.default_rng(1).gamma(2.0, 10.0, (1, 3, 3, 132))
    data = io.BytesIO()
    np.save(data, values)
    blob = blobs.keep(data.getvalue())
    DroughtGrid.objects.create(
        code="walked-grid", name_en=mark, file_name="walked.nc", sha256=blob.sha256, kept=blob.sha256,
        variables=["precipitation"], west=44.1, north=36.2, cell_x=0.25, cell_y=0.25, columns=3, rows=3,
        first_month=date(2015, 1, 1), months=132, source_text=mark, owner=marked.owner, sensitivity=2,
    )  # fmt: skip
    other = Organisation.objects.create(ref=f"W-{uuid.uuid4().hex[:12]}", name_en="Receiver", kind="ministry")
    agreement = Agreement.objects.create(
        giver=marked.owner, receiver=other, records=["rafid_rivers.series"], starts_on=date(2026, 1, 1), document=mark
    )
    tables = ["csv", "xlsx", "geojson", "nothing"]
    return {
        "rivers/agreements/<uuid:pk>": [str(agreement.pk), str(uuid.uuid4())],
        "rivers/drought/stations.<str:ext>": tables,
        "rivers/drought/areas.<str:ext>": tables,
        "rivers/reservoirs.<str:ext>": tables,
        "rivers/network.<str:ext>": tables,
        "rivers/reservoirs/<slug:code>/balance.<str:ext>": ["csv", "xlsx", "nothing"],
    }
