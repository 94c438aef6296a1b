from django.urls import path

from . import views

urlpatterns = [
    path("places/", views.place_list, name="places"),
    path("places/<str:ref>/", views.place_page, name="place"),
    path("places/<str:ref>/history/", views.place_history, name="place-history"),
]
