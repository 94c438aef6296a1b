"""Pages of rivers, below ``/rivers/``: each part has its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from .arriving.urls import urlpatterns as arriving
from .bulletins.urls import urlpatterns as bulletins
from .checking.urls import urlpatterns as checking
from .droughts.urls import urlpatterns as droughts
from .exchange.urls import urlpatterns as exchange
from .floods.urls import urlpatterns as floods
from .forecasting.urls import urlpatterns as forecasting
from .measuring.urls import urlpatterns as measuring
from .network.urls import urlpatterns as network
from .outlook.urls import urlpatterns as outlook
from .rating.urls import urlpatterns as rating
from .reservoirs.urls import urlpatterns as reservoirs
from .sheet.urls import urlpatterns as sheet
from .station.urls import urlpatterns as station
from .status.urls import urlpatterns as status
from .terrain.urls import urlpatterns as terrain
from .warnings.urls import urlpatterns as warnings

urlpatterns: list[URLPattern | URLResolver] = []
urlpatterns += arriving
urlpatterns += terrain
urlpatterns += forecasting
urlpatterns += outlook
urlpatterns += sheet
urlpatterns += rating
urlpatterns += status
urlpatterns += checking
urlpatterns += network
urlpatterns += reservoirs
urlpatterns += station
urlpatterns += bulletins
urlpatterns += warnings
urlpatterns += droughts
urlpatterns += exchange
urlpatterns += measuring
# Last: what others have below floods/ goes before the code of a station.
urlpatterns += floods
