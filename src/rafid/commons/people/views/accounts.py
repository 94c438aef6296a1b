"""Accounts for administrators: the list with filters and export, a person's page, and what may be done to an account."""

from __future__ import annotations

import csv
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from rafid.commons.spreadsheets import disarmed

from .. import account as verbs
from .. import door
from ..access_log import readings_by
from ..activity import did
from ..administration import accounts_of, grants_of, may_give, may_manage
from ..fields import OrganisationField, PlaceField, ReasonForm, RoleField
from ..forms import GrantForm, PersonForm, attempt, end_of
from ..grant import give, revoke
from ..models import Account, Grant
from ..scopes import role_name, scope_text
from ..visibility import organisations_within, places_within, requires_second_factor
from .common import administrator, page, qr_path, shown_once

READINGS = 50


class Filter(forms.Form):
    q = forms.CharField(required=False, max_length=200)
    organisation = OrganisationField()
    place = PlaceField()
    role = RoleField(required=False, empty=gettext_lazy("All roles"))
    state = forms.ChoiceField(required=False, choices=[("", ""), ("open", ""), ("closed", "")])


def filtered(request: HttpRequest) -> tuple[QuerySet[Account], Filter]:
    """The accounts that the address asks for, within the administrator's scope; what is not understood finds nothing."""
    rows = accounts_of(request.user)
    asked = Filter(request.GET)
    if not asked.is_valid():
        return rows.none(), asked
    want = asked.cleaned_data
    if want["q"]:
        text = want["q"].replace("\x00", "")
        rows = rows.filter(Q(login__icontains=text) | Q(full_name__icontains=text) | Q(email__icontains=text))
    if want["organisation"]:
        rows = rows.filter(organisation__in=organisations_within(want["organisation"].pk))
    current = grants_of(request.user) & Grant.objects.current()
    held = current
    if want["place"]:
        held = held.filter(place__in=places_within(want["place"].pk))
    if want["role"]:
        held = held.filter(role=want["role"])
    if want["place"] or want["role"]:
        rows = rows.filter(pk__in=held.values("account"))
    if want["state"]:
        rows = rows.filter(is_active=want["state"] == "open")
    return (
        rows.select_related("organisation")
        .prefetch_related(Prefetch("grants", current.select_related("organisation", "place__parent"), to_attr="shown"))
        .order_by("full_name", "login"),
        asked,
    )


@administrator
def people(request: HttpRequest) -> HttpResponse:
    rows, asked = filtered(request)
    if request.GET.get("format") == "csv":
        return _csv(rows)
    shown = Paginator(rows, 50).get_page(request.GET.get("page"))
    return page(
        request, "people", {"page": shown, "asked": asked, "filtering": any(map(request.GET.get, asked.fields))}
    )


def _csv(rows: QuerySet[Account]) -> HttpResponse:
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="people.csv"'
    out = csv.writer(answer)
    out.writerow([_("Login"), _("Name"), _("E-mail"), _("Works for"), _("Account"), _("Role"), _("Scope"), _("Until")])
    for account in rows:
        own = [
            account.login,
            account.full_name,
            account.email,
            account.organisation or "",
            _("open") if account.is_active else _("closed"),
        ]
        grants: list[Grant | None] = list(account.shown) or [None]  # type: ignore[attr-defined]
        for grant in grants:
            held = (
                [role_name(grant.role), scope_text(grant), grant.until.date() if grant.until else ""] if grant else []
            )
            out.writerow([disarmed(str(cell)) for cell in [*own, *held]])
    return answer


def person_or_404(request: HttpRequest, login: str) -> Account:
    found = accounts_of(request.user).filter(login=login.replace("\x00", "")).select_related("organisation").first()
    if found is None:
        raise Http404
    return found


@administrator
def person(request: HttpRequest, login: str) -> HttpResponse:
    account = person_or_404(request, login)
    on, before = _day(request.GET.get("on")), _moment(request.GET.get("before"))
    deeds, following = did(account, request.user, on=on, before=before)
    grants = account.grants.select_related("organisation", "place__parent", "given_by", "revoked_by").order_by(
        "-given_at"
    )
    within = set(grants_of(request.user).filter(account=account).values_list("pk", flat=True))
    current = [one for one in grants if one.revoked_at is None and (one.until is None or one.until > timezone.now())]
    manages = may_manage(request.user, account)
    return page(
        request,
        "person",
        {
            "person": account,
            "grants": [one for one in current if one.pk in within],
            "past": [one for one in grants if one.pk in within and one not in current],
            "elsewhere": sum(one.pk not in within for one in current),
            "manages": manages,
            "is_me": account.pk == request.user.pk,
            "factor": {"on": account.authenticator_set.exists(), "asked": requires_second_factor(account)},
            "locked": door.any_lock_until(account),
            "last": account.sign_ins.filter(kind="success").order_by("-at").first(),
            "deeds": deeds,
            "following": following.isoformat() if following else "",
            "on": on,
            "readings": readings_by(account)[:READINGS],
            "form": GrantForm(giver=request.user, auto_id="give_%s"),
            "move": PersonForm(initial={"member_of": account.organisation}, auto_id="move_%s"),
        },
    )


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parse_datetime((text or "").replace(" ", "+"))
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None


