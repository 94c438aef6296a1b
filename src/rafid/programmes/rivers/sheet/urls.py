"""Pages of the daily sheet."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("enter/", views.page, name="rivers-enter"),
    path("enter/send", views.send, name="rivers-enter-send"),
    path("enter/worker.js", views.worker, name="rivers-enter-worker"),
]
