"""Pages of the network: the schematic with today's flows, its tables, and its changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rafid.commons.people.visibility import may
from rafid.commons.records.change import Refused

from ..codes import NodeKind
from ..models import Diversion, Reach, Reservoir, RiverNode
from ..reservoirs.queries import states
from ..seeing import PROGRAMME
from ..values.numbers import read_number
from . import editing
from .drawing import schematic
from .estimating import estimate_travel_time
from .flows import observed
from .keeping import may_ask
from .standing import standing


class ReachForm(forms.Form):
    upstream = forms.ModelChoiceField(
        RiverNode.objects.order_by("code"), to_field_name="code", label=gettext_lazy("From")
    )
    downstream = forms.ModelChoiceField(
        RiverNode.objects.order_by("code"), to_field_name="code", label=gettext_lazy("To")
    )
    k_s = forms.FloatField(label=gettext_lazy("Travel time k, s"), min_value=0, initial=0)
    x = forms.FloatField(label=gettext_lazy("Weight x"), min_value=0, max_value=0.5, initial=0.2)
    loss = forms.FloatField(label=gettext_lazy("Share lost"), min_value=0, max_value=0.99, initial=0)
    replaces = forms.BooleanField(
        label=gettext_lazy("It replaces the present main reach of its node, which ends"), required=False
    )
    source_text = forms.CharField(label=gettext_lazy("Source"), max_length=300)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class DiversionForm(forms.Form):
    at = forms.ModelChoiceField(RiverNode.objects.order_by("code"), to_field_name="code", label=gettext_lazy("From"))
    to = forms.ModelChoiceField(RiverNode.objects.order_by("code"), to_field_name="code", label=gettext_lazy("To"))
    capacity_downstream = forms.FloatField(label=gettext_lazy("Capacity downstream, m³/s"), min_value=0, required=False)
    maximum = forms.FloatField(label=gettext_lazy("Largest diversion, m³/s"), min_value=0, required=False)
    fraction = forms.FloatField(label=gettext_lazy("Share of what arrives"), min_value=0, max_value=1, initial=0)
    source_text = forms.CharField(label=gettext_lazy("Source"), max_length=300)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class NodeForm(forms.Form):
    code = forms.SlugField(label=gettext_lazy("Code"), max_length=40)
    name_ar = forms.CharField(label=gettext_lazy("Name in Arabic"), max_length=200, required=False)
    name_ckb = forms.CharField(label=gettext_lazy("Name in Sorani"), max_length=200, required=False)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=NodeKind.choices)
    river = forms.SlugField(
        label=gettext_lazy("River"), max_length=60, help_text=gettext_lazy("Its code, such as tigris")
    )
    lon = forms.FloatField(label=gettext_lazy("Longitude"), min_value=-180, max_value=180)
    lat = forms.FloatField(label=gettext_lazy("Latitude"), min_value=-90, max_value=90)
    source_text = forms.CharField(label=gettext_lazy("Source"), max_length=300)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


FORMS: dict[str, Any] = {
    "reach": (ReachForm, editing.add_reach),
    "diversion": (DiversionForm, editing.add_diversion),
    "node": (NodeForm, editing.add_node),
}


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    network = standing(now)
    flows = observed(request.user, now)
    dams = states(request.user, Reservoir.objects.visible_to(request.user).select_related("node"), now)
    fills = {one.row.node.code: one.fill for one in dams if one.fill is not None}
    context = {
        "drawn": schematic(network, flows, fills),
        "network": network,
        "flows": flows,
        "may_ask": may_ask(request.user),
        "may_edit": request.user.is_authenticated and may(request.user, "network", PROGRAMME),
    }
    return render(request, "rivers/network/page.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in FORMS:
        raise Http404
    if not may(request.user, "network", PROGRAMME):
        raise PermissionDenied
    made, verb = FORMS[kind]
    form = made(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = verb(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(code)s is part of the network now.") % {"code": row.code})
            return redirect("rivers-network")
    context = {"form": form, "kind": kind}
    return render(request, "rivers/network/new.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def end(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    model: Any = {"reach": Reach, "diversion": Diversion}.get(kind)
    row = model.objects.filter(code=code).first() if model else None
    if row is None:
        raise Http404
    if not may(request.user, "network", PROGRAMME):
        raise PermissionDenied
    try:
        editing.end(row, by=request.user, reason=request.POST.get("reason", "").replace("\x00", ""))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(code)s has ended.") % {"code": code})
    return redirect("rivers-network")


@login_required
@require_POST
def move(request: HttpRequest, code: str) -> HttpResponse:
    if not RiverNode.objects.filter(code=code).exists():
        raise Http404
    if not may(request.user, "network", PROGRAMME):
        raise PermissionDenied
    place = [request.POST.get(one, "").strip() for one in ("x", "y")]
    try:
        x, y = (read_number(one) if one else None for one in place)
        editing.move(code, x=x, y=y)
    except (Refused, ValueError) as refusal:
        if request.headers.get("X-Requested-With") == "fetch":
            return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
        messages.error(request, str(refusal))
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect("rivers-network")


@login_required
@require_POST
def place(request: HttpRequest) -> HttpResponse:
    """The same from the form, for who drags nothing."""
    return move(request, request.POST.get("node", ""))


@login_required
@require_POST
def estimate(request: HttpRequest, code: str) -> HttpResponse:
    row = Reach.objects.filter(code=code, valid_to=None).first()
    if row is None:
        raise Http404
    if not may(request.user, "network", PROGRAMME):
        raise PermissionDenied
    try:
        found = estimate_travel_time(request.user, row, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Travel time of %(code)s: %(hours)s h.") % {"code": code, "hours": f"{found.k_s / 3600:.0f}"}
        )
    return redirect("rivers-network")
