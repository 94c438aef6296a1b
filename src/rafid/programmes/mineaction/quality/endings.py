"""The end of work on a hazard: completion, handover, and the papers of both.

What a certificate says is frozen as canonical JSON in the store when the record is made; its hash stands in the record's
``documents`` and in the QR of the paper, and the paper is printed from it in any of the three languages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import shapely
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
from rafid.commons.records.search import index_record
from rafid.commons.writing import day

from ..hazards import consent, states
from ..hazards.ledger_store import refresh
from ..hazards.plane import to_degrees
from ..models import Completion, Handover, Hazard, HazardState, LedgerRow, PersonRole, Release, SealedPerson
from ..models.hazards import TOLERANCE_M2
from ..operations.ground import drawn
from ..operations.orders import described, in_words, look, made_up, names, read
from ..operations.worked import task_of, worker_of
from ..picture.asked import Asked
from ..picture.balances import balance_of
from ..picture.frame import DATUM, safety
from ..reading import seal_person
from ..refusals import told
from ..stepping import today_or_before

KIND = "certificate"


def remaining(hazard: Hazard) -> float | None:
    """What is left of a hazard by the ledger, now; None where nobody has drawn it."""
    if hazard.ground is None:
        return None
    refresh([hazard.pk])
    row = LedgerRow.objects.filter(hazard=hazard).first()
    return row.remaining_m2 if row is not None else None


def complete(
    hazard: Hazard, *, by: Any, version: int | None, on: date | None = None, depth_m: float | None = None, reason: str = "",
    text: str = "", organisation: Any = None, task: Any = None,
) -> Completion:  # fmt: skip
    """Work on a hazard is completed: the record, its certificate and the hazard's step, together or not at all. What is left is
    the ledger's own figure, whatever anybody types; over the tolerance it needs a ``reason``."""
    on = today_or_before(on)
    with told(Completion), because("completion entered"):
        row: Any = locked(Hazard, hazard.pk, version)
        if HazardState.COMPLETED not in states.possible(row):
            raise Refused(
                _("It is “%(state)s” now. From there the step “%(step)s” is not possible.")
                % {"state": row.get_state_display(), "step": _("Work is completed")}
            )
        left = remaining(row)
        made = Completion.objects.create(
            owner=row.owner, organisation=organisation or worker_of(row), place=row.place, hazard=row,
            task=task or task_of(row), ground=row.ground, depth_m=depth_m, on=on, remaining_m2=left,
            reason=reason.strip(), text=text.strip(), made_by=by,
        )  # fmt: skip
        states.complete(row, by=by, depth_m=depth_m, reason=reason, on=on)
        _certified(made, row)
    hazard.refresh_from_db()
    return made


def hand_over(
    hazard: Hazard, *, by: Any, version: int | None, on: date | None = None, residual_risk: str = "", men: int | None = None,
    women: int | None = None, signatories: Mapping[str, str] | None = None,
) -> Handover:  # fmt: skip
    """Checked ground is given back. ``signatories``: {role: name}, enciphered at once. The hazard is closed with it; in a
    shared area when the other authority has agreed, and the certificate says so."""
    on = today_or_before(on)
    with told(Handover), because("handover entered"):
        row: Any = locked(Hazard, hazard.pk, version)
        if row.state != HazardState.CHECKED:
            raise Refused(
                _("It is “%(state)s” now. Ground is handed over when its check has passed.")
                % {"state": row.get_state_display()}
            )
        completion = row.completions.filter(deleted_at=None).order_by("-on", "-id").first()
        if completion is None and not row.steps.filter(new=HazardState.COMPLETED).exists():
            raise Refused(_("This hazard has no completion. Enter it first."))
        made = Handover.objects.create(
            owner=row.owner, organisation=worker_of(row), place=row.place, hazard=row, completion=completion,
            task=completion.task if completion else task_of(row), ground=row.ground, depth_m=_depth(row, completion), on=on,
            residual_risk=residual_risk.strip(), men=men, women=women, made_by=by,
        )  # fmt: skip
        for role, name in (signatories or {}).items():
            if name.strip():
                SealedPerson.objects.create(
                    owner=row.owner,
                    place=row.place,
                    handover=made,
                    role=PersonRole(role),
                    sealed=seal_person(name),
                    made_by=by,
                )
        left = remaining(row)
        why = completion.reason if completion is not None and left is not None and left > TOLERANCE_M2 else ""
        states.close(row, made, by=by, reason=why)
        _certified(made, row)
    hazard.refresh_from_db()
    return made


def _depth(row: Hazard, completion: Completion | None) -> float | None:
    if completion is not None and completion.depth_m:
        return float(completion.depth_m)
    found = Release.objects.filter(hazard=row, type="cleared").aggregate(least=Max("depth_m"))["least"]
    return float(found) if found else None


def _certified(made: Completion | Handover, hazard: Hazard) -> None:
    made.refresh_from_db()
    hazard.refresh_from_db()
    content = frozen(made, hazard)
    made.documents = [*made.documents, blobs.keep(canonical(content).encode()).sha256]
    made.save(update_fields=["documents"])
    made.refresh_from_db()
    index_record(made)


