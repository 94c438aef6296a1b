"""Pages of visits and checklists."""

from __future__ import annotations

from django.urls import path

from . import my_views, side_views, views, weighing

urlpatterns = [
    path("my/", my_views.my, name="monitoring-my"),
    path("my/worker.js", my_views.worker, name="monitoring-my-worker"),
    path("visits/<str:ref>/", views.page, name="monitoring-visit"),
    path("visits/<str:ref>/places.geojson", views.places, name="monitoring-visit-places"),
    path("visits/<str:ref>/photos/<str:sha256>", views.photo, name="monitoring-visit-photo"),
    path("visits/<str:ref>/release/", views.release_it, name="monitoring-visit-release"),
    path("visits/<str:ref>/end/", views.end_it, name="monitoring-visit-end"),
    path("visits/<str:ref>/explain/", views.explain_it, name="monitoring-visit-explain"),
    path("visits/<str:ref>/again/", views.take_it_again, name="monitoring-visit-again"),
    path("contracts/<str:ref>/weights/", weighing.page, name="monitoring-weights"),
    path("checklists/", side_views.checklists, name="monitoring-checklists"),
    path("checklists/<str:code>/", side_views.checklist, name="monitoring-checklist"),
    path("partner/", side_views.partner, name="monitoring-partner"),
    path("quality/", side_views.data_quality, name="monitoring-quality"),
]
