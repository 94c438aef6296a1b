from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProductsConfig(AppConfig):
    name = "rafid.commons.products"
    label = "rafid_products"
    verbose_name = "Products"

    def ready(self) -> None:
        from rafid.commons import blobs
        from rafid.commons.indicators import panels
        from rafid.commons.records import next_steps

        from .catalogue.after_import import dataset_step
        from .catalogue.indicator_panel import dataset_panel
        from .catalogue.sync import after_migrate
        from .dashboards import sync as dashboards
        from .dashboards import tasks  # noqa: F401 - they register when they are imported
        from .exports.whole import after_publication
        from .gallery.register import register
        from .indicator_panels import map_panel, trend_panel
        from .keeping import named_blobs
        from .overviews import work as overviews
        from .release.hooks import on_published

        panels.register(map_panel, order=10)
        panels.register(trend_panel, order=20)
        panels.register(dataset_panel, order=60)
        next_steps.register(dataset_step, order=60)

        from .atlas import maker as atlas
        from .charts import maker as charts
        from .maps import kind as maps
        from .maps.templates import after_migrate as map_templates
        from .reports import maker as reports
        from .sheets import declared as bulletins
        from .sheets import maker as sheets

        charts.ready()
        maps.ready()
        sheets.ready()
        post_migrate.connect(bulletins.after_migrate, sender=self, dispatch_uid="rafid.sync_bulletins")
        atlas.ready()
        reports.ready()
        blobs.named_by(named_blobs)
        on_published(after_publication)
        on_published(overviews.after_publication)
        register()
        post_migrate.connect(after_migrate, sender=self, dispatch_uid="rafid.sync_datasets")
        post_migrate.connect(map_templates, sender=self, dispatch_uid="rafid.sync_map_templates")
        post_migrate.connect(dashboards.after_migrate, sender=self, dispatch_uid="rafid.sync_dashboards")
