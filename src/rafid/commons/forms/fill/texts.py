"""What the browser form says, in the reader's language; the scripts know the keys. ``{name}`` is filled in by them."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext


def texts() -> dict[str, str]:
    return {**_filling(), **_questions(), **_faults(), **_kinds(), **_device()}


def _filling() -> dict[str, str]:
    return {
        "send": _("Finish and send"),
        "send_trial": _("Finish and send as a trial"),
        "leave": _("Keep and leave"),
        "discard": _("Discard"),
        "discard_sure": _("Discard this form? What you have filled in is lost."),
        "state_saving": _("Saving on this device…"),
        "state_saved": _("Saved on this device."),
        "state_unsaved": _("Not saved: this device has no room. Free some, or send now."),
        "form_language": _("Language of the form"),
        "trial": _("This is a trial of a draft. What you send vanishes with the draft and is never counted."),
        "trial_short": _("Trial"),
        "faults": _("Not finished yet: {count} to look at"),
        "open_elsewhere": _("This form is open in another tab. Finish it there, or close that tab and try again."),
        "try_again": _("Try again"),
        "unfinished": _("You have begun this form before"),
        "begun": _("Last changed {when}"),
        "continue": _("Continue"),
        "begin_new": _("Begin a new one"),
        "another": _("Fill another one"),
        "my_forms": _("My forms on this device"),
        "no_line": _("There is no line, and this form was not kept on this device. Open it once with a line."),
        "unreadable": _("This form cannot be shown in a browser"),
        "unreadable_help": _("Fill it with ODK Collect on a phone, and tell whoever made it."),
        "not_kept": _("It could not be kept on this device. It is still here: do not close this page."),
        "sent_title": _("Sent"),
        "sent": _("The server has received it."),
        "sent_public": _("Your answers were received. Thank you."),
        "kept_title": _("Kept on this device"),
        "kept": _("It is sent by itself as soon as there is a line. You may close this page."),
        "kept_signed_out": _("Sign in again, then it is sent."),
        "kept_other": _("Another person filled it. It is sent when that person signs in on this device."),
        "refused_title": _("Not taken"),
        "refused": _("The server did not take it."),
        "refused_help": _("It stays on this device, under “My forms on this device”, where you can save a copy."),
    }


def _questions() -> dict[str, str]:
    return {
        "question": _("Question"),
        "required": _("(required)"),
        "instance": _("{label} {number}"),
        "instance_plain": _("No. {number}"),
        "add": _("Add: {label}"),
        "add_plain": pgettext("one more of a repeated group", "Add one more"),
        "remove": _("Remove"),
        "remove_sure": _("Remove {label} with its answers?"),
        "clear": _("Clear the answer"),
        "search_choices": _("Search the choices"),
        "no_choices": _("There is nothing to choose from yet."),
        "more_choices": _("{count} more; type to find them."),
        "none_found": _("None fits."),
        "not_ordered": _("Not answered yet. Move something, or keep this order."),
        "keep_order": _("Keep this order"),
        "up": _("Move up: {label}"),
        "down": _("Move down: {label}"),
        "no_answer": _("No answer"),
        "acknowledged": _("I have read this"),
        "barcode": _("Type what stands below the bars"),
        "choose_image": _("Take or choose a picture"),
        "choose_audio": _("Record or choose a sound"),
        "choose_video": _("Record or choose a film"),
        "choose_file": _("Choose a file"),
        "take_away": _("Take away"),
        "making_smaller": _("Making the picture smaller…"),
        "your_picture": _("Your picture"),
        **_drawing(),
        "here": _("Where I am"),
        "add_here": _("Add where I am"),
        "add_point": _("Add this point"),
        "remove_point": _("Remove point {number}"),
        "locating": _("Looking for the position…"),
        "accuracy": _("Position taken, accurate to {metres} m."),
        "position_refused": _(
            "The browser does not give the position. Allow it in the browser’s settings, or type it."
        ),
        "position_unknown": _("The position was not found. Go outside, or type it."),
        "place_help": _("Or type latitude and longitude, in degrees."),
        "map_point": _("Show on the map, and touch it to set the point"),
        "map_points": _("Show on the map, and touch it to add points"),
        "no_map": _("The map cannot be shown here."),
        "map_choices": _("Choose on the map"),
        "map_touch": _("Touch a place on the map, or choose from the list."),
        "map_chosen": _("Chosen: {label}"),
        "no_map_list": _("The map cannot be shown here. Choose from the list."),
        "use_the_phone": _("A browser cannot ask this question ({what}). Use ODK Collect on a phone for it."),
    }


def _faults() -> dict[str, str]:
    return {
        "fault_required": _("An answer is needed here."),
        "fault_constraint": _("This answer is not possible here."),
        "fault_whole": _("Write a whole number, with digits only."),
        "fault_large": _("This number is too large for a phone or this form."),
        "fault_number": _("Write a number, with digits only."),
        "fault_place": _("Write latitude and longitude, such as 33.3152, 44.3661."),
        "fault_line": _("A line needs two points or more."),
        "fault_area": _("An area needs three points or more."),
        "fault_file_type": _("This file is of another kind than is asked for."),
    }


def _kinds() -> dict[str, str]:
    """Types of questions that a browser cannot ask."""
    return {
        "type_printer": _("printing"),
        "type_bearing": _("compass"),
        "type_ex": _("another app"),
        "type_intent": _("another app"),
    }


_COUNTS: Final = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100}
"""A number of each kind that languages tell apart; the scripts ask the browser for the kind of theirs."""


def _tried() -> dict[str, str]:
    return {
        f"tried_{kind}": ngettext(
            "Tried {count} time; it is tried again by itself.",
            "Tried {count} times; it is tried again by itself.",
            count,
        )
        for kind, count in _COUNTS.items()
    }


def _device() -> dict[str, str]:
    return {
        "offline": _("There is no line now. What you finish is kept here and sent later."),
        "outbox": _("Waiting to be sent"),
        "drafts": _("Half-filled"),
        "forms": _("Forms"),
        "filled": _("Finished {when}"),
        "refused_short": _("Not taken"),
        "waiting_short": _("Waiting"),
        "waits": _("It is sent by itself as soon as there is a line."),
        **_tried(),
        "send_now": _("Send now"),
        "send_all": _("Send all now"),
        "copy": _("Download a copy"),
        "delete": _("Delete"),
        "delete_sure": _("Delete it for good? It was not received. Download a copy first."),
        "other_person": _("(of another person)"),
        "fill": _("Fill in"),
        "keep": _("Keep for use without a line"),
        "renew": _("Get it anew"),
        "forget": _("Do not keep"),
        "kept_here": _("Kept on this device {when}"),
        "not_kept_here": _("Needs a line to open"),
        "newer_there": _("A newer version is there."),
        "sealed_short": pgettext("a form is", "Encrypted"),
        "sealed": _("Fill it with ODK Collect on a phone."),
        "no_forms": _("No form is open to you now."),
        "sign_in_for_forms": _("Sign in to see the forms that you may fill."),
        "nothing_waits": _("Nothing waits on this device."),
        **_sent(),
    }


def _sent() -> dict[str, str]:
    return {
        "sent_list": pgettext("forms that were sent from this device", "Sent"),
        "sent_at": _("Sent {when}"),
        "sent_asked": _("As it was known {when}."),
        "sent_all": _("Show all {count}"),
        "nothing_sent": _("Nothing was sent yet."),
        "sent_received": _("Received"),
        "sent_edited": _("Received, corrected"),
        "sent_has_issues": pgettext("to whoever sent it", "Sent back"),
        "sent_approved": _("Approved"),
        "sent_rejected": pgettext("a submission is", "Rejected"),
        "reviewer_said": _("The reviewer says:"),
        "correct": pgettext("answers that were sent back", "Correct it"),
        "correction": pgettext("of answers that were sent back", "Correction"),
        "correcting": _("You correct answers that were sent back. When you have sent them, they are looked at again."),
        "correct_no_line": _(
            "There is no line. The answers that were sent back are fetched once; after that they are on this device."
        ),
        "change_reason": _("Why are the answers changed?"),
        "change_reason_needed": _("Say why the answers are changed."),
        "correct_gone": _("This is not open for correction any more."),
        "look": pgettext("at what was sent", "Show"),
    }


def _drawing() -> dict[str, str]:
    return {
        "open_draw": _("Draw here"),
        "open_signature": _("Sign here"),
        "open_annotate": _("Draw on the picture"),
        "paper_draw": _("Field to draw in"),
        "paper_signature": _("Field to sign in"),
        "paper_annotate": _("Picture to draw on"),
        "picture_first": _("Take or choose a picture first."),
        "or_file": _("Use a finger, a pen or the mouse, or choose a picture."),
        "undo_stroke": _("Undo the last stroke"),
        "clear_drawing": _("Begin anew"),
        "ink": _("Colour"),
        "ink_black": _("Black"),
        "ink_red": _("Red"),
        "ink_blue": _("Blue"),
        "ink_yellow": _("Yellow"),
    }
