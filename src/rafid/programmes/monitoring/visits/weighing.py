"""Other weights or another pass mark for a contract: what would change, and the scores computed again by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from rafid.commons.history import because
from rafid.commons.records.change import Refused, Stale, locked, version_read
from rafid.commons.records.queries import by_ref

from ..models import Assessment, Contract, Visit
from ..refusals import told
from .scores import SEVERITIES, Again, again, may_rescore, rescore, standing


@dataclass(frozen=True)
class Outlook:
    """How many scores are computed again, and which verdicts turn."""

    scores: int
    to_pass: list[Visit]
    to_fail: list[Visit]
    released: int


class WeightsForm(forms.Form):
    version = forms.CharField(widget=forms.HiddenInput, required=False)
    critical = forms.FloatField(label=gettext_lazy("Weight of a critical item"), min_value=0.01, max_value=100)
    major = forms.FloatField(label=gettext_lazy("Weight of a major item"), min_value=0.01, max_value=100)
    minor = forms.FloatField(label=gettext_lazy("Weight of a minor item"), min_value=0.01, max_value=100)
    mark = forms.FloatField(label=gettext_lazy("Pass mark, %"), min_value=1, max_value=100)
    why = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It stands beside each new score, where the partner reads it, too."),
    )  # fmt: skip

    @property
    def weights(self) -> dict[str, float]:
        # 5 and 5.0 are one number, and are kept as the contract wrote it.
        given = {name: float(self.cleaned_data[name]) for name in SEVERITIES}
        return {name: int(value) if value.is_integer() else value for name, value in given.items()}

    @property
    def pass_mark(self) -> float:
        return round(float(self.cleaned_data["mark"]) / 100, 6)


def waiting(contract: Contract) -> int:
    """Visits whose score stands by other weights or another mark than the contract's."""
    return len(again(contract, _standing(contract)))


def _standing(contract: Contract) -> list[Assessment]:
    return standing(Visit.objects.filter(contract=contract).values_list("pk", flat=True))


def outlook(contract: Contract) -> Outlook:
    changed = again(contract, _standing(contract))

    def turned(verdict: str) -> list[Visit]:
        return [one.old.visit for one in changed if _turns(one, verdict)]

    released = sum(one.old.visit.released_to_partner_at is not None for one in changed)
    return Outlook(len(changed), turned("pass"), turned("fail"), released)


def _turns(one: Again, verdict: str) -> bool:
    return one.score.verdict == verdict and one.old.verdict != verdict


def weigh(contract: Contract, weights: dict[str, float], mark: float, *, by: Any, why: str, version: int | None) -> int:
    """Writes the contract's weights and mark, and computes its scores again. Tells how many. Raises Stale and Refused."""
    if not may_rescore(by, contract):
        raise Refused(_("Your roles do not include changing this contract."))
    with told(Contract), because(why):
        row = locked(Contract, contract.pk, version)
        assert isinstance(row, Contract)
        if (row.weights, row.pass_mark) != (weights, mark):
            row.weights, row.pass_mark = weights, mark
            row.save()
        return rescore(row, by=by, why=why)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, ref: str) -> HttpResponse:
    contract = by_ref(Contract.objects.visible_to(request.user).select_related("partner", "donor", "place"), ref)
    if not may_rescore(request.user, contract):
        raise PermissionDenied
    known = {**contract.weights, "mark": f"{contract.pass_mark * 100:.4g}", "version": contract.version}
    if request.method != "POST":
        return _page(request, contract, WeightsForm(initial=known))
    form = WeightsForm(request.POST)
    if not form.is_valid():
        return _page(request, contract, form, status=422)
    if not request.POST.get("sure"):
        return _page(request, contract, form, seen=_as_if(contract, form))
    try:
        count = weigh(
            contract, form.weights, form.pass_mark, by=request.user, why=form.cleaned_data["why"],
            version=version_read(form.cleaned_data["version"]),
        )  # fmt: skip
    except Stale:
        error = _("Somebody changed this contract since you opened it. Look at it again.")
        return _page(request, contract, form, error=error, status=409)
    except Refused as refused:
        return _page(request, contract, form, error=str(refused), status=422)
    messages.success(request, _("Scores computed again: %(count)s. The old ones stay beside them.") % {"count": count})
    return redirect("monitoring-contract", contract.ref)


def _as_if(contract: Contract, form: WeightsForm) -> Outlook:
    contract.weights, contract.pass_mark = form.weights, form.pass_mark  # read only: nobody saves this copy
    return outlook(contract)


def _page(
    request: HttpRequest,
    contract: Contract,
    form: WeightsForm,
    *,
    seen: Outlook | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "contract": contract,
        "form": form,
        "seen": seen,
        "error": error,
        "waiting": waiting(contract) if request.method != "POST" else 0,
    }
    return render(request, "monitoring/visits/weights.html", context, status=status)
