"""``./rafid manage rivers sheet``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from rafid.commons.forms.declared import load_declared
from rafid.commons.forms.design.publish import NotPublished
from rafid.commons.forms.design.upload import FormRefused
from rafid.commons.history import because
from rafid.commons.people.models import Organisation
from rafid.commons.programme import programme
from rafid.commons.records.change import Refused

from .by_form import make_list

Say = Callable[[str], Any]


def add(parsers: Any) -> None:
    parser = parsers.add(
        "sheet",
        open_form,
        about="Opens the daily sheet as a form, for ODK Collect and for browsers, with its list of stations.",
        example="sheet IQ-MOWR",
    )
    parser.add_argument("owner", help="reference of the organisation that the form belongs to")


def open_form(say: Say, options: dict[str, Any]) -> None:
    owner = Organisation.objects.filter(ref=options["owner"]).first()
    if owner is None:
        raise Refused(
            _("There is no organisation %(ref)s. Its reference stands on its page.") % {"ref": options["owner"]}
        )
    try:
        with transaction.atomic(), because("Declared by the programme"):
            make_list(owner)
            made = load_declared(programme("rivers"), owner)
    except (FormRefused, NotPublished, FileNotFoundError, ValueError) as error:
        raise Refused(str(error)) from error
    for form in made:
        say(f"{form.xform_id} is open")
    if not made:
        say("The form is open already.")
