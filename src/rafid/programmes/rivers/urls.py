"""Pages of rivers, below ``/rivers/``: each part has its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from .arriving.urls import urlpatterns as arriving
from .forecasting.urls import urlpatterns as forecasting
from .outlook.urls import urlpatterns as outlook
from .rating.urls import urlpatterns as rating
from .sheet.urls import urlpatterns as sheet
from .status.urls import urlpatterns as status

urlpatterns: list[URLPattern | URLResolver] = []
urlpatterns += arriving
urlpatterns += forecasting
urlpatterns += outlook
urlpatterns += sheet
urlpatterns += rating
urlpatterns += status
