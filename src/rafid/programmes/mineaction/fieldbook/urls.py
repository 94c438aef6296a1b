"""Pages of field books."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("fieldbook/", views.sheets, name="mineaction-sheets"),
    path("fieldbook/new/", views.enter, name="mineaction-fieldbook"),
    path("fieldbook/<str:ref>/", views.sheet, name="mineaction-sheet"),
    path("fieldbook/<str:ref>/scan", views.scan, name="mineaction-sheet-scan"),
    path("fieldbook/<str:ref>/draw-again/", views.draw_again, name="mineaction-sheet-draw-again"),
    path("fieldbook/<str:ref>/hand-over/", views.hand, name="mineaction-sheet-hand"),
    path("fieldbook/<str:ref>/sheet.<str:kind>", views.file, name="mineaction-sheet-file"),
]
