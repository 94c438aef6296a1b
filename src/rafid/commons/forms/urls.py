"""The room's pages and the phones' protocol; each part keeps its routes beside its views, in a list ``urls``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from .design import draft_views, version_views
from .design import views as design_views
from .entities import list_views as entity_list_views
from .entities import thing_views as entity_thing_views
from .exports import views as export_views
from .fill import sent_views as fill_sent_views
from .fill import views as fill_views
from .keeping import retention_views
from .odata import views as odata_views
from .openrosa import views as openrosa
from .phones import views as phone_views
from .quality import back_check_views
from .quality import views as quality_views
from .submissions import views as submission_views

urlpatterns: list[URLPattern | URLResolver] = [
    *entity_list_views.urls,
    *entity_thing_views.urls,
    *retention_views.urls,
    *design_views.urls,
    *draft_views.urls,
    *version_views.urls,
    *fill_sent_views.urls,
    *fill_views.urls,
    *submission_views.urls,
    *phone_views.urls,
    *openrosa.urls,
    *odata_views.urls,
    *export_views.urls,
    *quality_views.urls,
    *back_check_views.urls,
]
