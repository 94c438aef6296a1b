"""Pages of forecasts."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("forecasts/", views.forecasts, name="rivers-forecasts"),
    path("forecasts/<slug:code>/", views.node, name="rivers-forecast"),
    path("forecasts/<slug:code>/ask/", views.ask, name="rivers-forecast-ask"),
    path("forecasts/<slug:code>/members.csv", views.export, name="rivers-forecast-file"),
]
