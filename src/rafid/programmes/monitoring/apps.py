from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "rafid.programmes.monitoring"
    label = "rafid_monitoring"
    verbose_name = "Third-party monitoring"

    def ready(self) -> None:
        from rafid.commons import blobs

        from .stored import named_blobs

        blobs.named_by(named_blobs)
