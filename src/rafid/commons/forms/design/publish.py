"""Publishing: the draft becomes the version that phones get. Older versions stay and are still accepted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.methods import xforms

from ..events import called, declaration
from ..models import Form, FormState, FormVersion
from ..refusals import Refused
from ..versions import publish_draft
from .form_files import missing
from .policies import take_over
from .upload import used_version


class NotPublished(Exception):
    """The draft cannot become a version now; the sentence says why and what to do."""


def publish(form: Form, *, by: Any = None, at: datetime | None = None) -> FormVersion:
    """Freezes the draft with its files; its tests vanish, roles and policies follow it. Raises ``NotPublished``.

    ``at`` is for demonstration loaders only."""
    try:
        with transaction.atomic(), because(_("version published")):
            locked = Form.objects.select_for_update().get(pk=form.pk)
            draft = locked.versions.filter(published_at=None).first()
            if draft is None:
                raise NotPublished(_("There is no draft to publish. Upload one first."))
            if locked.state == FormState.CLOSED:
                raise NotPublished(_("The form is closed. Open it again before you publish a new version."))
            awaited = missing(draft)
            if awaited:
                raise NotPublished(
                    _("Files are missing that the form asks for: %s. Upload them with the form.") % ", ".join(awaited)
                )
            if locked.versions.filter(published_at__isnull=False, version_text=draft.version_text).exists():
                raise NotPublished(used_version(draft.version_text))
            take_over(locked, xforms.parse_form(bytes(draft.xform)), published=True)
            published = publish_draft(locked, by=by, at=at)
            hear = declared.on_publish if (declared := declaration(locked.xform_id)) else None
            if hear is not None:
                called(hear)(published)
    except Refused as refusal:
        raise NotPublished(str(refusal)) from None
    except IntegrityError:
        raise NotPublished(_("This version was published by somebody else just now. Look at the form again.")) from None
    form.refresh_from_db()
    return published
