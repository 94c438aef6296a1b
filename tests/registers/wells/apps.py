from django.apps import AppConfig


class WellsConfig(AppConfig):
    name = "wells"
    label = "rafid_wells"
    verbose_name = "Wells"
