"""Forms of operations: tasks, applications for accreditation, calls, finds, disposal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from rafid.commons.people.models import Organisation
from rafid.commons.places.finding import find_place

from ..models import ActivityKind, Condition, Device, Disposal, Phase, Priority, SpotTask, Task
from .choosing import HazardsField, OperatorField, PointField, acted_for, operators

_DAY = {"widget": forms.DateInput(attrs={"type": "date"})}
_LONG = {"widget": forms.Textarea(attrs={"rows": 3}), "max_length": 5000}


class Versioned(forms.Form):
    version = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class PlaceField(forms.CharField):
    """A place by its reference or its name in any script."""

    def __init__(self, **words: Any) -> None:
        words.setdefault("label", gettext_lazy("Place"))
        words.setdefault("help_text", gettext_lazy("The name of the district or its code."))
        super().__init__(max_length=120, **words)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = find_place(text)
        if found.place is None:
            near = " · ".join(one.name for one in found.candidates[:4])
            if near:
                raise forms.ValidationError(_("Which place is meant? Perhaps: %(places)s.") % {"places": near})
            raise forms.ValidationError(_("This place is not known. Write its name, or its code."))
        return found.place


class TaskForm(Versioned):
    """``owner`` is asked where the task names no hazard and the person acts for more than one authority."""

    organisation = OperatorField()
    activity = forms.ChoiceField(label=gettext_lazy("Activity"), choices=ActivityKind.choices, initial="manual")
    hazards = HazardsField(required=False)
    spot_task = forms.ModelChoiceField(SpotTask.objects.none(), label=gettext_lazy("Spot task"), required=False)
    purpose = forms.CharField(label=gettext_lazy("Purpose"), required=False, **_LONG)
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), choices=Priority.choices, initial="medium")
    valid_from = forms.DateField(label=gettext_lazy("Valid from"), **_DAY)
    valid_to = forms.DateField(label=gettext_lazy("Valid to"), required=False, **_DAY)

    def __init__(self, user: Any, data: Any = None, *, task: Task | None = None, initial: Any = None) -> None:
        super().__init__(data, initial={**_of_task(task), **(initial or {})})
        self.task, self.user = task, user
        self.fields["organisation"].offer()  # type: ignore[attr-defined]
        spots = SpotTask.objects.visible_to(user).filter(state__in=("verified", "tasked"))
        if task is not None and task.spot_task_id:
            spots = spots | SpotTask.objects.visible_to(user).filter(pk=task.spot_task_id)
        self.fields["spot_task"].queryset = spots.order_by("-on")  # type: ignore[attr-defined]
        self.fields["hazards"].user = user  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("hazards") and not given.get("spot_task") and "hazards" in given:
            self.add_error("hazards", _("The task names no hazard and no spot task. Say where the work is."))
        first, last = given.get("valid_from"), given.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The end lies before the start. Correct one of the two days."))
        owners = {one.owner for one in given.get("hazards") or ()}
        if given.get("spot_task"):
            owners.add(given["spot_task"].owner)
        if len(owners) > 1:
            self.add_error("hazards", _("These hazards are held by different authorities. Make a task for each."))
        elif owners:
            self.owner = owners.pop()
        return given


def _of_task(task: Task | None) -> dict[str, Any]:
    if task is None:
        return {"valid_from": timezone.localdate()}
    return {
        "version": task.version, "organisation": task.organisation_id, "activity": task.activity, "purpose": task.purpose,
        "hazards": " ".join(task.hazards.order_by("ref").values_list("ref", flat=True)), "spot_task": task.spot_task_id,
        "priority": task.priority, "valid_from": task.valid_from, "valid_to": task.valid_to,
    }  # fmt: skip


class AccreditationForm(Versioned):
    authority = forms.ModelChoiceField(Organisation.objects.none(), label=pgettext_lazy("of mine action", "Authority"))
    operator = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("Operator"))
    activity = forms.ChoiceField(label=gettext_lazy("Activity"), choices=ActivityKind.choices, initial="manual")
    phase = forms.ChoiceField(label=gettext_lazy("Phase"), choices=Phase.choices, initial="operational")
    valid_from = forms.DateField(label=gettext_lazy("Valid from"), **_DAY)
    valid_to = forms.DateField(label=gettext_lazy("Valid to"), **_DAY)
    conditions = forms.CharField(label=gettext_lazy("Conditions"), required=False, **_LONG)

    def __init__(self, user: Any, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        offer_authorities(self, user, "accredit")
        self.fields["operator"].queryset = operators()  # type: ignore[attr-defined]


class CallForm(Versioned):
    authority = forms.ModelChoiceField(Organisation.objects.none(), label=pgettext_lazy("of mine action", "Authority"))
    what = forms.CharField(label=gettext_lazy("What was reported"), **_LONG)
    device_category = forms.ChoiceField(label=gettext_lazy("Device"), choices=Device.choices, initial="unknown")
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), choices=Priority.choices, initial="medium")
    reported_on = forms.DateField(label=gettext_lazy("Reported on"), **_DAY)
    place = PlaceField()
    point = PointField(required=False)
    reporter = forms.CharField(
        label=gettext_lazy("Who called"), required=False, max_length=120,
        help_text=gettext_lazy("Kept enciphered: nobody in operations reads it again."),
    )  # fmt: skip
    telephone = forms.CharField(label=gettext_lazy("Telephone"), required=False, max_length=40)

    def __init__(self, user: Any, data: Any = None) -> None:
        super().__init__(data, initial={"reported_on": timezone.localdate()})
        offer_authorities(self, user, "task")


class FindForm(Versioned):
    category = forms.ChoiceField(label=gettext_lazy("Category"), choices=Device.choices)
    model = forms.CharField(label=gettext_lazy("Model"), required=False, max_length=80)
    quantity = forms.IntegerField(label=gettext_lazy("Quantity"), min_value=1, max_value=1_000_000, initial=1)
    condition = forms.ChoiceField(label=gettext_lazy("Condition"), choices=Condition.choices, initial="unknown")
    on = forms.DateField(label=gettext_lazy("Found on"), **_DAY)
    depth_m = forms.FloatField(label=gettext_lazy("Depth, m"), required=False, min_value=0)
    point = PointField(required=False)
    disposal = forms.ChoiceField(label=gettext_lazy("Disposal"), choices=Disposal.choices, initial="waiting")
    destroyed_on = forms.DateField(label=gettext_lazy("Destroyed on"), required=False, **_DAY)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="find-%s", initial={"on": timezone.localdate()})


class DisposalForm(Versioned):
    disposal = forms.ChoiceField(
        label=gettext_lazy("Disposal"), choices=[one for one in Disposal.choices if one[0] != "waiting"]
    )
    destroyed_on = forms.DateField(label=gettext_lazy("Destroyed on"), required=False, **_DAY)

    def __init__(self, find: Any, data: Any = None) -> None:
        super().__init__(
            data,
            auto_id=f"disposal-{find.ref}-%s",
            initial={"version": find.version, "destroyed_on": timezone.localdate()},
        )


def offer_authorities(form: forms.Form, user: Any, action: str) -> None:
    rows = acted_for(user, action)
    form.fields["authority"].queryset = rows  # type: ignore[attr-defined]
    if len(first := list(rows[:2])) == 1:
        form.fields["authority"].initial = first[0].pk
        form.fields["authority"].widget = forms.HiddenInput()
