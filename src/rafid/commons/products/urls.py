from django.urls import path

from . import views

urlpatterns = [
    path("data/", views.listing, name="datasets"),
    path("data/<str:code>/", views.dataset_page, name="dataset"),
    path("data/<str:code>.<str:ext>", views.download, name="dataset-file"),
]
