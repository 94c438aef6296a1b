"""The list of a form's submissions as table, map and gallery; decisions on many; saved views; the trash."""

from __future__ import annotations

from time import monotonic
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rafid.commons.api import Problem
from rafid.commons.people.models import Organisation
from rafid.commons.places.models import Level
from rafid.commons.places.queries import places_at

from ..addressing import address_of, form_seen
from ..exports.doors import may_export
from ..filters import WAITING, Asked, asked, seen_of
from ..keeping import trash
from ..models import Attachment, Form, Row, SavedView, Sight, Submission, SubmissionState
from ..open_files import names_in, open_slots
from ..posted import posted_from
from ..quality.measured import may_look
from ..refusals import Refused
from ..seeing import sees_all
from ..works import works_of
from . import many, review
from .api import MOST_AT_ONCE, chosen_ids
from .finding_words import KINDS
from .listing import (
    answers_of,
    cell,
    count_of,
    may_anywhere,
    offered_columns,
    page_of,
    shown_columns,
)
from .mapped import MOST_POINTS, bounds_of, features_of
from .reading_log import note_listing
from .served import PICTURES

PAGE = 30
PICTURES_ON_A_PAGE = 24
REFUSALS = 50
"""Of a refused decision on many: as many are told one by one."""
VIEWS = ("table", "map", "gallery")
LONGEST_CELL = 80
NUMBERS = ("int", "decimal")
OWN = ("cursor", "lang", "view", "show")
"""Words of the address that are no filters."""
ORDER_NAMES = (
    ("worst", lambda: _("Worst first")),
    ("-received_at", lambda: _("Newest first")),
    ("received_at", lambda: _("Oldest first")),
    ("-changed_at", lambda: _("Last changed first")),
)


def refused_page(request: HttpRequest, form: Form, problem: Problem) -> HttpResponse:
    """What the address asks cannot be answered: the sentence, and the way back to all rows."""
    return render(request, "forms/submissions_refused.html", {"form": form, "problem": problem}, status=problem.status)


@login_required
@require_GET
def submissions(request: HttpRequest, form_id: str) -> HttpResponse:
    form = form_seen(request.user, form_id)
    try:
        wanted = asked(request, form, request.user)
        view = request.GET.get("view", "table")
        page = _gallery(wanted, request) if view == "gallery" else _table(wanted, request)
    except Problem as problem:
        return refused_page(request, form, problem)
    query = _query(wanted)
    count = count_of(wanted.queryset)
    drawn = view == "map" and sees_place_of_visit(form, wanted)
    finds = not works_of(request.user, form).nowhere
    offered = states_seen(request.user, form)
    return render(
        request,
        "forms/submissions.html",
        {
            "form": form,
            "asked": wanted,
            "looks": may_look(request.user, form),
            "takes": may_export(request.user, form),
            "view": view if view in VIEWS else "table",
            "views": _views(query, view),
            "count": count,
            **page,
            "given": {name: request.GET.get(name, "") for name in ("q", "state", "finding", "place", "organisation",
                      "interviewer", "since", "until", "version", "worst", "order")},
            "filter_notes": wanted.notices,
            "found": wanted.place,
            "query": query.urlencode(),
            "quick": _quick(wanted.query, offered),
            "states": [(code, name) for code, name in SubmissionState.choices if code in offered],
            "waits": bool({*WAITING} & offered),
            "most_at_once": MOST_AT_ONCE,
            "finds": finds,
            "kinds": sorted(((code, str(name)) for code, name in KINDS.items()), key=lambda one: one[1]) if finds else [],
            "orders": [(code, name()) for code, name in ORDER_NAMES if finds or code != "worst"],
            "organisations": _organisations(request.user, form),
            "places": [one.place for one in places_at(level=Level.GOVERNORATE)],
            "versions": _versions(form),
            "sees": {role: wanted.masks.sees_role(role) for role in ("interviewer", "site", "place", "location")},
            "saved": SavedView.objects.filter(account=request.user, form=form).order_by("name"),
            "may_review": may_anywhere(request.user, "review", form),
            "may_delete": may_anywhere(request.user, "design", form) or may_anywhere(request.user, "delete", form),
            "bounds": bounds_of(wanted) if drawn else "",
            "drawn": drawn,
            "most_points": MOST_POINTS,
        },
        status=404 if wanted.place.said else 200,
    )  # fmt: skip


