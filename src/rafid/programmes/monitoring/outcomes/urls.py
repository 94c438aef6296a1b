"""Pages of outcome studies and of the use of released land."""

from __future__ import annotations

from django.urls import path

from . import land_views, views

urlpatterns = [
    path("outcomes/", views.listing, name="monitoring-outcomes"),
    path("outcomes/new/", views.new, name="monitoring-outcome-new"),
    path("outcomes/<str:ref>/", views.page, name="monitoring-outcome"),
    path("outcomes/<str:ref>/release/", views.release, name="monitoring-outcome-release"),
    path("outcomes/<str:ref>/keys/", views.keys, name="monitoring-outcome-keys"),
    path("outcomes/<str:ref>/figures.csv", views.export, {"kind": "csv"}, name="monitoring-outcome-csv"),
    path("outcomes/<str:ref>/figures.xlsx", views.export, {"kind": "xlsx"}, name="monitoring-outcome-xlsx"),
    path("land-use/", land_views.page, name="monitoring-land"),
    path("land-use.csv", land_views.export, {"kind": "csv"}, name="monitoring-land-csv"),
    path("land-use.xlsx", land_views.export, {"kind": "xlsx"}, name="monitoring-land-xlsx"),
]
