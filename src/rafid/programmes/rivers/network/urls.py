"""Pages of the network."""

from __future__ import annotations

from django.urls import path

from . import asking, views

urlpatterns = [
    path("network/", views.page, name="rivers-network"),
    path("network/what-if/", asking.what_if, name="rivers-what-if"),
    path("network/scenarios/<str:ref>/", asking.scenario, name="rivers-scenario"),
    path("network/scenarios/<str:ref>/file.<slug:kind>", asking.export, name="rivers-scenario-file"),
    path("network/nodes/<slug:code>/move/", views.move, name="rivers-network-move"),
    path("network/place/", views.place, name="rivers-network-place"),
    path("network/reaches/<slug:code>/estimate/", views.estimate, name="rivers-network-estimate"),
    path("network/new/<slug:kind>/", views.new, name="rivers-network-new"),
    path("network/<slug:kind>/<slug:code>/end/", views.end, name="rivers-network-end"),
]