def sees_place_of_visit(form: Form, wanted: Asked) -> bool:
    return wanted.masks.sight_of("location") != Sight.NOTHING


def _query(wanted: Asked) -> QueryDict:
    query = QueryDict(mutable=True)
    query.update(wanted.query)
    return query


def _views(query: QueryDict, view: str) -> list[tuple[str, str, str, bool]]:
    names = {"table": _("Table"), "map": _("Map"), "gallery": _("Gallery")}
    told = []
    for code in VIEWS:
        own = query.copy()
        if code != "table":
            own["view"] = code
        told.append((code, names[code], f"?{own.urlencode()}", code == (view if view in VIEWS else "table")))
    return told


def states_seen(user: Any, form: Form) -> set[str]:
    """States that a filter can find for this reader: who sees what is approved is not offered what never comes."""
    if not works_of(user, form).nowhere:
        return set(SubmissionState.values)
    return set(seen_of(user, form).order_by().values_list("state", flat=True).distinct())


def _quick(query: dict[str, str], offered: set[str]) -> list[tuple[str, str, bool]]:
    """The states that are asked for most, each keeping the other filters."""
    if len(offered) < 2:
        return []
    told, names = [], dict(SubmissionState.choices)
    for state, name in (
        ("", _("All")),
        ("waiting", _("Waiting for review")),
        ("has_issues", names["has_issues"]),
        ("approved", names["approved"]),
        ("rejected", names["rejected"]),
    ):
        if state and not ({*WAITING} & offered if state == "waiting" else state in offered):
            continue
        own = QueryDict(mutable=True)
        own.update({key: value for key, value in query.items() if key != "state"})
        if state:
            own["state"] = state
        told.append((f"?{own.urlencode()}", str(name), query.get("state", "") == state))
    return told


_owners: dict[UUID, tuple[float, list[UUID]]] = {}
_KEPT_FOR = 300.0
"""Seconds for which a process remembers whose submissions a form has: the choices of a filter, nothing else."""


def _organisations(user: Any, form: Form) -> list[Organisation]:
    """Those that have a submission here which this reader sees."""
    until, owners = _owners.get(form.pk, (0.0, []))
    if until < monotonic():
        owners = list(Submission.objects.filter(form=form).order_by().values_list("owner", flat=True).distinct())
        _owners[form.pk] = (monotonic() + _KEPT_FOR, owners)
    found = Organisation.objects.filter(pk__in=owners)
    if not sees_all(user, form):
        # One look for each: a join would read all submissions.
        one = Subquery(seen_of(user, form).filter(owner=OuterRef("pk")).values("pk")[:1])
        found = found.alias(one=one).filter(one__isnull=False)
    return list(found.order_by("ref"))


def _site(wanted: Asked, row: Any) -> str:
    seen = row.site and wanted.masks.sees_role("site", row.plain)
    return wanted.book.role_words(wanted.form, "site", row.site) if seen else ""


def _versions(form: Form) -> list[str]:
    published = form.versions.filter(published_at__isnull=False).order_by("-published_at")
    return list(published.values_list("version_text", flat=True))


