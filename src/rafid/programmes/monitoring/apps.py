from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "rafid.programmes.monitoring"
    label = "rafid_monitoring"
    verbose_name = "Third-party monitoring"
