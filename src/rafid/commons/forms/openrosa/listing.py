"""What a phone gets: the list of its forms, a form's files, and which forms cannot be handed out yet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from urllib.parse import quote, urlencode

from django.db.models import QuerySet

from ..design.form_files import missing_files
from ..entities.csv_file import entity_csv, integrity
from ..models import EntityList, Form, FormFile, FormState, FormVersion
from ..sender import Sender
from .answers import attribute, text

_LIST = "http://openrosa.org/xforms/xformsList"
_MANIFEST = "http://openrosa.org/xforms/xformsManifest"
_MOST_IDS = 10_000


def versions_for(sender: Sender) -> list[FormVersion]:
    """The newest published version of each open form that this sender fills; the draft for a phone that only tries it."""
    versions = FormVersion.objects.defer("xform", "source", "schema", "problems").select_related("form")
    if sender.draft:
        return list(versions.filter(pk=sender.draft))
    forms = forms_of(sender).filter(state=FormState.OPEN)
    newest = versions.filter(form__in=forms, published_at__isnull=False)
    return list(newest.order_by("form", "-published_at").distinct("form"))


def forms_of(sender: Sender) -> QuerySet[Form]:
    """All forms that this sender may get and send, in whatever state."""
    if sender.app_user is not None:
        return Form.objects.filter(phones=sender.app_user.pk)
    seen = Form.objects.visible_to(sender.account)
    return seen.filter(pk__in=[form.pk for form in seen if sender.may_send(form)])


def version_of(sender: Sender, xform_id: str, version: str | None) -> FormVersion | None:
    """The version that the phone asks for, else the newest. A closed form is no longer handed out."""
    if "\x00" in xform_id + (version or ""):
        return None
    found = FormVersion.objects.filter(form__xform_id=xform_id).select_related("form")
    if sender.draft:
        found = found.filter(pk=sender.draft)
    else:
        known = [FormState.OPEN, FormState.CLOSING]
        found = found.filter(form__in=forms_of(sender).filter(state__in=known), published_at__isnull=False)
    if version is not None:
        found = found.filter(version_text=version)
    return found.order_by("-published_at").first()


def form_list(sender: Sender, base: str, only: str | None = None) -> str:
    versions = [one for one in versions_for(sender) if only is None or one.form.xform_id == only]
    missing = missing_files(one.pk for one in versions)
    with_files = set(FormFile.objects.filter(version__in=versions).values_list("version", flat=True))
    items = [
        _item(one, base, one.pk in with_files)
        for one in sorted(versions, key=lambda one: one.form.xform_id)
        if one.pk not in missing
    ]
    return f'<xforms xmlns="{_LIST}">{"".join(items)}</xforms>'


def _item(version: FormVersion, base: str, files: bool) -> str:
    form = version.form
    address = f"{base}/forms/{quote(form.xform_id)}"
    asked = "?" + urlencode({"version": version.version_text})
    parts = [
        ("formID", form.xform_id),
        ("name", form.title),
        ("version", version.version_text),
        ("hash", f"md5:{version.xform_md5}"),
        ("downloadUrl", f"{address}.xml{asked}"),
    ]
    if files:
        parts.append(("manifestUrl", f"{address}/manifest{asked}"))
    return "<xform>" + "".join(f"<{name}>{text(value)}</{name}>" for name, value in parts) + "</xform>"


def manifest(version: FormVersion, sender: Sender, base: str) -> str:
    """File name, hash and address of each; the phone drops all where one lacks one of them."""
    files = version.files.select_related("entity_list").order_by("name")
    return f'<manifest xmlns="{_MANIFEST}">{"".join(_media_file(file, version, sender, base) for file in files)}</manifest>'


def _media_file(file: FormFile, version: FormVersion, sender: Sender, base: str) -> str:
    of_list = file.entity_list
    if of_list is not None:
        md5 = hashlib.md5(entity_table(of_list, sender), usedforsecurity=False).hexdigest()
    elif file.sha256 and file.md5:
        md5 = file.md5
    else:
        return ""
    address = f"{base}/forms/{quote(version.form.xform_id)}/files/{file.pk}?{urlencode({'hash': md5})}"
    # Collect cuts the first four signs off the hash without looking at them.
    parts = [("filename", file.name), ("hash", f"md5:{md5}"), ("downloadUrl", address)]
    kind = ""
    if of_list is not None:
        kind = f" type={attribute('approvalEntityList' if of_list.needs_approval else 'entityList')}"
        parts.append(("integrityUrl", f"{base}/datasets/{quote(of_list.name)}/integrity"))
    return f"<mediaFile{kind}>" + "".join(f"<{name}>{text(value)}</{name}>" for name, value in parts) + "</mediaFile>"


def entity_table(of_list: EntityList, sender: Sender) -> bytes:
    """The list as this sender's scope has it."""
    return entity_csv(of_list, sender)


def gone(of_list: EntityList, ids: Iterable[str], sender: Sender) -> str:
    """Whether each of these entities is deleted, or no longer this sender's."""
    told = integrity(of_list, [*ids][:_MOST_IDS], sender)
    items = "".join(
        f"<entity id={attribute(uuid)}><deleted>{'true' if deleted else 'false'}</deleted></entity>"
        for uuid, deleted in told.items()
    )
    return f"<data><entities>{items}</entities></data>"
