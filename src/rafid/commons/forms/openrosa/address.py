"""Where this server is as the phone sees it, and in which language the phone's owner reads."""

from __future__ import annotations

import re

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host

_FORWARDED = re.compile(r'(?:^|;)\s*(host|proto)\s*=\s*(?:"([^"]*)"|([^\s;"]*))', re.IGNORECASE)
_SAME = {"ku": "ckb"}
"""Android has one Kurdish in some versions; its speakers here read Sorani."""


def site(request: HttpRequest) -> str:
    """Scheme and host of the request. Behind our proxies: as the outermost of them tells in ``Forwarded`` (RFC 7239)."""
    scheme, host = request.scheme or "http", request.get_host()
    told = request.headers.get("Forwarded", "")
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if told and proxies:
        elements = told.split(",")
        found = {
            name.lower(): quoted or bare for name, quoted, bare in _FORWARDED.findall(elements[-proxies:][0].strip())
        }
        if found.get("proto", "").lower() in ("http", "https"):
            scheme = found["proto"].lower()
        if "host" in found and validate_host(split_domain_port(found["host"])[0], settings.ALLOWED_HOSTS):
            host = found["host"]
    return f"{scheme}://{host}"


def language_of(request: HttpRequest) -> str:
    """That of the phone, else Arabic."""
    known = {code for code, _name in settings.LANGUAGES}
    for part in request.headers.get("Accept-Language", "").lower().split(","):
        code = part.partition(";")[0].strip()
        for name in (code, code.partition("-")[0]):
            name = _SAME.get(name, name)
            if name in known:
                return name
    return str(settings.LANGUAGE_CODE)
