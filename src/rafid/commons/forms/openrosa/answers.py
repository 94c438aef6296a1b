"""Answers as Collect takes them: text/xml (application/xml is taken for a captive portal), the protocol's version in each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from django.http import HttpResponse

XML = "text/xml; charset=utf-8"
PROTOCOL = {"X-OpenRosa-Version": "1.0"}
CHALLENGE = 'Basic realm="Rafid", charset="UTF-8"'

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(value: object) -> str:
    """Text as XML content; signs that XML does not have are left out."""
    return escape(_NO_XML.sub("", str(value)))


def attribute(value: object) -> str:
    return quoteattr(_NO_XML.sub("", str(value)))


def document(body: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    response = HttpResponse(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n', status=status, content_type=XML, headers=PROTOCOL
    )
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def said(status: int, message: str, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """The phone shows ``message`` to the person who sends."""
    nature = "submit_success" if status < 300 else "error"
    return document(
        '<OpenRosaResponse xmlns="http://openrosa.org/http/response">'
        f'<message nature="{nature}">{text(message)}</message></OpenRosaResponse>',
        status=status,
        headers=headers,
    )


class Answered(Exception):
    """Ends a request with this answer."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response.status_code)
        self.response = response
