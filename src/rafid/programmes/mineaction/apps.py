from django.apps import AppConfig


class MineActionConfig(AppConfig):
    name = "rafid.programmes.mineaction"
    label = "rafid_mineaction"
    verbose_name = "Mine action"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from rafid.commons import blobs

        from .models.listed import bring_codes
        from .stored import named_blobs

        blobs.named_by(named_blobs)
        post_migrate.connect(bring_codes, sender=self)
