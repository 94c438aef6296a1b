"""Pages of the network."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("network/", views.page, name="rivers-network"),
    path("network/new/<slug:kind>/", views.new, name="rivers-network-new"),
    path("network/<slug:kind>/<slug:code>/end/", views.end, name="rivers-network-end"),
]
