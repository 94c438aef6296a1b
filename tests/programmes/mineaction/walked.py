"""What stands in addresses of mine action when every route is walked as every role: rows of an authority that none of the
walkers reaches, all of them marked."""

from __future__ import annotations

from datetime import date

from rafid.programmes.mineaction.models import Evidence, Hazard, Release

from .conftest import square


def mined(marked, mark: str) -> dict[str, list[str]]:
    """A hazard with evidence and a release; ``mark`` stands in what only those read who see it exactly."""
    known = {"owner": marked.owner, "place": marked.place, "on": date(2026, 1, 5)}
    hazard = Hazard.objects.create(
        **known, suspected_on=date(2026, 1, 5), state="suspected", ground=square(), name_local=mark, comment=mark
    )
    Evidence.objects.create(hazard=hazard, direct=False, type="testimony", on=date(2026, 1, 5), text=mark, source=mark)
    Release.objects.create(**known, type="cancelled", hazard=hazard, ground=square(0, 0, 1))
    files = ["csv", "xlsx", "geojson", "gpkg", "nothing"]
    return {
        "mineaction/hazards/<str:ref>": [hazard.ref, str(hazard.pk), "NOTHING"],
        "mineaction/hazards/<str:ref>/step/<str:new>": ["discarded", "cancelled", "nothing"],
        "mineaction/picture.<str:kind>": files,
        "mineaction/changes.<str:kind>": files,
        "mineaction/districts.<str:kind>": files,
        "api/v1/mineaction/hazards/<ref>": [hazard.ref, "NOTHING"],
    }
