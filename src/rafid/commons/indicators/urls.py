from django.urls import path

from . import define_views, views

urlpatterns = [
    path("indicators/", views.listing, name="indicators"),
    *define_views.urls,
    path("indicators/<str:code>/", views.indicator_page, name="indicator"),
]
