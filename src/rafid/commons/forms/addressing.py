"""Forms and submissions by what stands in addresses; whoever may not see one meets nothing there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import Http404
from django.urls import register_converter, reverse
from django.utils.http import RFC3986_SUBDELIMS

from .models import Form, Submission
from .models.submission import SubmissionQuerySet


class InstanceId:
    """An instanceID as one part of an address. It may be any text: what would divide or end the part is written ``~2F``."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value.replace("~2E", ".").replace("~2F", "/").replace("~7E", "~")

    def to_url(self, value: Any) -> str:
        text = str(value).replace("~", "~7E").replace("/", "~2F")
        return text if text.strip(".") else text.replace(".", "~2E")


register_converter(InstanceId, "instance")


def address_of(form_id: Any) -> Callable[[str], str]:
    """``reverse("submission", …)`` for the many of one form: a list asks it once for each row, and it is slow."""
    base, written = reverse("submissions", args=[form_id]), InstanceId().to_url
    return lambda instance_id: f"{base}{quote(written(instance_id), safe=RFC3986_SUBDELIMS + '/~:@')}/"


def form_seen(user: Any, named: str) -> Form:
    """A form by its id or its form id (``xform_id``). Raises Http404."""
    forms = Form.objects.visible_to(user)
    try:
        found = forms.filter(pk=UUID(str(named))).first()
    except ValueError:
        found = forms.filter(xform_id=named).first() if "\x00" not in named else None
    if found is None:
        raise Http404
    return found


def submission_seen(user: Any, form: Form, instance_id: str, rows: SubmissionQuerySet | None = None) -> Submission:
    """One submission by the instanceID of any of its versions. Raises Http404."""
    if "\x00" in instance_id:
        raise Http404
    rows = Submission.objects.visible_to(user) if rows is None else rows
    rows = rows.filter(form=form)
    found: Submission | None = rows.filter(instance_id=instance_id).first()
    found = found or rows.filter(versions__instance_id=instance_id).first()
    if found is None:
        raise Http404
    return found
