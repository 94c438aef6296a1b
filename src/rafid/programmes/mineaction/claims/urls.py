"""Pages of what both authorities claim."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("claims/", views.page, name="mineaction-claims"),
    path("claims/shapes", views.shapes, name="mineaction-claims-shapes"),
    path("claims.<str:kind>", views.export, name="mineaction-claims-file"),
]
