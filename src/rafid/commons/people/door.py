"""The door: who signed in or failed to, and when somebody who failed too often may try again.

Five failures within five minutes for one account from one network lock that account for that network; so do thirty in
an hour from everywhere, and fifty in five minutes from one network over all accounts. The lock opens by itself.
"""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rafid.commons.names import in_three

from .models import Account, SignIn
from .models.signin import Kind
from .notify import notify

PAIR = (5, timedelta(minutes=5))
ACCOUNT = (30, timedelta(hours=1))
NETWORK = (50, timedelta(minutes=5))
CODES = (20, timedelta(minutes=5))
KEPT = timedelta(days=400)
"""How long events at the door are kept: long enough for a yearly audit."""


def network_of(address: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 one; empty for what is neither."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))


def caller_network(request: HttpRequest) -> str:
    from allauth.account.adapter import get_adapter

    return network_of(get_adapter().get_client_ip(request))


def account_named(login: str) -> Account | None:
    """The account that somebody means by a login or an e-mail address."""
    login = login.strip().replace("\x00", "")
    if not login:
        return None
    return Account.objects.filter(Q(login__iexact=login) | Q(email__iexact=login)).order_by("date_joined").first()


def key_of(login: str, account: Account | None) -> str:
    """What failures are counted by: the account, or what was typed where there is none; as a keyed hash."""
    meant = str(account.pk) if account else login.strip().lower()[:200]
    return salted_hmac("rafid.people.door", meant, algorithm="sha256").hexdigest()


def note(kind: str, network: str, *, account: Account | None = None, login: str = "") -> SignIn:
    return SignIn.objects.create(
        account=account, login_hash=key_of(login, account), kind=kind, network=network, at=timezone.now()
    )


def locked_until(key: str, network: str) -> datetime | None:
    """When the next attempt is allowed; None where it is allowed now."""
    now = timezone.now()
    opened = _last(Q(login_hash=key, kind__in=(Kind.OPENED, Kind.RESET)))
    let_in = _last(Q(login_hash=key, network=network, kind__in=(Kind.SUCCESS, Kind.TOOL)))
    rules = (
        (PAIR, Q(login_hash=key, network=network), max(filter(None, (opened, let_in)), default=None)),
        (ACCOUNT, Q(login_hash=key), opened),
        (NETWORK, Q(network=network), None),
    )
    opens = []
    for (most, during), of, since in rules:
        failures = SignIn.objects.filter(of, kind=Kind.FAILURE, at__gt=max(filter(None, (now - during, since))))
        oldest_that_counts = failures.order_by("-at").values_list("at", flat=True)[most - 1 : most]
        opens += [at + during for at in oldest_that_counts]
    return max(opens, default=None)


def _last(of: Q) -> datetime | None:
    return SignIn.objects.filter(of).order_by("-at").values_list("at", flat=True).first()


def take_turns(key: str, network: str) -> None:
    """Attempts at one account are counted one after another, so that a hundred at once are not a hundred firsts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{key}|{network}"])


def too_many(until: datetime) -> str:
    """The sentence for somebody who is locked out: when the door opens again."""
    local = timezone.localtime(until)
    minutes = max(1, -(-int((until - timezone.now()).total_seconds()) // 60))
    return _(
        "Too many failed attempts. You can try again at %(time)s (in about %(minutes)s min). "
        "If you forgot your password, ask for a new one instead."
    ) % {"time": local.strftime("%H:%M"), "minutes": minutes}


def failed(request: HttpRequest, login: str, account: Account | None = None) -> None:
    """Notes a failure; the one that closes the door is told to the account's owner."""
    account = account or account_named(login)
    network, key = caller_network(request), key_of(login, account)
    before = locked_until(key, network)
    note(Kind.FAILURE, network, account=account, login=login)
    if account and before is None and locked_until(key, network):
        note(Kind.LOCKOUT, network, account=account)
        said = gettext_noop(
            "Somebody failed to sign in to your account several times, from the network %(network)s. "
            "If it was not you, change your password and tell your administrator."
        )
        notify(account, in_three(said, network=network))


def entered(request: HttpRequest, account: Account, kind: str = Kind.SUCCESS) -> None:
    """Notes a sign-in, and lets go of what is older than it needs to be kept."""
    network = caller_network(request)
    if kind == Kind.TOOL:  # a tool signs in with each request: once an hour says as much
        recent = timezone.now() - timedelta(hours=1)
        if SignIn.objects.filter(account=account, kind=kind, network=network, at__gt=recent).exists():
            return
    note(kind, network, account=account)
    SignIn.objects.filter(at__lt=timezone.now() - KEPT).delete()


def decided(kind: str, account: Account, by: Account | None, reason: str) -> SignIn:
    """An administrator's decision at the door, with its reason."""
    key = key_of("", account)
    return SignIn.objects.create(
        account=account, login_hash=key, kind=kind, network="", at=timezone.now(), by=by, reason=reason
    )


def codes_locked_until(network: str) -> datetime | None:
    """When somebody of this network may type a printed code again; None where now."""
    most, during = CODES
    failures = SignIn.objects.filter(
        login_hash=key_of("code", None), kind=Kind.FAILURE, network=network, at__gt=timezone.now() - during
    )
    at = failures.order_by("-at").values_list("at", flat=True)[most - 1 : most]
    return next((one + during for one in at), None)


def code_failed(network: str) -> None:
    SignIn.objects.create(login_hash=key_of("code", None), kind=Kind.FAILURE, network=network, at=timezone.now())


def any_lock_until(account: Account) -> datetime | None:
    """When the last of the account's locks opens, whatever network it is for; None where there is none."""
    key = key_of("", account)
    networks = (
        SignIn.objects.filter(login_hash=key, kind=Kind.LOCKOUT, at__gt=timezone.now() - ACCOUNT[1])
        .values_list("network", flat=True)
        .distinct()
    )
    return max(filter(None, (locked_until(key, network) for network in networks)), default=None)
