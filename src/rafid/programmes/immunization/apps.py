from django.apps import AppConfig


class ImmunizationConfig(AppConfig):
    name = "rafid.programmes.immunization"
    label = "rafid_immunization"
    verbose_name = "Immunization"
