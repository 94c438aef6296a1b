"""Which places the rows of an uploaded table mean: by P-code, by reference, or by a name in any of the scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from rafid.commons.places.codes import looks_like_code
from rafid.commons.places.matching import Decision, PlaceMatcher
from rafid.commons.places.models import Level, Place

LARGE = (Level.COUNTRY, Level.GOVERNORATE, Level.DISTRICT)
SMALL = (Level.SUBDISTRICT, Level.SETTLEMENT)

NAMED, LONGEST = 4, 60
"""Candidates that one sentence names; letters of a name that it repeats."""


def decide(texts: Sequence[str]) -> dict[str, Decision]:
    """What each name means. A column of governorates alone means governorates, though a district has the same name; so do
    districts. Only what no large place is called is sought among towns."""
    if not texts:
        return {}
    each = [PlaceMatcher((level,)).match_many(texts) for level in (Level.GOVERNORATE, Level.DISTRICT)]
    alone = [found for found in each if all(one.certain for one in found)]
    if len(alone) == 1:
        return dict(zip(texts, alone[0], strict=True))
    decided = dict(zip(texts, PlaceMatcher(LARGE).match_many(texts), strict=True))
    small = [text for text, one in decided.items() if one.outcome in ("unknown", "doubtful")]
    if small:
        again = zip(small, PlaceMatcher(SMALL).match_many(small), strict=True)
        decided |= {text: one for text, one in again if one.certain}
    return decided


class Places:
    """Each text of some columns is asked once. A name that fits two places is refused: a figure in the wrong one is worse
    than a question."""

    def __init__(self, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
        texts = {(row.get(name) or "").strip() for row in rows for name in columns} - {""} if columns else set()
        coded = Place.objects.filter(pcode__in=texts).values_list("pcode", "pk")
        self._coded: dict[str, UUID] = dict(coded) | dict(Place.objects.filter(ref__in=texts).values_list("ref", "pk"))
        named = sorted(texts - self._coded.keys())
        self._decided = decide(named)
        found = {one.place_id for one in self._decided.values() if one.certain and one.place_id}
        self._code = {
            pk: pcode or ref for pk, pcode, ref in Place.objects.filter(pk__in=found).values_list("pk", "pcode", "ref")
        }

    def of(self, text: str) -> tuple[UUID, str]:
        """The place and its code; what was written as a code stays as it was written. Raises ``ValueError`` with a sentence."""
        if text in self._coded:
            return self._coded[text], text
        decision = self._decided[text]
        if decision.certain and decision.place_id:
            return decision.place_id, self._code[decision.place_id]
        raise ValueError(_refusal(text[:LONGEST], decision))


def _refusal(text: str, decision: Decision) -> str:
    candidates = ", ".join(f"{one.name} ({one.ref})" for one in decision.candidates[:NAMED])
    if decision.outcome == "ambiguous" and candidates:
        said = _("“%(name)s” may be one of several places: %(candidates)s. Write the code of the one that is meant.")
    elif looks_like_code(text):
        return _("No place has the code %s.") % text
    elif candidates:
        said = _("It is not certain which place “%(name)s” is. Perhaps %(candidates)s? Write its code.")
    else:
        said = _("No place is called “%(name)s”. Write its P-code, or its name as the list of places has it.")
    return said % {"name": text, "candidates": candidates}
