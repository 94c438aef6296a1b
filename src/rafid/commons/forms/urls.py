"""The room's pages and the phones' protocol; each part keeps its routes beside its views, in a list ``urls``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from . import (
    back_check_views,
    design_views,
    draft_views,
    entity_list_views,
    entity_thing_views,
    export_views,
    fill_views,
    odata_views,
    phone_views,
    quality_views,
    retention_views,
    submission_views,
    version_views,
)
from .openrosa import views as openrosa

urlpatterns: list[URLPattern | URLResolver] = [
    *entity_list_views.urls,
    *entity_thing_views.urls,
    *retention_views.urls,
    *design_views.urls,
    *draft_views.urls,
    *version_views.urls,
    *fill_views.urls,
    *submission_views.urls,
    *phone_views.urls,
    *openrosa.urls,
    *odata_views.urls,
    *export_views.urls,
    *quality_views.urls,
    *back_check_views.urls,
]
