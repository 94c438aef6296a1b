"""From the desk to the public: sent to review, approved or sent back by another person, published, withdrawn."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.people.visibility import may_on

from ..models import Dataset, DatasetState, DatasetVersion, Decision, LedgerCell, VersionState
from . import hooks
from .audiences import readers
from .cells import cells_of, measures
from .found_sums import FoundSums
from .freeze import REACH
from .hierarchy import Hierarchy

COMPOSE, STEWARD, PUBLISH = "compose", "steward", "publish"
"""Actions: who makes versions, who decides on what they disclose, who puts them out."""


def _locked(version: DatasetVersion) -> DatasetVersion:
    Dataset.objects.select_for_update(of=("self",)).get(pk=version.dataset_id)
    found: DatasetVersion = DatasetVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    return found


def send_to_review(version: DatasetVersion, by: Any) -> DatasetVersion:
    """Raises ``ValidationError`` where it is no draft any more, or not by this person's right."""
    with transaction.atomic(), because("sent to review"):
        found = _locked(version)
        _right(by, COMPOSE, found.dataset)
        if found.state != VersionState.DRAFT:
            raise ValidationError(_("Only a draft is sent to review."))
        found.state = VersionState.IN_REVIEW
        found.save()
        if found.dataset.state == DatasetState.DRAFT:
            found.dataset.state = DatasetState.IN_REVIEW
            found.dataset.save()
    return found


def approve(version: DatasetVersion, by: Any, *, why: str = "", incomplete: bool = False) -> DatasetVersion:
    """Raises ``ValidationError``: by its maker, with an unsolved problem, with a missing language unless ``incomplete``."""
    with transaction.atomic(), because(why or "approved"):
        found = _locked(version)
        _right(by, STEWARD, found.dataset)
        if found.state != VersionState.IN_REVIEW:
            raise ValidationError(_("Only what is in review is approved."))
        if found.made_by_id == by.pk:
            raise ValidationError(_("Somebody else must approve what you made."))
        if found.report.get("problems"):
            raise ValidationError(_("A reader could work out withheld cells. Ask for a coarser output."))
        if REACH[found.dataset.may_leave] > found.sensitivity:
            raise ValidationError(_("The policy no longer lets this version go so far. Make a new one."))
        missing = [name for name in missing_languages(found.dataset) if not incomplete]
        if missing:
            raise ValidationError(_("A text lacks a language: %s.") % ", ".join(missing))
        Decision.objects.create(
            version=found, approved=True, why=why, by=by, incomplete=incomplete,
            withheld={name: found.report.get(name, 0) for name in ("primary", "secondary")},
            attack={"narrowest": found.report.get("narrowest"), "ledger": found.report.get("ledger", 0)},
        )  # fmt: skip
        found.state = VersionState.APPROVED
        found.save()
    return found


def send_back(version: DatasetVersion, by: Any, *, why: str) -> DatasetVersion:
    """A coarser output is asked for: the version stays as a refused draft, with the reason. ``ValidationError`` without one."""
    if not why.strip():
        raise ValidationError({"why": _("Say what must change.")})
    with transaction.atomic(), because(why):
        found = _locked(version)
        _right(by, STEWARD, found.dataset)
        if found.state not in (VersionState.IN_REVIEW, VersionState.APPROVED):
            raise ValidationError(_("Only what is in review is sent back."))
        Decision.objects.create(version=found, approved=False, why=why, by=by)
        found.state = VersionState.DRAFT
        found.save()
        if found.dataset.state == DatasetState.IN_REVIEW:
            found.dataset.state = DatasetState.DRAFT
            found.dataset.save()
    return found


