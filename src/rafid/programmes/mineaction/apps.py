from django.apps import AppConfig


class MineActionConfig(AppConfig):
    name = "rafid.programmes.mineaction"
    label = "rafid_mineaction"
    verbose_name = "Mine action"

    def ready(self) -> None:
        from rafid.commons import blobs

        from .stored import named_blobs

        blobs.named_by(named_blobs)
