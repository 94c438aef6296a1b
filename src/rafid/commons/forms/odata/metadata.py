"""``$metadata``: the entity types in EDMX, and the service document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import quoteattr

from .entities import Entity, Group, identifier

SYSTEM = {
    "submissionDate": "Edm.DateTimeOffset",
    "updatedAt": "Edm.DateTimeOffset",
    "submitterId": "Edm.String",
    "submitterName": "Edm.String",
    "attachmentsPresent": "Edm.Int64",
    "attachmentsExpected": "Edm.Int64",
    "status": "Edm.String",
    "reviewState": "Edm.String",
    "deviceId": "Edm.String",
    "edits": "Edm.Int64",
    "formVersion": "Edm.String",
}
"""What is said of a submission beside its answers. States are text: whoever reads them need not know their list."""
_CAPABILITIES = "Org.OData.Capabilities.V1"


def service_document(context: str, entities: Sequence[Entity]) -> dict[str, object]:
    sets = [{"name": one.set, "kind": "EntitySet", "url": one.set} for one in entities]
    return {"@odata.context": f"{context}/$metadata", "value": sets}


def edmx(xform_id: str, entities: Sequence[Entity]) -> str:
    space = f"org.opendatakit.user.{identifier(xform_id)}"
    types = "".join(line for one in entities for line in _types(one, space))
    sets = "".join(_set(one, space) for one in entities)
    system = "".join(f'<Property Name="{name}" Type="{kind}"/>' for name, kind in SYSTEM.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0"><edmx:DataServices>'
        '<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="org.opendatakit.submission">'
        f'<ComplexType Name="metadata">{system}</ComplexType></Schema>'
        f'<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace={quoteattr(space)}>{types}'
        f"<EntityContainer Name={quoteattr(identifier(xform_id))}>{sets}</EntityContainer>"
        "</Schema></edmx:DataServices></edmx:Edmx>\n"
    )


def _types(entity: Entity, space: str) -> Iterator[str]:
    head = '<Key><PropertyRef Name="__id"/></Key><Property Name="__id" Type="Edm.String" Nullable="false"/>'
    if entity.is_main:
        head += '<Property Name="__system" Type="org.opendatakit.submission.metadata"/>'
    else:
        head += f'<Property Name="{entity.parent_id}" Type="Edm.String"/>'
    yield f'<EntityType Name="{entity.set}">{head}{_properties(entity, entity.root, space)}{_navs(entity, space)}</EntityType>'
    for group in entity.root.groups():
        yield f'<ComplexType Name="{_type_name(entity, group)}">{_properties(entity, group, space)}</ComplexType>'


def _navs(entity: Entity, space: str) -> str:
    return "".join(
        f'<NavigationProperty Name="{nav.name}" Type="Collection({space}.{nav.entity.set})"/>' for nav in entity.navs
    )


def _properties(entity: Entity, group: Group, space: str) -> str:
    return "".join(
        f'<Property Name="{part.name}" Type="{space}.{_type_name(entity, part)}"/>'
        if isinstance(part, Group)
        else f'<Property Name="{part.name}" Type="{part.edm}"{_facets(part.edm)}/>'
        for part in group.parts
    )


def _facets(edm: str) -> str:
    """Without them a reader would round decimals to whole numbers and moments to seconds."""
    return {"Edm.Decimal": ' Scale="variable"', "Edm.DateTimeOffset": ' Precision="3"'}.get(edm, "")


def _type_name(entity: Entity, group: Group) -> str:
    return ".".join([*entity.set.split(".")[1:], *group.path])


def _set(entity: Entity, space: str) -> str:
    notes = {
        "CountRestrictions": ("Countable", "true"),
        "SortRestrictions": ("Sortable", "true"),
        "ExpandRestrictions": ("Expandable", "true" if entity.navs else "false"),
    }
    told = "".join(f'<NavigationPropertyBinding Path="{nav.name}" Target="{nav.entity.set}"/>' for nav in entity.navs)
    told += "".join(
        f'<Annotation Term="{_CAPABILITIES}.{term}"><Record><PropertyValue Property="{name}" Bool="{value}"/></Record>'
        "</Annotation>"
        for term, (name, value) in notes.items()
    )
    closed = "".join(f"<PropertyPath>{name}</PropertyPath>" for name in ["__id", *entity.root.names])
    told += (
        f'<Annotation Term="{_CAPABILITIES}.FilterRestrictions"><Record><PropertyValue Property="Filterable" Bool="true"/>'
        f'<PropertyValue Property="NonFilterableProperties"><Collection>{closed}</Collection></PropertyValue></Record>'
        "</Annotation>"
    )
    return f'<EntitySet Name="{entity.set}" EntityType="{space}.{entity.set}">{told}</EntitySet>'
