"""The page that brings victims in from another system's file, behind their door."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from rafid.commons.people.models import Organisation
from rafid.commons.records.change import Refused
from rafid.commons.records.tabular import TableError

from ..people.door import Opened, behind_door
from ..people.forms import owners
from .kept import in_use
from .persons import Brought, bring, name_of

MOST_SHOWN = 200


class BringForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The file (XML)"),
        help_text=gettext_lazy("It is read for this moment and not kept: choose it again to record."),
    )
    mapping = forms.ChoiceField(label=gettext_lazy("Read by the mapping"))
    owner = forms.ModelChoiceField(
        Organisation.objects.none(), label=pgettext_lazy("of mine action", "Authority"), empty_label=None
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["owner"].queryset = owners(user)
        own = [one.pk for one in owners(user) if one.pk == user.organisation_id]
        fields["owner"].initial = next(iter(own), None)
        self.mappings = {one.code: one for one in in_use(next(iter(own), None)) if one.persons and one.kind == "xml"}
        fields["mapping"].choices = [(code, name_of(one)) for code, one in self.mappings.items()]


@require_http_methods(["GET", "HEAD", "POST"])
@behind_door
@sensitive_variables()
def bring_victims(request: HttpRequest, door: Opened) -> HttpResponse:
    form = BringForm(request.POST or None, request.FILES or None, user=request.user)
    found: Brought | None = None
    record = request.POST.get("act") == "record"
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            found = _brought(said["file"], form.mappings[said["mapping"]], said["owner"], request.user, record)
        except TableError as error:
            form.add_error("file", error.text(_))
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            if record and found.new:
                messages.success(
                    request,
                    ngettext("%(count)s person was registered.", "%(count)s persons were registered.", found.new)
                    % {"count": found.new},
                )
                if not found.refused:
                    return redirect("mineaction-victims")
    context = {
        "form": form,
        "door": door,
        "found": found,
        "recorded": record and found is not None,
        "refused": found.refused[:MOST_SHOWN] if found else [],
    }
    return render(request, "mineaction/carrying/victims.html", context, status=422 if form.errors else 200)


def _brought(uploaded: Any, mapping: Any, owner: Organisation, user: Any, record: bool) -> Brought:
    with tempfile.NamedTemporaryFile(suffix=".xml") as kept:
        for piece in uploaded.chunks():
            kept.write(piece)
        kept.flush()
        return bring(Path(kept.name), mapping, owner, by=user, record=record)
