"""Pages of mine action, below ``/mineaction/``: each part has its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from .picture.urls import urlpatterns as picture

urlpatterns: list[URLPattern | URLResolver] = []
urlpatterns += picture
