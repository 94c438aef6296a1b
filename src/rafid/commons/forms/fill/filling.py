"""Who may fill which form in a browser, and what the browser gets so that it can do so without a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.writing import moment

from ..design.access import may_design
from ..models import Form, FormFile, FormState, FormVersion, PublicLink, Submission
from ..sender import Sender, link_by_token, of_account, of_link
from ..versions import newest


@dataclass(frozen=True)
class Shut:
    """Why a form cannot be filled now: a code for programs, a title and a sentence for people."""

    code: str
    title: str
    sentence: str


@dataclass(frozen=True)
class Offer:
    """A form as one person, or whoever has a link, may fill it. ``base``: the address of its page."""

    form: Form
    version: FormVersion | None
    sender: Sender
    base: str
    shut: Shut | None = None

    @property
    def draft(self) -> bool:
        return self.sender.draft is not None

    @property
    def query(self) -> str:
        return "?draft" if self.draft else ""

    @property
    def once(self) -> bool:
        return self.sender.link is not None and self.sender.link.once_per_browser


def offered_to(user: Any, pk: Any, *, draft: bool = False) -> Offer | None:
    """None for a form that this person does not see or may not fill, and for a trial by somebody who does not design."""
    form = Form.objects.visible_to(user).filter(pk=pk).first()
    if form is None:
        return None
    sender = of_account(user)
    base = f"/forms/fill/{form.pk}/"
    if draft:
        version = form.versions.filter(published_at=None).first()
        if version is None or not may_design(user, form):
            return None
        trial = Sender(account=user, owner=user.organisation_id, draft=version.pk)
        return Offer(form, version, trial, base)
    if not sender.may_send(form):
        return None
    return Offer(form, newest(form), sender, base, _shut_form(form))


def offered_by(request: HttpRequest, token: str) -> Offer | None:
    """None for a link that never was, was revoked or ran out."""
    link = link_by_token(token)
    if link is None:
        return None
    form = link.form
    base = f"/forms/fill/t/{token}/"
    return Offer(form, newest(form), of_link(link), base, _shut_form(form) or shut_link(link, request))


def forms_for(user: Any) -> Iterator[Offer]:
    """Open forms that this person may fill, those of one programme together."""
    if not user.is_authenticated:
        return
    sender = of_account(user)
    forms = Form.objects.visible_to(user).filter(state=FormState.OPEN).order_by("programme", "xform_id")
    mine = [form for form in forms if sender.may_send(form)]
    versions = FormVersion.objects.filter(form__in=mine, published_at__isnull=False).defer("xform", "source", "schema")
    newest_of = {one.form_id: one for one in versions.order_by("form", "-published_at").distinct("form")}
    for form in mine:
        if form.pk in newest_of:
            yield Offer(form, newest_of[form.pk], sender, f"/forms/fill/{form.pk}/")


def _shut_form(form: Form) -> Shut | None:
    if form.state == FormState.CLOSED:
        return Shut(
            "closed",
            _("This form is closed"),
            _(
                "Nothing more is taken. What you have filled in stays on this device; ask the office that gave it to you."
            ),
        )
    if form.state == FormState.DRAFT:
        return Shut("draft", _("This form is not open yet"), _("It is still being made. Try again later."))
    return None


def shut_link(link: PublicLink, request: HttpRequest | None) -> Shut | None:
    """Before its time, after it, full, or used in this browser. ``request`` None: the browser is not asked."""
    now = timezone.now()
    if link.opens_at and now < link.opens_at:
        return Shut(
            "not_open", _("This form is not open yet"), _("It opens on %(when)s.") % {"when": moment(link.opens_at)}
        )
    if link.closes_at and now >= link.closes_at:
        return Shut(
            "link_closed", _("This form is closed"), _("It closed on %(when)s.") % {"when": moment(link.closes_at)}
        )
    if link.max_submissions is not None and sent_by(link) >= link.max_submissions:
        return Shut(
            "full",
            _("Enough answers have come in"),
            _("This form takes no more answers. Thank you for wanting to help."),
        )
    if request is not None and link.once_per_browser and used_before(request, link):
        return Shut("once", _("You have filled this form already"), _("It is taken once from each browser. Thank you."))
    return None


def sent_by(link: PublicLink) -> int:
    return Submission.everything.filter(link=link).count()


def left_of(link: PublicLink) -> int | None:
    """How many more answers it takes, where whoever has it is told."""
    if not link.tells_left or link.max_submissions is None:
        return None
    return max(0, link.max_submissions - sent_by(link))


def cookie_of(link: PublicLink) -> str:
    return f"rafid_form_{link.pk.hex}"


def used_before(request: HttpRequest, link: PublicLink) -> bool:
    return bool(request.get_signed_cookie(cookie_of(link), default="", salt="rafid.forms.once"))


def describe(offer: Offer) -> dict[str, Any]:
    """The form with everything that filling it needs, in one answer: a browser that has it needs no line."""
    version = offer.version
    assert version is not None
    form = offer.form
    return {
        "base": offer.base,
        "id": str(form.pk),
        "xform_id": form.xform_id,
        "titles": titles(form),
        "version": version.version_text,
        "hash": version.xform_sha256,
        "draft": offer.draft,
        "sealed": bool(form.public_key),
        "once": offer.once,
        "xml": bytes(version.xform).decode(),
        "send": f"{offer.base}send{offer.query}",
        "files": [_file(offer, file) for file in version.files.order_by("name") if file.sha256 or file.entity_list_id],
    }


def titles(form: Form) -> dict[str, str]:
    named = {"ar": form.title_ar, "ckb": form.title_ckb, "en": form.title_en}
    return named if any(named.values()) else {"en": form.xform_id}


def _file(offer: Offer, file: FormFile) -> dict[str, Any]:
    return {
        "name": file.name,
        "kind": file.kind,
        "size": file.size,
        # An entity list changes with every visit; a file of a published version never does.
        "hash": file.sha256 or "",
        "url": f"{offer.base}files/{file.pk}{offer.query}",
    }
