"""Versions of a form: a draft is made anew with each upload and goes with its tests; published ones stay for ever."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from rafid.methods import xforms

from .design.trying import forget_tests
from .entities.lists import declare_lists
from .models import Form, FormState, FormVersion
from .schema import make_schema


@transaction.atomic
def put_draft(
    form: Form,
    xform: bytes,
    *,
    source: bytes | None = None,
    source_name: str = "",
    problems: list[dict[str, Any]] | None = None,
    by: Any = None,
) -> FormVersion:
    """A new row in the place of the draft that was there, whose test submissions vanish with it.

    Raises FormError for an XForm that cannot be read. Whether it may become the form's draft is ``upload``'s question.
    """
    made = xforms.parse_form(xform)
    drop_draft(form)
    older = form.versions.filter(published_at__isnull=False).order_by("published_at").values_list("schema", flat=True)
    return FormVersion.objects.create(
        form=form,
        version_text=made.version,
        xform=xform,
        xform_md5=hashlib.md5(xform, usedforsecurity=False).hexdigest(),
        xform_sha256=hashlib.sha256(xform).hexdigest(),
        source=source,
        source_name=source_name,
        schema=make_schema(made, older),
        problems=problems or [],
        made_by=by,
    )


def drop_draft(form: Form) -> None:
    """The draft, the phones that try it and what they sent go; none of it ever counted."""
    for draft in form.versions.filter(published_at=None):
        forget_tests(draft)
        draft.delete()


@transaction.atomic
def publish_draft(form: Form, *, by: Any = None, at: datetime | None = None) -> FormVersion:
    """The draft becomes the newest version, and the form opens. Raises FormVersion.DoesNotExist, and IntegrityError where
    that version was published before, and Refused where it would write to an entity list that is not its programme's."""
    draft = FormVersion.objects.select_for_update().get(form=form, published_at=None)
    forget_tests(draft)
    draft.published_at, draft.published_by = at or timezone.now(), by
    draft.save(update_fields=["published_at", "published_by"])
    made = xforms.parse_form(bytes(draft.xform))
    form.public_key = made.public_key or ""
    if form.state == FormState.DRAFT:
        form.state = FormState.OPEN
    form.save()
    declare_lists(draft)
    return draft


def newest(form: Form) -> FormVersion | None:
    """The version that phones get."""
    return form.versions.filter(published_at__isnull=False).order_by("-published_at").first()


def purging() -> None:
    """Lets this transaction empty what was received; only retention's verb calls it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL rafid.purge = 'on'")
