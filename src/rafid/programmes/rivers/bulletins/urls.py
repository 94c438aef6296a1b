from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("bulletins/", views.listing, name="rivers-bulletins"),
    path("bulletins/new/", views.new, name="rivers-bulletin-new"),
    path("bulletins/<str:ref>/", views.page, name="rivers-bulletin"),
    path("bulletins/<str:ref>/publish/", views.publish, name="rivers-bulletin-publish"),
    path("bulletins/<str:ref>/discard/", views.discard, name="rivers-bulletin-discard"),
    path("bulletins/<str:ref>/take-up/", views.take_up, name="rivers-bulletin-take-up"),
    path("bulletins/<str:ref>/file.<str:format>", views.file, name="rivers-bulletin-file"),
]
