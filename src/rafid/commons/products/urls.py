from django.urls import path

from . import place_files, register_files, tile_views, views
from .editions import pages as compose
from .gallery import routes as gallery
from .ogc import views as ogc
from .release import desk

urlpatterns = [
    *gallery.urls,
    *compose.urls,
    *desk.urls,
    *ogc.urls,
    path("data/", views.listing, name="datasets"),
    path("data/<str:code>/", views.dataset_page, name="dataset"),
    path("data/<str:code>.<str:ext>", views.download, name="dataset-file"),
    path("records/<slug:programme>/<slug:code>.<slug:ext>", register_files.download, name="record-files"),
    path("places.<slug:ext>", place_files.download, name="place-files"),
    path("tiles/<str:layer>/<int:z>/<int:x>/<int:y>.mvt", tile_views.tile, name="tile"),
    path("tiles/<str:layer>.json", tile_views.tilejson, name="tilejson"),
]
