from django.urls import path

from . import views

urlpatterns = [
    path("indicators/", views.listing, name="indicators"),
    path("indicators/<str:code>/", views.indicator_page, name="indicator"),
]
