"""Where progress is read from: the tables as they stand, or, for what this node knew at a moment, their history.

What is written once (reports, spending, verified values) says itself when it became known. Plans by month, visits and
monitoring plans change; of these the history says what stood. Lines and contracts are there as soon as anything is said of
them, so that of one whose history begins later its first version counts.
"""

from __future__ import annotations

from datetime import datetime

_STOOD = """
(SELECT * FROM (
    SELECT DISTINCT ON (pgh_obj_id) * FROM {table}event WHERE pgh_created_at <= %(known)s AND {which}
    ORDER BY pgh_obj_id, pgh_id DESC
) stood WHERE pgh_label <> 'delete')
"""
_FIRST = """
(SELECT DISTINCT ON (e.pgh_obj_id) e.* FROM {table}event e JOIN {table} now ON now.id = e.pgh_obj_id WHERE {which}
    ORDER BY e.pgh_obj_id, e.pgh_created_at <= %(known)s DESC,
    CASE WHEN e.pgh_created_at <= %(known)s THEN e.pgh_id END DESC NULLS LAST, e.pgh_id)
"""
_TABLES = {
    # name: (table, how its history is read, which rows)
    "contracts": ("rafid_monitoring_contract", _FIRST, "now.id = ANY(%(ids)s)"),
    "lines": ("rafid_monitoring_workplanline", _FIRST, "now.contract_id = ANY(%(ids)s)"),
    "months": (
        "rafid_monitoring_plannedmonth", _STOOD,
        "line_id IN (SELECT id FROM rafid_monitoring_workplanline WHERE contract_id = ANY(%(ids)s))",
    ),
    "visits": ("rafid_monitoring_visit", _STOOD, "contract_id = ANY(%(ids)s)"),
    "plans": ("rafid_monitoring_monitoringplan", _STOOD, "true"),
}  # fmt: skip


def sources(known: datetime | None) -> dict[str, str]:
    """SQL to read each of them from, by name; it asks for the parameters ``known`` and ``ids``."""
    if known is None:
        return {name: table for name, (table, _how, _which) in _TABLES.items()}
    return {name: how.format(table=table, which=which) for name, (table, how, which) in _TABLES.items()}
