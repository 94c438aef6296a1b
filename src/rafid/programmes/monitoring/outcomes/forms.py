"""Forms of studies: setting one up, and the keys of pseudonyms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..contracts.queries import contracts_seen
from ..models import Contract, OutcomeStudy
from ..seeing import MANAGERS, held, may_here


class StudyForm(forms.ModelForm):
    caveat = forms.CharField(
        label=_("Caveat"), required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What a reader must know before believing a number; it is printed above the figures."),
    )  # fmt: skip

    class Meta:
        model = OutcomeStudy
        fields = ("contract", "kind_of_study", "design", "name_ar", "name_ckb", "name_en")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [
            one.pk for one in contracts_seen(user) if may_here(user, "change", owner=one.owner_id, place=one.place)
        ] if held(user, MANAGERS, "change") else []  # fmt: skip
        self.fields["contract"].queryset = Contract.objects.filter(pk__in=own).order_by("ref")  # type: ignore[attr-defined]
        self.fields["name_ar"].label = _("Name in Arabic")
        self.fields["name_ckb"].label = _("Name in Kurdish")
        self.fields["name_en"].label = _("Name in English")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.get(f"name_{code}") for code in ("ar", "ckb", "en")):
            self.add_error("name_ar", _("Give the study a name in one of the languages."))
        return cleaned


class KeysForm(forms.Form):
    keys = forms.CharField(
        label=_("Keys"), widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        max_length=200_000,
        help_text=_(
            "A line for each person: the pseudonym, a comma, and how the person is found again. They are enciphered and erased "
            "400 days after the first answer."
        ),
    )  # fmt: skip


class PurposeForm(forms.Form):
    person = forms.CharField(label=_("Pseudonym"), max_length=40)
    purpose = forms.CharField(
        label=_("Purpose"), min_length=8, max_length=300,
        help_text=_("Why you must know who this is. It is written down with your name."),
    )  # fmt: skip
