from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "rafid.commons.places"
    label = "rafid_places"
    verbose_name = "Places"
