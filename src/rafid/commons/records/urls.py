from django.urls import path

from .exchange.urls import urlpatterns as exchange
from .views import findings, history, import_columns, import_new, import_places, imports, records, tasks

urlpatterns = [
    path("records/<slug:programme>/<slug:code>/", records.record_list, name="records"),
    path("records/<slug:programme>/<slug:code>/new/", records.record_new, name="record-new"),
    path("records/<slug:programme>/<slug:code>/<str:ref>/", records.record_page, name="record"),
    path("records/<slug:programme>/<slug:code>/<str:ref>/edit/", records.record_edit, name="record-edit"),
    path("records/<slug:programme>/<slug:code>/<str:ref>/delete/", records.record_delete, name="record-delete"),
    path("records/<slug:programme>/<slug:code>/<str:ref>/undelete/", records.record_undelete, name="record-undelete"),
    path("records/<slug:programme>/<slug:code>/<str:ref>/history/", history.record_history, name="record-history"),
    path(
        "records/<slug:programme>/<slug:code>/<str:ref>/history/<int:event>/restore/",
        history.record_restore,
        name="record-restore",
    ),
    path("findings/", findings.finding_list, name="findings"),
    path("findings/<uuid:pk>/", findings.finding_page, name="finding"),
    path("imports/", imports.listing, name="imports"),
    path("imports/new/", import_new.new, name="import-new"),
    path("imports/example/<slug:programme>/<slug:code>.<slug:ext>", import_new.example, name="import-example"),
    path("imports/<uuid:pk>/", imports.run_page, name="import"),
    path("imports/<uuid:pk>/columns/", import_columns.columns, name="import-columns"),
    path("imports/<uuid:pk>/places/", import_places.places, name="import-places"),
    path("imports/<uuid:pk>/apply/", imports.apply, name="import-apply"),
    path("imports/<uuid:pk>/cancel/", imports.cancel, name="import-cancel"),
    path("imports/<uuid:pk>/undo/", imports.undo_run, name="import-undo"),
    path("imports/<uuid:pk>/rest.<slug:ext>", imports.rest, name="import-rest"),
    path("imports/<uuid:pk>/file", imports.file, name="import-file"),
    path("tasks/<uuid:pk>/", tasks.task_page, name="task"),
    *exchange,
]
