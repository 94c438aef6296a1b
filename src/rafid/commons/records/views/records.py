"""Pages of a register: its list (table, map, files of the same rows), one record, its form, deleting and undoing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.gis.db.models import Extent
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Max, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from rafid.commons.filters import Filters
from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import may, may_on
from rafid.commons.places.finding import ALL, links, place_asked
from rafid.commons.places.models import Level
from rafid.commons.places.queries import places_at

from ..change import Refused, Stale, delete, differences, save, undelete, version_read
from ..forms import form_class
from ..models import Finding, Source
from ..models.base import RecordQuerySet
from ..queries import by_ref, filtered, period_days
from ..registers import Register, register_of, value_text
from .elsewhere import elsewhere
from .history import facts_of, people_of, visible_events

PAGE = 50
MOST_ON_A_MAP = 5000
"""A page's map reads its rows whole; above this the reader is asked to narrow the filter."""
AROUND = 0.6
"""Degrees around a single point, so that borders are in sight."""
DROPPED = ("page", "lang")


def cells(register: Register, record: Any, names: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "label": register.label(name),
            "value": value_text(record, name),
            "raw": getattr(record, name, None),
            "num": register.is_number(name),
            "point": name == register.geometry,
        }
        for name in names
    ]


def columns(register: Register, order: str) -> list[dict[str, Any]]:
    """The head of the table: each column with the address that sorts by it, and how it is sorted now."""
    now = {order: "ascending"} if not order.startswith("-") else {order[1:]: "descending"}
    return [
        {
            "label": register.label(name),
            "num": register.is_number(name),
            "sorted": now.get(name, "none"),
            "order": f"-{name}" if now.get(name) == "ascending" else name,
        }
        for name in register.listed
    ]


def periods(rows: RecordQuerySet, field: str, asked: str) -> list[str]:
    """The years that the rows reach over, newest first; the year that is chosen offers its months."""
    ends = rows.aggregate(first=Min(field), last=Max(field))
    if ends["first"] is None:
        return [asked] if asked else []
    found: list[str] = []
    for year in range(ends["last"].year, ends["first"].year - 1, -1):
        found.append(str(year))
        if asked.startswith(str(year)):
            found += [f"{year}{month:02}" for month in range(1, 13)]
    return found if asked in found or not asked else [asked, *found]


def extent(rows: RecordQuerySet, field: str) -> str:
    """West, south, east, north of the rows, never narrower than a district; nothing where no row has a position."""
    box = rows.aggregate(box=Extent(field))["box"]
    if box is None:
        return ""
    west, south, east, north = box
    aside, above = max(0.0, AROUND - (east - west) / 2), max(0.0, AROUND - (north - south) / 2)
    return f"{west - aside:.5f},{south - above:.5f},{east + aside:.5f},{north + above:.5f}"


def record_list(request: HttpRequest, programme: str, code: str) -> HttpResponse:
    register = register_of(programme, code)
    place = place_asked(request, levels=ALL)
    if isinstance(place, HttpResponse):
        return place
    asked = {name: value.replace("\x00", "\ufffd") for name, value in request.GET.items()}
    rows = filtered(register, request.user, asked)
    order = asked.get("order", "")
    if order.removeprefix("-") not in {"ref", "place", *register.listed}:
        order = ""
    sorted_rows = rows.order_by(order, "pk") if order else rows.order_by("-pk")
    page = Paginator(sorted_rows.select_related("place", "owner", *register.pointing(register.listed)), PAGE).get_page(
        asked.get("page")
    )
    query = request.GET.copy()
    for name in DROPPED:
        query.pop(name, None)
    seen = register.model.objects.visible_to(request.user)
    count = page.paginator.count
    drawn = bool(register.geometry and count <= MOST_ON_A_MAP)
    filters = [name for name in ("q", "place", "period", "organisation", "state") if asked.get(name)]
    return render(
        request,
        "records/list.html",
        {
            "register": register,
            "page": page,
            "columns": columns(register, order),
            "rows": [{"record": record, "cells": cells(register, record, register.listed)} for record in page],
            "query": query.urlencode(),
            "filtered": bool(filters),
            "demonstration": any(record.source == Source.DEMONSTRATION for record in page),
            "states": register.states,
            "places": [one.place for one in places_at(level=Level.GOVERNORATE)],
            "place": place.place,
            "found": place,
            "candidates": links(request, place),
            "filter_notes": wrong_filters(asked, register),
            "periods": periods(seen, register.declared.period or "known_at", asked.get("period", "")),
            "organisations": Organisation.objects.filter(pk__in=seen.order_by().values("owner")).order_by("ref"),
            "asked": asked,
            "may_add": may(request.user, "add", programme),
            "add_at": register.door("add") or reverse("record-new", args=[programme, register.code]),
            "may_import": may(request.user, "import", programme),
            "imports": [one for one in register.programme.imports if one.record],
            "file": register_file(register),
            "bounds": extent(rows, str(register.geometry)) if drawn else "",
            "too_many": bool(register.geometry and count > MOST_ON_A_MAP),
        },
        status=404 if place.said else 200,
    )


