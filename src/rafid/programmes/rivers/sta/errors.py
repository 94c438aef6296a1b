"""What SensorThings answers where it cannot: JSON with the code, a sentence, and where in the question it went wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import JsonResponse
from django.utils.translation import gettext as _


class StaError(Exception):
    """``where`` is the option or field, ``at`` the place of the first wrong sign in it, counted from 1."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        where: str = "",
        at: int | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.where, self.at = status, message, where, at
        self.errors, self.headers = [dict(one) for one in errors], dict(headers or {})

    def response(self) -> JsonResponse:
        body: dict[str, Any] = {"code": self.status, "type": "error", "message": self.message}
        if self.where:
            body["where"] = self.where
        if self.at is not None:
            body["at"] = self.at
        if self.errors:
            body["errors"] = self.errors
        return JsonResponse(body, status=self.status, json_dumps_params={"ensure_ascii": False}, headers=self.headers)


def bad(message: str, where: str = "", at: int | None = None) -> StaError:
    return StaError(400, message, where=where, at=at)


def nothing_here() -> StaError:
    """Out of scope and not there look the same."""
    return StaError(404, _("There is no such entity, or it is not yours to see."))
