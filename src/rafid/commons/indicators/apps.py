from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IndicatorsConfig(AppConfig):
    name = "rafid.commons.indicators"
    label = "rafid_indicators"
    verbose_name = "Indicators"

    def ready(self) -> None:
        from rafid.commons.places import panels
        from rafid.commons.records import next_steps

        from .after_import import figures_step
        from .place_panel import panel
        from .sync import after_migrate

        panels.register(panel, order=10)
        next_steps.register(figures_step, order=10)
        post_migrate.connect(after_migrate, sender=self, dispatch_uid="rafid.sync_indicators")
