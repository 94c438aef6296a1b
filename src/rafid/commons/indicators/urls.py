from django.urls import path

from . import define_views, listing, views

urlpatterns = [
    path("indicators/", listing.listing, name="indicators"),
    *define_views.urls,
    path("indicators/<str:code>/", views.indicator_page, name="indicator"),
]
