"""Forms behind the door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.people.models import Organisation
from rafid.commons.records.forms import DateInput, PlaceField

from ..models import Accident, ErasureGround, Harm, Need, Service, Sex, ThreeWay, Victim
from ..models.people import REFERRAL_STEPS, ReferralState
from ..seeing import CARERS, held
from .words import Doing, Injury

NAME_PARTS = ("given", "father", "grandfather", "family")


def past_date(**kwargs: Any) -> forms.DateField:
    """A day until today."""
    return forms.DateField(widget=DateInput(attrs={"max": timezone.localdate().isoformat()}), **kwargs)


def _name(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=80, widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})
    )


def _known(label: Any, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, **kwargs)


def owners(user: Any) -> Any:
    """The authorities for which this person registers; a role without one reaches all that keep records."""
    scopes = held(user, CARERS, "victims")
    rows = Organisation.objects.filter(active=True)
    if all(scope.organisation for scope in scopes):
        return rows.filter(pk__in=[scope.organisation for scope in scopes])
    return rows.filter(kind="authority", pk__in=Accident.objects.values("owner"))


class VictimForm(forms.Form):
    given = _name(_("Given name"))
    father = _name(_("Father's name"))
    grandfather = _name(_("Grandfather's name"))
    family = _name(_("Family name"))
    owner = forms.ModelChoiceField(
        Organisation.objects.none(), label=pgettext_lazy("of mine action", "Authority"), to_field_name="ref"
    )
    accident = forms.CharField(
        label=_("Accident"), required=False, max_length=60,
        help_text=_("Its number, if it is recorded."),
        widget=forms.TextInput(attrs={"list": "accidents", "dir": "ltr", "autocomplete": "off"}),
    )  # fmt: skip
    on = forms.DateField(label=_("Day of the accident"), widget=DateInput())
    place = PlaceField(label=_("Place of the accident"), empty="–", required=False)
    harm = _known(_("Harm"), [("", "–"), *Harm.choices])
    sex = _known(_("Sex"), Sex.choices, initial=Sex.UNKNOWN)
    age_given = _known(
        _("What was given"), [("", _("Neither")), ("birth", _("Birth date")), ("age", _("Age"))], required=False
    )
    born_on = forms.DateField(label=_("Birth date"), required=False, widget=DateInput())
    age = forms.IntegerField(label=_("Age on that day, years"), required=False, min_value=0, max_value=120)
    residence = PlaceField(label=_("Residence"), empty="–", required=False)
    injuries = forms.MultipleChoiceField(
        label=_("Injuries"), choices=Injury.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    doing = _known(_("Activity at the time"), [("", "–"), *Doing.choices], required=False)
    tampered = _known(_("Touched the device"), ThreeWay.choices, initial=ThreeWay.UNKNOWN)
    knew_danger = _known(_("Knew of the danger"), ThreeWay.choices, initial=ThreeWay.UNKNOWN)
    had_eore = _known(_("Had risk education before"), ThreeWay.choices, initial=ThreeWay.UNKNOWN)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: Any, victim: Victim | None = None, name: Sequence[str] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user, self.victim = user, victim
        field: Any = self.fields["owner"]
        field.queryset = owners(user) if victim is None else Organisation.objects.filter(pk=victim.owner_id)
        field.label_from_instance = lambda one: one.name
        if victim is not None or field.queryset.count() == 1:
            field.widget, field.initial = forms.HiddenInput(), field.queryset.first().ref
        if victim is not None:
            self.initial.update(_initial(victim, name))
            _keep_old(self.fields["doing"], victim.doing)

    def clean_accident(self) -> Accident | None:
        ref = self.cleaned_data["accident"].strip().replace("\x00", "")
        if not ref:
            return None
        found = Accident.objects.visible_to(self.user).filter(ref__iexact=ref).first()
        if found is None:
            raise forms.ValidationError(
                _("No accident has this number. Look it up under Accidents, or leave it empty.")
            )
        return found

    def clean_on(self) -> Any:
        if self.cleaned_data["on"] > timezone.localdate():
            raise forms.ValidationError(_("This day lies after today. Correct it."))
        return self.cleaned_data["on"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("age_given") == "birth" and not said.get("born_on"):
            self.add_error("born_on", _("Enter the birth date, or say that the age was given."))
        if said.get("age_given") == "age" and said.get("age") is None:
            self.add_error("age", _("Enter the age, or say what was given."))
        if said.get("born_on") and not said.get("age_given"):
            said["age_given"] = "birth"
        if said.get("born_on") and said.get("on") and said["born_on"] > said["on"]:
            self.add_error(
                "born_on", _("The birth date lies on or before the day of the accident. Correct one of them.")
            )
        accident = said.get("accident")
        if accident is not None:
            said["place"] = said.get("place") or accident.place
            if said.get("on") and said["on"] != accident.on:
                self.add_error("on", _("The accident was on another day. Correct the day, or the accident."))
            if said.get("owner") and accident.owner_id != said["owner"].pk:
                self.add_error("accident", _("This accident is another authority's. Choose one of your own."))
        return said

    @property
    def name(self) -> list[str]:
        return [self.cleaned_data[part] for part in NAME_PARTS]

    def values(self) -> dict[str, Any]:
        return {
            name: value for name, value in self.cleaned_data.items() if name not in (*NAME_PARTS, "owner", "version")
        }


def _initial(victim: Victim, name: Sequence[str]) -> dict[str, Any]:
    given = dict(zip(NAME_PARTS, name, strict=False))
    plain = ("on", "place", "harm", "sex", "age_given", "born_on", "age", "residence", "injuries", "doing", "tampered",
             "knew_danger", "had_eore", "version")  # fmt: skip
    return {
        **given,
        **{field: getattr(victim, field) for field in plain},
        "accident": victim.accident.ref if victim.accident else "",
    }


def _keep_old(field: Any, written: str) -> None:
    """What was written before there were codes stays until somebody chooses one."""
    if written and written not in Doing.values:
        field.choices = [*field.choices, (written, written)]


class NeedForm(forms.Form):
    service = _known(_("Service"), [("", "–"), *Service.choices])
    on = forms.DateField(label=_("Assessed on"), widget=DateInput())
    text = forms.CharField(
        label=_("Details"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReferralForm(forms.Form):
    need = forms.ModelChoiceField(Need.objects.none(), label=_("For the need"), required=False, empty_label="–")
    service = _known(_("Service"), [("", "–"), *Service.choices])
    to = forms.CharField(label=_("Referred to"), max_length=200)
    on = forms.DateField(label=_("Referred on"), widget=DateInput())
    consent_on = forms.DateField(label=_("Consent given on"), widget=DateInput())
    consent_scope = forms.CharField(
        label=_("What the consent covers"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What may be passed on, to whom and for what, in the person's own words."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Details"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, victim: Victim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["need"]
        field.queryset = victim.needs.filter(met_on=None).order_by("on", "pk")
        field.label_from_instance = lambda one: one.get_service_display()

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("consent_on") and said.get("on") and said["consent_on"] > said["on"]:
            self.add_error("consent_on", _("The consent comes before the referral. Correct one of the dates."))
        return said


class StepForm(forms.Form):
    state = _known(pgettext_lazy("of a referral", "What happened"), [])
    on = forms.DateField(label=pgettext_lazy("a day of a step", "On"), widget=DateInput())
    met = forms.BooleanField(label=_("The need is met by it"), required=False)
    text = forms.CharField(
        label=_("Details"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, referral: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state: Any = self.fields["state"]
        state.choices = [(one, ReferralState(one).label) for one in REFERRAL_STEPS[referral.state]]
        if referral.need_id is None or ReferralState.DONE not in REFERRAL_STEPS[referral.state]:
            del self.fields["met"]


class WithdrawForm(forms.Form):
    on = forms.DateField(label=_("Consent withdrawn on"), widget=DateInput())
    version = forms.IntegerField(widget=forms.HiddenInput)


class EraseForm(forms.Form):
    ground = _known(pgettext_lazy("of an erasure", "Ground"), [("", "–"), *ErasureGround.choices])
    reason = forms.CharField(label=_("Reason"), max_length=500, help_text=_("It stays. Name nobody in it."))
    ref = forms.CharField(label=_("Type the number of the record to confirm"), max_length=60)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, victim: Victim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.victim = victim

    def clean_ref(self) -> str:
        if self.cleaned_data["ref"].strip() != self.victim.ref:
            raise forms.ValidationError(_("This is not the number of this record."))
        return self.cleaned_data["ref"]
