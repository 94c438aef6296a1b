"""Pages of reports."""

from __future__ import annotations

from django.urls import path

from . import new_views, views

urlpatterns = [
    path("reports/", views.inbox, name="mineaction-reports"),
    path("reports/new/", new_views.choose, name="mineaction-report-choose"),
    path("reports/new/<slug:type>/", new_views.new, name="mineaction-report-new"),
    path("reports/<str:ref>/", views.page, name="mineaction-report"),
    path("reports/<str:ref>/shapes", views.shapes, name="mineaction-report-shapes"),
    path("reports/<str:ref>/document", views.document, name="mineaction-report-document"),
    path("reports/<str:ref>/reconcile/", views.reconcile, name="mineaction-report-reconcile"),
    path("reports/<str:ref>/correct/", new_views.correct, name="mineaction-report-correct"),
    path("reports/<str:ref>/step/<str:act>/", views.act, name="mineaction-report-act"),
]
"""``reports/new/`` comes before the reference: no reference looks like it."""
