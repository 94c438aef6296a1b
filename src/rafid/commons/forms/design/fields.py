"""What a designer fills in: whose form it is, and how the form is handled."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rafid.commons.people.models import Organisation
from rafid.commons.records.models import Sensitivity

from ..limits import LIMITS, own_limits
from ..models import Form
from ..owning import begins_with
from .access import owners_for, programmes_to_design


class OwnerForm(forms.Form):
    """Of a new form: its programme and organisation."""

    programme = forms.ChoiceField(label=gettext_lazy("Programme"))
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("Organisation"),
        help_text=gettext_lazy("Who answers for the form and for what is sent with it."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        programmes = programmes_to_design(user)
        programme: Any = self.fields["programme"]
        programme.choices = programmes if len(programmes) == 1 else [("", _("Choose the programme")), *programmes]
        if len(programmes) == 1:
            programme.initial, programme.widget = programmes[0][0], forms.HiddenInput()
        owners = {one.pk: one for code, _name in programmes for one in owners_for(user, code)}
        organisation: Any = self.fields["organisation"]
        organisation.queryset = Organisation.objects.filter(pk__in=list(owners)).order_by("ref")
        organisation.empty_label = _("Choose the organisation")
        organisation.initial = begins_with(user, list(owners.values()))
        if len(owners) == 1:
            organisation.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        programme, organisation = data.get("programme"), data.get("organisation")
        if programme and organisation and organisation not in owners_for(self.user, programme):
            self.add_error("organisation", _("You do not make forms for this organisation in this programme."))
        return data


class SettingsForm(forms.ModelForm):
    class Meta:
        model = Form
        fields = (
            "title_ar", "title_ckb", "title_en", "reviews_needed", "sensitivity", "accept_edits", "retention_days",
        )  # fmt: skip
        labels = {
            "title_ar": gettext_lazy("Title (Arabic)"),
            "title_ckb": gettext_lazy("Title (Sorani)"),
            "title_en": gettext_lazy("Title (English)"),
        }

    reviews_needed = forms.TypedChoiceField(
        label=gettext_lazy("Reviewers"),
        choices=[(1, gettext_lazy("One person approves")), (2, gettext_lazy("Two persons approve"))],
        coerce=int,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Nobody approves what he sent or edited."),
    )
    sensitivity = forms.TypedChoiceField(
        label=gettext_lazy("Sensitivity"),
        choices=Sensitivity.choices,
        coerce=int,
        help_text=gettext_lazy(
            "Who may see submissions at all. Single questions can be withheld on the page of questions."
        ),
    )
    accept_edits = forms.BooleanField(
        label=gettext_lazy("Phones and browsers may correct what they sent"), required=False
    )
    retention_days = forms.IntegerField(
        label=gettext_lazy("Days for which answers are kept"),
        help_text=gettext_lazy("Empty: for ever. Nothing is removed before somebody has looked at a dry run."),
        min_value=1,
        max_value=36_500,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not any(data.get(f"title_{code}") for code in ("ar", "ckb", "en")):
            self.add_error("title_ar", _("Give the form a title in at least one language."))
        return data


class LimitsForm(forms.Form):
    """The form's own limits of the checks; an empty field takes the default."""

    def __init__(self, *args: Any, form: Form, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for limit in LIMITS:
            default = f"{round(limit.default, 3):g}"
            field = forms.IntegerField if limit.whole else forms.FloatField
            self.fields[limit.name] = field(
                label=f"{limit.title} ({limit.unit})" if limit.unit else str(limit.title),
                required=False,
                min_value=limit.least,
                max_value=limit.most,
                initial=form.limits.get(limit.name),
                widget=forms.NumberInput(attrs={"placeholder": default, "step": "1" if limit.whole else "any"}),
            )

    def own(self) -> dict[str, float]:
        """What the form keeps. Raises ``ValueError`` with a limit's name."""
        return own_limits({name: value for name, value in self.cleaned_data.items() if value is not None})
