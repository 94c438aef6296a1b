from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "rafid.site"
    label = "rafid_site"
    verbose_name = "Site"
