from django.urls import path

from . import place_files, register_files, tile_views
from .alerts import feed as alerts
from .atlas import views as atlas
from .catalogue import views as catalogue
from .dashboards import views as dashboards
from .editions import pages as compose
from .exports import views as files
from .gallery import routes as gallery
from .maps import composer as maps
from .maps import dashed_file
from .ogc import views as ogc
from .release import desk
from .reports import views as reports
from .sheets import views as sheets
from .translating import views as translating

urlpatterns = [
    *alerts.urls,
    *catalogue.urls,
    *files.urls,
    *gallery.urls,
    *compose.urls,
    *dashboards.urls,
    *desk.urls,
    *maps.urls,
    *dashed_file.urls,
    *ogc.urls,
    *sheets.urls,
    *atlas.urls,
    *reports.urls,
    *translating.urls,
    path("records/<slug:programme>/<slug:code>.<slug:ext>", register_files.download, name="record-files"),
    path("places.<slug:ext>", place_files.download, name="place-files"),
    path("tiles/<str:layer>/<int:z>/<int:x>/<int:y>.mvt", tile_views.tile, name="tile"),
    path("tiles/<str:layer>.json", tile_views.tilejson, name="tilejson"),
    path("tiles/<str:layer>.pmtiles", tile_views.pmtiles, name="pmtiles"),
    path("tiles/<str:layer>/v<int:number>.pmtiles", tile_views.pmtiles, name="pmtiles-version"),
]
