"""Pages of quality: what waits, inspections, non-conformities, completion and handover."""

from __future__ import annotations

from django.urls import path

from . import ending_views, finding_views, views

urlpatterns = [
    path("quality/", views.board, name="mineaction-quality"),
    path("inspections/new/", views.new, name="mineaction-inspection-new"),
    path("inspections/<str:ref>/", views.inspection, name="mineaction-inspection"),
    path("inspections/<str:ref>/sample/", views.sample, name="mineaction-inspection-sample"),
    path("inspections/<str:ref>/sample/<uuid:pk>/", views.outcome, name="mineaction-inspection-outcome"),
    path("inspections/<str:ref>/result/", views.result, name="mineaction-inspection-result"),
    path("inspections/<str:ref>/finding/", views.finding, name="mineaction-inspection-finding"),
    path("nonconformities/<str:ref>/", finding_views.page, name="mineaction-nonconformity"),
    path("nonconformities/<str:ref>/evidence/", finding_views.evidence, name="mineaction-nonconformity-evidence"),
    path("nonconformities/<str:ref>/file/<str:sha256>", finding_views.file, name="mineaction-nonconformity-file"),
    path("nonconformities/<str:ref>/step/<str:code>/", finding_views.step, name="mineaction-nonconformity-step"),
    path("hazards/<str:ref>/complete/", ending_views.complete, name="mineaction-complete"),
    path("hazards/<str:ref>/hand-over/", ending_views.hand_over, name="mineaction-hand-over"),
    path("completions/<str:ref>/", ending_views.page, {"of": "completion"}, name="mineaction-completion"),
    path(
        "completions/<str:ref>/certificate.pdf",
        ending_views.certificate,
        {"of": "completion"},
        name="mineaction-completion-paper",
    ),
    path("handovers/<str:ref>/", ending_views.page, {"of": "handover"}, name="mineaction-handover"),
    path(
        "handovers/<str:ref>/certificate.pdf",
        ending_views.certificate,
        {"of": "handover"},
        name="mineaction-handover-paper",
    ),
]
for _code, _spec in views.LISTS.items():
    urlpatterns += [
        path(f"{_code}/", views.listed, {"code": _code}, name=_spec.name),
        path(f"{_code}.<str:kind>", views.file, {"code": _code}, name=f"{_spec.name}-file"),
    ]
