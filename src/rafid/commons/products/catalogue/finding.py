"""Datasets and versions by their address, for one reader: what is not his is not there."""

from __future__ import annotations

from typing import Any

from rafid.commons.people.visibility import scopes
from rafid.commons.programme import PLATFORM, PUBLIC, Policy, Programme, installed
from rafid.commons.programme import Dataset as Declared

from ..datasets import Published
from ..models import Dataset, DatasetVersion, VersionState
from .fields import from_json

OUT = (VersionState.PUBLISHED, VersionState.SUPERSEDED)


def dataset_seen(code: str, user: Any) -> Dataset:
    """Raises ``LookupError``. Whoever works with a draft's organisation finds it too; a withdrawn one stays findable, with
    its reason, for whoever could see it before."""
    found = None if "\x00" in code else Dataset.objects.filter(code=code).first()
    if found is None:
        raise LookupError(code)
    if Dataset.objects.visible_to(user).filter(pk=found.pk).exists():
        return found
    if (
        found.state in ("published", "withdrawn")
        and found.versions.filter(
            state__in=[*OUT, VersionState.WITHDRAWN], sensitivity__lte=reads(user, found)
        ).exists()
    ):
        return found
    raise LookupError(code)


def reads(user: Any, dataset: Dataset) -> int:
    """The highest sensitivity of released versions that this person may have of the dataset."""
    highest = PUBLIC
    for scope in scopes(user):
        if scope.programme in (dataset.programme, PLATFORM) and scope.place is None:
            if scope.organisation is None or (dataset.owner and scope.organisation in dataset.owner.lineage):
                highest = max(highest, scope.reads)
    return highest


def newest(dataset: Dataset, user: Any) -> DatasetVersion | None:
    """The newest version that is out and that this person may have; among equals the fuller one."""
    if dataset.state != "published":
        return None
    found = dataset.versions.filter(state=VersionState.PUBLISHED, sensitivity__lte=reads(user, dataset))
    return found.order_by("-number").first()


def version_seen(dataset: Dataset, number: int, user: Any) -> DatasetVersion:
    """A version that is or was out. Raises ``LookupError``; a withdrawn dataset gives none of its versions."""
    if dataset.state != "published":
        raise LookupError(number)
    found = dataset.versions.filter(state__in=OUT, number=number, sensitivity__lte=reads(user, dataset)).first()
    if found is None:
        raise LookupError(number)
    return found


def seen_versions(user: Any, *, placed: bool = False) -> list[DatasetVersion]:
    """The newest version of each dataset that this person may have, by code; ``placed``: of those with a position."""
    found: dict[Any, DatasetVersion] = {}
    rows = DatasetVersion.objects.filter(state=VersionState.PUBLISHED, dataset__state="published")
    if placed:
        rows = rows.filter(bounds__isnull=False)
    for version in rows.select_related("dataset__owner").order_by("dataset__code", "number"):
        if version.sensitivity <= reads(user, version.dataset):
            found[version.dataset_id] = version
    return list(found.values())


def as_published(version: DatasetVersion) -> Published:
    """A version in the terms of the room's tables: its fields as they were, its titles and licence as they are."""
    dataset = version.dataset
    programme = next((one for one in installed() if one.name == dataset.programme), None)
    declared = Declared(
        dataset.code,
        title=dataset.names,
        query=lambda _user: None,
        fields=tuple(from_json(one) for one in version.fields),
        place="place",
        licence=dataset.licence,
        attribution=dataset.said("attribution"),
        every=dataset.every,
        policy=Policy(k=dataset.k, points=dataset.points),
        about=dataset.description,
    )
    return Published(programme or Programme(dataset.programme, dataset.names), declared)
