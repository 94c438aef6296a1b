"""Progress: what was planned, reported, verified and proven; by the book or not; what changed for people."""

from rafid.methods.progress.changes import GroupChange, PairedChange, group_change, paired_change
from rafid.methods.progress.columns import ComplianceColumns, compliance_columns
from rafid.methods.progress.compliance import WEIGHTS, Answer, Compliance, compliance
from rafid.methods.progress.earned import EarnedValue, earned_schedule, earned_value, finish_forecast
from rafid.methods.progress.totals import verified_floor, verified_total
from rafid.methods.progress.trends import Trend, trend

__all__ = [
    "WEIGHTS",
    "Answer",
    "Compliance",
    "ComplianceColumns",
    "EarnedValue",
    "GroupChange",
    "PairedChange",
    "Trend",
    "compliance",
    "compliance_columns",
    "earned_schedule",
    "earned_value",
    "finish_forecast",
    "group_change",
    "paired_change",
    "trend",
    "verified_floor",
    "verified_total",
]
