"""Where everything is. A room brings its own ``urls.py``; a programme's is mounted at ``/{name}/``."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from rafid.commons.programme import installed
from rafid.site import handbook, home, notifications, pages, place_import, search, views

handler400 = "rafid.site.views.bad_request"
handler403 = "rafid.site.views.refused"
handler404 = "rafid.site.views.not_found"
handler500 = "rafid.site.views.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.page, name="home"),
    path("healthz", views.health, name="health"),
    path("search/", search.page, name="search"),
    path("help/", handbook.index, name="help"),
    path("help/<slug:name>/", handbook.page, name="help-page"),
    path("about/", pages.about, name="about"),
    path("sources/", pages.sources, name="sources"),
    path("favicon.ico", pages.favicon, name="favicon"),
    path("manifest.webmanifest", pages.manifest, name="manifest"),
    path("places/basemap.geojson", pages.basemap, name="basemap"),
    path("places/import/", place_import.listing, name="place-imports"),
    path("places/import/borders/", place_import.new, {"kind": "borders"}, name="place-import-borders"),
    path("places/import/settlements/", place_import.new, {"kind": "settlements"}, name="place-import-settlements"),
    path("places/import/<uuid:pk>/", place_import.page, name="place-import"),
    path("places/import/<uuid:pk>/read/", place_import.read_again, name="place-import-read"),
    path("places/import/<uuid:pk>/apply/", place_import.apply, name="place-import-apply"),
    path("places/import/<uuid:pk>/cancel/", place_import.cancel, name="place-import-cancel"),
    path("places/import/<uuid:pk>/report.json", place_import.report, name="place-import-report"),
    path("notifications/", notifications.listing, name="notifications"),
    path("notifications/read/", notifications.read_all, name="notifications-read"),
    path("notifications/<uuid:pk>/read/", notifications.read, name="notification-read"),
]
# The root of /odata/v4 is the datasets'; the forms' feeds below it take every other name.
urlpatterns.append(path("", include("rafid.commons.products.odata.urls")))
for room in ("people", "places", "records", "forms", "indicators", "products"):
    if find_spec(f"rafid.commons.{room}.urls"):
        urlpatterns.append(path("", include(f"rafid.commons.{room}.urls")))
urlpatterns.append(path("accounts/", include("allauth.urls")))
for programme in installed():
    if programme.urls:
        urlpatterns.append(path(f"{programme.name}/", include(programme.urls)))
    if programme.roots:
        urlpatterns.append(path("", include(programme.roots)))
if find_spec("rafid.site.api"):
    from rafid.site.api import api

    urlpatterns.append(path("api/v1/", api.urls))
