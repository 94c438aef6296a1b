"""Forms of the pages; what they mean is checked by the verbs, whose refusals become errors beside the fields."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, time
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .administration import givable
from .agree import kinds
from .fields import DayField, OrganisationField, PlaceField, RoleField, languages
from .invite import LASTS, LONGEST
from .mail import NotSent, has_mail
from .models import Account
from .models.organisation import Kind
from .tokens import LONGEST as TOKEN_LONGEST

T = TypeVar("T")


def attempt(form: forms.Form, verb: Callable[[], T]) -> T | None:
    """What the verb gives; None where it refused, with its sentences beside the fields that they are about."""
    try:
        return verb()
    except ValidationError as error:
        named = getattr(error, "message_dict", None) or {NON_FIELD_ERRORS: error.messages}
        for name, messages in named.items():
            for message in messages:
                form.add_error(name if name in form.fields else None, message)
    except (PermissionDenied, NotSent) as error:
        form.add_error(None, str(error))
    return None


def end_of(day: Any) -> datetime | None:
    """The last moment of a day in the country's zone."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59))) if day else None


class ScopeFields(forms.Form):
    organisation = OrganisationField(label=_("For which organisation"))
    place = PlaceField(label=_("In which place"))


class GrantForm(ScopeFields):
    role = RoleField()
    until = DayField(label=_("Until"), required=False, help_text=_("Empty: until it is taken back."))
    reason = forms.CharField(label=_("Why?"), required=False, max_length=500)
    field_order = ("role", "organisation", "place", "until", "reason")

    def __init__(self, *args: Any, giver: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = RoleField(codes=givable(giver))
        self.order_fields(self.field_order)


class InvitationForm(ScopeFields):
    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    full_name = forms.CharField(label=_("Name of the person"), required=False, max_length=200)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("Empty: the code is printed and handed over.")
    )
    language = forms.ChoiceField(
        label=_("Language of the mail"), required=False, choices=lambda: languages(_("All three languages"))
    )
    member_of = OrganisationField(label=_("Works for"), empty="—")
    role = RoleField()
    until = DayField(label=_("The role ends on"), required=False, help_text=_("Empty: until it is taken back."))
    days = forms.IntegerField(
        label=_("The code can be used for so many days"), min_value=1, max_value=LONGEST, initial=LASTS
    )
    field_order = (
        "id",
        "full_name",
        "email",
        "language",
        "member_of",
        "role",
        "organisation",
        "place",
        "until",
        "days",
    )

    def __init__(self, *args: Any, giver: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = RoleField(codes=givable(giver))
        self.fields["id"].initial = uuid.uuid4()
        if not has_mail():
            del self.fields["email"], self.fields["language"]
        self.order_fields(self.field_order)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "dir": "ltr"}),
        help_text=_("12 letters and digits, as XXXX-XXXX-XXXX. Blanks, dashes and small letters do not matter."),
    )


class NewPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 signs; several words are easy to remember and hard to guess."),
    )
    again = forms.CharField(
        label=_("The same password again"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("The two passwords differ."))
        return data


class AcceptForm(NewPasswordForm):
    full_name = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    login = forms.CharField(
        label=_("Login"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "dir": "ltr"}),
        help_text=_("Small Latin letters, digits, points and hyphens, such as ali.hasan"),
    )
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("With it you can set a new password yourself.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=lambda: languages())
    field_order = ("full_name", "login", "password", "again", "email", "language")


class ProfileForm(forms.Form):
    full_name = forms.CharField(label=_("Your name"), max_length=200)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("With it you can set a new password yourself.")
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=lambda: languages(_("As the browser says"))
    )
    password = forms.CharField(
        label=_("Your password"),
        required=False,
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("Needed only to change the e-mail address."),
    )


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Which tool is it for?"), max_length=100, help_text=_("For example: Excel on my desk, QGIS")
    )
    days = forms.IntegerField(
        label=_("It works for so many days"), min_value=1, max_value=TOKEN_LONGEST, initial=365, required=True
    )


class PersonForm(forms.Form):
    member_of = OrganisationField(label=_("Works for"), empty="—")
    reason = forms.CharField(label=_("Why?"), required=False, max_length=500)


class OrganisationForm(forms.Form):
    ref = forms.CharField(
        label=_("Short code"), max_length=40, widget=forms.TextInput(attrs={"dir": "ltr"}), help_text=_("As in MOP-CSO")
    )
    ar = forms.CharField(label=_("Name in Arabic"), max_length=300, required=False)
    ckb = forms.CharField(label=_("Name in Sorani"), max_length=300, required=False)
    en = forms.CharField(label=_("Name in English"), max_length=300, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, initial=Kind.DIRECTORATE)
    parent = OrganisationField(label=_("Part of"), empty=_("Of none"))
    place = PlaceField(label=_("Seat or area"), empty="—")

    def names(self) -> dict[str, str]:
        return {language: self.cleaned_data[language] for language in ("ar", "ckb", "en")}


class AgreementForm(forms.Form):
    giver = OrganisationField(label=_("Who opens its records"), empty="—", required=True)
    receiver = OrganisationField(label=_("To whom"), empty="—", required=True)
    records = forms.MultipleChoiceField(label=_("Which records"), choices=kinds, widget=forms.CheckboxSelectMultiple)
    reads = forms.TypedChoiceField(
        label=_("Up to which sensitivity"),
        coerce=int,
        initial=1,
        choices=[(0, _("public")), (1, _("public and partners")), (2, _("public, partners and restricted"))],
    )
    place = PlaceField(label=_("Only in this place"))
    starts_on = DayField(label=_("From"), initial=timezone.localdate)
    ends_on = DayField(label=_("Until"), required=False)
    embargo_days = forms.IntegerField(
        label=_("Days of embargo"),
        min_value=0,
        max_value=3650,
        initial=0,
        help_text=_("Records are shown so many days after they came in."),
    )
    document = forms.CharField(label=_("Where the signed paper is"), required=False, max_length=500)
