"""Where somebody did something, in words: the address that the history keeps says little to a reader of Arabic or Sorani."""

from __future__ import annotations

from django.urls import Resolver404, resolve
from django.utils.translation import gettext, gettext_noop

from rafid.commons.api import MACHINE_ROOMS

PAGES = {
    "account_change_password": gettext_noop("on the page of the password"),
    "account_login": gettext_noop("at the sign-in"),
    "agreements": gettext_noop("on the page of agreements"),
    "close-account": gettext_noop("on the page of the account"),
    "end-agreement": gettext_noop("on the page of agreements"),
    "finding": gettext_noop("on the page of the finding"),
    "give-role": gettext_noop("on the page of the account"),
    "import": gettext_noop("on the page of the import"),
    "import-apply": gettext_noop("while recording an import"),
    "import-cancel": gettext_noop("while withdrawing an import"),
    "import-columns": gettext_noop("while choosing the columns of an import"),
    "import-new": gettext_noop("while sending a file"),
    "import-places": gettext_noop("while choosing the places of an import"),
    "import-undo": gettext_noop("while undoing an import"),
    "invitations": gettext_noop("on the page of invitations"),
    "join": gettext_noop("while accepting an invitation"),
    "move-account": gettext_noop("on the page of the account"),
    "my-page": gettext_noop("on one’s own page"),
    "new-code": gettext_noop("on the page of invitations"),
    "new-invitation": gettext_noop("on the page of invitations"),
    "new-token": gettext_noop("on one’s own page"),
    "open-account": gettext_noop("on the page of the account"),
    "organisation": gettext_noop("on the page of the organisation"),
    "organisations": gettext_noop("on the page of organisations"),
    "person": gettext_noop("on the page of the account"),
    "place-import-apply": gettext_noop("while recording borders or settlements"),
    "record-delete": gettext_noop("while deleting a record"),
    "record-edit": gettext_noop("in the form of a record"),
    "record-new": gettext_noop("in the form of a record"),
    "record-undelete": gettext_noop("while bringing back a record"),
    "remove-factor": gettext_noop("on the page of the account"),
    "reset": gettext_noop("with a printed code"),
    "reset-code": gettext_noop("on the page of the account"),
    "take-back": gettext_noop("on the page of the account"),
    "unlock-account": gettext_noop("on the page of the account"),
    "withdraw-invitation": gettext_noop("on the page of invitations"),
}


def door_text(path: str) -> str:
    """``/imports/…/apply/`` → "while recording an import". What happened without a request has no door."""
    if not path:
        return ""
    plain = path.partition("?")[0]
    if plain.startswith(MACHINE_ROOMS):
        return gettext("by a program")
    try:
        name = resolve(plain).url_name
    except Resolver404:
        name = None
    return gettext(PAGES[name]) if name in PAGES else gettext("on another page")
