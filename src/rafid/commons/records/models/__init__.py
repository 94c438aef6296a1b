from .base import Record, RecordQuerySet, Sensitivity, Source, State, model_of
from .findings import Comment, Finding, FindingState, Severity
from .imports import ImportRow, ImportRun, RememberedMapping, RunState
from .search import SearchEntry
from .tasks import Task, TaskState

__all__ = [
    "Comment",
    "Finding",
    "FindingState",
    "ImportRow",
    "ImportRun",
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
    "model_of",
]
