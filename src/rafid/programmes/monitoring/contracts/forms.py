"""Forms of contracts: a line, its plan by month, what was reached, what was spent."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rafid.commons.writing import period

from ..models import Contract, Site, WorkplanLine
from . import months

MOST_BYTES = 50_000_000


class LineForm(forms.ModelForm):
    reason = forms.CharField(label=_("Why this change?"), required=False, max_length=500)

    class Meta:
        model = WorkplanLine
        fields = (
            "code", "name_ar", "name_ckb", "name_en", "unit", "kind", "weight", "target", "baseline", "means_of_verification",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name_ar"].label = _("Name in Arabic")
        self.fields["name_ckb"].label = _("Name in Kurdish")
        self.fields["name_en"].label = _("Name in English")
        self.fields["means_of_verification"].widget.attrs["rows"] = 3
        self.fields["weight"].help_text = _("Between 0 and 1; those of a contract add up to 1.")
        for name in ("weight", "target", "baseline"):
            self.fields[name].widget.attrs.update({"step": "any", "dir": "ltr"})
        if self.instance._state.adding:
            del self.fields["reason"]
        else:
            self.fields["code"].disabled = True  # pages and tables know the line by it

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.get(f"name_{code}") for code in ("ar", "ckb", "en")):
            self.add_error("name_ar", _("Give the line a name in one of the languages."))
        return cleaned


class PlanForm(forms.Form):
    """A number for each month of the contract; an empty one is not planned."""

    reason = forms.CharField(label=_("Why this change?"), required=False, max_length=500)

    def __init__(self, *args: Any, line: WorkplanLine, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = {row.month: row.value for row in line.planned.all()}
        self.months = {}
        for month in months.between(contract.start, contract.end):
            name = f"m{months.code(month)}"
            self.months[name] = month
            self.fields[name] = forms.FloatField(
                label=period(months.code(month)), required=False, initial=there.get(month),
                widget=forms.NumberInput(attrs={"step": "any", "dir": "ltr"}),
            )  # fmt: skip
        self.order_fields([*self.months, "reason"])

    @property
    def planned(self) -> dict[date, float | None]:
        return {month: self.cleaned_data.get(name) for name, month in self.months.items()}


def _month_choices(contract: Contract) -> list[tuple[str, str]]:
    last = months.after(months.last_ended())
    every = [one for one in months.between(contract.start, contract.end) if one <= last]
    return [(months.code(one), period(months.code(one))) for one in reversed(every)]


class EntryForm(forms.Form):
    """What reports and money share: the month, the paper, the reason of a correction."""

    month = forms.ChoiceField(label=_("Month"))
    received_on = forms.DateField(
        label=_("Received on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    document = forms.FileField(
        label=_("Document"),
        required=False,
        help_text=_("The report that the number comes from. It is kept by its hash."),
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500,
        help_text=_("Only for a correction: why the number differs from what was reported before."),
    )  # fmt: skip

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = _month_choices(contract)  # type: ignore[attr-defined]

    def clean_document(self) -> Any:
        file = self.cleaned_data.get("document")
        if file is not None and file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 50 MB. Send a smaller one."))
        return file


class ReportForm(EntryForm):
    line = forms.ModelChoiceField(WorkplanLine.objects.none(), label=_("Line"))
    site = forms.ModelChoiceField(
        Site.objects.none(), label=_("Site"), required=False,
        help_text=_(
            "Empty: the whole line. Either way the number is all that was reached until the month's end."
        ),
    )  # fmt: skip
    value = forms.FloatField(label=_("Reported"), widget=forms.NumberInput(attrs={"step": "any", "dir": "ltr"}))
    unit = forms.CharField(
        label=_("Unit"),
        required=False,
        max_length=40,
        help_text=_("Empty: the unit of the line. Another one is refused."),
    )

    field_order = ("line", "month", "value", "unit", "site", "received_on", "document", "reason")

    def __init__(self, *args: Any, contract: Contract, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, contract=contract, **kwargs)
        lines: Any = self.fields["line"]
        lines.queryset = contract.lines.order_by("code")
        sites: Any = self.fields["site"]
        sites.queryset = Site.objects.visible_to(user).filter(contract=contract).order_by("ref")
        if not sites.queryset.exists():
            del self.fields["site"]  # the partner does not see the register of sites: it reports them by table


class SpendForm(EntryForm):
    amount = forms.DecimalField(
        label=_("Spent until then"), max_digits=14, decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "any", "dir": "ltr"}),
    )  # fmt: skip

    field_order = ("month", "amount", "received_on", "document", "reason")
