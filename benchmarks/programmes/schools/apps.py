from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"
    label = "rafid_schools"
    verbose_name = "Schools"
