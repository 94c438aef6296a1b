"""Sessions of risk education: who heard it, where, how. Public, without names."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons.filters import Filters
from rafid.commons.history import because
from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import places_within
from rafid.commons.places.country import country
from rafid.commons.places.finding import find_place, links, place_asked
from rafid.commons.places.models import Level, Place
from rafid.commons.programme import Field
from rafid.commons.records.change import Refused, save
from rafid.commons.records.forms import DateInput, PlaceField, PointField4326

from ..declared import three
from ..listing_map import bounds_of
from ..models import EoreMethod, EoreSession
from ..picture.files import KINDS, send_rows
from ..picture.shapes import collection, feature, with_shape
from ..refusals import told
from ..seeing import AUTHORITY, held, may_here
from .framing import said_of

PAGE = 50
AUDIENCE = ("men", "women", "boys", "girls")
TITLE = three(
    "جلسات التوعية بمخاطر الذخائر المتفجرة", "دانیشتنەکانی هۆشیارکردنەوە لە مەترسیی تەقەمەنی", "Risk-education sessions"
)
FIELDS = (
    Field("ref", three("المرجع", "ژمارەی تۆمار", "Reference"), hxl="#meta+id"),
    Field("on", three("التاريخ", "بەروار", "Date"), "date", hxl="#date"),
    Field("method", three("الطريقة", "شێواز", "Method")),
    Field("organisation", three("الجهة المنفذة", "لایەنی جێبەجێکار", "Operator"), hxl="#org"),
    Field("adm_code", three("رمز المكان", "کۆدی شوێن", "Code of the place"), hxl="#loc+code"),
    Field("place", three("المكان", "شوێن", "Place"), hxl="#loc+name"),
    Field("men", three("رجال", "پیاوان", "Men"), "integer", hxl="#reached+m+adult"),
    Field("women", three("نساء", "ژنان", "Women"), "integer", hxl="#reached+f+adult"),
    Field("boys", three("فتيان", "کوڕان", "Boys"), "integer", hxl="#reached+m+children"),
    Field("girls", three("فتيات", "کچان", "Girls"), "integer", hxl="#reached+f+children"),
    Field("with_disability", three("من ذوي الإعاقة", "کەمئەندامان", "With a disability"), "integer"),
    Field("campaign", three("الحملة", "هەڵمەت", "Campaign")),
    Field("authority", three("السلطة", "دەسەڵات", "Authority")),
    Field("note", three("ملاحظة", "تێبینی", "Note")),
)  # fmt: skip


def rows_of(user: Any, place: Any, filters: Filters) -> Any:
    rows = EoreSession.objects.visible_to(user).select_related("place", "organisation", "owner")
    if place is not None:
        rows = rows.filter(place__in=places_within(place.pk))
    method = filters.one_of("method", _("Method"), EoreMethod.values, "")
    year = filters.one_of("year", _("Year"), years(user), "")
    if method:
        rows = rows.filter(method=method)
    return rows.filter(on__year=year) if year else rows


def years(user: Any) -> list[str]:
    return [str(one.year) for one in EoreSession.objects.visible_to(user).order_by().dates("on", "year", order="DESC")]


def teaches(user: Any) -> bool:
    """May this person enter a session here?"""
    return bool(held(user, AUTHORITY, "eore"))


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    found = place_asked(request)
    if isinstance(found, HttpResponse):
        return found
    filters = Filters(request.GET)
    rows = rows_of(request.user, found.place, filters)
    columns = (*AUDIENCE, "with_disability")
    sums = rows.order_by().aggregate(**{name: Sum(name) for name in columns})
    months = (
        rows.order_by().annotate(month=TruncMonth("on")).values("month")
        .annotate(sessions=Count("pk"), **{f"{name}_sum": Sum(name) for name in columns}).order_by("-month")[:24]
    )  # fmt: skip
    page = Paginator(rows.order_by("-on", "pk"), PAGE).get_page(request.GET.get("page"))
    query = request.GET.urlencode()
    context = {
        "page": page, "count": page.paginator.count, "sums": sums, "all": sum(sums[name] or 0 for name in AUDIENCE),
        "months": list(months), "found": found, "candidates": links(request, found), "filter_notes": filters.notes,
        "place": found.place, "methods": EoreMethod.choices, "years": years(request.user), "kinds": KINDS, "query": query,
        "places": Place.objects.filter(level=Level.GOVERNORATE, division=country().division).order_by("ref"),
        "shapes": reverse("mineaction-eore-shapes") + (f"?{query}" if query else ""), "may_add": teaches(request.user),
        "bounds": bounds_of(rows, "point", found.place),
        "frame": said_of(rows, EoreSession, found.place),
    }  # fmt: skip
    return render(request, "mineaction/people/sessions.html", context, status=404 if found.said else 200)


def _asked(request: HttpRequest) -> tuple[Any, Any]:
    found, filters = find_place(request.GET.get("place", "")), Filters(request.GET)
    rows = rows_of(request.user, found.place, filters)
    if found.said or filters.wrongs:
        raise Http404
    return rows, found.place


@require_safe
def shapes(request: HttpRequest) -> HttpResponse:
    rows, _place = _asked(request)
    features = []
    for row in with_shape(rows.exclude(point=None).order_by("-on"), "point")[:5000]:
        text = _("%(number)s people, %(method)s") % {"number": row.audience, "method": row.get_method_display()}
        said = {"kind": "session", "name": row.ref, "text": text,
                "url": reverse("record", args=["mineaction", "eore", row.ref])}  # fmt: skip
        features.append(feature(row.shape, json.dumps(said, ensure_ascii=False)))
    return collection(features)


@require_safe
def export(request: HttpRequest, kind: str) -> Any:
    if kind not in KINDS:
        raise Http404
    rows, place = _asked(request)
    frame = said_of(rows, EoreSession, place)
    made = [
        {
            **{name: getattr(row, name) for name in (*AUDIENCE, "with_disability", "on", "method", "campaign", "ref")},
            "organisation": row.organisation and row.organisation.ref, "adm_code": row.place and row.place.ref,
            "place": row.place and row.place.name, "authority": row.owner.ref, "note": frame.said, "_shape": row.shape,
        }
        for row in with_shape(rows, "point")
    ]  # fmt: skip
    name = f"mineaction-eore-{frame.asked.on}"
    return send_rows(request, kind, name, TITLE, FIELDS, made, key=("ref",), about=frame.said)


class SessionForm(forms.ModelForm):
    place = PlaceField(empty="–", required=True, label=gettext_lazy("Place"))
    point = PointField4326(required=False, label=gettext_lazy("Position"))

    class Meta:
        model = EoreSession
        fields = ("owner", "on", "place", "point", "method", "organisation", *AUDIENCE, "with_disability", "campaign")
        widgets = {"on": DateInput()}
        help_texts = {
            "men": gettext_lazy("Adults are 18 or older."),
            "boys": gettext_lazy("Children are under 18."),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        scopes = held(user, AUTHORITY, "eore")
        owner.queryset = Organisation.objects.filter(active=True)
        if all(scope.organisation for scope in scopes):
            owner.queryset = owner.queryset.filter(pk__in=[scope.organisation for scope in scopes])
        owner.label = pgettext("of mine action", "Authority")
        if owner.queryset.count() == 1:
            owner.widget, owner.initial = forms.HiddenInput(), owner.queryset.first()

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("on") and said["on"] > timezone.localdate():
            self.add_error("on", _("This day lies after today. Correct it."))
        counts = [said.get(name) for name in AUDIENCE]
        if None not in counts and not sum(counts) and said.get("method") not in ("media", "digital"):
            self.add_error("men", _("Say how many people were there; only media and digital reach people uncounted."))
        return said


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    if not teaches(request.user):
        raise Http404
    form = SessionForm(request.POST or None, user=request.user, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        row = form.save(commit=False)
        row.made_by = request.user
        if not may_here(request.user, "eore", owner=row.owner_id, place=row.place, side="authority"):
            form.add_error(
                "place",
                _("Your role does not reach this place and organisation. Choose others, or ask for a wider role."),
            )
        else:
            try:
                with told(EoreSession), because("session entered"):
                    save(row, version=None, new=True, reason="session entered")
                return redirect("record", "mineaction", "eore", row.ref)
            except Refused as refused:
                form.add_error(None, str(refused))
    return render(request, "mineaction/people/session_form.html", {"form": form}, status=422 if form.errors else 200)
