"""What readers and programs are told of: published, withdrawn, an erratum. Nothing but what the public may know.

An event is a small mapping that a task carries; it names things, and what is said of them is looked up when it is said.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from rafid.commons.names import in_three

from ..models import Dataset, DatasetVersion, Edition, Erratum
from .addresses import absolute
from .words import WHAT_HAPPENED

PUBLIC = 0


def edition_published(edition: Edition) -> None:
    if edition.sensitivity == PUBLIC:
        _spread("published", "edition", edition)


def edition_withdrawn(edition: Edition) -> None:
    if edition.sensitivity == PUBLIC:
        _spread("withdrawn", "edition", edition)


def version_published(version: DatasetVersion) -> None:
    if version.sensitivity == PUBLIC:
        _spread("published", "version", version)


def dataset_withdrawn(dataset: Dataset) -> None:
    last = dataset.versions.filter(sensitivity=PUBLIC, state="withdrawn").order_by("-number").first()
    if last is not None:
        _spread("withdrawn", "version", last)


def erratum_made(erratum: Erratum) -> None:
    wrong = erratum.edition or erratum.version
    if wrong is not None and wrong.sensitivity == PUBLIC:
        _spread("erratum", "erratum", erratum)


def _spread(event: str, kind: str, about: Any) -> None:
    from .tasks import spread

    spread.defer(event={"event": event, "kind": kind, "id": str(about.pk), "at": timezone.now().isoformat()})


def subject(event: dict[str, Any]) -> Edition | DatasetVersion | None:
    """What the event is about; None where it is gone."""
    if event["kind"] == "edition":
        return Edition.objects.select_related("recipe").filter(pk=event["id"]).first()
    if event["kind"] == "version":
        return DatasetVersion.objects.select_related("dataset").filter(pk=event["id"]).first()
    erratum = erratum_in(event)
    return (erratum.edition or erratum.version) if erratum else None


def erratum_in(event: dict[str, Any]) -> Erratum | None:
    found = Erratum.objects.select_related("edition__recipe", "version__dataset")
    return found.filter(pk=event["id"]).first() if event["kind"] == "erratum" else None


def described(event: dict[str, Any]) -> dict[str, Any] | None:
    """The body that webhooks get: what happened, to which product or dataset, its hash and where to read on."""
    about = subject(event)
    if about is None:
        return None
    erratum = erratum_in(event)
    body: dict[str, Any] = {
        "event": event["event"], "at": event["at"], "says": in_three(WHAT_HAPPENED[event["event"]]),
        "erratum": erratum.text if erratum else None,
    }  # fmt: skip
    if isinstance(about, Edition):
        recipe = about.recipe
        files = [] if about.state == "withdrawn" else about.files.order_by("name")
        return body | {
            "product": {"code": recipe.code, "kind": recipe.kind, "programme": recipe.programme, "names": recipe.names},
            "edition": {
                "number": about.number, "period": about.period, "state": about.state, "title": about.title,
                "recipe_sha256": about.recipe_sha256, "withdrawn_why": about.withdrawn_why or None,
                "files": [
                    {
                        "name": one.name, "language": one.language, "media_type": one.media_type, "size": one.size,
                        "sha256": one.sha256,
                        "url": absolute(reverse("product-file", args=[recipe.code, about.number, one.name])),
                    }
                    for one in files
                ],
            },
            "hash": about.recipe_sha256,
            "links": {
                "page": absolute(about.get_absolute_url()),
                "verify": absolute(reverse("verify-hash", args=[about.recipe_sha256])) if about.recipe_sha256 else None,
            },
        }  # fmt: skip
    dataset = about.dataset
    return body | {
        "dataset": {"code": dataset.code, "programme": dataset.programme, "names": dataset.names},
        "version": {
            "number": about.number, "state": about.state, "rows": about.rows, "sha256": about.sha256,
            "withdrawn_why": dataset.withdrawn_why or None,
        },
        "hash": about.sha256,
        "links": {
            "page": absolute(dataset.get_absolute_url()),
            "csv": absolute(f"/data/{dataset.code}/v{about.number}.csv"),
            "verify": absolute(reverse("verify-hash", args=[about.sha256])) if about.sha256 else None,
        },
    }  # fmt: skip


def concerns(about: dict[str, Any], one: Edition | DatasetVersion) -> bool:
    """Did somebody subscribe to this? ``about`` names a programme, a recipe or a dataset, or nothing for all."""
    of = one.recipe if isinstance(one, Edition) else one.dataset
    if about.get("programme"):
        return bool(of.programme == about["programme"])
    if about.get("recipe"):
        return isinstance(one, Edition) and of.code == about["recipe"]
    if about.get("dataset"):
        return isinstance(one, DatasetVersion) and of.code == about["dataset"]
    return not about  # other rooms keep subscriptions of their own kinds in the same table
