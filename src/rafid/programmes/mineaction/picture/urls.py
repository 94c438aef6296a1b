"""Pages of the picture: the map with its ledger, what changed, a hazard, districts."""

from __future__ import annotations

from django.urls import path

from . import district_views, hazard_views, told_views, views

urlpatterns = [
    path("", views.picture, name="mineaction"),
    path("picture/shapes", views.shapes, name="mineaction-shapes"),
    path("picture.<str:kind>", views.export, name="mineaction-picture-file"),
    path("changes/", views.changes, name="mineaction-changes"),
    path("changes.<str:kind>", views.changes_export, name="mineaction-changes-file"),
    path("districts/", district_views.page, name="mineaction-districts"),
    path("districts.<str:kind>", district_views.export, name="mineaction-districts-file"),
    path("districts/released.<str:kind>", told_views.released, name="mineaction-released-file"),
    path("districts/targets.<str:kind>", told_views.targets, name="mineaction-targets-file"),
    path("hazards/<str:ref>/", hazard_views.page, name="mineaction-hazard"),
    path("hazards/<str:ref>/shapes", hazard_views.shapes, name="mineaction-hazard-shapes"),
    path("hazards/<str:ref>/step/<str:new>/", hazard_views.step, name="mineaction-hazard-step"),
]
