"""Accounts of the demonstration's partners: one for each, so that nobody answers for another."""

from __future__ import annotations

from rafid.commons.people.models import Account

LOGINS = {
    "DEMO-IP-1": "monitoring.partner",
    "DEMO-IP-2": "monitoring.partner_chiya",
    "DEMO-IP-3": "monitoring.partner_rafidain",
    "DEMO-IP-4": "monitoring.partner_aman",
    "DEMO-IP-5": "monitoring.partner_hiwa",
}


def partner_of(organisation: str) -> Account:
    return Account.objects.get(login=LOGINS[organisation])
