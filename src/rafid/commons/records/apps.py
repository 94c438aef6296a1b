from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "rafid.commons.records"
    label = "rafid_records"
    verbose_name = "Records"
