"""A request for rows of a dataset, in words of its address, as a table."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.api import invalid
from rafid.commons.indicators.asking import box_of, chosen_fields, periods_of, place_of

from .datasets import Published
from .tables import Filters, NoSuchFilter, Table, open_table


def table_of(
    published: Published, user: Any, *, place: str = "", period: str = "", fields: str = "", bbox: str = ""
) -> Table:
    """Raises Problem 422 for a filter that cannot be understood, or that the dataset has no answer to."""
    known = [field.name for field in published.fields]
    filters = Filters(
        place=place_of(place),
        periods=frozenset(periods_of(period)),
        bbox=box_of(bbox),
        fields=tuple(chosen_fields(fields, known)) if fields else (),
    )
    try:
        return open_table(published, user, filters)
    except NoSuchFilter as error:
        raise invalid(
            error.name,
            {
                "place": _("The rows of this dataset have no place."),
                "period": _("The rows of this dataset have no period."),
                "bbox": _("The rows of this dataset have no position."),
            }[error.name],
        ) from error
