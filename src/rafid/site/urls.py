"""Where everything is. A room brings its own ``urls.py``; a programme's is mounted at ``/{name}/``."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from rafid.commons.programme import installed
from rafid.site import views

handler400 = "rafid.site.views.bad_request"
handler403 = "rafid.site.views.refused"
handler404 = "rafid.site.views.not_found"
handler500 = "rafid.site.views.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("healthz", views.health, name="health"),
]
for room in ("people", "places", "records", "indicators", "products"):
    if find_spec(f"rafid.commons.{room}.urls"):
        urlpatterns.append(path("", include(f"rafid.commons.{room}.urls")))
urlpatterns.append(path("accounts/", include("allauth.urls")))
for programme in installed():
    if programme.urls:
        urlpatterns.append(path(f"{programme.name}/", include(programme.urls)))
if find_spec("rafid.site.api"):
    from rafid.site.api import api

    urlpatterns.append(path("api/v1/", api.urls))
