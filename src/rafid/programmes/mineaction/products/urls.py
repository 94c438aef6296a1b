"""Pages of reports and sheets."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("products/", views.listing, name="mineaction-products"),
    path("products/new/<str:kind>/", views.new, name="mineaction-product-new"),
    path("products/<uuid:pk>/", views.page, name="mineaction-product"),
    path("products/<uuid:pk>.<str:format>", views.file, name="mineaction-product-file"),
]
