"""Why a request is not answered, in OData's own shape."""

from __future__ import annotations

from django.http import JsonResponse
from django.utils.translation import gettext as _


class ODataError(Exception):
    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.code = status, code

    def response(self) -> JsonResponse:
        answer = JsonResponse(
            {"error": {"code": self.code, "message": str(self)}},
            status=self.status,
            json_dumps_params={"ensure_ascii": False},
            headers={"OData-Version": "4.0"},
        )
        if self.status == 401:
            answer["WWW-Authenticate"] = 'Basic realm="Rafid", charset="UTF-8"'
        return answer


def bad(sentence: str, code: str = "BadRequest") -> ODataError:
    return ODataError(400, code, sentence)


def nothing_here() -> ODataError:
    return ODataError(404, "NotFound", _("There is no such record, or it is not yours to see."))
