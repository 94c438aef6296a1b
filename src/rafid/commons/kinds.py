"""What the things are called whose history is kept, and the reasons that the platform itself gives for a change.

Both are stored once, in English, and said in the reader's language.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_noop

KINDS = (
    gettext_noop("account"),
    gettext_noop("accounts"),
    gettext_noop("agreement"),
    gettext_noop("agreements"),
    gettext_noop("baseline"),
    gettext_noop("baselines"),
    gettext_noop("exchange case"),
    gettext_noop("exchange cases"),
    gettext_noop("dataset"),
    gettext_noop("datasets"),
    gettext_noop("finding"),
    gettext_noop("findings"),
    gettext_noop("grant"),
    gettext_noop("grants"),
    gettext_noop("import run"),
    gettext_noop("import runs"),
    gettext_noop("indicator"),
    gettext_noop("indicators"),
    gettext_noop("indicator value"),
    gettext_noop("indicator values"),
    gettext_noop("invitation"),
    gettext_noop("invitations"),
    gettext_noop("node"),
    gettext_noop("nodes"),
    gettext_noop("organisation"),
    gettext_noop("organisations"),
    gettext_noop("place"),
    gettext_noop("places"),
    gettext_noop("place version"),
    gettext_noop("place versions"),
    gettext_noop("recipe"),
    gettext_noop("recipes"),
    gettext_noop("reset code"),
    gettext_noop("reset codes"),
    gettext_noop("target"),
    gettext_noop("targets"),
    gettext_noop("template"),
    gettext_noop("templates"),
    gettext_noop("token"),
    gettext_noop("tokens"),
)
"""The models of the commons; a programme's model brings its own name, translated."""

REASONS = (
    gettext_noop("Computed from the records"),
    gettext_noop("Declared by the programme"),
    gettext_noop("Demonstration"),
    gettext_noop("added"),
    gettext_noop("adopted"),
    gettext_noop("approved"),
    gettext_noop("begun"),
    gettext_noop("changed"),
    gettext_noop("plan begun"),
    gettext_noop("plan closed"),
    gettext_noop("command line"),
    gettext_noop("composed"),
    gettext_noop("declared by its programme"),
    gettext_noop("demonstration accounts do not stay on a platform in use"),
    gettext_noop("draft of a definition"),
    gettext_noop("drawn"),
    gettext_noop("erratum"),
    gettext_noop("finding opened"),
    gettext_noop("evidence added"),
    gettext_noop("sizes chosen"),
    gettext_noop("stop of work told"),
    gettext_noop("critical finding told"),
    gettext_noop("frame made"),
    gettext_noop("invitation"),
    gettext_noop("invitation accepted"),
    gettext_noop("let out to everybody"),
    gettext_noop("moved"),
    gettext_noop("new code"),
    gettext_noop("no longer aimed at"),
    gettext_noop("password set by a printed code"),
    gettext_noop("published"),
    gettext_noop("registered"),
    gettext_noop("released"),
    gettext_noop("revealed"),
    gettext_noop("role given"),
    gettext_noop("scores computed again"),
    gettext_noop("sent to review"),
    gettext_noop("submission received"),
    gettext_noop("taken again"),
    gettext_noop("translated"),
    gettext_noop("visit planned"),
    gettext_noop("visit cleared"),
    gettext_noop("visit confirmed"),
    gettext_noop("clearance asked for"),
    gettext_noop("clearance granted"),
    gettext_noop("clearance refused"),
    gettext_noop("clearance withdrawn"),
    gettext_noop("place asks for clearance"),
    gettext_noop("calendar made"),
    gettext_noop("calendar changed"),
    gettext_noop("declared by the monitor"),
    gettext_noop("declared"),
    gettext_noop("declaration ended"),
    gettext_noop("visit not made"),
    gettext_noop("visit released"),
    gettext_noop("warning handled"),
    gettext_noop("warning judged"),
    gettext_noop("written"),
    gettext_noop("report begun"),
    gettext_noop("figures frozen"),
    gettext_noop("section written"),
    gettext_noop("sent to partners"),
    gettext_noop("taken back"),
    gettext_noop("made final"),
    gettext_noop("hazard step"),
    gettext_noop("field book entered"),
    gettext_noop("field book drawn again"),
    gettext_noop("field book handed over"),
    gettext_noop("report received"),
    gettext_noop("report checked"),
    gettext_noop("report endorsed"),
    gettext_noop("report accepted"),
    gettext_noop("report rejected"),
    gettext_noop("report taken again"),
    gettext_noop("report withdrawn"),
    gettext_noop("reconciled"),
    gettext_noop("replaced by the next version of its report"),
    gettext_noop("node made"),
    gettext_noop("node trusted"),
    gettext_noop("key revoked"),
    gettext_noop("exchange"),
    gettext_noop("case decided"),
    gettext_noop("erased pictures taken out"),
    gettext_noop("victim registered"),
    gettext_noop("victim corrected"),
    gettext_noop("need assessed"),
    gettext_noop("need met"),
    gettext_noop("referred"),
    gettext_noop("referral followed"),
    gettext_noop("consent withdrawn"),
    gettext_noop("person erased"),
    gettext_noop("session entered"),
)
REASONS_ABOUT = {
    "Borders valid from ": gettext_noop("Borders valid from %s"),
    "Country pack: ": gettext_noop("Country pack: %s"),
    "Settlements: ": gettext_noop("Settlements: %s"),
    "import ": gettext_noop("Import of %s"),
    "shared: ": gettext_noop("Shared: %s"),
}
"""Reasons that end in the name of a file, a source or a day."""


def kind_name(model: Any, count: int = 2) -> str:
    """The name of one thing or of several: ``kind_name(Grant)`` is "grants"."""
    named = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
    return gettext(str(named))


def reason_text(reason: str) -> str:
    """A reason of the platform's own in the reader's language; what a person wrote stays as it was written."""
    if reason in REASONS:
        return gettext(reason)
    for start, said in REASONS_ABOUT.items():
        if reason.startswith(start):
            return gettext(said) % reason.removeprefix(start)
    return reason
