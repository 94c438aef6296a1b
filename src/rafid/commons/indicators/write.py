"""Recording figures, set-wise, with their history and where they came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from rafid.commons.records.imports import Refused, Written, copy_rows

from . import disaggregation
from .models import Indicator, IndicatorState, IndicatorValue

FIELDS = (
    "indicator",
    "place",
    "period",
    "by",
    "value",
    "numerator",
    "denominator",
    "share_present",
    "provisional",
    "owner",
    "sensitivity",
    "source_text",
    "as_of",
    "import_run",
    "import_row",
    "made_by",
)
KEY = ("indicator", "place", "period", "by")


def record_values(
    run: Any,
    rows: Iterable[Mapping[str, Any]],
    *,
    owner: UUID | None = None,
    made_by: UUID | None = None,
    source: str = "",
    as_of: str = "",
    copy: Callable[..., Written] = copy_rows,
) -> Written:
    """Writes figures as they come, with flat memory: each row holds ``indicator`` (code), ``place`` (id), ``period``,
    ``by`` (mapping or canonical text), ``value``, and may hold ``numerator``, ``denominator``, ``share_present``,
    ``provisional``, ``source``, ``as_of`` and ``row`` (its number in the file).

    A row with numerator and denominator and no value gets the indicator's multiplier × their ratio, null where the
    denominator is 0. ``run`` is the import that they come from, or None with an ``owner``; an import passes its
    ``batch.copy_rows`` as ``copy``, so that a refusal names the row. A figure that is there already is replaced where
    it differs; history keeps it. Raises ``LookupError`` for an indicator that is not adopted, ``ValueError`` for a
    disaggregation that it does not allow, ``Refused`` for what the database refuses and for an imported figure that says
    no source: it would blank that of the figure which it replaces.
    """
    owner = owner or getattr(run, "owner_id", None)
    if owner is None:
        raise ValueError("figures need an organisation that owns them")
    options = dict(getattr(run, "options", None) or {})
    source, as_of = source or options.get("source", ""), as_of or options.get("as_of", "")
    made_by = made_by or getattr(run, "made_by_id", None)
    indicators = {row.code: row for row in Indicator.objects.filter(state=IndicatorState.ADOPTED)}

    def lines() -> Iterator[tuple[Any, ...]]:
        for row in rows:
            indicator = indicators.get(row["indicator"])
            if indicator is None:
                raise LookupError(row["indicator"])
            above, below = _number(row.get("numerator")), _number(row.get("denominator"))
            value = _number(row.get("value"))
            if value is None and above is not None and below:
                value = indicator.multiplier * above / below
            said = row.get("source") or source
            if run is not None and not said:
                raise Refused(row.get("row"), "source_needed", {})
            yield (
                indicator.pk,
                row["place"],
                row["period"],
                _by(indicator, row.get("by") or ""),
                value,
                above,
                below,
                _number(row.get("share_present")),
                bool(row.get("provisional")),
                owner,
                indicator.sensitivity,
                said,
                row.get("as_of") or as_of,
                run.pk if run is not None else None,
                row.get("row"),
                made_by,
            )

    return copy(IndicatorValue, FIELDS, lines(), update_on=KEY)


MOST_SOURCES = 20


def replaced_sources(run: Any) -> list[dict[str, Any]]:
    """Of the figures that ``run`` just replaced, in its own transaction: from which source they came before, from which
    they come now, and how many there are; only those that changed their source."""
    values, events = IndicatorValue._meta.db_table, IndicatorValue.pgh_event_model._meta.db_table  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT old.source_text, old.as_of, v.source_text, v.as_of, count(*) FROM {values} v CROSS JOIN LATERAL ("
            f"SELECT e.source_text, e.as_of FROM {events} e WHERE e.pgh_obj_id = v.id "
            "AND e.import_run_id IS DISTINCT FROM v.import_run_id ORDER BY e.pgh_id DESC LIMIT 1) old "
            "WHERE v.import_run_id = %s AND (old.source_text, old.as_of) IS DISTINCT FROM (v.source_text, v.as_of) "
            "GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 1 LIMIT %s",
            [run.pk, MOST_SOURCES],
        )
        names = ("old", "old_as_of", "new", "new_as_of", "rows")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _by(indicator: Indicator, by: str | Mapping[str, str]) -> str:
    if not by:
        return ""
    parts = disaggregation.split(by) if isinstance(by, str) else {name: code for name, code in by.items() if code}
    if strange := set(parts) - set(indicator.by):
        raise ValueError(f"{indicator.code} is not broken down by {', '.join(sorted(strange))}")
    return disaggregation.join(parts)
