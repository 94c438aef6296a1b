"""Forms of reports: a new one, the office's words, a partner's comment, an erratum."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rafid.commons.writing import period

from ..models import Contract
from .saying.words import SECTIONS

_LANGUAGES = (("ar", "العربية"), ("ckb", "کوردی"), ("en", "English"))
QUARTERS = 8


def quarters_over(today: date | None = None) -> list[str]:
    """The last quarters that are over, the newest first."""
    day = today or timezone.localdate()
    number = day.year * 4 + (day.month - 1) // 3 - 1
    return [f"{at // 4}Q{at % 4 + 1}" for at in range(number, number - QUARTERS, -1)]


class NewReport(forms.Form):
    period = forms.ChoiceField(label=_("Quarter"))
    contracts = forms.ModelMultipleChoiceField(
        Contract.objects.none(), label=_("Contracts"), widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(
        label=_("Language of its discussion"), choices=_LANGUAGES, help_text=_("It is printed in all three.")
    )

    def __init__(self, *args: Any, contracts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contracts"].queryset = contracts
        self.fields["period"].choices = [(one, period(one)) for one in quarters_over()]


class CommentForm(forms.Form):
    partner = forms.ChoiceField(label=_("Partner"))
    section = forms.ChoiceField(label=_("About which section"), required=False)
    text = forms.CharField(label=_("Comment"), widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}), max_length=8000)

    def __init__(self, *args: Any, partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].choices = [(one.ref, one.name) for one in partners]
        self.fields["section"].choices = [
            ("", _("The whole report")),
            *((code, name) for code, name in SECTIONS.items() if code != "comments"),
        ]


class ThreeTexts(forms.Form):
    """One text in three languages; at least one of them."""

    def __init__(self, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needed = required
        for language, name in _LANGUAGES:
            self.fields[f"text_{language}"] = forms.CharField(
                label=name, required=False, max_length=20_000,
                widget=forms.Textarea(attrs={"rows": 3, "lang": language, "dir": "auto"}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if self.needed and not any((value or "").strip() for value in found.values()):
            raise forms.ValidationError(_("Write it in at least one language."))
        return found

    @property
    def texts(self) -> dict[str, str]:
        return {language: self.cleaned_data.get(f"text_{language}", "") for language, _name in _LANGUAGES}
