"""Who can see and do what and why; and what a role shows, without borrowing anybody's session."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rafid.commons.names import pick
from rafid.commons.programme import installed

from ..administration import accounts_of, givable, may_give
from ..agree import governed_models
from ..explain import Where, narrowed, seen, who, why
from ..fields import OrganisationField, PlaceField, RoleField
from ..models import Account
from ..preview import preview
from .common import administrator, page


class AccessForm(forms.Form):
    login = forms.CharField(label=gettext_lazy("Person (login or e-mail)"), required=False, max_length=200)
    record = forms.CharField(
        label=gettext_lazy("Record (reference or address)"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    programme = forms.ChoiceField(
        label=gettext_lazy("Programme"),
        required=False,
        choices=lambda: [("", _("All programmes")), *((one.name, pick(one.names)) for one in installed())],
    )
    organisation = OrganisationField()
    place = PlaceField()


def record_named(text: str, user: Any) -> Any:
    """The record that somebody means by a reference, an id or the address of its page; None where he sees none."""
    wanted = text.strip().replace("\x00", "").partition("?")[0].rstrip("/").rpartition("/")[2]
    if not wanted:
        return None
    rule = Q(ref__iexact=wanted)
    with suppress(ValueError):
        rule |= Q(pk=UUID(wanted))
    for model in governed_models():
        if hasattr(model, "programme_name") and any(field.name == "ref" for field in model._meta.fields):
            found = model._default_manager.visible_to(user).filter(rule).first()  # type: ignore[attr-defined]
            if found is not None:
                return found
    return None


@administrator
def access(request: HttpRequest) -> HttpResponse:
    form = AccessForm(request.GET or None)
    context: dict[str, Any] = {"form": form}
    if request.GET and form.is_valid():
        want = form.cleaned_data
        person = _person(request, form, want["login"]) if want["login"] else None
        about: Any = Where(want["programme"] or None, want["organisation"], want["place"])
        if want["record"]:
            about = record_named(want["record"], request.user)
            if about is None:
                form.add_error("record", _("There is no such record, or it is not yours to see."))
        if not form.errors:
            context |= _answer(request, person, about)
    return page(request, "access", context)


def _person(request: HttpRequest, form: AccessForm, login: str) -> Account | None:
    text = login.strip().replace("\x00", "")
    rows = accounts_of(request.user) | Account.objects.filter(pk=request.user.pk)
    found = rows.filter(Q(login__iexact=text) | Q(email__iexact=text)).first() if text else None
    if found is None:
        form.add_error("login", _("There is no such account within your scope."))
    return found


def _answer(request: HttpRequest, person: Account | None, about: Any) -> dict[str, Any]:
    record = None if isinstance(about, Where) else about
    if person is not None:
        return {
            "person": person,
            "record": record,
            "where": None if record else about,
            "reasons": why(person, about),
            "sees": seen(person, record) if record else None,
            "narrowed": narrowed(person, record) if record else False,
        }
    found = who(about)
    mine = set(accounts_of(request.user).values_list("pk", flat=True)) | {request.user.pk}
    listed = [(account, reason) for account, reason in found if account is None or account.pk in mine]
    elsewhere = {account.pk for account, _reason in found if account is not None and account.pk not in mine}
    return {
        "record": record,
        "where": None if record else about,
        "page": Paginator(listed, 50).get_page(request.GET.get("page")),
        "elsewhere": len(elsewhere),
    }


class RolePreviewForm(forms.Form):
    role = RoleField()
    organisation = OrganisationField()
    place = PlaceField()

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = RoleField(codes=givable(user))
        self.order_fields(["role"])


@administrator
def as_role(request: HttpRequest) -> HttpResponse:
    """Reads only: no session changes hands and nothing is written but a line in the log."""
    form = RolePreviewForm(request.GET or None, user=request.user)
    shown = None
    if request.GET and form.is_valid():
        want = form.cleaned_data
        organisation, place = want["organisation"], want["place"]
        if not may_give(request.user, want["role"], organisation and organisation.pk, place and place.pk):
            raise PermissionDenied(_("You can look only at roles that you could give yourself."))
        shown = preview(want["role"], request.user, organisation=organisation, place=place)
    return page(request, "as_role", {"form": form, "shown": shown, "asked": form.cleaned_data if shown else None})
