"""Pages of mine action, below ``/mineaction/``: each part has its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from .arriving.urls import urlpatterns as arriving
from .carrying.urls import urlpatterns as carrying
from .claims.urls import urlpatterns as claims
from .fieldbook.urls import urlpatterns as fieldbook
from .findings.urls import urlpatterns as findings
from .operations.urls import urlpatterns as operations
from .people.urls import urlpatterns as people
from .picture.urls import urlpatterns as picture
from .products.urls import urlpatterns as products
from .quality.urls import urlpatterns as quality
from .reports.urls import urlpatterns as reports

urlpatterns: list[URLPattern | URLResolver] = []
urlpatterns += picture
urlpatterns += fieldbook
urlpatterns += reports
urlpatterns += findings
urlpatterns += people
urlpatterns += operations
urlpatterns += quality
urlpatterns += carrying
urlpatterns += arriving
urlpatterns += products
urlpatterns += claims
