"""Pages of rivers, below ``/rivers/``: each part has its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from .forecasting.urls import urlpatterns as forecasting
from .outlook.urls import urlpatterns as outlook

urlpatterns: list[URLPattern | URLResolver] = []
urlpatterns += forecasting
urlpatterns += outlook
