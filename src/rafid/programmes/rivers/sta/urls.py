"""``/sta/v1.1``: its root with and without the slash, and every path below it."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("sta/v1.1", views.root, name="sta-root"),
    path("sta/v1.1/", views.root, name="sta-root-slash"),
    path("sta/v1.1/<path:path>", views.resource, name="sta"),
]
