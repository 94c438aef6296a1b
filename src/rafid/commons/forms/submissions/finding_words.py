"""What each kind of finding is called, and what one says: a sentence with what was found and what was expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from rafid.commons import writing
from rafid.commons.names import pick

from ..entities.words import entity_sentence
from ..models import Finding

KINDS: Mapping[str, Any] = {
    "irrelevant_answer": gettext_lazy("Answer to a question that was not asked"),
    "required": gettext_lazy("Required answer missing"),
    "wrong_type": gettext_lazy("Answer of the wrong type"),
    "unknown_choice": gettext_lazy("Unknown choice"),
    "choice_not_in_filter": gettext_lazy("Choice that was not offered"),
    "constraint": gettext_lazy("Answer outside the rule"),
    "calculation_mismatch": gettext_lazy("Calculation does not agree"),
    "unknown_field": gettext_lazy("Answer without a question"),
    "repeat_count": gettext_lazy("Number of rows does not agree"),
    "not_evaluated": gettext_lazy("Rule that could not be judged"),
    "entity_problem": gettext_lazy("Entity not updated"),
    "too_fast_travel": gettext_lazy("Travel too fast"),
    "far_from_site": gettext_lazy("Far from the site"),
    "short_interview": gettext_lazy("Short interview"),
    "clock_problem": gettext_lazy("Clock problem"),
    "night_interview": gettext_lazy("Interview at night"),
    "near_duplicate": gettext_lazy("Nearly the same answers"),
    "same_photo": gettext_lazy("Photo used before"),
    "photo_elsewhere": gettext_lazy("Photo from elsewhere"),
    "outlier": gettext_lazy("Unusual number"),
    "straight_line": gettext_lazy("Same answer throughout"),
    "changed_after_finalise": gettext_lazy("Changed after finalising"),
    "missing_attachment": gettext_lazy("File missing"),
    "attachment_changed": gettext_lazy("File came twice"),
    "not_examined": gettext_lazy("Check that failed"),
    "not_taken": gettext_lazy("Not taken by the programme"),
}
TYPES: Mapping[str, Any] = {
    "int": gettext_lazy("a whole number"),
    "decimal": gettext_lazy("a number"),
    "date": gettext_lazy("a date"),
    "time": gettext_lazy("a time"),
    "dateTime": gettext_lazy("a date and time"),
    "geopoint": gettext_lazy("a position"),
    "geotrace": gettext_lazy("a line of positions"),
    "geoshape": gettext_lazy("an area of positions"),
    "boolean": gettext_lazy("yes or no"),
}
REASONS: Mapping[str, Any] = {
    "end_before_start": gettext_lazy("it ends before it starts"),
    "end_after_received": gettext_lazy("it ends after it was received"),
    "start_before_published": gettext_lazy("it starts before this version of the form was published"),
}
EMPTY = pgettext_lazy("an answer", "empty")


def kind_name(kind: str) -> str:
    return str(KINDS.get(kind, kind))


def sentence_of(finding: Finding) -> str:
    """The finding in the reader's language."""
    say = _SENTENCES.get(finding.kind)
    return say(_Words(finding)) if say else kind_name(finding.kind)


class _Words:
    """A finding's facts as a sentence takes them."""

    def __init__(self, finding: Finding) -> None:
        self.kind = finding.kind
        self.evidence: Mapping[str, Any] = finding.evidence or {}
        self.raw, self.wanted = finding.value, finding.expected

    @property
    def value(self) -> str:
        return writing.whole(self.raw) if self.raw else str(EMPTY)

    @property
    def expected(self) -> str:
        return writing.whole(self.wanted) if self.wanted else str(EMPTY)

    def fact(self, name: str, places: int | None = 0) -> str:
        return writing.number(self.evidence.get(name), places)

    def share(self, name: str) -> str:
        value = self.evidence.get(name)
        return writing.number(100 * value, 0) if isinstance(value, int | float) else ""

    def text(self, name: str) -> str:
        return writing.whole(self.evidence.get(name) or "")

    def distance(self, name: str = "metres") -> str:
        value = self.evidence.get(name)
        if not isinstance(value, int | float):
            return ""
        if value >= 10_000:
            return _("%(number)s km") % {"number": writing.number(value / 1000, 0 if value >= 100_000 else 1)}
        return _("%(number)s m") % {"number": writing.number(value, 0)}

    def minutes(self, value: Any) -> str:
        try:
            seconds = float(value)
        except (TypeError, ValueError):
            return ""
        return duration(seconds)

    def moment(self, name: str) -> str:
        found = parse_datetime(str(self.evidence.get(name) or ""))
        return writing.moment(found) if found else ""


