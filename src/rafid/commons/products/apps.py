from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "rafid.commons.products"
    label = "rafid_products"
    verbose_name = "Products"
