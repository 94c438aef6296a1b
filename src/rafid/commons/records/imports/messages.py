"""Problems of rows as sentences: stored by code, said in the reader's language when they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, get_language_bidi, gettext_noop
from django.utils.translation import gettext as _

from rafid.commons.names import pick
from rafid.commons.programme import LANGUAGES

from ..tabular.errors import TableError
from ..tabular.messages import MESSAGES as OF_TABLES
from .targets import Target

MESSAGES: dict[str, str] = {
    "required": gettext_noop("The cell is empty, but a value is needed. Fill it in."),
    "too_long": gettext_noop("The text has %(length)s characters; up to %(limit)s are kept. Shorten it."),
    "below_minimum": gettext_noop("“%(value)s” is less than %(limit)s. Check the number."),
    "above_maximum": gettext_noop("“%(value)s” is more than %(limit)s. Check the number."),
    "place_doubtful": gettext_noop("“%(value)s” may be more than one place. Choose which one under “Places”."),
    "place_maybe": gettext_noop("“%(value)s” may be %(place)s. Say under “Places” whether it is."),
    "place_unknown": gettext_noop(
        "“%(value)s” is no place that is known here. Choose the place under “Places”, or correct the name or code."
    ),
    "place_none": gettext_noop(
        "“%(value)s” is, as you said, none of the places known here. Correct it in the file, or leave the row out."
    ),
    "place_other_country": gettext_noop(
        "“%(value)s” is a code of %(country)s, not of this country. Write the code or the name of the place here."
    ),
    "place_outside_parent": gettext_noop("“%(value)s” (%(place)s) does not lie in %(inside)s. Correct one of the two."),
    "place_outside_scope": gettext_noop(
        "“%(value)s” lies outside the area for which you may import. Leave the row out, or ask for a wider role."
    ),
    "place_needed": gettext_noop("The row names no place, and your role holds for an area only. Write the place."),
    "repeats_row": gettext_noop("This row repeats row %(row)s word for word. Leave it out."),
    "contradicts_row": gettext_noop(
        "This row and row %(row)s are about the same (%(keys)s) but differ. Keep the right one in the file."
    ),
    "matches_several": gettext_noop(
        "%(count)s records have the same %(keys)s, so it is not clear which one this row is. Correct them first."
    ),
    "replaces_elsewhere": gettext_noop(
        "The record that this row would replace lies outside your area. Leave the row out, or ask for a wider role."
    ),
    "belongs_to_another": gettext_noop(
        "There is already such a figure, and it belongs to another organisation. Leave the row out, or ask its owner."
    ),
    "source_needed": gettext_noop(
        "Nothing says where this figure comes from. Send the file again and write its source."
    ),
    "written_twice": gettext_noop("Two rows give the same figure twice. Keep one of them."),
    "date_order": gettext_noop("“%(value)s” was read as %(date)s, the day before the month. Check that it is so."),
    "date_american": gettext_noop("“%(value)s” was read as %(date)s, the month before the day. Check that it is so."),
    "date_two_digit_year": gettext_noop("“%(value)s” was read as %(date)s. Write the year in four digits."),
    "date_serial": gettext_noop("The bare number “%(value)s” was read as the date %(date)s. Check that it is one."),
    "date_hijri_day": gettext_noop("“%(value)s” (Hijri) was read as %(date)s; it may be a day off."),
    "date_compact": gettext_noop("“%(value)s” was read as %(date)s. Check that it is so."),
}


def sentence(problem: Mapping[str, Any], target: Target | None = None) -> str:
    """What is wrong and what to do about it, in the language of the reader."""
    code, params = str(problem["code"]), dict(problem.get("params") or {})
    if "text" in params and isinstance(params["text"], dict):
        return pick(params["text"])
    if "country" in params:
        params["country"] = country_name(params["country"])
    if "inside_names" in params:
        params["inside"] = pick(params["inside_names"])
    if "place_names" in params:
        params["place"] = pick(params["place_names"])
    if "keys" in params:
        params["keys"] = (
            "، ".join(names_of(target, params["keys"]))
            if get_language() != "en"
            else ", ".join(names_of(target, params["keys"]))
        )
    message = MESSAGES.get(code) or OF_TABLES.get(code)
    if message is None:
        return code
    if get_language_bidi():
        params = {key: _apart(value) if isinstance(value, str) else value for key, value in params.items()}
    try:
        return _(message) % params
    except KeyError:
        return _(message)


def _apart(text: str) -> str:
    """Set apart from the sentence around it, which would turn 2024-10-31 into 31-10-2024 behind an Arabic letter."""
    return f"\u2068{text}\u2069" if any(sign.isdigit() for sign in text) else text


def names_of(target: Target | None, codes: list[str]) -> list[str]:
    """Columns as the reader calls them."""
    found = []
    for code in codes:
        try:
            found.append(pick(target.column(code).names) if target else code)
        except KeyError:
            found.append(code)
    return found


def label(target: Target | None, code: str) -> str:
    """A column's name; "" is the row as a whole."""
    return names_of(target, [code])[0] if code else _("Row")


def country_name(code: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale(get_language() or "ar").territories.get(code) or Locale("en").territories.get(code, code))
    except (UnknownLocaleError, ValueError):
        return str(Locale("en").territories.get(code, code))


def told(error: TableError) -> dict[str, str]:
    """An error of the file in three languages, for what is stored."""
    from django.utils.translation import override

    said = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = error.text(_)
    return said


def in_languages(problem: Mapping[str, Any], *, row: int | None = None) -> dict[str, str]:
    """A problem in three languages, with the row that it is about, for what is stored."""
    from django.utils.translation import override

    said = {}
    for language in LANGUAGES:
        with override(language):
            text = sentence(problem)
            said[language] = _("Row %(row)s: %(text)s") % {"row": row, "text": text} if row else text
    return said
