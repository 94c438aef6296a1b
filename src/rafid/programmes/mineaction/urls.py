"""Pages of mine action, below ``/mineaction/``: each part has its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from .findings.urls import urlpatterns as findings
from .fieldbook.urls import urlpatterns as fieldbook
from .people.urls import urlpatterns as people
from .picture.urls import urlpatterns as picture
from .reports.urls import urlpatterns as reports

urlpatterns: list[URLPattern | URLResolver] = []
urlpatterns += picture
urlpatterns += fieldbook
urlpatterns += reports
urlpatterns += findings
urlpatterns += people
