"""Forms of the steps: fields as the step asks for them, so that page and verb know one list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rafid.commons.records.models import NonConformitySeverity

from ..models import ObservationKind
from .steps import FIELD_NAMES, Given, Step

_HELP = {
    "root_cause": _("Why it came to it, not what was seen: training, equipment, supervision, a rule that nobody knew."),
    "what": _("What was done, or is being done, so that it does not come again."),
    "who": _("A name or a post."),
    "due": _("Leave it empty to keep the deadline that stands."),
}
_LONG = ("reason", "root_cause", "what")
_DAYS = ("until", "due")


class StepForm(forms.Form):
    """``step.fields``, and the version that was read."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, step: Step, data: Any = None, *, version: int) -> None:
        super().__init__(data, auto_id=f"{step.code}-%s", initial={"version": version})
        self.step = step
        for name in step.asked:
            required = name in step.needed
            words: dict[str, Any] = {"label": FIELD_NAMES[name], "required": required, "help_text": _HELP.get(name, "")}
            if name in _DAYS:
                self.fields[name] = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **words)
            elif name in _LONG:
                self.fields[name] = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=5000, **words)
            else:
                self.fields[name] = forms.CharField(max_length=200, **words)

    @property
    def given(self) -> Given:
        return Given(**{name: self.cleaned_data[name] for name in self.step.asked if self.cleaned_data.get(name)})


class OtherForm(forms.Form):
    """A finding that no item of the checklist asks about."""

    severity = forms.ChoiceField(label=_("Severity"), choices=NonConformitySeverity.choices)
    text = forms.CharField(label=_("What was found"), widget=forms.Textarea(attrs={"rows": 3}), max_length=5000)
    due = forms.DateField(
        label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave it empty for the deadline by the contract."),
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="other-%s", initial={"severity": "minor"})


class ObservationForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=ObservationKind.choices)
    text = forms.CharField(label=_("What was seen"), widget=forms.Textarea(attrs={"rows": 3}), max_length=5000)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="observation-%s")
