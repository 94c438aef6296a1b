"""Unknown tokens of phones and public links are counted by network: whoever tries many has to wait."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from rafid.commons.people import door
from rafid.commons.people.models import SignIn
from rafid.commons.people.models.signin import Kind

GUESSES = (20, timedelta(minutes=5))
"""So many unknown tokens from one network, and it waits. A phone with a good token beside the guesser is let in: 256 bits are
not found by trying, and an office behind one address must not be shut out by one phone."""
_GUESS = "phone"


def count_guess(network: str, *, of: str = _GUESS, rule: tuple[int, timedelta] = GUESSES) -> int:
    """One more from this network. The seconds that it has to wait, 0 while it has not tried too often. ``of``: what is counted,
    where it is no guess at phones; ``rule``: how many within what time."""
    most, during = rule
    key = door.key_of(of, None)
    since = timezone.now() - during
    guesses = SignIn.objects.filter(login_hash=key, kind=Kind.FAILURE, network=network, at__gt=since)
    oldest = guesses.order_by("-at").values_list("at", flat=True)[most - 1 : most]
    for at in oldest:
        return max(1, int((at + during - timezone.now()).total_seconds()))
    SignIn.objects.create(login_hash=key, kind=Kind.FAILURE, network=network, at=timezone.now())
    return 0
