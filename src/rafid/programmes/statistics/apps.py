from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "rafid.programmes.statistics"
    label = "rafid_statistics"
    verbose_name = "Official statistics"
