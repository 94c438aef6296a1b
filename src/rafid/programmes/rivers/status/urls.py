from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.page, name="rivers-status"),
    path("status.geojson", views.shapes, name="rivers-status-shapes"),
    path("status.csv", views.table, name="rivers-status-table"),
]
