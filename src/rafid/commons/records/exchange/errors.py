"""What stops an exchange, as a sentence with a remedy."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.methods.exchange import Unreadable

SENTENCES = {
    "empty": gettext_noop("The file is empty. Have it written again at its node."),
    "no_file": gettext_noop("This is no file of an exchange (%(format)s). Take the one that the node wrote."),
    "version": gettext_noop("This file is not of the format %(format)s. The two nodes need the same version."),
    "stranger": gettext_noop(
        "The file was signed by %(node)s, which is not trusted here. Take its key file first, if you know it."
    ),
    "cut": gettext_noop("The file of %(node)s has no signature at its end: it was cut. Carry it again."),
    "forged": gettext_noop(
        "The signature is not that of %(node)s: the file was altered, or is another’s. Have it written again."
    ),
    "count": gettext_noop("The file of %(node)s says %(said)s changes and holds %(held)s. Have it written again."),
    "no_have": gettext_noop("The file of %(node)s does not say what the node has. Have it written again."),
    "foreign": gettext_noop("%(id)s lies in a file of %(node)s, which may sign only its own changes."),
    "altered": gettext_noop("Line %(line)s of the file cannot be read: it was cut or altered. Carry it again."),
    "no_change": gettext_noop(
        "Line %(line)s is no change of the format %(format)s. The two nodes need the same version."
    ),
    "elsewhere": gettext_noop(
        "The file is for %(to)s, and this is %(here)s. Carry it there, or have one written for this node."
    ),
    "sealed": gettext_noop(
        "The file cannot be deciphered: it was cut or altered, or written to an earlier key of this node. Have it written"
        " again."
    ),
    "no_receipt": gettext_noop(
        "This is no receipt of a node that this one trusts, or it was altered. Have it written again."
    ),
    "two_contents": gettext_noop(
        "%(id)s comes with two contents, and one number is one change. Nothing of the file is taken: ask its node which of"
        " the two it made, and whether it was put back from an old copy."
    ),
    "action": gettext_noop(
        "%(id)s does what this version does not know: %(action)s. The two nodes need the same version."
    ),
    "not_made": gettext_noop("%(id)s is not made as changes are (%(why)s). Have it written again at its node."),
    "no_id": gettext_noop("“%(id)s” is no number of a change. Write the node and the number, as in DMA:120."),
    "not_own": gettext_noop("%(id)s was not made by %(node)s: a node signs only its own changes."),
    "not_json": gettext_noop("%(id)s holds what a file cannot say. Write it as text or number."),
    "no_text": gettext_noop("A change of %(node)s holds letters that are no text. Type them again."),
}
"""By the codes of ``methods.exchange``."""
OTHER = gettext_noop("The file is not taken: %(why)s")


class Refused(ValueError):
    """Nothing was done; the message says what was wrong and what to do. ``three``: the same in all languages, where it is
    kept for later readers."""

    three: dict[str, str] | None = None

    @classmethod
    def of(cls, sentence: str, **values: object) -> Refused:
        """With a sentence marked by ``gettext_noop``."""
        refused = cls(_(sentence) % values)
        refused.three = in_three(sentence, **values)
        return refused

    @classmethod
    def no_node(cls) -> Refused:
        return cls(_("This installation is no node yet. Give it a name first: ./rafid node init NAME."))


def told(error: ValueError) -> Refused:
    """What the methods say of a file, in the reader's language."""
    if isinstance(error, Unreadable):
        return Refused.of(SENTENCES[error.code], **{name: str(value)[:80] for name, value in error.values.items()})
    return Refused.of(OTHER, why=str(error))
