"""Pages of findings about values."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("check/", views.listing, name="rivers-findings"),
    path("check.csv", views.file, {"kind": "csv"}, name="rivers-findings-file"),
    path("check.xlsx", views.file, {"kind": "xlsx"}, name="rivers-findings-workbook"),
    path("check.geojson", views.shapes, name="rivers-findings-shapes"),
    path("check/<uuid:pk>/", views.page, name="rivers-finding"),
]
