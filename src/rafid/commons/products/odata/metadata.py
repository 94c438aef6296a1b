"""``$metadata`` in CSDL XML, and the service document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import quoteattr

from .sets import KEY, EntitySet, Property

SPACE = "Rafid"
_CAPABILITIES, _CORE = "Org.OData.Capabilities.V1", "Org.OData.Core.V1"


def service_document(root: str, sets: Sequence[EntitySet]) -> dict[str, object]:
    said = [{"name": one.name, "kind": "EntitySet", "url": one.name, "title": one.title} for one in sets]
    return {"@odata.context": f"{root}/$metadata", "value": said}


def edmx(sets: Iterable[EntitySet]) -> str:
    there = list(sets)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0"><edmx:DataServices>'
        f'<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="{SPACE}">'
        + "".join(map(_type, there))
        + '<EntityContainer Name="Container">'
        + "".join(map(_set, there))
        + "</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>\n"
    )


def _type(there: EntitySet) -> str:
    properties = "".join(map(_property, there.properties))
    return f'<EntityType Name={_name(there)}><Key><PropertyRef Name="{KEY}"/></Key>{properties}</EntityType>'


def _name(there: EntitySet) -> str:
    return quoteattr(f"{there.name}_row")


def _property(one: Property) -> str:
    head = f"<Property Name={quoteattr(one.name)} Type={quoteattr(one.edm)}"
    head += ' Nullable="false"' if one.name == KEY else ""
    if not one.title:
        return head + "/>"
    return f"{head}><Annotation Term={quoteattr(f'{_CORE}.Description')} String={quoteattr(_drawn(one.title))}/></Property>"


def _drawn(text: str) -> str:
    """Without the signs that no XML holds."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n\r")


def _set(there: EntitySet) -> str:
    notes = "".join(
        f'<Annotation Term="{_CAPABILITIES}.{term}"><Record><PropertyValue Property="{name}" Bool="{value}"/></Record>'
        "</Annotation>"
        for term, name, value in (
            ("CountRestrictions", "Countable", "true"),
            ("SortRestrictions", "Sortable", "true"),
            ("FilterRestrictions", "Filterable", "true"),
            ("ExpandRestrictions", "Expandable", "false"),
            ("InsertRestrictions", "Insertable", "false"),
        )
    )
    notes += f'<Annotation Term="{_CORE}.Description" String={quoteattr(_drawn(there.title))}/>'
    kind = quoteattr(f"{SPACE}.{there.name}_row")
    return f"<EntitySet Name={quoteattr(there.name)} EntityType={kind}>{notes}</EntitySet>"
