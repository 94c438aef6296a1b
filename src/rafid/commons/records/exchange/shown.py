"""How a case is shown to people: the sides beside the common past, field by field, and their shapes."""

from __future__ import annotations

from typing import Any

import shapely
from django.contrib.gis.db.models import GeometryField
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rafid.commons import writing
from rafid.commons.people.models import Organisation
from rafid.commons.places.models import Place
from rafid.methods.exchange.erasing import is_tombstone

from ..models import Case, ExchangeChange, ExchangeState
from ..registers import COMMON_NAMES, register_of_model, text_of
from .cases import asking
from .declared import Kind, found_at, kind_named
from .log import change_of, there


def title_of(case: Case) -> str:
    """The names of the records that a case is about."""
    return " · ".join(record_link(case.kind, record)["text"] for record in case.records)


def kind_title(name: str) -> str:
    """What the register of a kind is called; the kind itself where this node lacks its programme."""
    kind = kind_named(name)
    register = register_of_model(kind.model) if kind else None
    return register.title if register else name


def record_link(kind_name: str, record: str) -> dict[str, str]:
    """A record's name and page here; its id where this node has no table for it."""
    kind = kind_named(kind_name)
    row = None
    if kind is not None:
        try:
            row = kind.model.everything.filter(pk=record).first()
        except (ValidationError, ValueError, TypeError):  # an id of another node that is none here
            row = None
    state = ExchangeState.objects.filter(record=record).first()
    node = state.node if state else ""
    if row is None:
        return {"record": record, "text": record[:13], "ref": "", "url": "", "node": node}
    return {
        "record": record,
        "text": str(row),
        "ref": row.ref,
        "url": row.get_absolute_url() if row.deleted_at is None else "",
        "node": node,
    }


def label_of(kind: Kind | None, name: str) -> str:
    field = kind.field(name) if kind else None
    if field is None:
        return name
    register = register_of_model(kind.model) if kind else None
    if register is not None:
        return register.label(name)
    return str(COMMON_NAMES.get(name) or getattr(field, "verbose_name", name))


def value_text(kind: Kind | None, name: str, value: Any) -> str:
    """A value as it travelled, as a person reads it."""
    if value is None or value == "" or value == []:
        return ""
    if is_tombstone(value):
        return pgettext("a value is", "erased")
    if kind is not None and kind.declared.says and isinstance(value, list | dict):
        text = found_at(kind.declared.says)(name, value)
        if text is not None:
            return str(text)
    field: Any = kind.field(name) if kind else None
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if field is not None and field.is_relation and issubclass(field.related_model, Place | Organisation):
        row = field.related_model.objects.filter(ref=value).first()
        return row.name if row else str(value)
    if isinstance(field, GeometryField):
        try:
            shape = shapely.from_wkt(value)
        except (shapely.errors.ShapelyError, TypeError):
            return str(value)[:80]
        if shape.geom_type == "Point":
            return f"{shape.y:.5f}, {shape.x:.5f}"
        return _("%(count)s points") % {"count": shapely.get_num_coordinates(shape)}
    if isinstance(value, str):
        day = parse_date(value) if len(value) == 10 else None
        moment = parse_datetime(value) if len(value) > 18 and value[4:5] == "-" else None
        return writing.day(day) if day else writing.moment(moment) if moment else value
    return text_of(value)


