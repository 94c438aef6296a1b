from django.urls import path

from rafid.site.urls import handler400, handler403, handler404, handler500, urlpatterns

from . import page, tile

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("peer/population/", page.population),
    path("peer/tiles/<str:layer>/<int:z>/<int:x>/<int:y>.mvt", tile.tile),
    *urlpatterns,
]
