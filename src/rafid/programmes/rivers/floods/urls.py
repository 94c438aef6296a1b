"""Pages of floods."""

from __future__ import annotations

from django.urls import path

from . import known_views, views

urlpatterns = [
    path("floods/", views.floods, name="rivers-floods"),
    path("floods/table.csv", views.table, name="rivers-floods-table"),
    path("floods/shapes.geojson", views.shapes, name="rivers-floods-shapes"),
    path("floods/skews/", known_views.skews, name="rivers-flood-skews"),
    path("floods/skews/<uuid:pk>/", known_views.skew_not, name="rivers-flood-skew-drop"),
    path("floods/<slug:code>/", views.station, name="rivers-flood"),
    path("floods/<slug:code>/file.<slug:kind>", views.export, name="rivers-flood-file"),
    path("floods/<slug:code>/threshold/", views.threshold, name="rivers-flood-threshold"),
    path("floods/<slug:code>/threshold/<uuid:pk>/end/", views.end, name="rivers-flood-end"),
    path("floods/<slug:code>/historical/", views.tell, name="rivers-flood-tell"),
    path("floods/<slug:code>/historical/<uuid:pk>/", views.drop, name="rivers-flood-drop"),
    path("floods/<slug:code>/perceived/", known_views.perceive, name="rivers-flood-perceive"),
    path("floods/<slug:code>/perceived/<uuid:pk>/", known_views.perceive_not, name="rivers-flood-perceive-drop"),
]