def table_of(case: Case) -> dict[str, Any]:
    """Columns: each side, with what choosing it means. Rows: fields, marked where the sides differ; the disputed first."""
    kind = kind_named(case.kind)
    sides = list(case.sides.items())
    asked = asking(case) if case.cause == "agreement" else ""
    sides.sort(key=lambda side: (side[0] == asked, side[0]))
    names = list(dict.fromkeys([*case.names, *case.past, *(name for _side, view in sides for name in view)]))
    names = [name for name in names if case.cause != "check" or name not in case.names]
    order = {field.name: at for at, field in enumerate(kind.fields)} if kind else {}
    names.sort(key=lambda name: order.get(name, len(order)))
    rows = []
    for name in names:
        texts = [value_text(kind, name, view.get(name)) for _side, view in sides]
        differ = len({repr(view.get(name)) for _side, view in sides}) > 1
        disputed = name in case.names or (differ and case.cause in ("check", "retired"))
        past = value_text(kind, name, case.past.get(name))
        changed = differ or any(text != past for text in texts) if case.past else differ
        rows.append(
            {"label": label_of(kind, name), "past": past, "texts": texts, "disputed": disputed, "differ": changed}
        )
    rows.sort(key=lambda row: (not row["disputed"], not row["differ"]))
    columns = [
        {
            "side": side, "name": name, "asking": side == asked, "stands": bool(asked) and side != asked,
            "retires": _retires(side),
        }
        for side, name in _names(case, [side for side, _view in sides]).items()
    ]  # fmt: skip
    said = side_names(case)
    for row in rows:
        row["sides"] = [(said[one["side"]], text) for one, text in zip(columns, row["texts"], strict=True)]
    return {
        "columns": columns,
        "rows": rows,
        "rules": [_(name) for name in case.names] if case.cause == "check" else [],
        "past": bool(case.past),
    }


def _names(case: Case, sides: list[str]) -> dict[str, str]:
    """By side its node. Two sides of one node are told apart by their number, but for what asks for consent: that is said."""
    by = [side.rpartition(":")[0] for side in sides]
    plain = case.cause == "agreement"
    return {side: node if plain or by.count(node) == 1 else side for side, node in zip(sides, by, strict=True)}


def side_names(case: Case) -> dict[str, str]:
    """What each side is called where no tag can stand beside it."""
    names = _names(case, sorted(case.sides))
    if case.cause != "agreement":
        return names
    asked = asking(case)
    return {
        side: f"{name} · {_('asks for consent') if side == asked else _('as it stands')}"
        for side, name in names.items()
    }


def consents(case: Case) -> dict[str, list[str]]:
    """Which nodes have consented to what a case asks, and which are still asked; the node that asks is among the first."""
    about = asking(case)
    row, kind = there([about]).get(about), kind_named(case.kind)
    if row is None or kind is None or kind.rules.agreement is None:
        return {"given": [], "awaited": []}
    before: dict[str, Any] = next((view for side, view in case.sides.items() if side != about), {})
    needed = {row.node, *kind.rules.agreement(change_of(row), before, case.sides[about])}
    words = ExchangeChange.objects.filter(record=row.record, action="agree")
    given = {row.node} | {word.node for word in words if change_of(word).fields.get("change") == about}
    return {"given": sorted(needed & given), "awaited": sorted(needed - given)}


def decision_of(case: Case) -> str:
    """What was decided, in words."""
    choice = case.decision.partition(" ")[2]
    words = {
        "same": _("The same ground"), "distinct": _("Two different ones"), "agree": _("Consent"), "decline": _("Decline")
    }  # fmt: skip
    if not choice or choice in words:
        return words.get(choice, "")
    return _("As %(node)s has it") % {"node": choice.rpartition(":")[0]}


def _retires(side: str) -> bool:
    row = there([side]).get(side)
    return row is not None and row.action == "retire"


def shapes(case: Case) -> list[dict[str, Any]]:
    """The geometry of every side, as GeoJSON features with the node that drew it."""
    kind = kind_named(case.kind)
    found = []
    for field in kind.fields if kind else ():
        if not isinstance(field, GeometryField) or field.srid != 4326:
            continue
        for side, view in case.sides.items():
            try:
                shape = shapely.from_wkt(view.get(field.name)) if view.get(field.name) else None
            except (shapely.errors.ShapelyError, TypeError):
                shape = None
            if shape is not None and not shape.is_empty:
                node = side.rpartition(":")[0]
                properties = {"name": node, "name_ar": node, "name_ckb": node, "name_en": node, "side": side}
                found.append({"type": "Feature", "geometry": shapely.geometry.mapping(shape), "properties": properties})
    return found


def map_panel(request: Any, case: Case) -> SafeString:
    """The map that the programme draws of its case, where it has one."""
    kind = kind_named(case.kind)
    if kind is None or not kind.declared.panel:
        return mark_safe("")
    html: SafeString = mark_safe(found_at(kind.declared.panel)(request, case) or "")  # noqa: S308 - the programme's own
    return html