def _table(wanted: Asked, request: HttpRequest) -> dict[str, Any]:
    limit = 1 if request.GET.get("view") == "map" else PAGE
    listed = page_of(wanted, limit=limit, cursor=request.GET.get("cursor", ""))
    columns = shown_columns(wanted, ",".join(request.GET.getlist("show")))
    answers = answers_of(listed.rows)
    paths = {one.path for one in columns} | {
        wanted.form.roles.get(role, "") for role in ("site", "interviewer", "place")
    }
    note_listing(request, wanted, paths, sum(row.plain for row in listed.rows))  # type: ignore[attr-defined]
    kinds = ["num" if one.type in NUMBERS else "text" for one in columns]
    address, query = address_of(wanted.form.pk), _query(wanted).urlencode()
    rows = []
    for row in listed.rows:
        values, whole = answers[row.pk], row.plain  # type: ignore[attr-defined]
        texts = ["–" if row.sealed else cell(wanted, row, values, one) for one in columns]
        rows.append(
            {
                "row": row,
                "href": address(row.instance_id) + (f"?{query}" if query else ""),
                "title": _site(wanted, row),
                "interviewer": wanted.book.role_words(wanted.form, "interviewer", row.interviewer)
                if wanted.masks.sees_role("interviewer", whole)
                else "",
                "place": row.place if wanted.masks.sees_role("place", whole) else None,
                "cells": [(kind, cut(text) or "–") for kind, text in zip(kinds, texts, strict=True)],
            }
        )
    return {
        "rows": rows,
        "next": listed.next,
        "columns": [(one, wanted.book.title(one), kind) for one, kind in zip(columns, kinds, strict=True)],
        "offered": [(one.name, wanted.book.title(one), one in columns) for one in offered_columns(wanted)],
        "shown": [one.name for one in columns] if request.GET.getlist("show") else [],
        "interviewers": sorted({(one["row"].interviewer, one["interviewer"]) for one in rows if one["interviewer"]}),
    }


def cut(text: str) -> str:
    """As long as a cell of a table takes."""
    return text if len(text) <= LONGEST_CELL else Truncator(text).chars(LONGEST_CELL)


def _gallery(wanted: Asked, request: HttpRequest) -> dict[str, Any]:
    """Submissions with photographs that this reader may see, each with its first few."""
    pictures = Attachment.objects.filter(replaced_by=None, sha256__isnull=False, media_type__in=PICTURES)
    having = wanted.queryset.filter(Exists(pictures.filter(submission=OuterRef("pk"))))
    part = Asked(
        wanted.form, wanted.book, having, wanted.masks, wanted.order, wanted.query, wanted.notices, wanted.place
    )
    listed = page_of(part, limit=PICTURES_ON_A_PAGE, cursor=request.GET.get("cursor", ""))
    names = open_pictures(wanted, listed.rows)
    found: dict[Any, list[Attachment]] = {}
    for one in pictures.filter(submission__in=[row.pk for row in listed.rows]).order_by("name"):
        if names[one.submission_id] is None or one.name in (names[one.submission_id] or ()):
            found.setdefault(one.submission_id, []).append(one)
    rows = [
        {
            "row": row,
            "title": _site(wanted, row),
            "pictures": found.get(row.pk, [])[:4],
            "more": max(0, len(found.get(row.pk, [])) - 4),
        }
        for row in listed.rows
        if row.pk in found
    ]
    return {"rows": rows, "next": listed.next, "columns": [], "offered": [], "shown": [], "interviewers": []}


def open_pictures(wanted: Asked, rows: list[Any]) -> dict[Any, set[str] | None]:
    """Names of files that an unmasked question asks for; None: all of them."""
    told: dict[Any, set[str] | None] = {row.pk: None if row.plain or wanted.masks.whole else set() for row in rows}
    masked = {row.current_id: row.pk for row in rows if told[row.pk] is not None}
    slots = open_slots(wanted.book.tables, wanted.masks)
    for version, table, values in Row.objects.filter(submission_version__in=masked).values_list(
        "submission_version", "table", "values"
    ):
        names = told[masked[version]]
        if names is not None:
            names |= names_in(slots, table, values)
    return told


@login_required
@require_GET
def points(request: HttpRequest, form_id: str) -> JsonResponse:
    """The rows of the list that have a position, as GeoJSON; coarser where the reader sees it coarser."""
    form = form_seen(request.user, form_id)
    try:
        wanted = asked(request, form, request.user)
    except Problem as problem:
        return problem.response()  # type: ignore[return-value]
    response = JsonResponse(features_of(wanted), content_type="application/geo+json")
    response["Cache-Control"] = "private, no-cache"
    return response


