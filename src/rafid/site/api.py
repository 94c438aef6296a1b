"""/api/v1: the rooms' routers under one roof, with errors, language and description alike."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Swagger
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as RequestError
from ninja.parser import Parser

from rafid.commons.api import Problem, not_found
from rafid.commons.people.authentication import Anyone
from rafid.commons.programme import installed
from rafid.site.validation import sentence_of, where_of


class Strict(Parser):
    """JSON as its standard has it: no NaN, and no half of a sign, which a database cannot hold. Refused as 400."""

    def parse_body(self, request: HttpRequest) -> Any:
        body = json.loads(request.body, parse_constant=_no_number)
        json.dumps(body, ensure_ascii=False).encode()
        return body


def _no_number(text: str) -> None:
    raise ValueError(text)


class Api(NinjaAPI):
    """Says of its errors that they are problem+json, as they are."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None) -> Any:
        if path_prefix is None:
            path_prefix = self.get_root_path(path_params or {})
        return self._described(path_prefix, get_language())

    # Half a second of work, always with the same outcome: the operations are known when the process begins.
    @lru_cache(maxsize=8)  # noqa: B019 - the one API lives as long as the process
    def _described(self, path_prefix: str, language: str | None) -> Any:
        schema = super().get_openapi_schema(path_prefix=path_prefix)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    if int(status) >= 400 and "application/json" in response.get("content", {}):
                        response["content"] = {"application/problem+json": response["content"]["application/json"]}
        return schema


api = Api(
    title="Rafid",
    version="1",
    description="Lists answer {items, next}; errors are application/problem+json; ?lang=ar|ckb|en chooses the language.",
    auth=Anyone(),
    parser=Strict(),
    docs=Swagger(settings={"persistAuthorization": False}),
    docs_url="/docs",
    openapi_url="/openapi.json",
    urls_namespace="api",
)


@api.exception_handler(Problem)
def problem(request: HttpRequest, error: Problem) -> HttpResponse:
    return error.response()


@api.exception_handler(RequestError)
def request_error(request: HttpRequest, error: RequestError) -> HttpResponse:
    errors = [(where_of(one), sentence_of(one)) for one in error.errors]
    detail = " ".join(f"{where}: {said}" for where, said in errors[:5])
    return Problem(422, _("The request cannot be understood"), detail, errors).response()


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Exception) -> HttpResponse:
    return not_found().response()


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: Exception) -> HttpResponse:
    return Problem(401, _("We do not know you"), _("The account, password or token is not valid.")).response()


@api.exception_handler(PermissionDenied)
def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    return Problem(403, _("Not yours to do"), str(error) or _("Your roles do not include this.")).response()


@api.exception_handler(HttpError)
def plain(request: HttpRequest, error: HttpError) -> HttpResponse:
    return Problem(error.status_code, str(error)).response()


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    named = getattr(error, "message_dict", None) or {"": error.messages}
    return Problem(
        422, _("The record cannot be taken"), "", [(name, text) for name, texts in named.items() for text in texts]
    ).response()


@api.exception_handler(IntegrityError)
def conflict(request: HttpRequest, error: IntegrityError) -> HttpResponse:
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    return Problem(409, _("The database refuses this"), constraint).response()


def _router(path: str) -> Any:
    module, _colon, name = path.partition(":")
    return getattr(import_module(module), name or "router")


for room in ("people", "places", "records", "forms", "indicators", "products"):
    if find_spec(f"rafid.commons.{room}.api"):
        api.add_router(f"/{room}", _router(f"rafid.commons.{room}.api"), tags=[room])
        for prefix, more in getattr(import_module(f"rafid.commons.{room}.api"), "beside", {}).items():
            api.add_router(prefix, more, tags=[room])
for programme in installed():
    if programme.api:
        api.add_router(f"/{programme.name}", _router(programme.api), tags=[programme.name])
