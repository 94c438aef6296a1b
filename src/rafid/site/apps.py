from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "rafid.site"
    label = "rafid_site"
    verbose_name = "Site"

    def ready(self) -> None:
        from rafid.commons.places import panels

        from .place_import import offer

        panels.offer(offer)
