"""What is published: datasets with their frozen versions, recipes with their editions, and whom they reach."""

from __future__ import annotations

from .catalogue import Dataset, DatasetField, DatasetState
from .reach import Delivery, EmbedGrant, Subscription, ViewCount, Webhook
from .recipes import Edition, EditionFile, EditionInput, Kind, Recipe, Schedule, Template
from .release import DatasetVersion, Decision, LedgerCell, Overview, ReleasedRow, Resource, VersionState
from .trust import Erratum, Question

__all__ = [
    "Dataset",
    "DatasetField",
    "DatasetState",
    "DatasetVersion",
    "Decision",
    "Delivery",
    "Edition",
    "EditionFile",
    "EditionInput",
    "EmbedGrant",
    "Erratum",
    "Kind",
    "LedgerCell",
    "Overview",
    "Question",
    "Recipe",
    "ReleasedRow",
    "Resource",
    "Schedule",
    "Subscription",
    "Template",
    "VersionState",
    "ViewCount",
    "Webhook",
]
