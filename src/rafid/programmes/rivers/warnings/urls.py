from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("warnings/", views.listing, name="rivers-warnings"),
    path("warnings.atom", views.feed, name="rivers-warnings-feed"),
    path("warnings/new/", views.new, name="rivers-warning-new"),
    path("warnings/<str:ref>/", views.page, name="rivers-warning"),
    path("warnings/<str:ref>/cap.xml", views.cap, name="rivers-warning-cap"),
    path("warnings/<str:ref>/<slug:act>/", views.step, name="rivers-warning-step"),
]
