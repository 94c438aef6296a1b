"""Pages of carrying."""

from __future__ import annotations

from django.urls import path

from . import compare, export_views, person_views, views

urlpatterns = [
    path("import/", views.send, name="mineaction-import"),
    path("import/<uuid:run>/compare/", compare.compare, name="mineaction-import-compare"),
    path("victim-import/", person_views.bring_victims, name="mineaction-victim-import"),
    path("mappings/", views.mappings, name="mineaction-mappings"),
    path("mappings/<slug:code>/", views.mapping, name="mineaction-mapping"),
    path("mappings/<slug:code>/<int:number>.toml", views.mapping_file, name="mineaction-mapping-file"),
    path("export/", export_views.export, name="mineaction-export"),
    path("export/<str:kind>", export_views.export_file, name="mineaction-export-file"),
]
