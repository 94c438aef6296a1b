from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "rafid.commons.people"
    label = "rafid_people"
    verbose_name = "People"

    def ready(self) -> None:
        from . import production, signals  # noqa: F401
