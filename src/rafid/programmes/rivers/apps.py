from django.apps import AppConfig


class RiversConfig(AppConfig):
    name = "rafid.programmes.rivers"
    label = "rafid_rivers"
    verbose_name = "Rivers"
