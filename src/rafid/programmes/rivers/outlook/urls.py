"""Pages of the seasonal outlook."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("outlook/", views.outlooks, name="rivers-outlooks"),
    path("outlook/make/", views.make, name="rivers-outlook-make"),
    path("outlook/<str:ref>/", views.outlook, name="rivers-outlook"),
    path("outlook/<str:ref>/plan.csv", views.export, name="rivers-outlook-file"),
]