def duration(seconds: float) -> str:
    """``45 s``, ``12 min``, ``1 h 5 min``."""
    if seconds < 60:
        return _("%(number)s s") % {"number": writing.number(seconds, 0 if seconds >= 10 else 1)}
    minutes = round(seconds / 60)
    if minutes < 60:
        return _("%(number)s min") % {"number": minutes}
    return _("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}


def _wrong_type(one: _Words) -> str:
    name = TYPES.get(one.wanted or "")
    if name is None:
        return _("“%(value)s” is not of this question's type.") % {"value": one.value}
    return _("“%(value)s” is not %(type)s.") % {"value": one.value, "type": name}


def _travel(one: _Words) -> str:
    facts = {
        "distance": one.distance(),
        "limit": one.fact("limit"),
        "speed": one.fact("kmh"),
        "other": one.text("instance_id"),
    }
    if one.evidence.get("kmh") is None:
        return _("%(distance)s lie between this visit and the one before, and no time.") % facts
    return (
        _("From the visit before it is %(distance)s, at %(speed)s km/h; at most %(limit)s km/h are believed.") % facts
    )


def _clock(one: _Words) -> str:
    reasons = [str(REASONS[code]) for code in one.evidence.get("reasons", ()) if code in REASONS]
    return _("The phone's clock cannot be right: %(reasons)s.") % {"reasons": _(", and ").join(reasons)}


def _elsewhere(one: _Words) -> str:
    told = []
    if "metres" in one.evidence:
        told.append(_("it was taken %(distance)s away") % {"distance": one.distance()})
    if "hours" in one.evidence:
        told.append(
            _("it was taken %(hours)s hours off, on %(moment)s")
            % {"hours": one.fact("hours"), "moment": one.moment("taken")}
        )
    return _("The photo does not belong to this visit: %(reasons)s.") % {"reasons": _(", and ").join(told)}


_SENTENCES: Mapping[str, Callable[[_Words], str]] = {
    "irrelevant_answer": lambda one: (
        _("“%(value)s” answers a question that the other answers leave out.") % {"value": one.value}
    ),
    "required": lambda one: _("An answer is required here; none was given."),
    "wrong_type": _wrong_type,
    "unknown_choice": lambda one: _("“%(value)s” is none of the choices of this question.") % {"value": one.value},
    "choice_not_in_filter": lambda one: (
        _("“%(value)s” is a choice, but not one that the other answers leave open.") % {"value": one.value}
    ),
    "constraint": lambda one: _("“%(value)s” breaks the rule of this question.") % {"value": one.value},
    "calculation_mismatch": lambda one: (
        _("The phone sent %(value)s; the answers make it %(expected)s.")
        % {"value": one.value, "expected": one.expected}
    ),
    "unknown_field": lambda one: _("This version of the form has no such question; the answer is kept."),
    "repeat_count": lambda one: (
        _("%(value)s rows were sent; the answers ask for %(expected)s.")
        % {"value": one.value, "expected": one.expected}
    ),
    "not_evaluated": lambda one: _("A rule of this question could not be judged here."),
    "entity_problem": lambda one: entity_sentence(one.evidence),
    "not_taken": lambda one: pick(one.evidence.get("said") or {}) or kind_name("not_taken"),
    "too_fast_travel": _travel,
    "far_from_site": lambda one: (
        (
            _("The visit was recorded %(distance)s outside the place that it names; %(limit)s m are allowed.")
            if one.evidence.get("by") == "place"
            else _("The visit was recorded %(distance)s from its site; %(limit)s m are allowed.")
        )
        % {"distance": one.distance(), "limit": one.fact("limit")}
    ),
    "short_interview": lambda one: (
        _("It took %(time)s; half of all take more than %(median)s.")
        % {"time": one.minutes(one.evidence.get("seconds")), "median": one.minutes(one.evidence.get("median"))}
    ),
    "clock_problem": _clock,
    "night_interview": lambda one: _("It was made at %(time)s, at night.") % {"time": one.value},
    "near_duplicate": lambda one: (
        _("Of %(compared)s answers, %(equal)s are those of an earlier submission (%(share)s%%).")
        % {"share": one.share("share"), "equal": one.fact("equal"), "compared": one.fact("compared")}
    ),
    "same_photo": lambda one: (
        _("The photo looks like “%(photo)s” of an earlier submission.") % {"photo": one.text("other_name")}
    ),
    "photo_elsewhere": _elsewhere,
    "outlier": lambda one: (
        _("%(value)s is far from what others answer; half of them are %(median)s or less.")
        % {"value": writing.number(one.evidence.get("value")), "median": writing.number(one.evidence.get("median"))}
    ),
    "straight_line": lambda one: (
        _("%(count)s of %(of)s questions have the same answer, “%(answer)s”.")
        % {"count": one.fact("count"), "of": one.fact("of"), "answer": one.value}
    ),
    "changed_after_finalise": lambda one: _("The answer was changed after the form had been finished."),
    "missing_attachment": lambda one: (
        _("The file “%(name)s” was promised and has not come.") % {"name": one.text("name") or one.value}
    ),
    "attachment_changed": lambda one: (
        _("The file “%(name)s” came again with other contents; both are kept.") % {"name": one.text("name")}
    ),
    "not_examined": lambda one: _("A check could not be made here; the operator's log says why."),
}
