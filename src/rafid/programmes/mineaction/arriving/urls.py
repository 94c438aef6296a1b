"""Pages of what arrives by forms."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [path("form-lists/", views.lists, name="mineaction-form-lists")]
