"""Pages of reservoirs."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("reservoirs/", views.listing, name="rivers-reservoirs"),
    path("reservoirs/<slug:code>/", views.page, name="rivers-reservoir"),
]
