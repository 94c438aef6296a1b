"""Why something that was sent, or a decision, is not taken: a status, a code and a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _


class Refused(Exception):
    """``status`` is HTTP's; ``code`` names the rule. ``str()`` is the sentence."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code


def malformed(why: str) -> Refused:
    return Refused(400, "malformed", _("This is no submission: %s.") % why.rstrip("."))


def too_large() -> Refused:
    return Refused(413, "too_large", _("This is larger than what is taken here. Send fewer or smaller files."))


def unknown_form() -> Refused:
    return Refused(
        404, "unknown_form", _("This form, or this version of it, is not here, or not given to you. Get the form anew.")
    )


def closed() -> Refused:
    return Refused(403, "closed", _("This form is closed; nothing more is taken. Ask the office that gave it to you."))


def other_answers() -> Refused:
    return Refused(
        409,
        "other_answers",
        _("A submission with this identity was received before, with other answers. The first is kept."),
    )


def unknown_original() -> Refused:
    return Refused(404, "unknown_original", _("The submission that this one corrects is not here. Send it first."))


def superseded() -> Refused:
    return Refused(409, "superseded", _("The submission was corrected since; get the newest version and correct that."))


def out_of_reach(places: Sequence[str]) -> Refused:
    """``places``: those that the sender's roles are for, in words; none where it is the organisation that is in doubt."""
    if places:
        return Refused(
            403,
            "out_of_reach",
            _(
                "Your roles are for %(places)s, and this lies elsewhere or names no place. Correct it, or ask the office."
            )
            % {"places": ", ".join(places)},
        )
    return Refused(
        403,
        "out_of_reach",
        _("Your roles leave open for which organisation this is. Ask the office for a role in your own organisation."),
    )


def edits_not_taken() -> Refused:
    return Refused(403, "no_edits", _("This form takes no corrections from outside. Ask the office to correct it."))


def list_elsewhere(name: str) -> Refused:
    return Refused(
        409,
        "list_elsewhere",
        _("The entity list “%s” belongs to another programme. Give the list in this form another name.") % name,
    )


def list_is_a_view(name: str) -> Refused:
    return Refused(
        409,
        "list_is_a_view",
        _("The entity list “%s” shows another register; forms cannot write to it. Give the list another name.") % name,
    )


def no_retention() -> Refused:
    return Refused(409, "no_retention", _("This form keeps its submissions for ever. Give it a number of days first."))


def seen_another() -> Refused:
    return Refused(409, "seen_another", _("More would be erased now than was shown. Look at it again, then agree."))


def reason_missing() -> Refused:
    return Refused(422, "reason", _("Say why this is erased."))
