"""A request for rows of a dataset, in words of its address, as a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.api import invalid
from rafid.commons.indicators.asking import box_of, chosen_fields, periods_of, place_of

from .datasets import Published
from .tables import Filters, NoSuchFilter, Table, open_table


def filters_of(published: Published, *, place: str = "", period: str = "", fields: str = "", bbox: str = "") -> Filters:
    """Raises Problem 422 for a filter that cannot be understood."""
    known = [field.name for field in published.fields]
    return Filters(
        place=place_of(place),
        periods=frozenset(periods_of(period)),
        bbox=box_of(bbox),
        fields=tuple(chosen_fields(fields, known)) if fields else (),
    )


def opened(open: Callable[[Filters], Table], filters: Filters) -> Table:
    """Raises Problem 422 for a filter that the dataset has no answer to."""
    try:
        return open(filters)
    except NoSuchFilter as error:
        raise invalid(
            error.name,
            {
                "place": _("The rows of this dataset have no place."),
                "period": _("The rows of this dataset have no period."),
                "bbox": _("The rows of this dataset have no position."),
            }[error.name],
        ) from error


def table_of(
    published: Published, user: Any, *, place: str = "", period: str = "", fields: str = "", bbox: str = ""
) -> Table:
    """The rows of today. Raises Problem 422 for a filter that cannot be understood, or has no answer here."""
    filters = filters_of(published, place=place, period=period, fields=fields, bbox=bbox)
    return opened(lambda asked: open_table(published, user, asked), filters)
