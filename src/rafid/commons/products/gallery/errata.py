"""What was wrong with a version or an edition: it stays as it was, marked; the correction is a later one; readers are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.people.visibility import may_on
from rafid.commons.programme import LANGUAGES

from ..models import DatasetVersion, Edition, Erratum
from ..release.decide import PUBLISH
from . import events

LONGEST = 4000
_WAS_OUT = ("published", "superseded", "withdrawn")


def erratum(
    by: Any,
    *,
    text: Mapping[str, str],
    version: DatasetVersion | None = None,
    edition: Edition | None = None,
    corrected_version: DatasetVersion | None = None,
    corrected_edition: Edition | None = None,
) -> Erratum:
    """Notes what was wrong with one version or one edition. ``text`` says it in at least one language.

    Raises ``ValidationError`` with what must be said otherwise.
    """
    wrong = version or edition
    if wrong is None or (version is not None and edition is not None):
        raise ValidationError(_("Say which version or edition was wrong."))
    said = {code: text.get(code, "").strip() for code in LANGUAGES}
    if not any(said.values()):
        raise ValidationError({"text": _("Say what was wrong.")})
    if any(len(one) > LONGEST for one in said.values()):
        raise ValidationError({"text": _("At most %s signs.") % LONGEST})
    if not may_on(by, PUBLISH, version.dataset if version else edition):
        raise ValidationError(_("Your role does not allow this here."))
    if wrong.state not in _WAS_OUT:
        raise ValidationError(_("Only what was published has errata. Change a draft before it goes out."))
    if version is not None and corrected_version is not None:
        _later(corrected_version, version, corrected_version.dataset_id == version.dataset_id)
    if edition is not None and corrected_edition is not None:
        _later(corrected_edition, edition, corrected_edition.recipe_id == edition.recipe_id)
    with transaction.atomic(), because("erratum"):
        made = Erratum.objects.create(
            version=version, edition=edition, text=said, by=by,
            corrected_version=corrected_version if version else None,
            corrected_edition=corrected_edition if edition else None,
        )  # fmt: skip
        if corrected_version is not None and corrected_version.corrects_id is None:
            corrected_version.corrects = version
            corrected_version.save(update_fields=["corrects"])
        events.erratum_made(made)
    return made


def _later(corrected: Any, wrong: Any, same: bool) -> None:
    if not same or corrected.number <= wrong.number:
        raise ValidationError({"corrected": _("The correction is a later one of the same.")})
    if corrected.state not in ("published", "superseded"):
        raise ValidationError({"corrected": _("The correction must be published first.")})


def errata_of(edition: Edition) -> list[Erratum]:
    """Its own, and those of the versions that it was made from."""
    versions = [one.version_id for one in edition.inputs.all()]
    found = Erratum.objects.filter(Q(edition=edition) | Q(version__in=versions))
    return list(_with(found).order_by("-at"))


def of_version(version: DatasetVersion) -> list[Erratum]:
    return list(_with(Erratum.objects.filter(version=version)).order_by("-at"))


def public_errata() -> QuerySet[Erratum]:
    """Of what the public has or had."""
    found = Erratum.objects.filter(
        Q(version__sensitivity=0, version__state__in=_WAS_OUT) | Q(edition__sensitivity=0, edition__state__in=_WAS_OUT)
    )
    return _with(found).order_by("-at", "-pk")


def _with(found: QuerySet[Erratum]) -> QuerySet[Erratum]:
    return found.select_related("version__dataset", "edition__recipe", "corrected_version", "corrected_edition")
