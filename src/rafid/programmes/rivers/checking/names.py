"""What the rules are called."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

NAMES = {
    "range": pgettext_lazy("a rule of values", "Range"),
    "rate": pgettext_lazy("a rule of values", "Rise and fall"),
    "spike": pgettext_lazy("a rule of values", "Spike"),
    "stuck": pgettext_lazy("a rule of values", "Stuck gauge"),
    "neighbour": pgettext_lazy("a rule of values", "Neighbour upstream or downstream"),
    "rated": pgettext_lazy("a rule of values", "Stage against flow"),
    "balance": pgettext_lazy("a rule of values", "Balance of the dam"),
    "counterpart": pgettext_lazy("a rule of values", "Change without a counterpart"),
    "apart": pgettext_lazy("a rule of values", "Sources that disagree"),
    "refused": pgettext_lazy("a rule of values", "Reading not taken"),
    "gap": pgettext_lazy("a rule of values", "Gap"),
}


def check_name(code: str) -> str:
    return str(NAMES.get(code, code))
