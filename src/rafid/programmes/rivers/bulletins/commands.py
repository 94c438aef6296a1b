"""``./rafid manage rivers bulletin`` and ``verify``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.people.models import Account, Organisation
from rafid.commons.records.change import Refused

from ..models import Bulletin, BulletinKind
from .publish import draft_bulletin, recompute

Say = Callable[[str], Any]


def add(parsers: Any) -> None:
    parser = parsers.add(
        "bulletin",
        bulletin,
        about="Makes the draft of a bulletin from what is known now; a person publishes it on its page.",
        example="bulletin daily 2026-09-30 --owner IQ-MOWR --by rivers.hydrologist",
    )
    parser.add_argument("kind", choices=BulletinKind.values)
    parser.add_argument("period", help="2026-09-30, 2026-09 or 2026-10/2027-04")
    parser.add_argument("--owner", required=True, help="reference of the organisation that tells it")
    parser.add_argument("--by", required=True, help="account of the person who drafts it")
    parsers.add(
        "verify",
        verify,
        about="Computes every published bulletin again from what was known when it was made, and tells which differ.",
        example="verify",
    )


def bulletin(say: Say, options: dict[str, Any]) -> None:
    owner = Organisation.objects.filter(ref=options["owner"]).first()
    by = Account.objects.filter(login=options["by"]).first()
    if owner is None or by is None:
        raise Refused(_("There is no such organisation or account. Look at --owner and --by."))
    row = draft_bulletin(options["kind"], options["period"], user=by, owner=owner)
    say(f"{row.ref}  {row.sha256}  {row.get_absolute_url()}")


def verify(say: Say, options: dict[str, Any]) -> None:
    count = differ = corrected = 0
    for row in Bulletin.objects.exclude(state__in=("draft", "discarded")).order_by("bulletin_kind", "period"):
        found = recompute(row)
        count += 1
        if not found.same_state:
            differ += 1
            say(f"{row.ref} {row.bulletin_kind} {row.period}: DIFFERS, {found.sha256[:12]} for {row.sha256[:12]}")
            for one in found.differs[:10]:
                say(f"    {one.where}: {one.frozen} → {one.now}")
        for one in found.corrected:
            corrected += 1
            say(
                f"{row.ref} {row.period}: {one.series} {one.time:%Y-%m-%d %H:%M} was {one.then}, is {one.now}: {one.reason}"
            )
    say(f"{count} bulletins, {differ} differ from the same state of knowledge, {corrected} values corrected since")
