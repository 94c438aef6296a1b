"""``/edr``: its root with and without the slash, and what stands below it."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("edr", views.landing, name="edr"),
    path("edr/", views.landing, name="edr-slash"),
    path("edr/api", views.api, name="edr-api"),
    path("edr/conformance", views.conformance, name="edr-conformance"),
    path("edr/collections", views.collections, name="edr-collections"),
    path("edr/collections/<slug:collection>", views.collection, name="edr-collection"),
    path("edr/collections/<slug:collection>/locations", views.locations, name="edr-locations"),
    path("edr/collections/<slug:collection>/locations/<str:code>", views.location, name="edr-location"),
    path("edr/collections/<slug:collection>/items", views.locations, name="edr-items"),
    path("edr/collections/<slug:collection>/items/<str:code>", views.item, name="edr-item"),
    path("edr/collections/<slug:collection>/position", views.position, name="edr-position"),
    path("edr/collections/<slug:collection>/radius", views.radius, name="edr-radius"),
    path("edr/collections/<slug:collection>/area", views.area, name="edr-area"),
]
