"""Pages of callers and signatories: who asks to be forgotten is found by his name, behind the door."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from rafid.commons.records.change import Refused

from ..models import ErasedPerson, ErasureGround, SealedPerson
from .door import Opened, behind_door
from .persons import erase_person, find


class SearchForm(forms.Form):
    """Sent in the body: a name must not stand in an address."""

    name = forms.CharField(label=gettext_lazy("Name or telephone"), max_length=120)


class ForgetForm(forms.Form):
    person = forms.UUIDField(widget=forms.HiddenInput)
    ground = forms.ChoiceField(
        label=pgettext_lazy("of an erasure", "Ground"), choices=[("", "–"), *ErasureGround.choices]
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, help_text=gettext_lazy("It stays. Name nobody in it.")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@behind_door
def persons(request: HttpRequest, door: Opened) -> HttpResponse:
    do = request.POST.get("do", "")
    search = SearchForm(request.POST if do == "find" else None)
    forget, error = ForgetForm(), ""
    if do == "erase":
        forget = ForgetForm(request.POST)
        if forget.is_valid():
            try:
                _erase(request, forget.cleaned_data)
                return redirect("mineaction-persons")
            except Refused as refused:
                error = str(refused)
        else:
            error = _("Choose the ground of the erasure, and write its reason.")
    rows = (
        find(request, search.cleaned_data["name"], purpose=door.purpose) if do == "find" and search.is_valid() else []
    )
    erased = ErasedPerson.objects.visible_to(request.user).select_related("person__spot_task", "person__handover")
    context = {
        "search": search, "rows": rows, "searched": do == "find" and search.is_valid(), "forget": forget, "error": error,
        "door": door, "erased": erased.order_by("-known_at")[:25],
    }  # fmt: skip
    wrong = error or search.errors
    return render(request, "mineaction/people/persons.html", context, status=422 if wrong else 200)


def _erase(request: HttpRequest, said: dict[str, Any]) -> None:
    row = SealedPerson.objects.visible_to(request.user).filter(pk=said["person"]).first()
    if row is None:
        raise Http404
    erase_person(row, ground=said["ground"], reason=said["reason"], by=request.user)
    messages.success(request, _("The name is erased. That somebody called or signed stays."))
