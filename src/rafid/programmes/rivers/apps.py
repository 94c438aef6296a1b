from django.apps import AppConfig


class RiversConfig(AppConfig):
    name = "rafid.programmes.rivers"
    label = "rafid_rivers"
    verbose_name = "Rivers"

    def ready(self) -> None:
        from rafid.commons import blobs

        from .rating.recompute_flow import follow_stages
        from .stored import named_blobs
        from .values import recording

        blobs.named_by(named_blobs)
        if follow_stages not in recording.AFTER:
            recording.AFTER.append(follow_stages)
