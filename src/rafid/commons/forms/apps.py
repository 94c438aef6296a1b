from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "rafid.commons.forms"
    label = "rafid_forms"
    verbose_name = "Forms"
