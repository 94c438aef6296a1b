"""A form's state: open, closing (off the phones' list, still accepts), closed (refuses), and open again."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from rafid.commons.history import because

from ..models import Form, FormState

WAYS: Final[dict[str, tuple[str, ...]]] = {
    "draft": (),
    "open": ("closing", "closed"),
    "closing": ("open", "closed"),
    "closed": ("open",),
}


class NotNow(Exception):
    """The form cannot take that state; the sentence says why."""


def ways_from(form: Form) -> tuple[str, ...]:
    return WAYS[form.state]


@transaction.atomic
def set_state(form: Form, state: str, *, why: str = "") -> Form:
    """Raises ``NotNow``. The same state again changes nothing."""
    locked = Form.objects.select_for_update().get(pk=form.pk)
    if locked.state == state:
        return locked
    if locked.state == FormState.DRAFT:
        raise NotNow(_("The form has no published version yet. Publish its draft first."))
    if state not in WAYS[locked.state]:
        raise NotNow(_("A form that is %s cannot become that.") % locked.get_state_display())
    locked.state = state
    with because(why.replace("\x00", "") or _("state of the form")):
        locked.save(update_fields=["state"])
    form.state = state
    return locked
