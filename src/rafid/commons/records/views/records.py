"""Pages of a register: its list (table, map, files of the same rows), one record, its form, deleting and undoing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import may, may_on

from ..change import Refused, Stale, delete, differences, save, undelete
from ..forms import form_class
from ..models import Finding, FindingState, Source, State
from ..queries import by_ref, filtered
from ..registers import Register, register_of, value_text

PAGE = 50


def cells(register: Register, record: Any, names: Any) -> list[dict[str, Any]]:
    return [{"name": name, "label": register.label(name), "value": value_text(record, name)} for name in names]


def record_list(request: HttpRequest, programme: str, code: str) -> HttpResponse:
    register = register_of(programme, code)
    rows = filtered(register, request.user, request.GET.dict()).select_related("place", "owner")
    order = request.GET.get("order", "")
    names = {"ref", "place", *register.listed}
    rows = rows.order_by(order, "pk") if order.lstrip("-") in names else rows.order_by("-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "records/list.html",
        {
            "register": register,
            "page": page,
            "columns": [{"name": name, "label": register.label(name)} for name in register.listed],
            "rows": [{"record": record, "cells": cells(register, record, register.listed)} for record in page],
            "query": query.urlencode(),
            "states": State.choices,
            "organisations": Organisation.objects.filter(active=True).order_by("ref"),
            "asked": request.GET,
            "may_add": may(request.user, "add", programme),
            "may_import": may(request.user, "import", programme),
            "imports": [one for one in register.programme.imports if one.record],
            "export": f"/data/{programme}-{register.code}",
        },
    )


def record_page(request: HttpRequest, programme: str, code: str, ref: str) -> HttpResponse:
    register = register_of(programme, code)
    record = by_ref(register.model.everything.visible_to(request.user), ref)
    if record.deleted_at and not may_on(request.user, "delete", record):
        raise Http404
    findings = Finding.objects.filter(kind=register.kind, record_id=record.pk).order_by("-severity", "-found_at")
    geometry = register.geometry
    return render(
        request,
        "records/record.html",
        {
            "register": register,
            "record": record,
            "cells": cells(register, record, register.shown),
            "shared": cells(register, record, ["place", "owner", "sensitivity", "state", "source", "known_at"]),
            "geometry": getattr(record, geometry).geojson if geometry and getattr(record, geometry) else None,
            "findings": findings if request.user.is_authenticated else findings.none(),
            "open": FindingState.OPEN,
            "may_change": may_on(request.user, "change", record),
            "may_delete": may_on(request.user, "delete", record),
        },
    )


@login_required
def record_new(request: HttpRequest, programme: str, code: str) -> HttpResponse:
    register = register_of(programme, code)
    if not may(request.user, "add", programme):
        raise PermissionDenied
    record = register.model(made_by=request.user, source=Source.PERSON)
    form = form_class(register)(request.POST or None, instance=record, user=request.user, register=register)
    if request.method == "POST" and form.is_valid():
        try:
            save(form.instance, version=None, new=True)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(ref)s is recorded.") % {"ref": form.instance.ref})
            return redirect(form.instance)
    return render(request, "records/form.html", {"register": register, "form": form, "record": None})


@login_required
def record_edit(request: HttpRequest, programme: str, code: str, ref: str) -> HttpResponse:
    """Two people at one record: the second sees what changed, beside what he typed, and decides."""
    register = register_of(programme, code)
    record = by_ref(register.model.objects.visible_to(request.user), ref)
    if not may_on(request.user, "change", record):
        raise PermissionDenied
    form = form_class(register)(request.POST or None, instance=record, user=request.user, register=register)
    if request.method == "POST" and form.is_valid():
        read = form.cleaned_data.get("version")
        try:
            save(form.instance, version=read, reason=form.cleaned_data.get("reason", ""))
        except Stale as stale:
            return conflict(request, register, form, stale.current, read)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(ref)s is changed.") % {"ref": record.ref})
            return redirect(record)
    return render(request, "records/form.html", {"register": register, "form": form, "record": record})


def conflict(request: HttpRequest, register: Register, form: Any, current: Any, read: int | None) -> HttpResponse:
    base = current.events.filter(version=read).order_by("pgh_id").first()
    names = {name: register.label(name) for name in register.editable}
    theirs = {one.field: one for one in differences(base, current, names)} if base else {}
    mine = {one.field: one for one in differences(base or current, form.instance, names)}
    last = current.events.select_related("pgh_context").order_by("-pgh_id").first()
    rows = [
        {
            "label": names[name],
            "base": value_text(base, name) if base else "",
            "theirs": value_text(current, name),
            "mine": value_text(form.instance, name),
            "both": name in theirs and name in mine,
        }
        for name in names
        if name in theirs or name in mine
    ]
    form.data = form.data.copy()
    form.data["version"] = str(current.version)
    return render(
        request,
        "records/conflict.html",
        {"register": register, "form": form, "record": current, "rows": rows, "last": last},
        status=409,
    )


@login_required
def record_delete(request: HttpRequest, programme: str, code: str, ref: str) -> HttpResponse:
    register = register_of(programme, code)
    record = by_ref(register.model.objects.visible_to(request.user), ref)
    if not may_on(request.user, "delete", record):
        raise PermissionDenied
    error = ""
    if request.method == "POST":
        try:
            delete(record, why=request.POST.get("why", ""), version=None)
        except Refused as refusal:
            error = str(refusal)
        else:
            messages.success(request, _("%(ref)s is deleted. You can bring it back.") % {"ref": record.ref})
            return redirect(record)
    return render(request, "records/delete.html", {"register": register, "record": record, "error": error})


@login_required
def record_undelete(request: HttpRequest, programme: str, code: str, ref: str) -> HttpResponse:
    register = register_of(programme, code)
    record = by_ref(register.model.everything.visible_to(request.user), ref)
    if request.method != "POST" or not may_on(request.user, "delete", record):
        raise PermissionDenied
    undelete(record, why=request.POST.get("why", ""))
    messages.success(request, _("%(ref)s is back.") % {"ref": record.ref})
    return redirect(record)
