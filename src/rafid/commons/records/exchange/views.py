"""Pages of the exchange: nodes and what each has, files to carry, and cases with their sides beside one another."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from rafid.commons.names import pick
from rafid.commons.people.models import Account, Grant, Organisation
from rafid.commons.people.visibility import may, roles
from rafid.commons.programme import PLATFORM
from rafid.commons.writing import number
from rafid.methods.exchange import is_receipt

from ..models import Case, Cause, ExchangeReceipt, ExchangeState, Node, Task
from ..watching import running, silence
from . import cases, nodes, receiving, rights
from .carrying import MOST_BYTES, Taken, take_receipt, write
from .declared import kind_named
from .errors import Refused
from .rights import may_see, may_somewhere
from .rounds import fetch, heard
from .shown import consents, decision_of, kind_title, map_panel, record_link, shapes, table_of, title_of
from .status import status
from .writing import refusal


def exchanging(action: str = "exchange") -> Any:
    """For those who hold the right; for everybody else there is nothing."""

    def decorate(view: Any) -> Any:
        @wraps(view)
        @login_required
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may_somewhere(request.user, *action.split()):
                raise Http404
            answer: HttpResponse = view(request, *args, **kwargs)
            return answer

        return inner

    return decorate


@exchanging("exchange decide")
def overview(request: HttpRequest, error: str = "", code: int = 200) -> HttpResponse:
    own = nodes.own()
    now = status(wait=False) if own else {"have": {}, "digest": ""}
    listed = list(Node.objects.select_related("organisation").order_by("-own", "name"))
    for node in listed:
        held = now["have"] if node.own else node.have
        node.holds = [_held(one.name, held, now["have"]) for one in listed]  # type: ignore[attr-defined]
        node.why = pick(node.failed) if node.failed else ""  # type: ignore[attr-defined]
    return render(
        request,
        "records/exchange/overview.html",
        {
            "own": own,
            "nodes": listed,
            "organisations": Organisation.objects.filter(active=True).order_by("ref"),
            "digest": " ".join(now["digest"][at : at + 4] for at in range(0, 24, 4)),
            "open_cases": cases.visible_cases(request.user).filter(ended_at=None).count(),
            "refused": [
                {"kind": kind_title(one.kind), "record": one.record, "why": refusal(one.refused)}
                for one in ExchangeState.objects.exclude(refused="").order_by("kind", "record")[:20]
                if may_see(request.user, one.kind)
            ],
            "waiting": sum(map(len, ExchangeState.objects.exclude(waiting=[]).values_list("waiting", flat=True))),
            "readings": [
                {
                    "task": one,
                    "text": pick(one.about),
                    "why": pick(one.error) if one.error else "",
                    "running": running(one),
                    "silent": silence(one),
                    "word": _word(one),
                }
                for one in receiving.readings(request.user)
            ],
            "receipts": ExchangeReceipt.objects.order_by("-at")[:10],
            "may_exchange": may_somewhere(request.user, "exchange"),
            "may_operate": may(request.user, "operate", PLATFORM),
            "error": error,
        },
        status=code,
    )


def _word(task: Task) -> tuple[str, str]:
    """How far a file is, and the class of its badge."""
    if running(task):
        return _("being read"), "warn"
    return (pgettext("a file is", "not taken"), "bad") if task.error else (pgettext("a file is", "read"), "good")


def _held(name: str, held: dict[str, int], ours: dict[str, int]) -> dict[str, Any]:
    """Up to which change of ``name`` a node has them, and how many of ours it lacks."""
    number = held.get(name, 0)
    return {"node": name, "number": number, "lacks": max(0, ours.get(name, 0) - number)}


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    answer: HttpResponse = overview(request, str(error), 422)
    return answer


@exchanging("operate")
@require_POST
def make_node(request: HttpRequest) -> HttpResponse:
    try:
        node = nodes.init(request.POST.get("name", "").strip())
    except Refused as error:
        return _refused(request, error)
    messages.success(request, _("This installation is the node %s now.") % node.name)
    return redirect("exchange")


@exchanging()
def own_key(request: HttpRequest) -> HttpResponse:
    node = nodes.own()
    if node is None:
        raise Http404
    return _download(nodes.key_file(node), f"{node.name}.rafid-node")


@exchanging("operate")
@require_POST
def trust_node(request: HttpRequest) -> HttpResponse:
    sent = request.FILES.get("file")
    try:
        node = nodes.trust(
            sent.read(10_000) if sent else b"",
            url=request.POST.get("url", "").strip()[:300],
            token=request.POST.get("token", "").strip()[:300],
            times=request.POST.get("times", "").strip()[:200],
        )
    except Refused as error:
        return _refused(request, error)
    messages.success(request, _("Node %s is trusted now.") % node.name)
    return redirect("exchange")


@exchanging("operate")
@require_POST
def whose_node(request: HttpRequest) -> HttpResponse:
    """Agreements with that organisation open what is given to the node alone."""
    try:
        node = nodes.belongs(request.POST.get("node", "")[:60], request.POST.get("organisation", "").strip()[:60])
    except Refused as error:
        return _refused(request, error)
    assert node.organisation is not None
    messages.success(
        request, _("%(node)s is the node of %(whose)s now.") % {"node": node.name, "whose": node.organisation.name}
    )
    return redirect("exchange")


@exchanging()
@require_POST
def read_file(request: HttpRequest) -> HttpResponse:
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise Refused(_("Choose the file that was carried here."))
        if sent.size > MOST_BYTES:
            raise Refused(_("The file is larger than 512 MB. Write it in parts."))
        data = sent.read()
        if is_receipt(data):
            kept = take_receipt(data)
            messages.success(request, _("The receipt of %s is noted.") % kept.node)
            return redirect("exchange")
        begun = receiving.begin(data, by=request.user, name=sent.name or "")
    except Refused as error:
        return _refused(request, error)
    return _begun(request, begun)


def _begun(request: HttpRequest, taken: Taken | Task) -> HttpResponse:
    """Says what became of a file, or leads to where its reading is watched."""
    if isinstance(taken, Task) and taken.by_id != request.user.pk:
        messages.info(request, _("Somebody sent this file before: it is being read."))
        return redirect("exchange")
    if isinstance(taken, Task):
        messages.info(request, _("The file is being read. You are told when it is done."))
        return redirect("task", taken.pk)
    messages.success(
        request,
        _(receiving.TAKEN)
        % {
            "node": taken.node, "taken": number(taken.taken), "known": number(taken.known),
            "waiting": number(taken.waiting), "conflicts": number(taken.conflicts),
        },
    )  # fmt: skip
    if taken.given:
        messages.info(request, _("For this node alone: %s") % taken.given)
    for sentence in taken.said:
        messages.warning(request, sentence)
    if taken.skipped:
        messages.warning(request, _("Not trusted here, and so left out: %s") % ", ".join(taken.skipped))
    return redirect("exchange")


@exchanging()
@require_POST
def write_file(request: HttpRequest, node: str) -> HttpResponse:
    other = get_object_or_404(Node, name=node, own=False)
    try:
        data = write(receiver=other)
    except Refused as error:
        return _refused(request, error)
    own = nodes.own_or_refuse()
    return _download(data, f"{own.name}-to-{other.name}.rafid")


@exchanging()
@require_POST
def ask_node(request: HttpRequest, node: str) -> HttpResponse:
    other = get_object_or_404(Node, name=node, own=False, revoked_at=None)
    try:
        taken = receiving.begin(fetch(other), by=request.user, name=other.name, carried=False)
        heard(other)
    except Refused as error:
        return _refused(request, error)
    if isinstance(taken, Task):
        return _begun(request, taken)
    messages.success(
        request, _("%(count)s changes taken from %(node)s.") % {"count": number(taken.taken), "node": other.name}
    )
    return redirect("exchange")


@exchanging("operate")
def revoke_node(request: HttpRequest, node: str) -> HttpResponse:
    other = get_object_or_404(Node, name=node, own=False)
    if request.method == "POST":
        nodes.revoke(other.name)
        messages.success(request, _("The key of %s is revoked.") % other.name)
        return redirect("exchange")
    return render(request, "records/exchange/revoke.html", {"node": other})


@exchanging()
def receipt_file(request: HttpRequest, receipt: Any) -> HttpResponse:
    kept = get_object_or_404(ExchangeReceipt, pk=receipt)
    return _download(bytes(kept.data), f"receipt-{kept.node}-{kept.file[:8]}.rafid")


def _download(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


# Cases


@exchanging("decide exchange")
def case_list(request: HttpRequest) -> HttpResponse:
    if nodes.own():
        status(wait=False)
    asked = request.GET
    rows = cases.visible_cases(request.user).select_related("assigned_to")
    state = asked.get("state", "open")
    if state in ("open", "ended"):
        rows = rows.filter(ended_at__isnull=state == "open")
    if asked.get("cause") in Cause.values:
        rows = rows.filter(cause=asked["cause"])
    if asked.get("mine"):
        rows = rows.filter(assigned_to=request.user)
    page = Paginator(rows.order_by("-opened_at", "pk"), 50).get_page(asked.get("page"))
    query = asked.copy()
    query.pop("page", None)
    return render(
        request,
        "records/exchange/cases.html",
        {
            "page": page,
            "rows": [{"case": case, "title": title_of(case)} for case in page],
            "causes": Cause.choices,
            "state": state,
            "asked": asked,
            "query": query.urlencode(),
        },
    )


@exchanging("decide exchange")
def case_page(request: HttpRequest, case: str) -> HttpResponse:
    found = get_object_or_404(cases.visible_cases(request.user).select_related("assigned_to", "decided_by"), pk=case)
    may_decide = rights.may_decide(request.user, found.kind)
    people = deciders(found)
    error = ""
    if request.method == "POST":
        if not may_decide:
            raise PermissionDenied
        try:
            _do(request, found, people)
            decided = request.POST.get("action") == "decide"
            told = _("Decided. The next file or round tells the other nodes.") if decided else _("Done.")
            messages.success(request, told)
            return redirect("exchange-case", found.pk)
        except Refused as refused:
            error = str(refused)
            found.refresh_from_db()
    return render(
        request,
        "records/exchange/case.html",
        {
            "case": found,
            "title": title_of(found),
            "table": table_of(found),
            "records": [record_link(found.kind, record) for record in found.records],
            "share": round(100 * (found.amount or 0)),
            "panel": map_panel(request, found),
            "has_shapes": bool(shapes(found)),
            "consents": consents(found) if found.cause == "agreement" and found.open else None,
            "own": nodes.own(),
            "decision": decision_of(found),
            "comments": [{**one, "at": parse_datetime(one["at"])} for one in found.comments],
            "people": people,
            "may_decide": may_decide,
            "error": error,
            "text": request.POST.get("text", ""),
        },
        status=422 if error else 200,
    )


@exchanging("decide exchange")
def case_shapes(request: HttpRequest, case: str) -> HttpResponse:
    found = get_object_or_404(cases.visible_cases(request.user), pk=case)
    return JsonResponse({"type": "FeatureCollection", "features": shapes(found)}, content_type="application/geo+json")


def deciders(case: Case) -> list[Account]:
    """Those to whom a case can be given."""
    kind = kind_named(case.kind)
    programmes = {PLATFORM, kind.programme.name if kind else PLATFORM}
    deciding = [code for code, role in roles().items() if code.partition(".")[0] in programmes and "decide" in role.may]
    held = Grant.objects.current().filter(role__in=deciding).values("account")
    return list(Account.objects.filter(pk__in=held, is_active=True).order_by("full_name", "login"))


def _do(request: HttpRequest, case: Case, people: list[Account]) -> None:
    action, text = request.POST.get("action", ""), request.POST.get("text", "")
    if action == "assign":
        cases.assign(case, next((one for one in people if str(one.pk) == request.POST.get("to")), None))
    elif action == "comment":
        cases.comment(case, text, request.user)
    elif action == "decide":
        cases.decide(
            case.pk, request.POST.get("choice", ""), by=request.user, why=text, keep=request.POST.get("keep", "")
        )
    else:
        raise Refused(_("Choose what to do."))
