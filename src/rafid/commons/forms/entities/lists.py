"""Entity lists that forms declare: made, and their properties named, when a version is published."""

from __future__ import annotations

from rafid.methods import xforms

from ..models import EntityList, EntitySource, FormVersion
from ..models.form import FileKind
from ..refusals import list_elsewhere, list_is_a_view
from ..schema import definition


def declare_lists(version: FormVersion) -> list[EntityList]:
    """Makes the lists that a version writes to, adds the properties that it feeds, and hands its lists to phones.

    Raises :class:`Refused` where the name is another programme's list, or a view that no form may write to. Call it in the
    transaction of the publication.
    """
    form = version.form
    lists = [_declared(one, version) for one in definition(version.pk).entities]
    waiting = version.files.filter(sha256=None, entity_list=None, kind__in=[FileKind.CSV, FileKind.DATASET])
    names = {one.name: one for one in EntityList.objects.filter(programme=form.programme)}
    for file in waiting:
        found = names.get(file.name.removesuffix(".csv"))
        if found is not None:
            file.kind, file.entity_list = FileKind.DATASET, found
            file.save(update_fields=["kind", "entity_list"])
    return lists


def _declared(declared: xforms.Declaration, version: FormVersion) -> EntityList:
    form = version.form
    found, _new = EntityList.objects.select_for_update().get_or_create(
        name=declared.dataset,
        defaults={"programme": form.programme, "owner": form.owner, "sensitivity": form.sensitivity},
    )
    if found.programme != form.programme:
        raise list_elsewhere(found.name)
    if found.source != EntitySource.OWN:
        raise list_is_a_view(found.name)
    feeds = [name for name in declared.properties.values() if name != "geometry"]
    feeds += ["geometry"] if "geometry" in declared.properties.values() else []
    found.properties = list(dict.fromkeys([*found.properties, *feeds]))
    for path, name in declared.properties.items():
        places = found.written_by.setdefault(name, [])
        if [str(form.pk), path] not in places:
            places.append([str(form.pk), path])
    # Whoever may not read the form's submissions may not read what they left in the list either.
    found.sensitivity = max(found.sensitivity, form.sensitivity)
    found.save()
    return found
