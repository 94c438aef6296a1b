"""Forms of quality: inspections, samples, non-conformities, completion and handover."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import who_may
from rafid.methods.sampling import AQLS, LEVELS

from ..models import Hazard, PersonRole, QaResult, QaType, Task
from ..operations.choosing import HazardsField, operators
from ..operations.forms import Versioned
from .checklists import Checklist, newest
from .findings import SEVERITIES

_DAY = {"widget": forms.DateInput(attrs={"type": "date"})}
_LONG = {"widget": forms.Textarea(attrs={"rows": 3}), "max_length": 5000}
TOPIC_NAMES = {
    "clearance_site": gettext_lazy("Clearance site"),
    "mechanical": gettext_lazy("Mechanical clearance"),
    "dogs": gettext_lazy("Clearance with dogs"),
    "eod": gettext_lazy("Explosive ordnance disposal"),
    "nts": gettext_lazy("Non-technical survey"),
    "completion": pgettext_lazy("a checklist", "Completion"),
    "office": pgettext_lazy("a checklist", "Office"),
    "medical": pgettext_lazy("a checklist", "Medical support"),
    "stores": pgettext_lazy("a checklist", "Stores of explosives"),
}


def topic(key: str) -> Any:
    code, _colon, number = key.partition(":")
    word = TOPIC_NAMES.get(code)
    return f"{word} · {number}" if word else key


class VisitForm(Versioned):
    type = forms.ChoiceField(label=gettext_lazy("Kind"), choices=QaType.choices, initial="field")
    hazards = HazardsField(
        required=False,
        label=gettext_lazy("Hazard"),
        help_text=gettext_lazy("Its number; left empty where a task alone is inspected."),
    )
    task = forms.ModelChoiceField(Task.objects.none(), label=gettext_lazy("Task"), required=False)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("Operator"), required=False,
        help_text=gettext_lazy("Left empty: whose the task or the hazard is."),
    )  # fmt: skip
    on = forms.DateField(label=gettext_lazy("Planned for"), **_DAY)
    checklist = forms.ChoiceField(label=gettext_lazy("Checklist"), required=False)

    def __init__(self, user: Any, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(
            data,
            initial={
                "on": timezone.localdate(),
                "checklist": next((one.key for one in newest() if one.code == "clearance_site"), ""),
                **(initial or {}),
            },
        )
        self.fields["hazards"].user = user  # type: ignore[attr-defined]
        rows = Task.objects.visible_to(user).exclude(state__in=("draft", "cancelled", "closed"))
        self.fields["task"].queryset = rows.order_by("-valid_from")  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = operators()  # type: ignore[attr-defined]
        self.fields["checklist"].choices = [("", "–"), *((one.key, topic(one.key)) for one in newest())]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        hazards = given.pop("hazards", None) or []
        if len(hazards) > 1:
            self.add_error("hazards", _("An inspection is of one hazard. Plan one for each."))
        given["hazard"] = hazards[0] if hazards else None
        if not given["hazard"] and not given.get("task") and not given.get("organisation"):
            self.add_error(None, _("Say what is inspected: a hazard, a task, or an operator."))
        return given


class SampleForm(forms.Form):
    side = forms.TypedChoiceField(
        label=gettext_lazy("Side of a cell, m"), choices=[(1, "1"), (5, "5"), (10, "10"), (25, "25"), (50, "50")], coerce=float,
        initial=10,
    )  # fmt: skip
    aql = forms.TypedChoiceField(
        label=gettext_lazy("Acceptable quality level, %"),
        choices=[(f"{one:g}", f"{one:g}") for one in AQLS],
        coerce=float,
        initial="0.65",
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Level of inspection"), choices=[(one, one) for one in LEVELS], initial="II"
    )
    severity = forms.ChoiceField(
        label=gettext_lazy("Inspection"),
        initial="normal",
        choices=[
            ("normal", pgettext_lazy("an inspection is", "Normal")),
            ("tightened", pgettext_lazy("an inspection is", "Tightened")),
        ],
    )


class OutcomeForm(forms.Form):
    bad = forms.IntegerField(
        label=gettext_lazy("Cells in which something was left"), min_value=0, max_value=100_000, initial=0
    )
    found = forms.IntegerField(label=gettext_lazy("Items found"), min_value=0, max_value=100_000, initial=0)
    depth_m = forms.FloatField(label=gettext_lazy("Searched to a depth of, m"), min_value=0.01, required=False)
    inspected_on = forms.DateField(label=gettext_lazy("Inspected on"), **_DAY)

    def __init__(self, sample: Any, data: Any = None) -> None:
        super().__init__(data, auto_id=f"sample-{sample.pk}-%s", initial={"inspected_on": timezone.localdate()})


class ResultForm(Versioned):
    on = forms.DateField(label=gettext_lazy("Inspected on"), **_DAY)
    result = forms.ChoiceField(label=gettext_lazy("Result"), choices=[("", "–"), *QaResult.choices])
    checked = forms.BooleanField(
        label=gettext_lazy("A pass also passes the check of the hazard"), required=False, initial=True
    )
    comment = forms.CharField(label=gettext_lazy("Comment"), required=False, **_LONG)

    def __init__(self, visit: Any, checklist: Checklist | None, data: Any = None) -> None:
        super().__init__(data, auto_id="result-%s", initial={"version": visit.version, "on": timezone.localdate()})
        self.checklist = checklist
        own = {
            f"item-{item.code}": forms.ChoiceField(
                label=item.text, help_text=f"{item.source} · {dict(SEVERITIES).get(item.severity, item.severity)}",
                choices=[("yes", _("Yes")), ("no", _("No")), ("na", _("Does not apply"))], widget=forms.RadioSelect,
            )
            for item in (checklist.items if checklist else ())
        }  # fmt: skip
        made: Any = self
        rest: dict[str, forms.Field] = dict(made.fields)
        self.fields = {"version": rest.pop("version"), **own, **rest}
        if visit.hazard is None:
            del self.fields["checked"]

    @property
    def answers(self) -> dict[str, str]:
        return {
            name.removeprefix("item-"): value for name, value in self.cleaned_data.items() if name.startswith("item-")
        }


class FindingForm(Versioned):
    severity = forms.ChoiceField(label=gettext_lazy("Severity"), choices=SEVERITIES, initial="minor")
    text = forms.CharField(label=gettext_lazy("What was found"), **_LONG)
    opened_on = forms.DateField(label=gettext_lazy("Opened"), **_DAY)
    due_on = forms.DateField(
        label=gettext_lazy("Due"),
        required=False,
        help_text=gettext_lazy("Left empty: 7, 21 or 42 days, by severity."),
        **_DAY,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="finding-%s", initial={"opened_on": timezone.localdate()})


class CompletionForm(Versioned):
    on = forms.DateField(label=gettext_lazy("Work ended on"), **_DAY)
    depth_m = forms.FloatField(
        label=gettext_lazy("Depth, m"), min_value=0.01, required=False, widget=forms.NumberInput(attrs={"step": "0.01"}),
        help_text=gettext_lazy("To which depth the ground was searched; may be left empty where a release says it."),
    )  # fmt: skip
    stated_m2 = forms.FloatField(
        label=gettext_lazy("Remaining by the report, m²"), required=False, min_value=0,
        help_text=gettext_lazy("What the operator wrote, to be compared; the figure of the ledger is kept."),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Why ground is left"), required=False, **_LONG)
    text = forms.CharField(label=gettext_lazy("What was done"), required=False, **_LONG)

    def __init__(self, hazard: Hazard, data: Any = None) -> None:
        super().__init__(data, initial={"version": hazard.version, "on": timezone.localdate()})


class HandoverForm(Versioned):
    on = forms.DateField(label=gettext_lazy("Handed over on"), **_DAY)
    residual_risk = forms.CharField(
        label=gettext_lazy("Residual risk"),
        help_text=gettext_lazy("What may still be there, what was not searched, and what to do then."),
        **_LONG,
    )
    men = forms.IntegerField(
        label=gettext_lazy("Representatives of the community: men"), required=False, min_value=0, max_value=10_000
    )
    women = forms.IntegerField(
        label=gettext_lazy("Representatives of the community: women"), required=False, min_value=0, max_value=10_000
    )

    def __init__(self, hazard: Hazard, data: Any = None) -> None:
        super().__init__(data, initial={"version": hazard.version, "on": timezone.localdate()})
        for role in (PersonRole.AUTHORITY, PersonRole.OPERATOR, PersonRole.COMMUNITY, PersonRole.OWNER):
            self.fields[f"name-{role}"] = forms.CharField(
                label=_("Signs: %(role)s") % {"role": PersonRole(role).label}, required=False, max_length=120,
                help_text=_("Kept enciphered, and on no paper, list or export."),
            )  # fmt: skip

    @property
    def signatories(self) -> dict[str, str]:
        return {
            name.removeprefix("name-"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("name-") and value
        }

    @property
    def ending(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("on", "residual_risk", "men", "women")}


def inspectors(owner: Any, place: Any) -> Any:
    return who_may("inspect", "mineaction", owner.pk, place.pk if place else None)
