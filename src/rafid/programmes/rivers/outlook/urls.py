"""Pages of the seasonal outlook."""

from __future__ import annotations

from django.urls import path

from . import demand_views, views

urlpatterns = [
    path("outlook/", views.outlooks, name="rivers-outlooks"),
    path("outlook/make/", views.make, name="rivers-outlook-make"),
    path("outlook/demands/", demand_views.demands, name="rivers-demands"),
    path("outlook/demands/keep/", demand_views.keep, name="rivers-demand-keep"),
    path("outlook/demands/copy/", demand_views.copy, name="rivers-demand-copy"),
    path("outlook/<str:ref>/", views.outlook, name="rivers-outlook"),
    path("outlook/<str:ref>/plan.csv", views.export, name="rivers-outlook-file"),
]
