"""Pages of monitoring, below ``/monitoring/``: each part has its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from .contracts.urls import urlpatterns as contracts
from .findings.views import urls as findings

urlpatterns: list[URLPattern | URLResolver] = []
urlpatterns += contracts
urlpatterns += findings
