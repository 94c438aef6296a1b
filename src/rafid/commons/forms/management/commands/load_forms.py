"""``manage load_forms ORGANISATION``: the forms that programmes declare, where they are not here yet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from rafid.commons.forms.declared import load_declared
from rafid.commons.forms.design.publish import NotPublished
from rafid.commons.forms.design.upload import FormRefused
from rafid.commons.history import because
from rafid.commons.people.models import Organisation
from rafid.commons.programme import installed


class Command(BaseCommand):
    help = "Brings in the forms that come with the programmes. Forms that are here already stay as they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", help="reference of the organisation that the forms belong to")
        parser.add_argument("--programme", default="", help="only this programme's")

    def handle(self, *args: Any, organisation: str, programme: str, **options: Any) -> None:
        owner = Organisation.objects.filter(ref=organisation).first()
        if owner is None:
            raise CommandError(f"There is no organisation {organisation}. Its reference stands on its page.")
        wanted = [one for one in installed() if programme in ("", one.name)]
        if not wanted:
            raise CommandError(f"There is no programme {programme}.")
        try:
            with transaction.atomic(), because("Declared by the programme"):
                made = [form for one in wanted for form in load_declared(one, owner)]
        except (FormRefused, NotPublished, FileNotFoundError, ValueError) as error:
            raise CommandError(str(error)) from error
        for form in made:
            self.stdout.write(f"{form.programme}: {form.xform_id}")
        self.stdout.write(f"{len(made)} forms are new")
