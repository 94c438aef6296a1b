"""Forms of plans: begin one, split its sites, add a stratum, choose a size, add a visit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rafid.commons.indicators.periods import is_period
from rafid.commons.writing import period as in_words
from rafid.methods.sampling import AQLS, LEVELS

from ..models import Aim, Chosen, Contract, Site, StratumMethod, VisitType
from ..models.sites import SiteKind
from .designing import OF_AIM, settings_of
from .sizes import VISITS_A_WEEK
from .statement import TOLERABLE, lqas_settings

DAY = {"type": "date"}


def quarters(today: date) -> list[tuple[str, str]]:
    """This quarter and the next three."""
    number = today.year * 4 + (today.month - 1) // 3
    codes = [f"{(number + step) // 4}Q{(number + step) % 4 + 1}" for step in range(4)]
    return [(code, in_words(code)) for code in codes]


class PlanForm(forms.Form):
    period = forms.CharField(
        label=_("Period"), max_length=10, widget=forms.TextInput(attrs={"dir": "ltr", "list": "periods"}),
        help_text=_("A quarter as 2026Q4, a month as 202611, or a year."),
    )  # fmt: skip
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    aim = forms.ChoiceField(
        label=_("Aim"), choices=Aim.choices, widget=forms.RadioSelect,
        help_text=_("What is to be said at the end: how large a share is good, whether a lot is accepted, good or bad "
            "by LQAS, or how much is there in all."),
    )  # fmt: skip
    contracts = forms.ModelMultipleChoiceField(
        Contract.objects.none(), label=_("Contracts"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, contracts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["contracts"]
        field.queryset = contracts
        field.label_from_instance = lambda one: f"{one.partner.name} · {one.title} ({one.ref})"
        self.fields["period"].initial = quarters(timezone.localdate())[0][0]
        self.fields["aim"].initial = Aim.PROPORTION

    def clean_period(self) -> str:
        text: str = self.cleaned_data["period"].strip()
        if not is_period(text.upper()):
            raise forms.ValidationError(_now("“%s” is no period. Write it as 2026Q4, 202611 or 2026.") % text)
        return text.upper()


class SplitForm(forms.Form):
    by = forms.ChoiceField(
        label=_("Strata by"),
        choices=(
            ("partner", _("Partner")), ("kind", _("Kind of site")), ("governorate", _("Governorate")),
            ("whole", _("Not at all: one stratum")),
        ),
    )  # fmt: skip
    total = forms.IntegerField(label=_("Visits in all"), min_value=1, widget=forms.NumberInput(attrs={"dir": "ltr"}))
    method = forms.ChoiceField(label=_("Chance of a site"), choices=StratumMethod.choices)


class StratumForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind of site"), required=False)
    partner = forms.ChoiceField(label=_("Partner"), required=False)
    governorate = forms.ChoiceField(label=_("Governorate"), required=False)
    size = forms.IntegerField(label=_("Sites to draw"), min_value=1, widget=forms.NumberInput(attrs={"dir": "ltr"}))
    method = forms.ChoiceField(label=_("Chance of a site"), choices=StratumMethod.choices)

    def __init__(self, *args: Any, partners: list[str], governorates: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("All"))]
        for name, choices in (
            ("kind", list(SiteKind.choices)),
            ("partner", [(one, one) for one in partners]),
            ("governorate", [(one, one) for one in governorates]),
        ):
            field: Any = self.fields[name]
            field.choices = [*every, *choices]

    @property
    def chosen(self) -> dict[str, str]:
        """Which group a site must belong to, by the way of splitting."""
        values = self.cleaned_data
        kinds = dict(SiteKind.choices)
        asked = {"kind": str(kinds[values["kind"]]) if values["kind"] else ""}
        asked |= {name: values[name] for name in ("partner", "governorate")}
        return {name: value for name, value in asked.items() if value}


SHARES = ("tolerable", "confidence", "low", "high", "alpha", "beta")


def _share(label: Any, help_text: Any, least: float, most: float) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"step": "any", "dir": "ltr", "inputmode": "decimal"})
    return forms.FloatField(label=label, help_text=help_text, min_value=least, max_value=most, widget=widget)


class SettingsForm(forms.Form):
    """Only what the aim asks for. Shares are written in percent."""

    method = forms.ChoiceField(label=_("Chance of a site"), choices=StratumMethod.choices)
    tolerable = _share(_("Bad sites that must not be missed, %"), _("Of all sites of the stratum."), 0.1, 99)
    confidence = _share(_("Confidence, %"), _("How sure a range is to hold the truth; 95 is usual."), 50, 99.9)
    low = _share(
        _("A lot must not pass with so many good, %"), _("Fewer good sites than this are not acceptable."), 0, 99.9
    )
    high = _share(_("A lot must pass with so many good, %"), _("Above the share that must not pass."), 0.1, 100)
    alpha = _share(_("Chance that a good lot is called bad, at most %"), _("α; 10 is usual."), 0.1, 50)
    beta = _share(_("Chance that a bad lot is called good, at most %"), _("β; 10 is usual."), 0.1, 50)
    aql = forms.TypedChoiceField(
        label=_("Acceptable quality level, %"), coerce=float, choices=[(f"{one:g}", f"{one:g}") for one in AQLS if one >= 0.4],
        help_text=_("The share of bad sites that is still accepted nearly always."),
    )  # fmt: skip
    level = forms.ChoiceField(
        label=_("Inspection level"),
        choices=[(one, one) for one in LEVELS],
        help_text=_("II is usual; III looks at more."),
    )
    a_week = forms.IntegerField(
        label=_("Visits a week"), min_value=1, max_value=500, widget=forms.NumberInput(attrs={"dir": "ltr"}),
        help_text=_("What all teams together can make."),
    )  # fmt: skip

    def __init__(self, *args: Any, aim: str, stratum: Any, **kwargs: Any) -> None:
        held = settings_of(stratum) if stratum else {}
        low, high, alpha, beta = lqas_settings(held)
        shares = {
            "tolerable": held.get("tolerable") or TOLERABLE, "confidence": held.get("confidence") or 0.95,
            "low": max(low, 0.0), "high": high, "alpha": alpha, "beta": beta,
        }  # fmt: skip
        first = {
            "method": stratum.method if stratum else StratumMethod.EQUAL,
            **{name: f"{100 * value:.6g}" for name, value in shares.items()},
            "aql": f"{held.get('aql') or 4.0:g}",
            "level": held.get("level") or "II",
            "a_week": VISITS_A_WEEK,
        }
        super().__init__(*args, initial=first, **kwargs)
        for name in (*shares, "aql", "level"):
            if name not in OF_AIM[Aim(aim)]:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        low, high = cleaned.get("low"), cleaned.get("high")
        if low is not None and high is not None and low >= high:
            self.add_error("high", _now("The share of a lot that must not pass lies below that of one that must."))
        return cleaned

    @property
    def settings(self) -> dict[str, Any]:
        """As a stratum keeps them."""
        found = {name: self.cleaned_data[name] for name in ("aql", "level") if name in self.cleaned_data}
        shares = {name: self.cleaned_data[name] / 100 for name in SHARES if name in self.cleaned_data}
        return {**found, **shares}


class VersionForm(forms.Form):
    """What a page of confirmation sends back: which version of the plan was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class DrawForm(VersionForm):
    due = forms.DateField(
        label=_("To be visited until"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text=_("The day stands on each visit until its week is planned."),
    )  # fmt: skip


class VisitForm(forms.Form):
    site = forms.ModelChoiceField(Site.objects.none(), label=_("Site"))
    reason = forms.ChoiceField(
        label=_("Why this site"),
        choices=[one for one in Chosen.choices if one[0] != Chosen.DRAWN],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Details"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Which risk, or which complaint; names of those who complain do not belong here."),
    )  # fmt: skip
    type = forms.ChoiceField(label=_("Type"), choices=VisitType.choices)
    planned_on = forms.DateField(
        label=_("Planned for"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["site"]
        field.queryset = sites
        field.label_from_instance = lambda one: f"{one.name or one.external_id or one.ref} ({one.ref})"
        self.fields["reason"].initial = Chosen.RISK

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("reason") in (Chosen.RISK, Chosen.COMPLAINT) and not cleaned.get("text", "").strip():
            self.add_error("text", _now("Say which risk or which complaint leads to this visit."))
        return cleaned


def soon() -> date:
    return timezone.localdate() + timedelta(days=60)
