"""What every export and feed says of a submission beside its answers, in ODK Central's names, as expressions of SQL.

They read ``s``: a row of answers with its submission, as :func:`answered` joins them.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet, Value

from ..seeing import Masks

MOMENT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
REVIEW_STATE = "(CASE s.state WHEN 'received' THEN NULL WHEN 'has_issues' THEN 'hasIssues' ELSE s.state END)"
SUBMITTER_ID = "(CASE WHEN s.plain THEN coalesce(s.account_id, s.app_user_id, s.link_id)::text END)"
SUBMITTER_NAME = "(CASE WHEN s.plain THEN s.sender_name END)"
DEVICE_ID = "(CASE WHEN s.plain THEN nullif(s.device_id, '') END)"
FORM_VERSION = "nullif(s.version_text, '')"


def _key(column: str) -> str:
    """A key begins with the identity of the version that it came with; a corrected submission keeps its first one."""
    return (
        f"(CASE WHEN s.edits = 0 THEN {column} ELSE s.instance_id || substr({column}, 1 + length("
        "(SELECT v.instance_id FROM rafid_forms_submissionversion v WHERE v.id = s.current_id))) END)"
    )


KEY = _key("s.key")
PARENT_KEY = _key("s.parent")

MAIN_BEFORE = {"SubmissionDate": MOMENT.format("s.received_at")}
MAIN_AFTER = {
    "KEY": "s.instance_id",
    "SubmitterID": SUBMITTER_ID,
    "SubmitterName": SUBMITTER_NAME,
    "AttachmentsPresent": "s.attachments_present::text",
    "AttachmentsExpected": "s.attachments_expected::text",
    "ReviewState": REVIEW_STATE,
    "DeviceID": DEVICE_ID,
    "Edits": "s.edits::text",
    "FormVersion": FORM_VERSION,
}
REPEAT_AFTER = {"PARENT_KEY": PARENT_KEY, "KEY": KEY}

_CHOSEN = (
    "id",
    "current_id",
    "instance_id",
    "received_at",
    "changed_at",
    "state",
    "edits",
    "account_id",
    "app_user_id",
    "link_id",
    "device_id",
    "attachments_present",
    "attachments_expected",
    "sealed",
    "plain",
)


def chosen(submissions: QuerySet[Any], masks: Masks, *, public: bool = False) -> tuple[str, tuple[Any, ...]]:
    """The statement that selects the submissions as ``s``, and its parameters. ``plain``: is every answer seen?

    ``public``: no row is plain, so that nobody's name or device leaves, whatever the masks of the answers are.
    """

    def statement(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
        told = rows.annotate(plain=Value(False)) if public else masks.annotate(rows)
        return told.order_by().values(*_CHOSEN).query.sql_with_params()  # type: ignore[no-any-return]

    try:
        return statement(submissions)
    except EmptyResultSet:
        return statement(submissions.model.everything.extra(where=["false"]))


_ABOUT = (
    ", coalesce(nullif(sent_a.full_name, ''), sent_a.login, sent_p.name, sent_l.name) AS sender_name, f.version_text"
)
_OF = (
    " LEFT JOIN rafid_people_account sent_a ON sent_a.id = s.account_id"
    " LEFT JOIN rafid_forms_appuser sent_p ON sent_p.id = s.app_user_id"
    " LEFT JOIN rafid_forms_publiclink sent_l ON sent_l.id = s.link_id"
    " JOIN rafid_forms_submissionversion v ON v.id = s.current_id"
    " JOIN rafid_forms_formversion f ON f.id = v.form_version_id"
)


def answered(chosen: str, *, main: bool, name: str = "v") -> str:
    """The rows of one table with their submissions; its one parameter more, after those of ``chosen``, is the table's
    number. ``name``: what the array of answers is called. Names of sender and version come with the main table only."""
    return (
        f'SELECT s.*, one.key, one.parent, one.ordinal, one."values" AS {name}{_ABOUT if main else ""} FROM ({chosen}) s'
        f"{_OF if main else ''} JOIN rafid_forms_row one ON one.submission_version_id = s.current_id"
        ' AND one."table" = %s'
    )