def wrong_filters(asked: dict[str, str], register: Register) -> list[str]:
    """Sentences about filters that say nothing known: of a state all are shown; an unknown period or owner has no rows."""
    words = Filters(asked)
    words.one_of("state", _("State"), [code for code, _name in register.states], "", _("All"))
    nothing = _("No record")
    if asked.get("period") and period_days(asked["period"]) is None:
        words.wrong("period", _("Period"), nothing)
    if asked.get("organisation") and not Organisation.objects.filter(ref=asked["organisation"]).exists():
        words.wrong("organisation", _("Organisation"), nothing)
    return words.notes


def register_file(register: Register) -> str:
    """Where the files of the same rows are, without their ending."""
    return f"/records/{register.programme.name}/{register.code}"


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
            "shared": cells(register, record, ["place", "owner", "known_at"]),
            "file": register_file(register),
            "bounds": extent(register.model.everything.filter(pk=record.pk), geometry)
            if geometry and getattr(record, geometry) and not record.deleted_at
            else "",
            "findings": findings if request.user.is_authenticated else findings.none(),
            "may_change": may_on(request.user, "change", record),
            "may_delete": may_on(request.user, "delete", record),
            "deletes_here": not register.door("delete", record),
        },
    )


@login_required
def record_new(request: HttpRequest, programme: str, code: str) -> HttpResponse:
    register = register_of(programme, code)
    if not may(request.user, "add", programme):
        raise PermissionDenied
    if door := register.door("add"):
        return elsewhere(request, door)
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
    if door := register.door("change", record):
        return elsewhere(request, door)
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
    """Both versions side by side. What only the other one changed is taken over into the form; the rest is asked."""
    seen = visible_events(register, current, request.user)
    base = next((event for event in seen if event.version == read), None)
    names = {name: register.label(name) for name in register.editable}
    theirs = {one.field: one for one in differences(base, current, names)} if base else {}
    mine = {one.field: one for one in differences(base or current, form.instance, names)}
    events = [event for event in seen if event.version > (read or 0)]
    people = people_of(events)
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
    fresh = form_class(register)(instance=current, user=request.user, register=register)
    form.data = form.data.copy()
    for name in set(theirs) - set(mine):
        take_over(form.data, fresh[name])
    form.data["version"] = str(current.version)
    return render(
        request,
        "records/conflict.html",
        {
            "register": register,
            "form": form,
            "record": current,
            "rows": rows,
            "both": any(row["both"] for row in rows),
            "since": [{"event": one, **facts_of(one, people)} for one in events],
        },
        status=409,
    )


def take_over(data: Any, bound: Any) -> None:
    """Writes what a fresh form shows in a field into the data of another one."""
    widget, value = bound.field.widget, bound.value()
    if isinstance(widget, forms.MultiWidget):
        for number, part in enumerate(widget.decompress(value)):
            data[f"{bound.html_name}_{number}"] = "" if part is None else str(part)
    elif isinstance(widget, forms.CheckboxInput):
        data.pop(bound.html_name, None)
        if value:
            data[bound.html_name] = "on"
    else:
        shown = widget.format_value(value)
        data[bound.html_name] = shown[0] if isinstance(shown, list) else shown or ""


@login_required
def record_delete(request: HttpRequest, programme: str, code: str, ref: str) -> HttpResponse:
    register = register_of(programme, code)
    record = by_ref(register.model.objects.visible_to(request.user), ref)
    if not may_on(request.user, "delete", record):
        raise PermissionDenied
    if door := register.door("delete", record):
        return elsewhere(request, door)
    error = ""
    if request.method == "POST":
        try:
            delete(record, why=request.POST.get("why", ""), version=version_read(request.POST.get("version", "")))
        except Stale as stale:
            record = stale.current
            error = _("Somebody changed this record since you read it. Look at it again before you delete it.")
        except Refused as refusal:
            error = str(refusal)
        else:
            messages.success(request, _("%(ref)s is deleted. You can bring it back.") % {"ref": record.ref})
            return redirect(record)
    return render(
        request,
        "records/delete.html",
        {
            "register": register,
            "record": record,
            "cells": cells(register, record, register.listed),
            "error": error,
            "why": request.POST.get("why", ""),
        },
        status=422 if error else 200,
    )


@login_required
def record_undelete(request: HttpRequest, programme: str, code: str, ref: str) -> HttpResponse:
    register = register_of(programme, code)
    record = by_ref(register.model.everything.visible_to(request.user), ref)
    if request.method != "POST" or not may_on(request.user, "delete", record):
        raise PermissionDenied
    undelete(record, why=request.POST.get("why", ""))
    messages.success(request, _("%(ref)s is back.") % {"ref": record.ref})
    return redirect(record)
