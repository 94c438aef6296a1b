from .entities import Conflict, Entity, EntityList, EntitySource, EntityVersion, HeldUpdate
from .form import FieldPolicy, Form, FormFile, FormState, FormVersion, Label, Sight
from .keeping import Ground, RetentionConsent, Tombstone
from .quality import BackCheckDraw, CopyingRank, VisitFacts
from .review import BackCheck, Comment, ReviewEvent, SavedView, VisitPlan
from .senders import AppUser, PublicLink
from .submission import Attachment, Finding, FindingState, Row, Submission, SubmissionState, SubmissionVersion, Way

__all__ = [
    "AppUser",
    "Attachment",
    "BackCheck",
    "BackCheckDraw",
    "Comment",
    "Conflict",
    "CopyingRank",
    "Entity",
    "EntityList",
    "EntitySource",
    "EntityVersion",
    "FieldPolicy",
    "Finding",
    "FindingState",
    "Form",
    "FormFile",
    "FormState",
    "FormVersion",
    "Ground",
    "HeldUpdate",
    "Label",
    "PublicLink",
    "RetentionConsent",
    "ReviewEvent",
    "Row",
    "SavedView",
    "Sight",
    "Submission",
    "SubmissionState",
    "SubmissionVersion",
    "Tombstone",
    "VisitFacts",
    "VisitPlan",
    "Way",
]
