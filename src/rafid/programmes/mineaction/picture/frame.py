"""What every map and table of the picture says of itself: dates, authority, datum, and that no record is no promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from rafid.commons.names import pick
from rafid.commons.people.models import Organisation
from rafid.commons.records.models import Source

from ..models import Hazard, Release
from .asked import Asked

DATUM = "WGS 84"


def safety() -> str:
    return _(
        "Where nothing is drawn there is no record. No record does not mean that there is no hazard, and released ground was"
        " searched only as its release says."
    )


@dataclass(frozen=True)
class Frame:
    asked: Asked
    place: Any
    authorities: tuple[str, ...]
    demonstration: bool

    @property
    def safety(self) -> str:
        return safety()

    @property
    def datum(self) -> str:
        return DATUM

    @property
    def authority(self) -> str:
        return " · ".join(self.authorities)

    @property
    def where(self) -> str:
        return self.place.label if self.place is not None else _("Whole country")

    @property
    def query(self) -> str:
        """The state in the address, to be led on with."""
        own = {"place": self.place.ref} if self.place is not None else {}
        return urlencode({**self.asked.query(), **own})

    @property
    def said(self) -> str:
        """In one line, for files."""
        parts = [_("DEMONSTRATION: invented records")] if self.demonstration else []
        parts += [
            self.asked.text,
            self.authority, self.where, DATUM, self.safety,
        ]  # fmt: skip
        return " · ".join(part for part in parts if part)


def frame(asked: Asked, place: Any, hazards: Any) -> Frame:
    """``hazards``: the rows shown, of hazards or of their cells; their owners are the authorities."""
    owners = Organisation.objects.filter(pk__in=hazards.values("owner")).order_by("ref")
    return Frame(asked, place, tuple(pick(one.names) or one.ref for one in owners), demonstrates())


def demonstrates() -> bool:
    """One made-up record makes the whole picture a demonstration."""
    made_up = {"source": Source.DEMONSTRATION}
    return Hazard.objects.filter(**made_up).exists() or Release.objects.filter(**made_up).exists()
