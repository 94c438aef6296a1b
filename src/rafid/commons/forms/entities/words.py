"""Words of entities: why a submission's entity part was not applied; properties and their values as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from ..models import EntityList, Form
from ..questions import answer_words, book_of, said


def entity_sentence(evidence: Mapping[str, Any]) -> str:
    """What ``Finding.evidence`` of an ``entity_problem`` says, in the reader's language."""
    name = str(evidence.get("list", ""))
    sentences = {
        "no_list": _("There is no entity list “%s”."),
        "view": _("The entity list “%s” shows another register; forms cannot change it."),
        "no_id": _("The entity for the list “%s” has no valid identity, so nothing was made or changed."),
        "no_label": _("The new entity for the list “%s” has no label, so it was not made."),
        "exists": _("The list “%s” has an entity of this identity already; it was not made again."),
        "unknown": _("The list “%s” has no entity of this identity that the sender may change."),
        "deleted": _("The entity was deleted from the list “%s” before this change came."),
        "unknown_version": _("The change names a version that the entity in the list “%s” never had."),
    }
    sentence = sentences.get(
        str(evidence.get("problem", "")), _("The change to the list “%s” was refused by the database.")
    )
    return sentence % name


class PropertyWords:
    """Properties as their questions call them, and their values by the labels of choices, in the reader's language."""

    def __init__(self, entity_list: EntityList) -> None:
        self._written_by: dict[str, list[list[str]]] = entity_list.written_by
        self._fields: dict[str, Any] = {}
        forms = {form for places in self._written_by.values() for form, _path in places}
        self._books = {str(form.pk): book_of(form) for form in Form.objects.filter(pk__in=forms)}

    def _field(self, name: str) -> Any:
        if name not in self._fields:
            found = (
                self._books[form].field(path) for form, path in self._written_by.get(name, ()) if form in self._books
            )
            self._fields[name] = next((field for field in found if field is not None), None)
        return self._fields[name]

    def title(self, name: str) -> str:
        if name == "label":
            return _("Label")
        if name == "geometry":
            return _("Position")
        field = self._field(name)
        return (said(field.label) if field is not None else "") or name

    def choices(self, name: str) -> list[tuple[str, str]]:
        """What the question offers where one of a list is its answer."""
        field = self._field(name)
        if field is None or field.type != "select_one":
            return []
        return [(one.value, said(one.label) or one.value) for one in field.choices or ()]

    def value(self, name: str, text: str) -> str:
        return answer_words(self._field(name), text)
