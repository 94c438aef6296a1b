"""Forms that come with a programme: brought in where they are missing, each published as it is declared."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from django.conf import settings

from rafid.commons.people.models import Organisation
from rafid.commons.programme import Programme

from .design.publish import publish
from .design.upload import Given, new_form
from .models import Form


def source_of(programme: Programme, file: str) -> bytes:
    """An XLSForm of the country pack, else of the programme's folder ``forms``. Raises ``FileNotFoundError``."""
    own = next(name for name in settings.RAFID_PACKAGES if name.rpartition(".")[2] == programme.name)
    for package in (f"rafid.countries.{settings.RAFID_COUNTRY}", own):
        path = files(package) / "forms" / file
        if path.is_file():
            return path.read_bytes()
    raise FileNotFoundError(f"neither the country pack nor {programme.name} has forms/{file}")


def load_declared(programme: Programme, owner: Organisation, *, by: Any = None) -> list[Form]:
    """Makes and publishes the programme's forms that are not here yet; those that are stay as people made them since.

    Raises ``FormRefused`` and ``NotPublished`` where a file is no good form, ``FileNotFoundError`` where it is missing, and
    ``ValueError`` where the file's form id is not the declared one.
    """
    made = []
    for declared in programme.forms:
        if Form.objects.filter(xform_id=declared.code).exists():
            continue
        given = Given(declared.file, source_of(programme, declared.file))
        form = new_form(given, programme=programme.name, owner=owner, by=by).form
        if form.xform_id != declared.code:
            raise ValueError(f"{declared.file} is the form {form.xform_id}; {programme.name} declares {declared.code}")
        if declared.names:
            form.title_ar, form.title_ckb, form.title_en = (declared.names.get(one, "") for one in ("ar", "ckb", "en"))
            form.save()
        publish(form, by=by)
        made.append(form)
    return made
