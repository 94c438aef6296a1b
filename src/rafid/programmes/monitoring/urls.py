"""Pages of monitoring, below ``/monitoring/``: each part has its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from .contracts.urls import urlpatterns as contracts
from .findings.views import urls as findings
from .reports.views import urls as reports
from .outcomes.urls import urlpatterns as outcomes
from .visits.urls import urlpatterns as visits
from .weeks.urls import urlpatterns as weeks

urlpatterns: list[URLPattern | URLResolver] = []
urlpatterns += contracts
urlpatterns += findings
urlpatterns += reports
urlpatterns += outcomes
urlpatterns += visits
urlpatterns += weeks
