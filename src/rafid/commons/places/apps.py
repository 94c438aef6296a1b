from django.apps import AppConfig
from django.db.models.signals import pre_migrate


class PlacesConfig(AppConfig):
    name = "rafid.commons.places"
    label = "rafid_places"
    verbose_name = "Places"

    def ready(self) -> None:
        from rafid.commons.at_once import gather

        pre_migrate.connect(gather, sender=self)
