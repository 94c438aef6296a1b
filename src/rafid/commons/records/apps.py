from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    name = "rafid.commons.records"
    label = "rafid_records"
    verbose_name = "Records"

    def ready(self) -> None:
        from rafid.commons import blobs

        from .exchange.entries import after_migrate
        from .triggers import ask_quickly

        # Of the last room to be migrated: a programme's tables must be there, and the signal comes once for each app.
        post_migrate.connect(after_migrate, dispatch_uid="rafid.exchange_entries")
        post_migrate.connect(ask_quickly, dispatch_uid="rafid.ask_quickly")
        blobs.named_by(still_to_be_read)


def still_to_be_read(hashes: list[str]) -> set[str]:
    """Files of other nodes that wait for the worker: the sweep leaves them."""
    from .exchange.receiving import waiting

    return waiting(hashes)
