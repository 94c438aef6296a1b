"""Forms that register trees and visit them again, and submissions of them."""

from __future__ import annotations

from types import SimpleNamespace

_HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:jr="http://openrosa.org/javarosa" xmlns:entities="http://www.opendatakit.org/xforms/entities"><h:head>'
)
NEW_TREE = (
    _HEAD + '<h:title>New tree</h:title><model entities:entities-version="2024.1.0"><instance>'
    '<data id="tree_new" version="1"><species/><keeper/><spot/><meta>'
    '<entity dataset="trees" id="" create="1"><label/></entity><instanceID/></meta></data></instance>'
    '<bind nodeset="/data/species" type="string" entities:saveto="species"/>'
    '<bind nodeset="/data/keeper" type="string" entities:saveto="keeper"/>'
    '<bind nodeset="/data/spot" type="geopoint" entities:saveto="geometry"/></model></h:head><h:body>'
    '<input ref="/data/species"><label>Species</label></input><input ref="/data/keeper"><label>Keeper</label></input>'
    '<input ref="/data/spot"><label>Spot</label></input></h:body></h:html>'
)
VISIT_TREE = (
    _HEAD + '<h:title>Tree visit</h:title><model entities:entities-version="2024.1.0"><instance>'
    '<data id="tree_visit" version="1"><tree/><girth/><state/><meta>'
    '<entity dataset="trees" id="" update="1" create="" baseVersion="" trunkVersion="" branchId=""><label/></entity>'
    '<instanceID/></meta></data></instance><instance id="trees" src="jr://file-csv/trees.csv"/>'
    '<bind nodeset="/data/tree" type="string"/><bind nodeset="/data/girth" type="int" entities:saveto="girth"/>'
    '<bind nodeset="/data/state" type="string" entities:saveto="state"/></model></h:head><h:body>'
    '<select1 ref="/data/tree"><label>Tree</label><itemset nodeset="instance(\'trees\')/root/item">'
    '<value ref="name"/><label ref="label"/></itemset></select1><input ref="/data/girth"><label>Girth</label></input>'
    '<input ref="/data/state"><label>State</label></input></h:body></h:html>'
)
TREE = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
BRANCH = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"


def _meta(number: str, entity: str, edits: str = "") -> str:
    old = f"<deprecatedID>{edits}</deprecatedID>" if edits else ""
    return f"<meta>{entity}<instanceID>uuid:{number}</instanceID>{old}</meta></data>"


def new_tree(
    number: str = "n1",
    uuid: str = TREE,
    label: str = "Oak 1",
    species: str = "oak",
    keeper: str = "Zaynab",
    spot: str = "33.31 44.36 0 0",
    edits: str = "",
    version: str = "1",
) -> bytes:
    entity = f'<entity dataset="trees" id="{uuid}" create="1"><label>{label}</label></entity>'
    answers = f"<species>{species}</species><keeper>{keeper}</keeper><spot>{spot}</spot>"
    return (f'<data id="tree_new" version="{version}">{answers}' + _meta(number, entity, edits)).encode()


def visit(
    number: str, uuid: str = TREE, *, base="1", trunk="", branch="", label="", create="", edits="", **said
) -> bytes:
    """``said``: girth and state; what is not said was not relevant, and is not sent."""
    entity = (
        f'<entity dataset="trees" id="{uuid}" update="1" create="{create}" baseVersion="{base}"'
        f' trunkVersion="{trunk}" branchId="{branch}"><label>{label}</label></entity>'
    )
    answers = f"<tree>{uuid}</tree>" + "".join(f"<{name}>{value}</{name}>" for name, value in said.items())
    return (f'<data id="tree_visit" version="1">{answers}' + _meta(number, entity, edits)).encode()


def only_these_forms() -> None:
    """Within this test there are no forms but its own; the demonstration has some."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE rafid_forms_form, rafid_forms_entitylist CASCADE")


def make_grove(world) -> SimpleNamespace:
    """``register`` and ``visits`` (published forms of the programme wells), ``trees`` (their list), a phone and ``send``."""
    from rafid.commons.forms.accept import accept
    from rafid.commons.forms.models import AppUser, EntityList, Form, FormFile
    from rafid.commons.forms.sender import new_token, of_phone
    from rafid.commons.forms.versions import publish_draft, put_draft

    only_these_forms()
    forms = []
    for xform, name in ((NEW_TREE, "tree_new"), (VISIT_TREE, "tree_visit")):
        form = Form.objects.create(xform_id=name, title_en=name, programme="wells", owner=world.authority)
        draft = put_draft(form, xform.encode())
        if name == "tree_visit":
            form.roles = {"site": "/data/tree"}
            form.save()
            FormFile.objects.create(version=draft, name="trees.csv", kind="csv")
        publish_draft(form)
        forms.append(form)
    phones = {}

    def phone_of(owner, *places):
        key = (owner.pk, *(place.pk for place in places))
        if key not in phones:
            phone = AppUser.objects.create(name=f"Phone {len(phones)}", token_sha256=new_token()[1], owner=owner)
            phone.forms.add(*forms)
            phone.places.add(*places)
            phones[key] = phone
        return of_phone(phones[key])

    def send(xml: bytes, owner=None, **more):
        return accept(xml, more.pop("sender", None) or phone_of(owner or world.branch), **more)

    return SimpleNamespace(
        world=world,
        register=forms[0],
        visits=forms[1],
        trees=EntityList.objects.get(name="trees"),
        phone_of=phone_of,
        send=send,
    )
