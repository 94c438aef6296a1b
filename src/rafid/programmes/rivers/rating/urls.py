"""Pages of ratings."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("ratings/", views.ratings, name="rivers-ratings"),
    path("ratings/<slug:code>/", views.station, name="rivers-rating"),
    path("ratings/<slug:code>/gaugings/", views.gauge, name="rivers-rating-gauge"),
    path("ratings/<slug:code>/gaugings/<uuid:pk>/", views.leave_out, name="rivers-rating-leave-out"),
    path("ratings/<slug:code>/draft/", views.draft, name="rivers-rating-draft"),
    path("ratings/<slug:code>/<int:number>/", views.version, name="rivers-rating-version"),
    path("ratings/<slug:code>/<int:number>/publish/", views.publish, name="rivers-rating-publish"),
    path("ratings/<slug:code>/<int:number>/withdraw/", views.withdraw, name="rivers-rating-withdraw"),
    path("ratings/<slug:code>/<int:number>/shift/", views.shift, name="rivers-rating-shift"),
]
