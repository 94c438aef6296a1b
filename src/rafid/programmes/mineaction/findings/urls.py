"""Pages of findings."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("findings/", views.listing, name="mineaction-findings"),
    path("findings/shapes", views.shapes, name="mineaction-findings-shapes"),
    path("findings/findings.<str:kind>", views.file, name="mineaction-findings-file"),
    path("findings/<uuid:pk>/", views.page, name="mineaction-finding"),
    path("findings/<uuid:pk>/shapes", views.finding_shapes, name="mineaction-finding-shapes"),
]
