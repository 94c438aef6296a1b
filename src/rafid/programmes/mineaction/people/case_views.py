"""Victims: the list, one person's case, registering, correcting, needs, erasing. All of it behind the door."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rafid.commons.filters import Filters
from rafid.commons.people.access_log import readings_of
from rafid.commons.records.change import Refused, Stale, version_read
from rafid.commons.records.queries import by_ref
from rafid.commons.writing import whole

from ..models import Accident, Harm, Need, Victim
from .door import Opened, behind_door, name_parts, with_names
from .erase import erase_victim
from .forms import EraseForm, NeedForm, ReferralForm, VictimForm
from .framing import made_up
from .refer import ENDED, assess, meet, refer
from .register import correct, register
from .words import doing_words, injury_words

PAGE = 25


def _rows(request: HttpRequest) -> Any:
    return Victim.objects.visible_to(request.user).select_related("accident", "place", "residence", "owner")


@require_safe
@behind_door
def victims(request: HttpRequest, door: Opened) -> HttpResponse:
    filters = Filters(request.GET)
    years = [one.year for one in _rows(request).dates("on", "year", order="DESC")]
    year = filters.one_of("year", _("Year"), {str(one): one for one in years}, None)
    harm = filters.one_of("harm", _("Harm"), Harm.values, "")
    show = filters.one_of("show", _("Show"), ("waiting", "erased"), "")
    rows = _rows(request).annotate(
        needs_open=Count("needs", filter=Q(needs__met_on=None), distinct=True),
        referrals_open=Count("referrals", filter=~Q(referrals__state__in=ENDED), distinct=True),
    )
    rows = rows.filter(state="erased") if show == "erased" else rows.exclude(state="erased")
    if year:
        rows = rows.filter(on__year=year)
    if harm:
        rows = rows.filter(harm=harm)
    if show == "waiting":
        rows = rows.filter(Q(needs_open__gt=0) | Q(referrals_open__gt=0))
    page = Paginator(rows.order_by("-on", "ref"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page, "rows": with_names(request, page.object_list, door), "door": door, "years": years, "year": year,
        "harm": harm, "show": show, "demonstration": made_up(Victim), "harms": Harm.choices, "filter_notes": filters.notes,
    }  # fmt: skip
    return render(request, "mineaction/people/victims.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@behind_door
def new(request: HttpRequest, door: Opened) -> HttpResponse:
    form = VictimForm(
        request.POST or None, user=request.user, initial={"accident": request.GET.get("accident", "")[:60]}
    )
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            victim = register(form.cleaned_data["owner"], form.name, form.values(), by=request.user)
            return redirect("mineaction-victim", victim.ref)
        except Refused as refused:
            error = str(refused)
    return _form(request, form, _("Register a victim"), None, error)


@require_http_methods(["GET", "HEAD", "POST"])
@behind_door
def edit(request: HttpRequest, ref: str, door: Opened) -> HttpResponse:
    victim, error = by_ref(_rows(request), ref), ""
    name = name_parts(request, [victim], door).get(victim.pk, [])
    form = VictimForm(request.POST or None, user=request.user, victim=victim, name=name)
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            correct(victim, form.name, form.values(), by=request.user, version=version)
            return redirect("mineaction-victim", victim.ref)
        except Refused as refused:
            error = str(refused)
        except Stale:
            error = _stale()
    return _form(request, form, _("Correct what was recorded"), victim, error)


def _form(request: HttpRequest, form: VictimForm, title: str, victim: Victim | None, error: str) -> HttpResponse:
    accidents = Accident.objects.visible_to(request.user).select_related("place").order_by("-on")[:300]
    context = {"form": form, "title": title, "victim": victim, "error": error, "accidents": accidents}
    return render(request, "mineaction/people/victim_form.html", context, status=422 if error or form.errors else 200)


@require_safe
@behind_door
def victim(request: HttpRequest, ref: str, door: Opened) -> HttpResponse:
    return _case(request, by_ref(_rows(request), ref), door)


def _case(request: HttpRequest, row: Victim, door: Opened, *, error: str = "", **forms: Any) -> HttpResponse:
    (row,) = with_names(request, [row], door)
    today = timezone.localdate()
    dates = {"on": today, "consent_on": today}
    context = {
        "victim": row,
        "demonstration": made_up(Victim),
        "door": door,
        "needs": row.needs.order_by("on", "pk"),
        "referrals": row.referrals.order_by("-on", "ref"),
        "doing": doing_words(row.doing),
        "injuries": injury_words(row.injuries),
        "need_form": NeedForm(initial=dates, prefix="need"),
        "referral_form": ReferralForm(initial=dates, prefix="referral", victim=row),
        "erased": getattr(row, "erased", None) if row.state == "erased" else None,
        "readings": readings_of(row)[:20],
        "error": error,
        "today": today,
        **forms,
    }
    wrong = error or any(one.errors for one in forms.values())
    return render(request, "mineaction/people/victim.html", context, status=422 if wrong else 200)


@require_POST
@behind_door
def add_need(request: HttpRequest, ref: str, door: Opened) -> HttpResponse:
    row = by_ref(_rows(request), ref)
    form = NeedForm(request.POST, prefix="need")
    if not form.is_valid():
        return _case(request, row, door, need_form=form)
    try:
        assess(row, **form.cleaned_data, by=request.user)
    except Refused as refused:
        return _case(request, row, door, error=str(refused), need_form=form)
    return redirect("mineaction-victim", row.ref)


@require_POST
@behind_door
def meet_need(request: HttpRequest, ref: str, pk: Any, door: Opened) -> HttpResponse:
    row = by_ref(_rows(request), ref)
    need = get_object_or_404(Need.objects.visible_to(request.user).filter(victim=row), pk=pk)
    try:
        meet(need, on=timezone.localdate(), by=request.user)
    except Refused as refused:
        return _case(request, row, door, error=str(refused))
    return redirect("mineaction-victim", row.ref)


@require_POST
@behind_door
def add_referral(request: HttpRequest, ref: str, door: Opened) -> HttpResponse:
    row = by_ref(_rows(request), ref)
    form = ReferralForm(request.POST, prefix="referral", victim=row)
    if not form.is_valid():
        return _case(request, row, door, referral_form=form)
    said = form.cleaned_data
    try:
        made = refer(row, said.pop("service"), said.pop("to"), **said, by=request.user)
    except Refused as refused:
        return _case(request, row, door, error=str(refused), referral_form=form)
    return redirect("mineaction-referral", made.ref)


@require_http_methods(["GET", "HEAD", "POST"])
@behind_door
def erase(request: HttpRequest, ref: str, door: Opened) -> HttpResponse:
    row, error = by_ref(_rows(request), ref), ""
    form = EraseForm(request.POST or None, victim=row, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            erase_victim(
                row, ground=said["ground"], reason=said["reason"], by=request.user,
                version=version_read(str(said["version"])),
            )  # fmt: skip
            return redirect("mineaction-victim", row.ref)
        except Refused as refused:
            error = str(refused)
        except Stale:
            error = _stale()
    context = {"victim": row, "form": form, "error": error, "ref": whole(row.ref)}
    return render(request, "mineaction/people/erase.html", context, status=422 if error or form.errors else 200)


def _stale() -> str:
    return _("Somebody changed this record since you read it. Open it again and look what stands there now.")
