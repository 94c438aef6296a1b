"""Where a register's form does not do a thing, because a page of its own does it by more rules."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _


def elsewhere(request: HttpRequest, door: str) -> HttpResponse:
    """To the page on which that is done."""
    messages.info(request, _("This is done here, where its rules are looked at."))
    return redirect(door)
