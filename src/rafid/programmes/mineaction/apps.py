from django.apps import AppConfig


class MineActionConfig(AppConfig):
    name = "rafid.programmes.mineaction"
    label = "rafid_mineaction"
    verbose_name = "Mine action"
