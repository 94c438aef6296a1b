"""What if: the page that asks, the scenarios that were kept, side by side, and as files."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons.products.papers.grids import Column, Grid
from rafid.commons.products.papers.workbook import as_xlsx
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Source

from ..models import Diversion, FlowScenario, Reservoir, RiverNode
from ..reservoirs.queries import states
from ..values.numbers import read_number
from .keeping import HEAD, asked_of, keep_scenario, lines_of, may_ask
from .scenarios import MOST_DAYS, Asked, Found, ask
from .standing import standing

DAYS = 10
MOST = 4
"""So many scenarios fit side by side."""
FILLINGS = 2
CHANGES = {"capacity": "capacity_downstream", "most": "maximum", "share": "fraction"}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def what_if(request: HttpRequest) -> HttpResponse:
    if not may_ask(request.user):
        raise PermissionDenied
    now, user = timezone.now(), request.user
    typed: Any = request.POST if request.method == "POST" else request.GET
    found: Found | None = None
    error = ""
    if request.method == "POST":
        try:
            asked = _asked(request.POST)
            found = ask(user, asked, at=now)
            if "keep" in request.POST:
                row = keep_scenario(asked, found, title=request.POST.get("title", ""), by=user)
                messages.success(request, _("%(name)s is kept.") % {"name": row.title})
                return redirect("rivers-scenario", row.ref)
        except (Refused, ValueError) as reason:
            error = str(reason)
    network = standing(now)
    dams = states(user, Reservoir.objects.visible_to(user).select_related("node"), now)
    context = {
        "dams": [_dam(one, typed) for one in dams if one.storage is not None and one.now("release") is not None],
        "leads": [_lead(one, typed) for one in network.diversions],
        "nodes": sorted(network.nodes, key=lambda one: one.name),
        "fillings": [
            {"node": _nth(typed, "fill_node", at), "flow": _nth(typed, "fill_flow", at), "at": at + 1}
            for at in range(FILLINGS)
        ],
        "days": typed.get("days", DAYS),
        "most_days": MOST_DAYS,
        "title": typed.get("title", ""),
        "error": error,
        "shown": shown(found.as_json()) if found else None,
        "kept": FlowScenario.objects.visible_to(user).select_related("made_by")[:50],
    }
    return render(request, "rivers/network/what_if.html", context, status=422 if error else 200)


def _nth(typed: Any, name: str, at: int) -> str:
    every = typed.getlist(name)
    return every[at] if at < len(every) else ""


def _dam(state: Any, typed: Any) -> dict[str, Any]:
    code = state.row.node.code
    return {
        "state": state, "code": code, "plan": state.now("release"), "typed": typed.get(f"release:{code}", ""),
        "closed": f"close:{code}" in typed,
    }  # fmt: skip


def _lead(one: Any, typed: Any) -> dict[str, Any]:
    now = {"capacity": one.capacity_downstream, "most": one.maximum, "share": one.fraction}
    return {
        "row": one,
        "closed": f"close:{one.code}" in typed,
        "fields": [
            {"name": f"{name}:{one.code}", "now": now[name], "typed": typed.get(f"{name}:{one.code}", "")}
            for name in CHANGES
        ],
    }


def _asked(typed: QueryDict) -> Asked:
    """What the form says; empty fields change nothing."""
    releases: dict[str, float] = {}
    diversions: dict[str, dict[str, float | None]] = {}
    for name, text in typed.items():
        kind, _colon, code = name.partition(":")
        if not text.strip() or not code:
            continue
        if kind == "release":
            releases[code] = read_number(text)
        elif kind in CHANGES:
            diversions.setdefault(code, {})[CHANGES[kind]] = read_number(text)
    fillings: dict[str, float] = {}
    for node, flow in zip(typed.getlist("fill_node"), typed.getlist("fill_flow"), strict=False):
        if node and flow.strip():
            fillings[node] = fillings.get(node, 0.0) + read_number(flow)
        elif node or flow.strip():
            raise Refused(_("A filling has a place and a flow: give both."))
    days = typed.get("days", "").strip()
    return Asked(
        days=int(read_number(days)) if days else DAYS,
        releases=releases,
        closed=tuple(name.partition(":")[2] for name in typed if name.startswith("close:")),
        diversions=diversions,
        fillings=fillings,
    )


def shown(found: dict[str, Any]) -> dict[str, Any]:
    """The places where something becomes another thing, and how many stay as they are."""
    places = [_shown(one) for one in found["places"]]
    changed = [one for one in places if one["changed"]]
    named = {one.code: one.name for one in RiverNode.objects.all()}
    leads = {
        one.code: f"{one.at.name} – {one.to.name}"
        for one in Diversion.objects.filter(code__in=found["diverted"]).select_related("at", "to")
    }
    for one in places:
        one["name"] = named.get(one["code"], one["name"])
    return {
        "dams": [one for one in places if one["storage"] is not None and (one["changed"] or one["notes"])],
        "places": changed,
        "same": len(places) - len(changed),
        "days": found["days"][-1],
        "diverted": [
            {"name": leads.get(code, code), "asked": pair[0], "plan": pair[1]}
            for code, pair in found["diverted"].items()
            if abs(pair[0] - pair[1]) > 0.5
        ],
        "withheld": [(named.get(code, code), mm3) for code, mm3 in found["withheld"].items()],
    }


def _shown(one: dict[str, Any]) -> dict[str, Any]:
    pairs = [(one["flow"], one["plan_flow"]), (one["storage"] or [], one["plan_storage"] or [])]
    return {
        **one,
        "changed": any(abs(a - b) > 0.005 * max(1.0, abs(b)) for x, y in pairs for a, b in zip(x, y, strict=True)),
        "end": one["flow"][-1],
        "plan_end": one["plan_flow"][-1],
        "change": one["flow"][-1] - one["plan_flow"][-1],
        "drawn": twins(one["flow"], one["plan_flow"]),
        "held": one["storage"][-1] if one["storage"] else None,
        "plan_held": one["plan_storage"][-1] if one["plan_storage"] else None,
        "level_end": one["level"][-1] if one["level"] else None,
        "plan_level_end": one["plan_level"][-1] if one["plan_level"] else None,
    }


def twins(asked: list[float], plan: list[float], *, wide: int = 150, high: int = 34) -> SafeString:
    """Two lines over the days: by plan, and as asked."""
    low, most = min([*asked, *plan]), max([*asked, *plan])
    room = max(most - low, 0.02 * max(abs(most), 1e-6))

    def path(line: list[float]) -> str:
        step = (wide - 4) / max(len(line) - 1, 1)
        return "M" + "L".join(
            f"{2 + at * step:.1f} {high - 3 - (v - low) / room * (high - 6):.1f}" for at, v in enumerate(line)
        )

    return format_html(
        '<svg class="twins" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true"><path class="plan" d="{}"/>'
        '<path class="asked" d="{}"/></svg>',
        wide, high, wide, high, path(plan), path(asked),
    )  # fmt: skip


def _scenario(request: HttpRequest, ref: str) -> FlowScenario:
    row: FlowScenario | None = FlowScenario.objects.visible_to(request.user).filter(ref=ref).first()
    if row is None:
        raise Http404
    return row


@require_safe
def scenario(request: HttpRequest, ref: str) -> HttpResponse:
    row = _scenario(request, ref)
    refs = [one for one in request.GET.getlist("with") if one != row.ref]
    others = list(FlowScenario.objects.visible_to(request.user).filter(ref__in=refs)[: MOST - 1])
    context = {
        "row": row,
        "said": said(asked_of(row)),
        "shown": shown(row.found),
        "others": others,
        "sides": beside([row, *others]) if others else [],
        "choices": FlowScenario.objects.visible_to(request.user).exclude(pk=row.pk)[:50],
        "made_by": row.made_by,
    }
    return render(request, "rivers/network/scenario.html", context)


def said(asked: Asked) -> list[str]:
    """What is changed, in words."""
    names = {one.code: one.name for one in RiverNode.objects.all()}
    names |= {
        one.code: f"{one.at.name} – {one.to.name}"
        for one in Diversion.objects.filter(code__in=[*asked.closed, *asked.diversions]).select_related("at", "to")
    }
    lines = [
        _("%(name)s releases %(flow)s m³/s.") % {"name": names.get(code, code), "flow": f"{flow:g}"}
        for code, flow in asked.releases.items()
    ]
    lines += [_("The gate of %(name)s is closed.") % {"name": names.get(code, code)} for code in asked.closed]
    words = {
        "capacity_downstream": _("%(code)s: all beyond %(value)s m³/s downstream is led away."),
        "maximum": _("%(code)s: at most %(value)s m³/s is led away."),
        "fraction": _("%(code)s: a share of %(value)s is led away."),
    }
    for code, values in asked.diversions.items():
        lines += [
            words[name] % {"code": names.get(code, code), "value": f"{value:g}"}
            for name, value in values.items()
            if value is not None
        ]
    lines += [
        _("At %(name)s %(flow)s m³/s are kept back to fill a reservoir.")
        % {"name": names.get(code, code), "flow": f"{flow:g}"}
        for code, flow in asked.fillings.items()
    ]
    return lines


def beside(rows: list[FlowScenario]) -> list[dict[str, Any]]:
    """Each place that one of the scenarios changes: its flow at the end by plan and by each."""
    every = [{one["code"]: _shown(one) for one in row.found["places"]} for row in rows]
    named = {one.code: one.name for one in RiverNode.objects.all()}
    codes = [code for code in every[0] if any(found.get(code, {}).get("changed") for found in every)]
    return [
        {
            "name": named.get(code, code),
            "plan": every[0][code]["plan_end"],
            "ends": [found[code]["end"] if code in found else None for found in every],
            "held": [found[code]["held"] if code in found else None for found in every],
            "plan_held": every[0][code]["plan_held"],
        }
        for code in codes
    ]


@require_safe
def export(request: HttpRequest, ref: str, kind: str) -> HttpResponse:
    row = _scenario(request, ref)
    if kind not in ("csv", "xlsx"):
        raise Http404
    made_up = row.source == Source.DEMONSTRATION
    head, lines = list(HEAD), lines_of(row.found)
    if made_up:
        head, lines = [*head, "note"], [[*line, "DEMONSTRATION"] for line in lines]
    name = f"{'DEMONSTRATION-' if made_up else ''}{row.ref}.{kind}"
    if kind == "csv":
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(head)
        writer.writerows([["" if cell is None else cell for cell in line] for line in lines])
        answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    else:
        about = [
            *([("DEMONSTRATION", _("DEMONSTRATION: invented records"))] if made_up else []),
            (_("Scenario"), f"{row.title} ({row.ref})"),
            (
                _("From what was known at"),
                row.data_known_at.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds"),
            ),
            *((_("What is changed"), line) for line in said(asked_of(row))),
        ]
        grid = Grid(title=_("Scenario"), columns=[Column(one) for one in head], rows=lines)
        answer = HttpResponse(
            as_xlsx(get_language() or "ar", [grid], about),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
