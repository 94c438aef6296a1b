"""Pages of sharing."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("agreements/", views.page, name="rivers-agreements"),
    path("agreements/<uuid:pk>/end/", views.end, name="rivers-agreement-end"),
]
