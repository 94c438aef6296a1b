"""Who stands behind a pseudonym: kept apart, enciphered, read by managers with a purpose, erased after the last round."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.enciphering import encipher
from rafid.commons.records.change import Refused

from ..models import OutcomeStudy, Respondent, RespondentKey
from ..reading import KEY_SALT
from ..refusals import told

KEPT_DAYS = 400
"""After the first answer: long enough to find somebody again after 12 months."""


def pairs(text: str) -> list[tuple[int, str, str]]:
    """(line number, pseudonym, who it is) of lines such as ``P-014, …``. Raises ``Refused`` naming the line."""
    found: list[tuple[int, str, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        person, _comma, who = (part.strip() for part in line.replace("،", ",").partition(","))
        if not person or not who:
            raise Refused(
                _("Line %(row)s: write the pseudonym, a comma, and how the person is found again.") % {"row": number}
            )
        if any(person == other for _row, other, _who in found):
            raise Refused(
                _("Line %(row)s: %(person)s stands there twice. Take one of the two out.")
                % {"row": number, "person": person}
            )
        found.append((number, person, who))
    return found


def keep_keys(study: OutcomeStudy, text: str) -> int:
    """How many were kept; an earlier key of the same pseudonym is replaced."""
    people = {one.pseudonym: one for one in Respondent.objects.filter(study=study)}
    rows = []
    for number, person, who in pairs(text):
        if person not in people:
            raise Refused(
                _("Line %(row)s: nobody in this study has the pseudonym %(person)s. Correct it, or send the answers first.")
                % {"row": number, "person": person}
            )  # fmt: skip
        rows.append(
            RespondentKey(respondent=people[person], sealed=encipher(who, KEY_SALT), erase_on=_erase_on(people[person]))
        )
    with told(RespondentKey):
        RespondentKey.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["respondent"], update_fields=["sealed", "erase_on"]
        )
    return len(rows)


def _erase_on(person: Respondent) -> date:
    first = person.answers.order_by("on").values_list("on", flat=True).first() or timezone.localdate()
    return first + timedelta(days=KEPT_DAYS)


def erase_keys(today: date | None = None) -> int:
    """Keys whose time is over; the answers stay, and nobody can be found behind them."""
    count, _by_model = RespondentKey.objects.filter(erase_on__lte=today or timezone.localdate()).delete()
    return count


def last_erasure(studies: Iterable[OutcomeStudy]) -> date | None:
    rows = RespondentKey.objects.filter(respondent__study__in=[one.pk for one in studies])
    found: date | None = rows.aggregate(last=Max("erase_on"))["last"]
    return found