@administrator
@require_POST
def give_role(request: HttpRequest, login: str) -> HttpResponse:
    account = person_or_404(request, login)
    form = GrantForm(request.POST, giver=request.user)
    if form.is_valid():
        want = form.cleaned_data
        made = attempt(
            form,
            lambda: give(
                request.user,
                account,
                want["role"],
                organisation=want["organisation"],
                place=want["place"],
                until=end_of(want["until"]),
                reason=want["reason"],
            ),
        )
        if made:
            said = {"person": account, "role": role_name(made.role), "scope": scope_text(made)}
            messages.success(request, _("%(person)s now holds the role “%(role)s” for: %(scope)s") % said)
            return redirect(account)
    return page(request, "give", {"person": account, "form": form}, status=422)


@administrator
def take_back(request: HttpRequest, login: str, pk: UUID) -> HttpResponse:
    account = person_or_404(request, login)
    grant = (
        grants_of(request.user).filter(account=account, pk=pk).select_related("organisation", "place__parent").first()
    )
    if grant is None or not may_give(request.user, grant.role, grant.organisation_id, grant.place_id):
        raise Http404
    return confirmed(
        request,
        account,
        lambda reason: revoke(grant, request.user, reason),
        title=_("Take back the role “%s”") % role_name(grant.role),
        question=_("%(person)s holds it for: %(scope)s") % {"person": account, "scope": scope_text(grant)},
        action=_("Take back"),
    )


def confirmed(
    request: HttpRequest,
    account: Account,
    verb: Any,
    *,
    title: str,
    action: str,
    question: str = "",
    danger: bool = True,
) -> HttpResponse:
    """Asks why, then does it; a refusal stands above the form."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        attempt(form, lambda: verb(form.cleaned_data["reason"]))
        if not form.errors:
            messages.success(request, _("Done."))
            return redirect(account)
    context = {"title": title, "question": question, "form": form, "action": action, "danger": danger}
    context |= {"back": account.get_absolute_url(), "of": account}
    return page(request, "confirm", context, 422 if form.errors else 200)


def managed_or_404(request: HttpRequest, login: str) -> Account:
    account = person_or_404(request, login)
    if not may_manage(request.user, account):
        raise PermissionDenied(_("This person holds roles outside your scope, so that you cannot change the account."))
    return account


@administrator
def close(request: HttpRequest, login: str) -> HttpResponse:
    account = managed_or_404(request, login)
    return confirmed(
        request,
        account,
        lambda reason: verbs.close(account, request.user, reason),
        title=_("Close the account of %s") % account,
        question=_("Nobody signs in with it any more, and its tokens stop. What the person did stays."),
        action=_("Close the account"),
    )


@administrator
def reopen(request: HttpRequest, login: str) -> HttpResponse:
    account = managed_or_404(request, login)
    return confirmed(
        request,
        account,
        lambda reason: verbs.reopen(account, request.user, reason),
        title=_("Open the account of %s again") % account,
        question=_("Roles that were not taken back are held again."),
        action=_("Open the account"),
        danger=False,
    )


@administrator
def unlock(request: HttpRequest, login: str) -> HttpResponse:
    account = managed_or_404(request, login)
    return confirmed(
        request,
        account,
        lambda reason: verbs.open_door(account, request.user, reason),
        title=_("Let %s sign in at once") % account,
        question=_("The lock after repeated failures is opened. Make sure who asked you."),
        action=_("Open the lock"),
        danger=False,
    )


@administrator
def remove_factor(request: HttpRequest, login: str) -> HttpResponse:
    account = managed_or_404(request, login)
    return confirmed(
        request,
        account,
        lambda reason: verbs.remove_second_factor(account, request.user, reason),
        title=_("Remove the authenticator app of %s") % account,
        question=_("For a lost telephone. Make sure in person who asks: the password alone opens the account then."),
        action=_("Remove"),
    )


@administrator
@require_POST
def move(request: HttpRequest, login: str) -> HttpResponse:
    account = managed_or_404(request, login)
    form = PersonForm(request.POST)
    if form.is_valid():
        want = form.cleaned_data
        attempt(form, lambda: verbs.move(account, want["member_of"], request.user, want["reason"]))
    for errors in form.errors.values():
        messages.error(request, " ".join(errors))
    if not form.errors:
        messages.success(request, _("Done."))
    return redirect(account)


@administrator
@require_POST
def reset_code(request: HttpRequest, login: str) -> HttpResponse:
    """A printed code for somebody who has no e-mail; shown once."""
    account = managed_or_404(request, login)
    try:
        reset, code = verbs.make_reset_code(account, request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(account)
    address = request.build_absolute_uri(reverse("reset"))
    context = {"person": account, "code": code, "address": address, "expires": reset.expires_at}
    return shown_once(request, "reset_card", {**context, "qr": qr_path(f"{address}?code={code}")})
