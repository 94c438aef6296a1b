"""The form of a hazard's step: it asks for what that step needs, and offers only what may be chosen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.people.visibility import who_may

from ..models import (
    Accident,
    EvidenceType,
    FieldReport,
    Handover,
    Hazard,
    HazardState,
    OrdnanceFind,
    ReleaseCriteria,
    Task,
)

ACTIONS = {
    "suspected": "approve", "confirmed": "approve", "discarded": "approve", "reopened": "approve", "worked_on": "task",
    "suspended": "task", "completed": "task", "checked": "inspect", "rework": "inspect", "closed": "close",
    "cancelled": "close",
}  # fmt: skip
"""By the state that a step leads to, the right that it asks of somebody of the authority."""

WHY = ("discarded", "suspended", "rework", "reopened", "cancelled")


def step_name(new: str) -> Any:
    return {
        "suspected": _("Hold for suspected"),
        "confirmed": _("Confirm"),
        "discarded": pgettext_lazy("a hazard", "Discard"),
        "worked_on": _("Begin work"),
        "suspended": _("Suspend work"),
        "completed": _("Work is completed"),
        "checked": _("Check passed"),
        "rework": _("Send back to be worked on again"),
        "closed": _("Close"),
        "cancelled": _("Cancel the hazard"),
        "reopened": _("Reopen"),
    }[new]


class StepForm(forms.Form):
    version = forms.CharField(widget=forms.HiddenInput, required=False)
    on = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, hazard: Hazard, new: str, user: Any, data: Any = None) -> None:
        super().__init__(data, initial={"version": hazard.version, "on": timezone.localdate()})
        self.hazard, self.new = hazard, new
        getattr(self, f"_{new}", lambda _user: None)(user)
        self.fields["reason"] = forms.CharField(
            label=_("Reason"), required=new in WHY, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Where ground is left, say why.") if new in ("completed", "closed") else "",
        )  # fmt: skip

    def _choose(self, name: str, label: Any, rows: Any, *, required: bool = True, help_text: Any = "") -> None:
        self.fields[name] = forms.ModelChoiceField(
            rows, label=label, required=required, help_text=help_text, blank=not required
        )

    def _suspected(self, user: Any) -> None:
        if self.hazard.classification == "CHA":
            surveys = FieldReport.objects.visible_to(user).filter(state="approved", type__in=("hazard", "survey"))
            self._choose(
                "report", _("Approved survey"), surveys.order_by("-on"),
                help_text=_("Confirmed ground becomes suspected again only by an approved survey."),
            )  # fmt: skip

    def _confirmed(self, _user: Any) -> None:
        if self.hazard.evidence.filter(direct=True).exists():
            return
        self.fields["evidence_type"] = forms.ChoiceField(label=_("Direct evidence"), choices=EvidenceType.choices)
        self.fields["evidence_text"] = forms.CharField(
            label=_("Details of the evidence"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
        )

    def _worked_on(self, user: Any) -> None:
        tasks = Task.objects.visible_to(user).filter(
            hazards=self.hazard, state__in=("accepted", "started", "suspended")
        )
        self._choose(
            "task", _("Task"), tasks, help_text=_("A task that names this hazard and that its operator accepted.")
        )

    def _completed(self, _user: Any) -> None:
        self.fields["depth_m"] = forms.FloatField(
            label=_("Depth, m"), min_value=0.01, required=False, widget=forms.NumberInput(attrs={"step": "0.01"}),
            help_text=_("To which depth the ground was searched; may be left empty where a release says it."),
        )  # fmt: skip

    def _closed(self, user: Any) -> None:
        rows = Handover.objects.visible_to(user)
        rows = rows.filter(hazard=self.hazard) | rows.filter(task__hazards=self.hazard)
        self._choose("handover", _("Handover"), rows.distinct().order_by("-on"))

    def _cancelled(self, user: Any) -> None:
        criteria = ReleaseCriteria.objects.filter(owner=self.hazard.owner, type="cancelled").order_by("code", "-number")
        self._choose("criteria", _("Criteria that are met"), criteria)
        others = who_may("close", "mineaction", self.hazard.owner_id, self.hazard.place_id).exclude(pk=user.pk)
        self._choose("second_by", _("Second person"), others, help_text=_("Two persons cancel a hazard."))

    def _reopened(self, user: Any) -> None:
        finds = OrdnanceFind.objects.visible_to(user)
        accidents = Accident.objects.visible_to(user)
        if self.hazard.ground is not None:
            finds = finds.filter(point__intersects=self.hazard.ground)
            accidents = accidents.filter(point__intersects=self.hazard.ground)
        self._choose("find", _("Ordnance found there"), finds, required=False)
        self._choose("accident", _("Accident there"), accidents, required=False)

    @property
    def title(self) -> Any:
        return step_name(self.new)

    @property
    def values(self) -> dict[str, Any]:
        """For ``states.take``."""
        left_out = ("version", "evidence_type", "evidence_text")
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out and value}

    @property
    def state(self) -> HazardState:
        return HazardState(self.new)
