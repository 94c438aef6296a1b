from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="statistics"),
    path("population/", views.population, name="statistics-population"),
    path("population.pdf", views.sheet, name="statistics-population-sheet"),
]
