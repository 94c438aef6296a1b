"""The datasets of the catalogue as one reader may know them, with their newest versions; found by text, theme and place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models.fields.json import KT
from django.utils import timezone

from rafid.commons.names import pick
from rafid.commons.places.models import Place
from rafid.commons.programme import installed
from rafid.methods.text import fold

from ..datasets import LICENCES, Published, datasets
from ..models import Dataset, DatasetState, DatasetVersion, ReleasedRow, VersionState
from . import frequency, themes
from .finding import OUT, reads
from .reading import live

MAP, FIGURES, RECORDS = "map", "figures", "records"


@dataclass(frozen=True)
class Entry:
    """``version``: the newest one that this reader may have. ``live``: its declaration, where rows of today are read."""

    dataset: Dataset
    version: DatasetVersion | None = None
    live: Published | None = None

    @property
    def code(self) -> str:
        return self.dataset.code

    @property
    def title(self) -> str:
        return str(self.dataset)

    @property
    def about(self) -> str:
        return self.dataset.said("description")

    @property
    def source(self) -> str:
        return self.dataset.said("attribution")

    @property
    def licence(self) -> tuple[str, str]:
        return LICENCES.get(self.dataset.licence, (self.dataset.licence, ""))

    @property
    def theme(self) -> str:
        return themes.words(self.dataset.theme)

    @property
    def programme(self) -> str:
        return programme_words(self.dataset.programme)

    @property
    def state(self) -> str:
        return DatasetState.PUBLISHED if self.live else self.dataset.state

    @property
    def state_words(self) -> str:
        return str(DatasetState(self.state).label)

    @property
    def on(self) -> date | None:
        """The day of its newest version."""
        at = self.version.published_at if self.version else None
        return timezone.localdate(at) if at else None

    @property
    def every(self) -> str:
        return frequency.words(self.dataset.every)

    @property
    def due(self) -> date | None:
        return frequency.due_on(self.on, self.dataset.every) if self.on else None

    @property
    def overdue(self) -> bool:
        return self.due is not None and self.due < timezone.localdate()

    @property
    def fields(self) -> list[dict[str, Any]]:
        """As the version has them, or as they are declared."""
        if self.version:
            return list(self.version.fields)
        if self.live:
            from .fields import as_json

            return [as_json(one) for one in self.live.fields]
        return []

    @property
    def located(self) -> bool:
        return self.version.bounds is not None if self.version else bool(self.live and self.live.declared.place)

    @property
    def kinds(self) -> set[str]:
        """Filters by kind: a dataset may be several."""
        found = {MAP} if self.located else set()
        kind = getattr(self.version, "of_kind", None) or (self.version and self.version.report.get("kind"))
        if kind:
            found.add(FIGURES if kind == "counts" else RECORDS)
        elif self.fields:
            found.add(FIGURES if any(one.get("kind") == "period" for one in self.fields) else RECORDS)
        return found

    def text(self) -> str:
        """All that is searched, in every script, folded."""
        dataset = self.dataset
        words: list[str] = [dataset.code, dataset.theme, self.theme, dataset.programme]
        for said in (dataset.names, dataset.description, dataset.attribution):
            words += [str(one) for one in said.values()]
        words += [str(one) for one in (_programmes().get(dataset.programme) or {}).values()]
        for field in self.fields:
            words += [field["name"], field.get("hxl") or "", *map(str, (field.get("names") or {}).values())]
        return fold(" ".join(words))


def _programmes() -> dict[str, Any]:
    return {one.name: one.names for one in installed()}


def programme_words(name: str) -> str:
    return pick(_programmes().get(name) or {}) or name


def entries(user: Any) -> list[Entry]:
    """All that this reader may know of, by title. One statement for datasets, one for versions, one for drafts."""
    seen = set(Dataset.objects.visible_to(user).values_list("pk", flat=True))
    versions: dict[UUID, DatasetVersion] = {}
    was_out: set[UUID] = set()
    known = {one.pk: one for one in Dataset.objects.select_related("owner")}
    allowed = {pk: reads(user, one) for pk, one in known.items()}
    out = DatasetVersion.objects.filter(state__in=[*OUT, VersionState.WITHDRAWN])
    for pk, sensitivity in out.order_by().values_list("dataset", "sensitivity").distinct():
        if sensitivity <= allowed[pk]:
            was_out.add(pk)
    # What the desk found may be long, and a list needs but one word of it.
    rows = DatasetVersion.objects.filter(state=VersionState.PUBLISHED, dataset__state=DatasetState.PUBLISHED)
    for version in rows.defer("report", "policy").annotate(of_kind=KT("report__kind")).order_by("number"):
        if version.sensitivity <= allowed[version.dataset_id]:
            version.dataset = known[version.dataset_id]
            versions[version.dataset_id] = version
    found = []
    for pk, dataset in known.items():
        newest = versions.get(pk)
        today = None if newest else _live(dataset, user)
        if newest or today or pk in seen or (pk in was_out and dataset.state == DatasetState.WITHDRAWN):
            found.append(Entry(dataset, newest, today))
    return sorted(found, key=lambda one: fold(one.title))


def _live(dataset: Dataset, user: Any) -> Published | None:
    if dataset.code not in datasets():
        return None
    try:
        return live(dataset.code, user)
    except LookupError:
        return None


def entry_of(dataset: Dataset, version: DatasetVersion | None, user: Any) -> Entry:
    return Entry(dataset, version, None if version else _live(dataset, user))


def matching(found: Iterable[Entry], text: str) -> list[Entry]:
    """Those that hold all words, in whatever script and spelling; a title that holds them comes first."""
    words = fold(text).split()
    if not words:
        return list(found)
    hits = []
    for one in found:
        whole = one.text()
        if all(word in whole for word in words):
            title = fold(" ".join(str(name) for name in one.dataset.names.values()))
            hits.append((not all(word in title for word in words), one))
    return [one for _later, one in sorted(hits, key=lambda hit: hit[0])]


def about_place(found: Iterable[Entry], place: Place) -> list[Entry]:
    """Those with rows of the place or of what lies in it; tables of today with a place are of the whole country."""
    some = list(found)
    versions = [one.version.pk for one in some if one.version]
    there = set(
        ReleasedRow.objects.filter(version__in=versions, place__lineage__contains=[place.pk])
        .values_list("version", flat=True)
        .distinct()
    )
    return [one for one in some if (one.version and one.version.pk in there) or (one.live and one.live.declared.place)]
