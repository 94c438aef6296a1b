"""Pages of droughts."""

from __future__ import annotations

from django.urls import path

from . import grid_views, views
from .files import area_file, station_file

urlpatterns = [
    path("drought/", views.page, name="rivers-drought"),
    path("drought/table.csv", views.table, name="rivers-drought-table"),
    path("drought/stations.<str:ext>", station_file, name="rivers-drought-file"),
    path("drought/areas.<str:ext>", area_file, name="rivers-drought-areas"),
    path("drought/map.png", views.image, name="rivers-drought-image"),
    path("drought/map.json", views.shapes, name="rivers-drought-shapes"),
    path("drought/month.pdf", views.paper, name="rivers-drought-paper"),
    path("drought/grids/", grid_views.listing, name="rivers-drought-grids"),
]
