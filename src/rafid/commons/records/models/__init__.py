from .base import Record, RecordQuerySet, Sensitivity, Source, State, model_of
from .exchange import Case, Cause, ExchangeBundle, ExchangeChange, ExchangeParcel, ExchangeReceipt, ExchangeState, Node
from .findings import Comment, Finding, FindingState, Severity
from .imports import ImportRow, ImportRun, RememberedMapping, RunState
from .nonconformities import (
    Evidence,
    NonConformity,
    NonConformitySeverity,
    NonConformityState,
    evidence_triggers,
    nonconformity_triggers,
)
from .search import SearchEntry
from .tasks import Task, TaskState

__all__ = [
    "Case",
    "Cause",
    "Comment",
    "Evidence",
    "ExchangeBundle",
    "ExchangeChange",
    "ExchangeParcel",
    "ExchangeReceipt",
    "ExchangeState",
    "Finding",
    "FindingState",
    "ImportRow",
    "ImportRun",
    "Node",
    "NonConformity",
    "NonConformitySeverity",
    "NonConformityState",
    "Record",
    "RecordQuerySet",
    "RememberedMapping",
    "RunState",
    "SearchEntry",
    "Sensitivity",
    "Severity",
    "Source",
    "State",
    "Task",
    "TaskState",
    "evidence_triggers",
    "model_of",
    "nonconformity_triggers",
]
