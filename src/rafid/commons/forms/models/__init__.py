from .entities import Entity, EntityList, EntityVersion, HeldUpdate
from .form import FieldPolicy, Form, FormFile, FormState, FormVersion, Label, Sight
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
    "CopyingRank",
    "Entity",
    "EntityList",
    "EntityVersion",
    "FieldPolicy",
    "Finding",
    "FindingState",
    "Form",
    "FormFile",
    "FormState",
    "FormVersion",
    "HeldUpdate",
    "Label",
    "PublicLink",
    "ReviewEvent",
    "Row",
    "SavedView",
    "Sight",
    "Submission",
    "SubmissionState",
    "SubmissionVersion",
    "VisitFacts",
    "VisitPlan",
    "Way",
]