@login_required
@posted_from("submissions", "form_id")
def decide(request: HttpRequest, form_id: str) -> HttpResponse:
    """Chosen rows, or all that the filter shows: all are decided, or none and the page says which cannot be."""
    form = form_seen(request.user, form_id)
    query = QueryDict(request.POST.get("query", "")[:2000])
    words = {name: value for name, value in query.items() if name not in OWN}
    back = f"{reverse('submissions', args=[form_id])}?{query.urlencode()}"
    state, reason = request.POST.get("state", ""), request.POST.get("reason", "")
    ids = None if request.POST.get("all") else request.POST.getlist("ids")
    try:
        if ids is None and count_of(asked(words, form, request.user, strict=True).queryset) > MOST_AT_ONCE:
            task = many.begin(form, words, state, by=request.user, reason=reason)
            return redirect("task", pk=task.pk)
        chosen = chosen_ids(request.user, form, ids, words)
        outcomes = review.decide(form, chosen, state, by=request.user, reason=reason)
    except Problem as problem:
        return refused_page(request, form, problem)
    except Refused as refused:
        each = refused.refusals if isinstance(refused, review.NotDecided) else []
        rows = _named(form, request.user, [name for name, _sentence in each[:REFUSALS]])
        return render(
            request,
            "forms/review_refused.html",
            {
                "form": form,
                "sentence": str(refused),
                "refusals": [(name, rows.get(name), sentence) for name, sentence in each[:REFUSALS]],
                "more": max(0, len(each) - REFUSALS),
                "back": back,
            },
            status=refused.status,
        )
    decided = sum(one.state == state for one in outcomes)
    if decided:
        messages.success(request, _("Decided: %(count)s.") % {"count": decided})
    if len(outcomes) - decided:
        messages.info(
            request, _("Approved by you, waiting for a second person: %(count)s.") % {"count": len(outcomes) - decided}
        )
    return redirect(back)


def _named(form: Form, user: Any, names: list[str]) -> dict[str, dict[str, Any]]:
    """What this reader knows submissions by: site, place and day, as in the list."""
    if not names:
        return {}
    wanted = asked({}, form, user)
    rows: Any = wanted.queryset.filter(instance_id__in=names).select_related("place")
    return {
        row.instance_id: {
            "title": _site(wanted, row),
            "place": row.place if wanted.masks.sees_role("place", row.plain) else None,
            "received_at": row.received_at,
        }
        for row in rows
    }


@login_required
@posted_from("submissions", "form_id")
def save_view(request: HttpRequest, form_id: str) -> HttpResponse:
    """Keeps the address's query under a name, or drops one that was kept."""
    form = form_seen(request.user, form_id)
    back = reverse("submissions", args=[form_id])
    if request.POST.get("drop"):
        SavedView.objects.filter(
            account=request.user, form=form, name=request.POST["drop"].replace("\x00", "")
        ).delete()
        return redirect(back)
    name = request.POST.get("name", "").replace("\x00", "").strip()[:100]
    query = QueryDict(request.POST.get("query", "")[:1000], mutable=True)
    query.pop("cursor", None)
    query.pop("lang", None)
    if not name:
        messages.error(request, _("Give the view a name."))
    else:
        try:
            with transaction.atomic():
                SavedView.objects.update_or_create(
                    account=request.user, form=form, name=name, defaults={"query": query.urlencode()[:1000]}
                )
        except IntegrityError:
            messages.error(request, _("Give the view a name."))
        else:
            messages.success(request, _("The view “%(name)s” is kept.") % {"name": name})
    return redirect(f"{back}?{query.urlencode()}")


@login_required
def trash_page(request: HttpRequest, form_id: str) -> HttpResponse:
    form = form_seen(request.user, form_id)
    if not (may_anywhere(request.user, "design", form) or may_anywhere(request.user, "delete", form)):
        raise PermissionDenied
    rows = trash.in_trash(form).visible_to(request.user)
    if request.method == "POST":
        names = [one.replace("\x00", "") for one in request.POST.getlist("ids")]
        chosen = list(rows.filter(instance_id__in=names).values_list("pk", flat=True))
        if not chosen:
            raise Http404
        try:
            count = trash.bring_back(form, chosen, by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Brought back: %(count)s.") % {"count": count})
        return redirect("submissions-trash", form_id)
    shown = rows.filter(Q(deleted_at__isnull=False)).select_related("deleted_by", "owner").order_by("-deleted_at")[:200]
    return render(
        request,
        "forms/trash.html",
        {"form": form, "rows": [{"row": row, "until": row.deleted_at + trash.KEPT_FOR} for row in shown]},
    )
