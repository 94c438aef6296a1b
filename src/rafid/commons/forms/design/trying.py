"""Trying a draft: phones that send to it only, and what they sent, which vanishes with the draft and never counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from ..models import AppUser, FormVersion, Submission, SubmissionVersion
from ..sender import new_token

MOST_TESTERS = 20


@transaction.atomic
def new_tester(draft: FormVersion, *, by: Any = None) -> tuple[AppUser, str]:
    """A phone that tries this draft, and its token, which is shown once. The oldest give way to new ones."""
    old = draft.testers.order_by("-made_at").values_list("pk", flat=True)[MOST_TESTERS - 1 :]
    for phone in AppUser.objects.filter(pk__in=list(old), submissions=None):
        phone.delete()
    token, digest = new_token()
    phone = AppUser.objects.create(
        name=_("Test of %s") % draft.form.xform_id, token_sha256=digest, owner=draft.form.owner, draft=draft, made_by=by
    )
    return phone, token


@transaction.atomic
def forget_tests(draft: FormVersion) -> None:
    """Test submissions of a draft go with all that hangs on them, and the phones that sent them. Whoever is sending one just
    now is waited for; whoever comes later finds no draft (``hold_draft``)."""
    list(FormVersion.objects.select_for_update().filter(pk=draft.pk).values_list("pk"))
    submissions = list(Submission.everything.filter(draft=draft).values_list("pk", flat=True))
    versions = list(SubmissionVersion.objects.filter(draft=draft).values_list("pk", flat=True))
    if submissions:
        _unhang(SubmissionVersion, versions)
        _unhang(Submission, submissions)
        Submission.everything.filter(pk__in=submissions)._raw_delete("default")
        SubmissionVersion.objects.filter(pk__in=versions)._raw_delete("default")
    draft.testers.all().delete()


def _unhang(model: type[models.Model], keys: Iterable[UUID]) -> None:
    """Deletes or empties what points to these rows. The database looks at the end of the transaction whether anything was
    forgotten; the order does not matter, which it would to Django: a submission and its versions point to one another."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.related_model in (Submission, SubmissionVersion):
            continue
        rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": keys})  # type: ignore[union-attr]
        if relation.on_delete is models.SET_NULL:
            rows.update(**{relation.field.name: None})
        else:
            rows._raw_delete("default")
