"""Task orders: what the paper says is frozen when it goes out, and printed from that in any of the three languages.

Its QR leads to ``/verify/`` with the hash of the frozen content: whoever holds the paper learns whether it is genuine and still
the order in force, and nothing that the paper does not say.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import Max
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from rafid.commons import blobs
from rafid.commons.history import because
from rafid.commons.names import pick
from rafid.commons.places.country import country
from rafid.commons.products.gallery.verifying import Known
from rafid.commons.products.pdf import document
from rafid.commons.products.release.canonical import canonical
from rafid.commons.products.sheets.paper import qr_of, verify_address
from rafid.commons.records.change import Refused, locked
from rafid.commons.records.models import Source
from rafid.commons.writing import day

from ..hazards.ledger_store import refresh_stale
from ..models import ActivityKind, Blocked, Device, Hazard, HazardType, LedgerRow, Priority, Task, TaskOrder
from ..picture.frame import DATUM, safety
from ..refusals import told
from . import ground

LANGUAGES = ("ar", "ckb", "en")


def issue(task: Task, *, by: Any, language: str) -> TaskOrder:
    """The next order of a task, frozen as everything stands now. Runs in the caller's transaction."""
    number = (task.orders.aggregate(last=Max("number"))["last"] or 0) + 1
    content = frozen(task, number)
    return TaskOrder.objects.create(
        task=task, number=number, issued_on=timezone.localdate(), valid_from=task.valid_from, valid_to=task.valid_to,
        language=language if language in LANGUAGES else "ar", content=content, made_by=by,
    )  # fmt: skip


def reissue(task: Task, *, by: Any, language: str) -> TaskOrder:
    """Another order of a task that is out and not under way. Raises ``Refused``."""
    with told(Task), because("order issued"):
        row: Any = locked(Task, task.pk, None)
        if row.state not in ("issued", "accepted", "suspended"):
            raise Refused(_("Another order is issued before work starts, or while it is suspended."))
        return issue(row, by=by, language=language)


def frozen(task: Task, number: int) -> dict[str, Any]:
    """What the paper says; ``verify`` is the hash of the rest."""
    hazards = list(task.hazards.select_related("place").order_by("ref"))
    spot = task.spot_task
    content = {
        "ref": task.ref, "number": number, "issued_on": timezone.localdate().isoformat(), "activity": task.activity,
        "purpose": task.purpose, "priority": task.priority, "valid_from": task.valid_from.isoformat(),
        "valid_to": task.valid_to.isoformat() if task.valid_to else None, "authority": names(task.owner),
        "operator": names(task.organisation), "place": names(task.place), "known": timezone.now().isoformat(),
        "hazards": described(hazards), "spot": _spot(spot) if spot is not None else None, "datum": DATUM,
        "demonstration": made_up(task, hazards),
    }  # fmt: skip
    return {**content, "verify": fingerprint(content)}


def fingerprint(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def names(one: Any) -> dict[str, str]:
    return {key: text for key, text in one.names.items() if text} if one is not None else {}


def made_up(record: Any, hazards: Iterable[Hazard]) -> bool:
    """Also what people enter for an authority of the demonstration is a demonstration."""
    if any(one.source == Source.DEMONSTRATION for one in (record, *hazards)):
        return True
    return Hazard.everything.filter(owner=record.owner_id, source=Source.DEMONSTRATION).exists()


def described(hazards: list[Hazard]) -> list[dict[str, Any]]:
    """Hazards as papers keep them: what is known, what is left by the ledger, every turning point."""
    refresh_stale()
    left = {row.hazard_id: row for row in LedgerRow.objects.filter(hazard__in=hazards)}
    return [_hazard(one, left.get(one.pk)) for one in hazards]


def _hazard(one: Hazard, row: LedgerRow | None) -> dict[str, Any]:
    marks = [ground.point_of(one.landmark, "LM"), ground.point_of(one.benchmark, "BM")]
    return {
        "ref": one.ref, "type": one.type, "classification": one.classification, "group": one.group, "place": names(one.place),
        "on": one.on.isoformat(), "area_m2": row and round(row.area_m2, 1), "remaining_m2": row and round(row.remaining_m2, 1),
        "devices": list(one.device_categories), "depth_m": one.depth_expected_m, "blocked": list(one.blocked),
        "landmark": one.landmark_text, "ground": json.loads(one.ground.geojson) if one.ground is not None else None,
        "points": [mark for mark in marks if mark] + (ground.turning_points(one.ground) if one.ground is not None else []),
    }  # fmt: skip


def _spot(spot: Any) -> dict[str, Any]:
    mark = ground.point_of(spot.point, spot.ref)
    return {"ref": spot.ref, "what": spot.what, "device": spot.device_category, "points": [mark] if mark else []}


def printed(order: TaskOrder, language: str) -> bytes:
    """The PDF. That of the order's own language is kept in the store, and the same bytes are given again."""
    own = language == order.language
    if own and order.sha256:
        return blobs.read(order.sha256)
    with override(language):
        data, _pages = document(
            render_to_string("mineaction/operations/order_paper.html", said(order.content)), css=look()
        )
    if own:
        with because("order printed"):
            TaskOrder.objects.filter(pk=order.pk, sha256="").update(sha256=blobs.keep(data).sha256)
    return data


def look() -> str:
    return Path(__file__).with_name("paper.css").read_text(encoding="utf-8")


def said(content: Mapping[str, Any]) -> dict[str, Any]:
    """The frozen content in the words of the active language."""
    address = verify_address(content["verify"])
    spot = content["spot"]
    return {
        "title": _("Task order %(ref)s") % {"ref": f"{content['ref']}/{content['number']}"},
        "content": content,
        "authority": pick(content["authority"]), "operator": pick(content["operator"]), "place": pick(content["place"]),
        "activity": ActivityKind(content["activity"]).label, "priority": Priority(content["priority"]).label,
        "issued_on": read(content["issued_on"]), "valid_from": read(content["valid_from"]),
        "valid_to": read(content["valid_to"]),
        "hazards": in_words(content["hazards"]),
        "spot": spot and {**spot, "device": Device(spot["device"]).label},
        "map": ground.drawn(content["hazards"]), "safety": safety(), "datum": content["datum"],
        "address": address, "qr": qr_of(address), "disclaimer": pick(country().disclaimer),
    }  # fmt: skip


def in_words(hazards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            **one, "type": HazardType(one["type"]).label, "place": pick(one["place"]), "on": read(one["on"]),
            "devices": [Device(code).label for code in one["devices"]],
            "blocked": [Blocked(code).label for code in one["blocked"]],
        }
        for one in hazards
    ]  # fmt: skip


def read(text: str | None) -> str:
    return day(date.fromisoformat(text)) if text else ""


def status(order: TaskOrder) -> str:
    if order.task.state == "cancelled":
        return "withdrawn"
    newest = order.task.orders.aggregate(last=Max("number"))["last"]
    return "current" if order.number == newest else "superseded"


def known(sha256: str) -> Iterator[Known]:
    """Orders whose content or whose file has this hash. The hash is on the paper alone: who has it holds the paper."""
    by_content = TaskOrder.objects.filter(content__verify=sha256)
    by_file = TaskOrder.objects.filter(sha256=sha256)
    for one in (by_content | by_file).select_related("task"):
        title = _("Task order %(ref)s") % {"ref": f"{one.task.ref}/{one.number}"}
        at = timezone.make_aware(timezone.datetime.combine(one.issued_on, timezone.datetime.min.time()))
        yield Known("file", status(one), title, day(one.issued_on), reverse("mineaction-task", args=[one.task.ref]), at)
