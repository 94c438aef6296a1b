"""What a person asks of the floods' page, its files and the API: read once, refused in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import RegionalSkew
from ..values.numbers import read_number
from ..values.times import Untimely, read_time
from .fitting import FITS, Region
from .queries import Asked
from .yearly import OCTOBER

STEEPEST_SKEW = 3.0


class Unasked(ValueError):
    """``field``: what was asked wrongly."""

    def __init__(self, field: str, said: str) -> None:
        super().__init__(said)
        self.field = field


def asked_of(given: Mapping[str, str], *, zone: str | None = settings.TIME_ZONE) -> Asked:
    """Raises :class:`Unasked` for what is no time, month, skew or fit."""
    known_at = _moment(given, zone)
    return Asked(known_at, _month(given), _region(given, known_at), _fit(given), given.get("series", "").strip())


def _moment(given: Mapping[str, str], zone: str | None) -> datetime | None:
    text = given.get("known_at", "").strip()
    if not text:
        return None
    try:
        found = read_time(text, zone=zone)
    except Untimely as wrong:
        raise Unasked("known_at", str(wrong)) from wrong
    if found > timezone.now():
        raise Unasked("known_at", _("What will be known later cannot be asked. Choose a moment that has passed."))
    return found


def _month(given: Mapping[str, str]) -> int:
    text = given.get("month", "").strip()
    if not text:
        return OCTOBER
    if text not in {str(one) for one in range(1, 13)}:
        raise Unasked("month", _("The water year begins in a month from 1 to 12."))
    return int(text)


def _region(given: Mapping[str, str], known_at: datetime | None) -> Region:
    """Of the register, or typed."""
    if given.get("region", "").strip():
        return _registered(given["region"].strip(), known_at)
    skew, mse = _number(given, "skew"), _number(given, "skew_mse")
    if skew is None:
        if mse is not None:
            raise Unasked("skew", _("A mean square error belongs to a regional skew. Enter both."))
        return Region()
    if abs(skew) > STEEPEST_SKEW:
        raise Unasked("skew", _("The skew of a region lies between -3 and 3."))
    if mse is not None and mse < 0:
        raise Unasked("skew_mse", _("A mean square error is 0 or more."))
    return Region(skew, mse)


def _registered(key: str, known_at: datetime | None) -> Region:
    try:
        row = RegionalSkew.objects.filter(pk=UUID(key)).first()
    except ValueError:
        row = None
    if row is None or (row.left_out_at and not (known_at and known_at < row.left_out_at)):
        raise Unasked("region", _("This regional skew is not in the register, or is left out. Choose another one."))
    return Region(row.skew, row.error, row.source_text, str(row.pk))


def _number(given: Mapping[str, str], name: str) -> float | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        return read_number(text)
    except ValueError as wrong:
        raise Unasked(name, str(wrong)) from wrong


def _fit(given: Mapping[str, str]) -> str:
    text = given.get("fit", "").strip()
    if text and text not in FITS:
        raise Unasked("fit", _("The fit is one of: lp3, gev, gumbel."))
    return text
