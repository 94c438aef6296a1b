"""The thresholds of a contract; an empty one is the usual one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rafid.commons.writing import number

from ..models import Contract
from .rules import COUNTS, DEFAULTS, LABELS


class ThresholdsForm(forms.Form):
    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, usual in DEFAULTS.items():
            self.fields[name] = forms.FloatField(
                label=str(LABELS[name]),
                required=False,
                initial=contract.thresholds.get(name),
                help_text=_("Usual: %(value)s") % {"value": number(usual, 0 if name in COUNTS else 2)},
            )
            self.fields[name].widget.attrs.update({"step": "any", "dir": "ltr"})
        self.fields["reason"] = forms.CharField(label=gettext_lazy("Why this change?"), max_length=500)
