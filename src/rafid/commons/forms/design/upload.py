"""Upload: a workbook or XForm with its files becomes a new form, or the new draft of one; or is refused with all its problems.

Nothing of a refused file stays. A draft takes the place of the one before, whose test submissions vanish with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from rafid.commons.blobs import Blob
from rafid.commons.people.models import Organisation
from rafid.commons.programme import programme as programme_named
from rafid.methods import xforms
from rafid.methods.xforms import Problem

from ..attach import is_plain_name
from ..models import Form, FormVersion
from ..versions import put_draft
from ..words import kept_problem
from .form_files import MOST_FILES, file_fault, files_asked, put_files
from .policies import take_over

LARGEST: Final = 50_000_000
LONGEST_VERSION: Final = 64
_FORM_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_KURDISH: Final = re.compile(r"[ێۆڵڕڤەگچپژ]")
_ARABIC: Final = re.compile(r"[\u0600-\u06ff]")

Rows = Mapping[str, Mapping[int, tuple[str, ...]]]


@dataclass(frozen=True)
class Given:
    """What somebody uploads: the form's own file, and the files that it asks for, by name."""

    name: str
    data: bytes
    files: Sequence[tuple[str, Blob]] = ()


@dataclass(frozen=True)
class Uploaded:
    """``problems``: warnings. ``missing``: files that are still awaited; ``unneeded``: files that the form does not ask for,
    which were left out."""

    form: Form
    version: FormVersion
    problems: tuple[Problem, ...]
    missing: tuple[str, ...]
    unneeded: tuple[str, ...]
    rows: Rows = field(default_factory=dict)


class FormRefused(Exception):
    """All that is wrong with a file, errors and warnings; ``rows`` are those of its sheets around the problems."""

    def __init__(self, problems: Sequence[Problem], rows: Rows | None = None) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = tuple(problems)
        self.rows: Rows = rows or {}


@dataclass(frozen=True)
class _Read:
    conversion: xforms.Conversion
    made: xforms.Form
    xform: bytes


def new_form(given: Given, *, programme: str, owner: Organisation, by: Any = None) -> Uploaded:
    """A form that is not here yet, in draft. Raises ``FormRefused``."""
    read = _read(given, None)
    form = Form(
        xform_id=read.made.form_id,
        programme=programme,
        owner=owner,
        made_by=by,
        **titles(read.made.title, declared_names(programme, read.made.form_id)),
    )
    try:
        with transaction.atomic():
            form.save(force_insert=True)
    except IntegrityError:
        taken = _("There is already a form “%s”. Upload this as its new draft, or give it another form_id.")
        raise FormRefused([_settings("error", taken % form.xform_id, "form_id")], read.conversion.rows) from None
    return _put(form, given, read, by)


def new_draft(form: Form, given: Given, *, by: Any = None) -> Uploaded:
    """The next version of a form, in draft. Raises ``FormRefused``."""
    return _put(form, given, _read(given, form), by)


@transaction.atomic
def _put(form: Form, given: Given, read: _Read, by: Any) -> Uploaded:
    Form.objects.select_for_update().get(pk=form.pk)
    asked = files_asked(read.xform, read.made)
    files = {name: blob for name, blob in given.files if name in asked}
    before = form.versions.filter(published_at=None).first() or form.versions.order_by("-published_at").first()
    problems = [problem for problem in read.conversion.problems if problem.severity == "warning"]
    # Read now: a draft goes with its files.
    kept = list(before.files.all()) if before is not None else []
    version = put_draft(
        form,
        read.xform,
        source=None if given.name.lower().endswith(".xml") else given.data,
        source_name=given.name[-200:],
        problems=[kept_problem(problem) for problem in problems],
        by=by,
    )
    put_files(version, asked, files, kept)
    take_over(form, read.made, published=False)
    return Uploaded(
        form,
        version,
        tuple(problems),
        tuple(version.files.filter(sha256=None, entity_list=None).order_by("name").values_list("name", flat=True)),
        tuple(name for name, _blob in given.files if name not in asked),
        read.conversion.rows,
    )


def _read(given: Given, form: Form | None) -> _Read:
    try:
        conversion = xforms.convert_xlsform(given.data, name=given.name)
    except ValueError as error:
        raise FormRefused([Problem("error", xforms.said_by(error))]) from None
    problems = list(conversion.problems)
    if conversion.xform is None:
        raise FormRefused(problems, conversion.rows)
    made = xforms.parse_form(conversion.xform)
    problems += _own_rules(made, form, conversion.xform)
    problems += _files_rules(given, conversion.xform, made)
    if any(problem.severity == "error" for problem in problems):
        raise FormRefused(problems, conversion.rows)
    whole = xforms.Conversion(conversion.xform, tuple(problems), conversion.rows)
    return _Read(whole, made, conversion.xform)


def _settings(severity: str, message: str, column: str) -> Problem:
    return Problem(severity, message, sheet="settings", column=column)


def _own_rules(made: xforms.Form, form: Form | None, xform: bytes) -> list[Problem]:
    """What the platform asks beyond the language: an identity that can be an address, and a version of its own."""
    found: list[Problem] = []
    if not _FORM_ID.fullmatch(made.form_id):
        found.append(
            _settings(
                "error",
                _(
                    "The form_id “%s” cannot be used. It begins with a letter and has up to 64 letters, digits, _ . and -."
                )
                % made.form_id[:80],
                "form_id",
            )
        )
    if len(made.version) > LONGEST_VERSION:
        found.append(_settings("error", _("The version has more than 64 characters."), "version"))
    if form is None:
        return found
    if made.form_id != form.xform_id:
        found.append(
            _settings(
                "error",
                _(
                    "This is the form “%(other)s”, not “%(own)s”. Upload it as a form of its own, or correct its form_id."
                )
                % {"other": made.form_id[:80], "own": form.xform_id},
                "form_id",
            )
        )
    published = form.versions.filter(published_at__isnull=False).order_by("-published_at")
    if published.filter(version_text=made.version).exists():
        found.append(_settings("error", used_version(made.version), "version"))
    else:
        last = published.values_list("version_text", flat=True).first()
        warning = xforms.version_problem(made.version, last)
        if warning is not None:
            found.append(_settings(warning.severity, warning.message, "version"))
    return found


def used_version(version: str) -> str:
    if not version:
        return _("A version without a name was published already. Write a version in the sheet “settings”.")
    return _("Version “%s” was published already and cannot change. Give this one another version.") % version


def _files_rules(given: Given, xform: bytes, made: xforms.Form) -> list[Problem]:
    asked = files_asked(xform, made)
    found = []
    if len(given.files) > MOST_FILES:
        found.append(Problem("error", _("More than %s files cannot belong to a form.") % MOST_FILES))
    for name, blob in given.files:
        if not is_plain_name(name):
            found.append(Problem("error", _("A file has a name that cannot be used: %s") % name[:80]))
        elif name in asked and (fault := file_fault(asked[name], blob)):
            found.append(Problem("error", fault))
    return found


def titles(title: str, declared: Mapping[str, str] | None = None) -> dict[str, str]:
    """The title in the language whose letters it has; those that the programme declares in the others."""
    title = title.strip()[:300]
    own = "ckb" if _KURDISH.search(title) else "ar" if _ARABIC.search(title) else "en"
    return {f"title_{code}": text[:300] for code, text in {**(declared or {}), own: title}.items()}


def declared_names(name: str, form_id: str) -> Mapping[str, str]:
    """What a programme calls a form that it brings; nothing for others."""
    found = (one.names for one in programme_named(name).forms if one.code == form_id)
    return next(found, None) or {}