def frozen(made: Completion | Handover, hazard: Hazard) -> dict[str, Any]:
    """What the certificate says. Who signed stands on the paper by hand, and in the record behind its door."""
    releases = Release.objects.filter(hazard=hazard).exclude(replaced_by__isnull=False).order_by("on", "ref")
    common = {
        "kind": KIND, "of": type(made).__name__.lower(), "ref": made.ref, "on": made.on.isoformat(),
        "authority": names(made.owner), "operator": names(made.organisation), "place": names(made.place),
        "task": made.task.ref if made.task else None, "depth_m": made.depth_m, "datum": DATUM,
        "known": timezone.now().isoformat(), "demonstration": made_up(made, [hazard]),
        "hazards": [{**one, "left": _left(made, hazard)} for one in described([hazard])],
        "releases": [
            {
                "ref": one.ref, "type": one.type, "on": one.on.isoformat(), "depth_m": one.depth_m, "method": one.method,
                "not_covered": one.not_covered,
            }
            for one in releases
        ],
    }  # fmt: skip
    if isinstance(made, Completion):
        return common | {"remaining_m2": made.remaining_m2, "reason": made.reason, "text": made.text}
    return common | {
        "completion": made.completion.ref if made.completion else None, "men": made.men, "women": made.women,
        "residual_risk": made.residual_risk, "remaining_m2": common["hazards"][0]["remaining_m2"],
        "awaited": [
            one if isinstance(one, str) else names(one) for one in consent.authorities(hazard, consent.awaited(hazard))
        ],
    }  # fmt: skip


def _left(made: Completion | Handover, hazard: Hazard) -> Any:
    """The ground that no release took, in degrees; None where all of it was released."""
    found = balance_of(made.made_by, hazard, Asked(timezone.localdate()))
    if found is None or found.balance.remaining <= TOLERANCE_M2:
        return None
    return json.loads(shapely.to_geojson(shapely.set_precision(to_degrees([found.balance.remaining_ground])[0], 1e-7)))


def left_of(content: Mapping[str, Any]) -> float | None:
    """How much hazardous ground a certificate leaves, where it is more than nothing."""
    left = content.get("remaining_m2")
    return left if left is not None and left > TOLERANCE_M2 else None


def content_of(made: Completion | Handover) -> tuple[str, dict[str, Any]] | None:
    """The newest certificate's hash and content. Records from elsewhere may have none: other papers lie among the documents."""
    for sha256 in reversed(made.documents):
        try:
            found = json.loads(blobs.read(sha256))
        except (ValueError, OSError):
            continue
        if isinstance(found, dict) and found.get("kind") == KIND:
            return sha256, found
    return None


def printed(made: Completion | Handover, language: str) -> bytes | None:
    """The certificate as PDF; None where it has no frozen content. The same content gives the same bytes."""
    found = content_of(made)
    if found is None:
        return None
    with override(language):
        html = render_to_string("mineaction/quality/certificate.html", said(*found))
        data, _pages = document(html, css=look())
    return data


def said(sha256: str, content: Mapping[str, Any]) -> dict[str, Any]:
    from ..models import ReleaseType, method_name

    address = verify_address(sha256)
    handover = content["of"] == "handover"
    return {
        "title": (_("Certificate of handover %(ref)s") if handover else _("Certificate of completion %(ref)s"))
        % {"ref": content["ref"]},
        "handover": handover,
        "content": content,
        "left": left_of(content),
        "awaited": ", ".join(one if isinstance(one, str) else pick(one) for one in content.get("awaited", ())),
        "on": read(content["on"]),
        "authority": pick(content["authority"]),
        "operator": pick(content["operator"]),
        "place": pick(content["place"]),
        "hazards": in_words(content["hazards"]),
        "map": drawn(content["hazards"]),
        "releases": [
            {
                **one,
                "type": ReleaseType(one["type"]).label,
                "on": read(one["on"]),
                "method": method_name(one["method"]),
            }
            for one in content["releases"]
        ],
        "safety": safety(),
        "datum": content["datum"],
        "address": address,
        "qr": qr_of(address),
        "sha256": sha256,
        "disclaimer": pick(country().disclaimer),
    }


def known(sha256: str) -> Iterator[Known]:
    """Certificates whose content has this hash; it stands on the paper alone."""
    for model, route in ((Completion, "mineaction-completion"), (Handover, "mineaction-handover")):
        for one in model.everything.filter(documents__contains=[sha256]).select_related("hazard"):
            at = timezone.make_aware(timezone.datetime.combine(one.on, timezone.datetime.min.time()))
            title = f"{one._meta.verbose_name} {one.ref}"
            yield Known("file", status(one), str(title).capitalize(), _detail(one), reverse(route, args=[one.ref]), at)


def _detail(one: Completion | Handover) -> str:
    """Its day, and what is awaited before its hazard counts as closed, or was not given."""
    waits = consent.of_handover(one) if isinstance(one, Handover) else ""
    return f"{day(one.on)}. {waits}" if waits else day(one.on)


def status(one: Completion | Handover) -> str:
    """Withdrawn when the record was; superseded when the hazard was opened again since."""
    if one.deleted_at is not None:
        return "withdrawn"
    again = (
        one.hazard is not None
        and one.hazard.steps.filter(
            new__in=(HazardState.REOPENED, HazardState.REWORK), on__gte=one.on, known_at__gt=one.known_at
        ).exists()
    )
    return "superseded" if again else "current"
