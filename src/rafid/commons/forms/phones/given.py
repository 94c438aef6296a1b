"""Phones and public links: made, changed, extended and shut out. A token is known only to whoever reads it once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import allowing, may_at
from rafid.commons.places.models import Place
from rafid.commons.programme import installed

from ..models import AppUser, Form, PublicLink
from ..sender import new_token

LONGEST_NAME = 100


@transaction.atomic
def make_phone(
    name: str,
    owner: Organisation,
    forms: Iterable[Form],
    *,
    places: Iterable[Place] = (),
    expires_at: datetime | None = None,
    by: Any = None,
) -> tuple[AppUser, str]:
    """The phone and its token, which is shown once. Raises ValidationError."""
    phone = AppUser(name=_named(name), owner=owner, made_by=by, expires_at=_later(expires_at, "expires_at"))
    token, phone.token_sha256 = new_token()
    phone.save()
    phone.forms.set(forms)
    phone.places.set(places)
    return phone, token


@transaction.atomic
def renew_phone(phone: AppUser, *, by: Any = None) -> str:
    """A new token for a phone whose card was lost, or that somebody else set up; the old one ends with it."""
    token, phone.token_sha256 = new_token()
    phone.revoked_at = phone.revoked_by = None
    phone.save(update_fields=["token_sha256", "revoked_at", "revoked_by"])
    return token


@transaction.atomic
def make_link(
    form: Form,
    name: str,
    *,
    owner: Organisation | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    max_submissions: int | None = None,
    tells_left: bool = False,
    once_per_browser: bool = False,
    by: Any = None,
) -> tuple[PublicLink, str]:
    """The link and its token, which is shown once. Raises ValidationError."""
    if opens_at and closes_at and closes_at <= opens_at:
        raise ValidationError({"closes_at": _("It must close after it opens.")})
    if max_submissions is not None and not 1 <= max_submissions <= 1_000_000:
        raise ValidationError({"max_submissions": _("Give a number from 1 to 1,000,000, or leave it empty.")})
    if tells_left and max_submissions is None:
        raise ValidationError({"max_submissions": nothing_to_tell()})
    token, digest = new_token()
    link = PublicLink.objects.create(
        form=form,
        name=_named(name),
        token_sha256=digest,
        owner=owner or form.owner,
        opens_at=opens_at,
        closes_at=_later(closes_at, "closes_at"),
        max_submissions=max_submissions,
        tells_left=tells_left,
        once_per_browser=once_per_browser,
        made_by=by,
    )
    return link, token


def nothing_to_tell() -> str:
    return _("Say how many answers the link takes at most, so that it can say how many more.")


def revoke(bearer: AppUser | PublicLink, *, by: Any = None) -> None:
    """Shut out with the next request; what it sent stays. Again is harmless."""
    if bearer.revoked_at is None:
        bearer.revoked_at, bearer.revoked_by = timezone.now(), by
        bearer.save(update_fields=["revoked_at", "revoked_by"])


def extend(bearer: AppUser | PublicLink, until: datetime | None) -> None:
    """None: it does not end by itself. Raises ValidationError for a moment that has passed."""
    bearer.expires_at = _later(until, "expires_at")
    bearer.save(update_fields=["expires_at"])


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or "\x00" in name:
        raise ValidationError({"name": _("Give a name of up to 100 signs.")})
    return name


def _later(moment: datetime | None, field: str) -> datetime | None:
    if moment is not None and moment <= timezone.now():
        raise ValidationError({field: _("This time has passed.")})
    return moment


# --- whose they are ---------------------------------------------------------------------------------------------------


def phones_of(user: Any, form: Form) -> QuerySet[AppUser]:
    """The phones that carry this form, as far as this person makes forms for their organisations."""
    return _of_scope(AppUser.objects.filter(forms=form, draft=None), user, form.programme)


def phones_managed(user: Any) -> QuerySet[AppUser]:
    """All that :func:`may_manage` allows this person."""
    rule = Q(pk__in=[])
    without = ~Exists(AppUser.forms.through.objects.filter(appuser=OuterRef("pk")))
    for one in installed():
        here = _within(user, one.name)
        if here is not None:
            rule |= here & (Q(forms__programme=one.name) | without)
    return AppUser.objects.filter(pk__in=AppUser.objects.filter(rule, draft=None).values("pk")).select_related("owner")


def links_managed(user: Any) -> QuerySet[PublicLink]:
    rule = Q(pk__in=[])
    for one in installed():
        here = _within(user, one.name)
        if here is not None:
            rule |= here & Q(form__programme=one.name)
    return PublicLink.objects.filter(rule).select_related("owner", "form")


def links_of(user: Any, form: Form) -> QuerySet[PublicLink]:
    return _of_scope(PublicLink.objects.filter(form=form), user, form.programme)


def _of_scope(rows: QuerySet[Any], user: Any, programme: str) -> QuerySet[Any]:
    here = _within(user, programme)
    if here is None:
        return rows.none()
    return rows.filter(here).select_related("owner").order_by("-revoked_at", "name", "pk")


def _within(user: Any, programme: str) -> Q | None:
    """Whose phones and links this person handles in a programme; None: nobody's."""
    scopes = [scope for scope in allowing(user, "design", programme) if scope.place is None]
    if not scopes:
        return None
    if all(scope.organisation for scope in scopes):
        heads = {scope.organisation for scope in scopes}
        return Q(owner__in=[one.pk for one in Organisation.objects.all() if heads & set(one.lineage)])
    return Q(pk__isnull=False)


def may_manage(user: Any, phone: AppUser) -> bool:
    """Whoever makes forms for the phone's organisation in a programme of its forms; in any, while it has none."""
    programmes = set(phone.forms.values_list("programme", flat=True)) or {one.name for one in installed()}
    return any(may_at(user, "design", programme, phone.owner_id, None) for programme in programmes)


def forms_to_give(user: Any, owner: Organisation) -> list[Form]:
    """The forms that this person may put on a phone of that organisation."""
    forms = Form.objects.visible_to(user).exclude(state="closed").order_by("programme", "xform_id")
    return [form for form in forms if may_at(user, "design", form.programme, owner.pk, None)]
