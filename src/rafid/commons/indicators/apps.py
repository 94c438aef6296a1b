from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "rafid.commons.indicators"
    label = "rafid_indicators"
    verbose_name = "Indicators"
