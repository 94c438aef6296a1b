"""Pages of monitoring, below ``/monitoring/``: each part has its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from .contracts.urls import urlpatterns as contracts
from .findings.views import urls as findings
from .outcomes.urls import urlpatterns as outcomes
from .plans.views import urls as plans
from .reports.views import urls as reports
from .visits.urls import urlpatterns as visits
from .warnings.views import urls as warnings
from .weeks.urls import urlpatterns as weeks

urlpatterns: list[URLPattern | URLResolver] = []
urlpatterns += contracts
urlpatterns += findings
urlpatterns += reports
urlpatterns += outcomes
urlpatterns += visits
urlpatterns += weeks
urlpatterns += warnings
urlpatterns += plans
