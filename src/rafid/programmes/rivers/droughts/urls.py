"""Pages of droughts."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("drought/", views.page, name="rivers-drought"),
    path("drought/table.csv", views.table, name="rivers-drought-table"),
]
