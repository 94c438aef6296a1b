from django.apps import AppConfig


class PreparednessConfig(AppConfig):
    name = "rafid.programmes.preparedness"
    label = "rafid_preparedness"
    verbose_name = "Preparedness"
