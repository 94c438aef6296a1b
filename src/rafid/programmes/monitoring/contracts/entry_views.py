"""Adding and correcting: lines, plans, progress, money, states; and the tables to fill in."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rafid.commons import blobs
from rafid.commons.history import because
from rafid.commons.records.change import Refused
from rafid.commons.records.queries import by_ref

from ..models import Contract, ContractState, WorkplanLine
from ..refusals import told
from . import months
from .files import TYPES
from .forms import LineForm, PlanForm, ReportForm, SpendForm
from .ledger import Ledger, Wrong
from .queries import contracts_seen
from .rights import may_change, may_report
from .tables import progress_table as table_of_progress
from .tables import workplan_table as table_of_workplan
from .workplan import Planned, change_state, judge_months, keep_line, write_months


def _contract(request: HttpRequest, ref: str, allowed: Any = may_change) -> Contract:
    """Out of scope is 404; seen and not one's own to change is 403."""
    contract: Contract = by_ref(contracts_seen(request.user), ref)
    if not allowed(request.user, contract):
        raise PermissionDenied(_("Your roles do not let you change the numbers of this contract."))
    return contract


def _line(request: HttpRequest, contract: Contract, code: str) -> WorkplanLine:
    row: WorkplanLine | None = contract.lines.visible_to(request.user).filter(code=code.replace("\x00", "")).first()
    if row is None:
        raise Http404
    return row


def _shown(request: HttpRequest, contract: Contract, form: Any, title: str, **more: Any) -> HttpResponse:
    context = {"contract": contract, "form": form, "title": title, **more}
    status = 422 if form.errors else 200
    return render(request, "monitoring/contracts/entry.html", context, status=status)


def _page(contract: Contract) -> str:
    return reverse("monitoring-contract", args=[contract.ref])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_line(request: HttpRequest, ref: str) -> HttpResponse:
    contract = _contract(request, ref)
    form = LineForm(request.POST or None, instance=WorkplanLine(contract=contract))
    if request.method == "POST" and form.is_valid():
        return _keep(request, contract, form)
    return _shown(request, contract, form, _("New line"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_line(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    contract = _contract(request, ref)
    form = LineForm(request.POST or None, instance=_line(request, contract, code))
    if request.method == "POST" and form.is_valid():
        return _keep(request, contract, form)
    return _shown(request, contract, form, _("Change line"))


def _keep(request: HttpRequest, contract: Contract, form: LineForm) -> HttpResponse:
    adding = form.instance._state.adding
    try:
        line = keep_line(form.instance, by=request.user, reason=form.cleaned_data.get("reason") or "")
    except Refused as refused:
        form.instance._state.adding = adding
        form.add_error(None, str(refused))
        return _shown(request, contract, form, _("New line") if adding else _("Change line"))
    messages.success(request, _("The line is kept."))
    return redirect("monitoring-line", contract.ref, line.code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    contract = _contract(request, ref)
    line = _line(request, contract, code)
    form = PlanForm(request.POST or None, line=line, contract=contract)
    if request.method == "POST" and form.is_valid():
        written = {month: value for month, value in form.planned.items() if value is not None}
        try:
            doubts = judge_months(Planned(contract, {"code": line.code}, written), line.target)
            with told(), because(form.cleaned_data["reason"]):
                write_months(line, form.planned, by=request.user)
        except (Wrong, Refused) as wrong:
            form.add_error(None, str(wrong))
        else:
            _say(request, [_("The plan is kept."), *map(str, doubts)])
            return redirect("monitoring-line", contract.ref, line.code)
    return _shown(request, contract, form, _("Plan by month"), line=line, many=True)


def _say(request: HttpRequest, sentences: list[str]) -> None:
    messages.success(request, sentences[0])
    for sentence in sentences[1:]:
        messages.warning(request, sentence)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, ref: str) -> HttpResponse:
    contract = _contract(request, ref, may_report)
    initial = {"received_on": timezone.localdate(), "line": request.GET.get("line"), "month": request.GET.get("month")}
    form = ReportForm(
        request.POST or None, request.FILES or None, contract=contract, user=request.user, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        site = values.get("site")
        taken = _take(
            request, contract, form, "value", value=values["value"], line=values["line"], site=site.pk if site else None,
            unit=values["unit"],
        )  # fmt: skip
        if taken:
            return redirect("monitoring-line", contract.ref, values["line"].code)
    return _shown(request, contract, form, _("Report progress"), upload=True)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def spend(request: HttpRequest, ref: str) -> HttpResponse:
    contract = _contract(request, ref, may_report)
    initial = {"received_on": timezone.localdate(), "month": request.GET.get("month")}
    form = SpendForm(request.POST or None, request.FILES or None, contract=contract, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and _take(request, contract, form, "amount", value=float(form.cleaned_data["amount"]))
    ):
        return redirect(_page(contract))
    return _shown(request, contract, form, _("Report spending"), upload=True)


def _take(request: HttpRequest, contract: Contract, form: Any, field: str, *, value: float, **what: Any) -> bool:
    """Writes one number with its paper; what cannot stand is told beside its field."""
    values = form.cleaned_data
    month = months.asked(values["month"])
    assert month is not None
    columns = {"reported": field, "spent": field}
    try:
        with told():
            # Two who report the same month wait for one another, and the second sees the first one's number.
            Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
            ledger = Ledger.of([contract])
            ledger.take(contract, month, value, reason=values["reason"], **what)
            ledger.settle()
            file = values.get("document")
            blob = blobs.receive(file.chunks()) if file else None
            received = datetime.combine(values["received_on"], time(12), tzinfo=timezone.get_current_timezone())
            ledger.write(
                by=request.user, received_at=received, document=blob.sha256 if blob else "",
                document_name=file.name if file else "",
            )  # fmt: skip
    except Wrong as wrong:
        name = columns.get(wrong.column, wrong.column)
        form.add_error(name if name in form.fields else None, str(wrong))
        return False
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    if ledger.same:
        messages.info(request, _("This number was there already; nothing is changed."))
    else:
        _say(request, [_("The number is kept, as version %(number)s.") % {"number": ledger.entries[0].version},
                       *map(str, ledger.doubts)])  # fmt: skip
    return True


@login_required
@require_POST
def state(request: HttpRequest, ref: str) -> HttpResponse:
    contract = _contract(request, ref)
    asked = request.POST.get("state", "")
    if asked not in ContractState.values:
        raise Http404
    try:
        change_state(contract, asked, reason=request.POST.get("reason", "")[:500])
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The state of the contract is kept."))
    return redirect(_page(contract))


def _xlsx(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=TYPES["xlsx"])
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-cache"
    return response


@login_required
@require_safe
def workplan_table(request: HttpRequest, ref: str) -> HttpResponse:
    contract: Contract = by_ref(contracts_seen(request.user), ref)
    return _xlsx(table_of_workplan(contract), f"workplan-{contract.ref}.xlsx")


@login_required
@require_safe
def progress_table(request: HttpRequest, ref: str) -> HttpResponse:
    """With the sites, for those who see their register."""
    contract = _contract(request, ref, may_report)
    month = months.asked(request.GET.get("month", "")) or months.last_ended()
    data = table_of_progress(contract, month, sites=may_change(request.user, contract))
    return _xlsx(data, f"progress-{contract.ref}-{months.code(month)}.xlsx")
