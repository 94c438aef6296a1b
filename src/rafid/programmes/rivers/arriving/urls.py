"""Pages of files that arrive."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("import/", views.send, name="rivers-import"),
    path("import/<uuid:pk>/", views.page, name="rivers-file"),
    path("import/<uuid:pk>/apply/", views.apply, name="rivers-file-apply"),
    path("import/<uuid:pk>/undo/", views.undo, name="rivers-file-undo"),
]
