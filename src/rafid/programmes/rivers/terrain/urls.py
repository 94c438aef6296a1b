"""Pages of the ground: flood maps, grids of heights, catchments, files of grids."""

from __future__ import annotations

from django.urls import path

from . import grid_views, ground_views, views

urlpatterns = [
    path("floods/maps/", views.maps, name="rivers-flood-maps"),
    path("floods/maps/new/", views.new, name="rivers-flood-map-new"),
    path("floods/maps/seen/", views.observed, name="rivers-flood-map-seen"),
    path("floods/maps/<str:ref>/", views.page, name="rivers-flood-map"),
    path("floods/maps/<str:ref>/compare/", views.compare_with, name="rivers-flood-map-compare"),
    path("floods/maps/<str:ref>/withdraw/", views.withdraw, name="rivers-flood-map-withdraw"),
    path("floods/maps/<str:ref>/depths.geojson", views.geojson, name="rivers-flood-map-shapes"),
    path("floods/maps/<str:ref>/depths.tif", views.tiff, name="rivers-flood-map-grid"),
    path("floods/maps/<str:ref>/exposure.csv", views.table, name="rivers-flood-map-table"),
    path("terrain/new/", ground_views.send, name="rivers-elevation-new"),
    path("terrain/<str:ref>/", ground_views.page, name="rivers-elevation"),
    path("catchments/", ground_views.catchments, name="rivers-catchments"),
    path("catchments/basins.geojson", ground_views.basins, name="rivers-basins"),
    path("import/<uuid:pk>/grid/", grid_views.record, name="rivers-file-grid"),
    path("import/<uuid:pk>/keep/", grid_views.keep, name="rivers-file-keep"),
]
