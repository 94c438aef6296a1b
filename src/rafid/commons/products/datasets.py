"""The datasets that the programmes declare, by their address."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rafid.commons.names import pick
from rafid.commons.people.visibility import scopes
from rafid.commons.programme import PLATFORM, SENSITIVITIES, Dataset, Field, Programme, installed

LICENCES = {
    "CC-BY-4.0": ("Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC-BY-3.0-IGO": ("Creative Commons Attribution 3.0 IGO", "https://creativecommons.org/licenses/by/3.0/igo/"),
    "CC0-1.0": ("Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "ODbL-1.0": ("Open Database License 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
}


@dataclass(frozen=True)
class Published:
    """A declared dataset with its programme. ``code`` is its address, the same for ever."""

    programme: Programme
    declared: Dataset

    @property
    def code(self) -> str:
        return self.declared.code

    @property
    def title(self) -> str:
        return pick(self.declared.title)

    @property
    def about(self) -> str:
        return pick(self.declared.about or {})

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for field in self.declared.fields if field.role not in ("identifier", "geometry"))

    @property
    def licence(self) -> tuple[str, str]:
        """Its name and where it can be read."""
        return LICENCES.get(self.declared.licence, (self.declared.licence, ""))

    def get_absolute_url(self) -> str:
        return reverse("dataset", args=[self.code])

    def visible_to(self, user: Any) -> bool:
        """Its rows follow their own rule; this says whether the person learns that it is there."""
        wanted = SENSITIVITIES[self.declared.sensitivity]
        return wanted == 0 or any(
            scope.reads >= wanted and scope.programme in (self.programme.name, PLATFORM) for scope in scopes(user)
        )


def title_of(field: Field) -> str:
    return pick(field.names or {}) or field.name.replace("_", " ")


KINDS = {
    "text": _("text"),
    "choice": _("code of a list"),
    "number": _("number"),
    "integer": _("whole number"),
    "boolean": _("yes or no"),
    "date": _("date"),
    "datetime": _("date and time"),
    "place": _("code of a place"),
    "period": _("period"),
    "longitude": _("degrees east"),
    "latitude": _("degrees north"),
}
"""What a kind of field is called on pages; files and programs read its word."""


def kind_of(field: Field) -> str:
    return str(KINDS.get(field.kind, field.kind))


def legend_of(field: Field) -> list[tuple[str, str]]:
    """The codes of a field with what they mean."""
    return [(code, pick(names)) for code, names in (field.choices or {}).items()]


@functools.cache
def datasets() -> dict[str, Published]:
    """All by their code. Raises ``ValueError`` where two programmes declare one code: an address means one thing."""
    found: dict[str, Published] = {}
    for programme in installed():
        for declared in programme.datasets:
            if declared.code in found:
                raise ValueError(f"the dataset {declared.code} is declared twice")
            found[declared.code] = Published(programme, declared)
    return found


def dataset_of(code: str, user: Any) -> Published:
    """By its code, or ``programme.code``. Raises ``LookupError`` for one that is not there or not this person's."""
    found = datasets().get(code)
    if found is None:
        programme, _dot, rest = code.partition(".")
        found = datasets().get(rest)
        if found is None or found.programme.name != programme:
            raise LookupError(code)
    if not found.visible_to(user):
        raise LookupError(code)
    return found
