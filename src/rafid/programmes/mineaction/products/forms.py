"""What to make: the kind, its dates, and of what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rafid.commons.people.models import Organisation
from rafid.commons.records.forms import PlaceField

from ..models import Activity, ProductKind, Task
from ..picture.asked import Asked


def _day(**kwargs: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class DatesForm(forms.Form):
    """``asked`` and ``asked_before`` after :meth:`is_valid`."""

    on = _day(label=_("As of"), required=False, help_text=_("Left empty: today."))
    known = _day(label=_("As known on"), required=False, help_text=_("Left empty: all that is known now."))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        today = timezone.localdate()
        for name in ("on", "known", "before_on", "before_known"):
            if data.get(name) and data[name] > today:
                self.add_error(name, _("A date lies after today. Correct it: what is recorded has happened."))
        return data

    @property
    def asked(self) -> Asked:
        return Asked(self.cleaned_data.get("on") or timezone.localdate(), self.cleaned_data.get("known"))

    @property
    def asked_before(self) -> Asked | None:
        on = self.cleaned_data.get("before_on")
        return Asked(on, self.cleaned_data.get("before_known")) if on else None


class TreatyForm(DatesForm):
    before_on = _day(label=_("The report before: as of"))
    before_known = _day(
        label=_("The report before: as known on"), required=False,
        help_text=_("The day on which that report was made. Left empty: with what is known now."),
    )  # fmt: skip
    place = PlaceField(empty=_("Whole country"))

    field_order = ("before_on", "before_known", "on", "known", "place")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["before_on"].initial = date(today.year - 1, 12, 31)


class DistrictForm(DatesForm):
    place = PlaceField(empty=_("Choose a place"), required=True)

    field_order = ("place", "on", "known")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class TaskForm(DatesForm):
    task = forms.ModelChoiceField(Task.objects.none(), label=_("Task"), to_field_name="ref")

    field_order = ("task", "on", "known")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].queryset = Task.objects.visible_to(user).order_by("-on", "-ref")


class OperatorForm(forms.Form):
    subject = forms.ModelChoiceField(Organisation.objects.none(), label=_("Operator"), to_field_name="ref")
    month = forms.CharField(
        label=_("Month"), widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-09", "dir": "ltr"})
    )
    known = DatesForm.base_fields["known"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        working = Activity.objects.visible_to(user).exclude(organisation=None).order_by().values("organisation")
        self.fields["subject"].queryset = Organisation.objects.filter(pk__in=working).order_by("ref")
        last = timezone.localdate().replace(day=1) - timedelta(days=1)
        self.fields["month"].initial = f"{last:%Y-%m}"

    def clean_month(self) -> date:
        text = self.cleaned_data["month"].strip()
        try:
            first = date.fromisoformat(f"{text}-01")
        except ValueError:
            raise forms.ValidationError(_("Write the month as 2026-09.")) from None
        if first > timezone.localdate():
            raise forms.ValidationError(_("That month has not begun yet."))
        return first

    @property
    def asked(self) -> Asked:
        first = self.cleaned_data["month"]
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return Asked(min(last, timezone.localdate()), self.cleaned_data.get("known"))

    @property
    def asked_before(self) -> Asked:
        return Asked(self.cleaned_data["month"] - timedelta(days=1))


FORMS: dict[Any, Any] = {
    ProductKind.TREATY: TreatyForm, ProductKind.DISTRICT: DistrictForm, ProductKind.TASK: TaskForm,
    ProductKind.OPERATOR: OperatorForm,
}  # fmt: skip
