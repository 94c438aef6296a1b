from django.urls import path

from .views import findings, history, records, tasks

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
    path("tasks/<uuid:pk>/", tasks.task_page, name="task"),
]
