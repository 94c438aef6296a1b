"""Pages of one station."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("stations/<slug:code>/", views.station, name="rivers-station"),
    path("stations/<slug:code>/<uuid:id>/versions/", views.versions, name="rivers-station-versions"),
    path("stations/<slug:code>/<uuid:id>.<slug:kind>", views.export, name="rivers-station-export"),
]
