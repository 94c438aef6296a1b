"""Pages of forecasts."""

from __future__ import annotations

from django.urls import path

from . import model_views, views

urlpatterns = [
    path("forecasts/", views.forecasts, name="rivers-forecasts"),
    path("forecasts/<slug:code>/", views.node, name="rivers-forecast"),
    path("forecasts/<slug:code>/ask/", views.ask, name="rivers-forecast-ask"),
    path("forecasts/<slug:code>/members.csv", views.export, name="rivers-forecast-file"),
    path("forecasts/<slug:code>/compare/", views.compare, name="rivers-forecast-compare"),
    path("models/", model_views.models, name="rivers-models"),
    path("models/new/", model_views.new, name="rivers-model-new"),
    path("models/<uuid:pk>/", model_views.page, name="rivers-model"),
    path("models/<uuid:pk>/edit/", model_views.edit, name="rivers-model-edit"),
    path("models/<uuid:pk>/calibrate/", model_views.calibrate, name="rivers-model-calibrate"),
    path("models/<uuid:pk>/judge/", model_views.judge, name="rivers-model-judge"),
    path("models/<uuid:pk>/switch/", model_views.switch, name="rivers-model-switch"),
    path("models/<uuid:pk>/take-in/", model_views.take_in, name="rivers-model-take-in"),
]
