from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "rafid.programmes.statistics"
    label = "rafid_statistics"
    verbose_name = "Official statistics"

    def ready(self) -> None:
        from rafid.commons.places import panels

        from .place_panel import panel

        panels.register(panel, order=20)
