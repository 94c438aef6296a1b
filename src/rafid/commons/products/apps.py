from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "rafid.commons.products"
    label = "rafid_products"
    verbose_name = "Products"

    def ready(self) -> None:
        from rafid.commons.indicators import panels

        from .indicator_panels import map_panel, trend_panel

        panels.register(map_panel, order=10)
        panels.register(trend_panel, order=20)
