"""Files of reservoirs and the network."""

from __future__ import annotations

from django.urls import path

from . import files

urlpatterns = [
    path("reservoirs.<str:ext>", files.reservoirs, name="rivers-reservoirs-file"),
    path("reservoirs/<slug:code>/balance.<str:ext>", files.reservoir_days, name="rivers-balance-file"),
    path("network.<str:ext>", files.network, name="rivers-network-file"),
]
