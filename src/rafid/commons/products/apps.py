from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProductsConfig(AppConfig):
    name = "rafid.commons.products"
    label = "rafid_products"
    verbose_name = "Products"

    def ready(self) -> None:
        from rafid.commons.indicators import panels

        from .catalogue.sync import after_migrate
        from .gallery.register import register
        from .indicator_panels import map_panel, trend_panel

        panels.register(map_panel, order=10)
        panels.register(trend_panel, order=20)

        from .sheets import maker as sheets

        sheets.ready()
        register()
        post_migrate.connect(after_migrate, sender=self, dispatch_uid="rafid.sync_datasets")
