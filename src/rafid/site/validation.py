"""What pydantic says about a request, as sentences in the asked language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

SENTENCES = {
    "missing": gettext_noop("This must be given."),
    "greater_than": gettext_noop("Write a number above %(gt)s."),
    "greater_than_equal": gettext_noop("Write a number of at least %(ge)s."),
    "less_than": gettext_noop("Write a number below %(lt)s."),
    "less_than_equal": gettext_noop("Write a number of at most %(le)s."),
    "int_parsing": gettext_noop("Write a whole number."),
    "int_parsing_size": gettext_noop("This number is too large."),
    "int_from_float": gettext_noop("Write a whole number."),
    "int_type": gettext_noop("Write a whole number."),
    "float_parsing": gettext_noop("Write a number."),
    "float_type": gettext_noop("Write a number."),
    "finite_number": gettext_noop("Write a number."),
    "bool_parsing": gettext_noop("Write true or false."),
    "bool_type": gettext_noop("Write true or false."),
    "date_parsing": gettext_noop("Write a day as 2026-09-30."),
    "date_type": gettext_noop("Write a day as 2026-09-30."),
    "date_from_datetime_parsing": gettext_noop("Write a day as 2026-09-30."),
    "date_from_datetime_inexact": gettext_noop("Write a day as 2026-09-30."),
    "datetime_parsing": gettext_noop("Write a moment as 2026-09-30T12:00:00+03:00."),
    "datetime_from_date_parsing": gettext_noop("Write a moment as 2026-09-30T12:00:00+03:00."),
    "uuid_parsing": gettext_noop("This is no id."),
    "uuid_type": gettext_noop("This is no id."),
    "string_type": gettext_noop("Write a text."),
    "string_too_long": gettext_noop("Write at most %(max_length)s letters."),
    "string_too_short": gettext_noop("Write at least %(min_length)s letters."),
    "string_pattern_mismatch": gettext_noop("This is not written as this address takes it."),
    "too_long": gettext_noop("Give at most %(max_length)s of them."),
    "too_short": gettext_noop("Give at least %(min_length)s of them."),
    "literal_error": gettext_noop("Write one of these: %(expected)s."),
    "enum": gettext_noop("Write one of these: %(expected)s."),
    "list_type": gettext_noop("Send a list."),
    "dict_type": gettext_noop("Send an object with names and values."),
    "model_attributes_type": gettext_noop("Send an object with names and values."),
    "extra_forbidden": gettext_noop("There is no field of this name."),
}
"""By the type of the error; pydantic's own English stays for what is not among them."""


def sentence_of(error: Mapping[str, Any]) -> str:
    said = SENTENCES.get(str(error.get("type")))
    if said is None:
        return str(error.get("msg", ""))
    facts = dict(error.get("ctx") or {})
    if "expected" in facts:
        facts["expected"] = str(facts["expected"]).replace(" or ", ", ").replace("'", "")
    try:
        return gettext(said) % facts
    except KeyError:
        return str(error.get("msg", ""))


def where_of(error: Mapping[str, Any]) -> str:
    """The parameter's own name: ``limit``, not ``query.query.limit``; of a body the path within it."""
    parts = [str(part) for part in error.get("loc", ())]
    if parts and parts[0] in ("query", "path", "header", "cookie", "form"):
        return parts[-1]
    return ".".join(parts)