def publish(version: DatasetVersion, by: Any) -> DatasetVersion:
    """Puts an approved version out; the one before it is superseded, and what readers now know enters the ledger."""
    with transaction.atomic(), because("published"):
        found = _locked(version)
        _right(by, PUBLISH, found.dataset)
        if found.state != VersionState.APPROVED:
            raise ValidationError(_("Only an approved version is published."))
        later = found.dataset.versions.filter(number__gt=found.number, published_at__isnull=False)
        if later.filter(sensitivity=found.sensitivity).exists():
            raise ValidationError(_("A newer version is out already."))
        if _ledger_grew(found):
            raise ValidationError(_("Other figures were published since this version was checked. Make it again."))
        found.dataset.versions.filter(state=VersionState.PUBLISHED, sensitivity=found.sensitivity).update(
            state=VersionState.SUPERSEDED
        )
        _enter(found)
        found.state, found.published_at, found.published_by = VersionState.PUBLISHED, timezone.now(), by
        found.save()
        dataset = found.dataset
        dataset.state = DatasetState.PUBLISHED
        dataset.sensitivity = min(dataset.sensitivity, found.sensitivity)
        dataset.save()
        hooks.tell_published(found)
    return found


def withdraw(dataset: Dataset, by: Any, *, why: dict[str, str]) -> Dataset:
    """Its page stays and says why; its files, collections and tiles are gone with the next request."""
    if not any(text.strip() for text in why.values()):
        raise ValidationError({"why": _("Say why it is withdrawn.")})
    with transaction.atomic(), because(next(iter(why.values()))):
        found: Dataset = Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
        _right(by, PUBLISH, found)
        if found.state != DatasetState.PUBLISHED:
            raise ValidationError(_("Only what is published is withdrawn."))
        found.state, found.withdrawn_why, found.withdrawn_at = DatasetState.WITHDRAWN, why, timezone.now()
        found.save()
        found.versions.filter(state__in=[VersionState.PUBLISHED, VersionState.SUPERSEDED]).update(
            state=VersionState.WITHDRAWN
        )
        hooks.tell_withdrawn(found)
    return found


def missing_languages(dataset: Dataset) -> list[str]:
    """``name (ckb)`` for each public text that lacks a language."""
    missing = []
    texts = {
        "name": dataset.names,
        "description": dataset.description,
        "caveats": dataset.caveats,
        "method": dataset.method,
    }
    for name, said in texts.items():
        if any(said.values()):
            missing += [f"{name} ({code})" for code in ("ar", "ckb", "en") if not said.get(code, "").strip()]
    return missing


def _right(by: Any, action: str, dataset: Dataset) -> None:
    if not may_on(by, action, dataset):
        raise ValidationError(_("Your role does not allow this here."))


def _ledger_grew(version: DatasetVersion) -> bool:
    """Was any audience of it given cells of the same measures after it was made?"""
    counted = measures(version.fields, version.report.get("counted", ()))
    names = {one.get("measure") or f"{version.dataset.code}.{one['name']}" for one in counted}
    later = LedgerCell.objects.filter(measure__in=names, sensitivity__lte=max(readers(version.sensitivity)))
    return later.filter(version__published_at__gt=version.made_at).exists()


def _enter(version: DatasetVersion) -> None:
    """The cells of a published table of counts, withheld ones without their value."""
    if version.report.get("kind") != "counts" or not version.report.get("cells"):
        return
    counted = version.report.get("counted", [])
    names = [one["name"] for one in measures(version.fields, counted)]
    rows = []
    for place, period, values in version.released.values_list("place_id", "period", "values").order_by("n"):
        row = dict(values) | {"place_id": place, "period": period}
        for name in names:
            if values.get(f"{name}_flag") == "*":
                row[name] = float("nan")
        rows.append(row)
    places = Hierarchy({row["place_id"] for row in rows if row["place_id"]})
    sums = FoundSums(counted=counted)
    table = cells_of(rows, version.fields, code=version.dataset.code, places=places, sums=sums)
    LedgerCell.objects.bulk_create(
        [
            LedgerCell(
                measure=cell.measure, key=cell.key, sensitivity=version.sensitivity, version=version,
                value=None if cell.count != cell.count else cell.count,
            )
            for cell in table.cells
        ],
        batch_size=2000,
    )  # fmt: skip
