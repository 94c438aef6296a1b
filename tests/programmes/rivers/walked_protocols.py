"""Addresses of the field's protocols, for the walk of every route."""

from __future__ import annotations

from rafid.programmes.rivers.models import Series


def spoken() -> dict[str, list[str]]:
    """About the walked gauge, whose station, series and values are restricted and whose name is marked."""
    stage = Series.objects.get(station__code="walked-gauge", variable="stage")
    gauge = ["walked-gauge", "nothing"]
    return {
        "sta/v1.1/<path:path>": [
            "Things", "Things('walked-gauge')", "Things('walked-gauge')/name/$value", "Things('walked-gauge')/Datastreams/$ref",
            "Locations", "HistoricalLocations", "Datastreams", f"Datastreams({stage.pk})", f"Datastreams({stage.pk})/Thing",
            "Sensors", "ObservedProperties", "ObservedProperties('stage')/Datastreams", "FeaturesOfInterest", "Observations",
            f"Datastreams({stage.pk})/Observations", f"Observations('{stage.pk}~20260301T060000Z')/FeatureOfInterest",
            "FeaturesOfInterest('walked-gauge')/Observations", "Nothing", "Things('nothing')",
        ],
        "edr/collections/<slug:collection>": ["rivers", "nothing"],
        "edr/collections/<slug:collection>/locations/<str:code>": gauge,
        "edr/collections/<slug:collection>/items/<str:code>": gauge,
        "api/v1/rivers/stations/<code>": gauge,
    }  # fmt: skip
