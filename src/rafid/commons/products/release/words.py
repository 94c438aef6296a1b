"""What the desk says of what it found, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons import writing
from rafid.commons.names import pick
from rafid.commons.places.models import Place
from rafid.commons.programme import PARTNER, PUBLIC

from ..models import DatasetVersion


def why_words(why: str) -> str:
    return {
        "primary": _("smaller than k"),
        "secondary": _("would tell a small one"),
        "before": _("was withheld in an earlier release"),
        "audience1": _("would tell partners a small one"),
        "reporters": _("too few reporters"),
        "computed": _("computed from a withheld count"),
    }.get(why, why)


def cell_words(keys: Iterable[str], version: DatasetVersion) -> dict[str, str]:
    """Canonical keys of cells in words: place, period, and the other dimensions as the version's code lists have them."""
    choices = {one["name"]: one.get("choices") or {} for one in version.fields}
    said = {key: json.loads(key) for key in keys if key.startswith("{")}
    refs = {one["place"] for one in said.values() if "place" in one}
    names = {place.ref: place.name for place in Place.objects.filter(ref__in=refs)}
    found = {}
    for key, parts in said.items():
        words = [names.get(parts.get("place", ""), parts.get("place", ""))]
        words.append(writing.period(parts["period"]) if parts.get("period") else "")
        words += [
            pick(choices.get(name, {}).get(str(value)) or {}) or str(value)
            for name, value in sorted(parts.items())
            if name not in ("place", "period")
        ]
        found[key] = " · ".join(word for word in words if word)
    return found


def interval_words(low: float | None, high: float | None) -> str:
    """What a reader can work out of a withheld cell."""
    if low is None:
        return ""
    if high is None:
        return _("%(low)s or more") % {"low": writing.number(low, 0)}
    return _("%(low)s to %(high)s") % {"low": writing.number(low, 0), "high": writing.number(high, 0)}


def problem_words(problem: Mapping[str, Any], cells: Mapping[str, str]) -> str:
    told = interval_words(problem.get("low"), problem.get("high"))
    if problem["what"] == "narrow":
        return _("%(cell)s: a reader works out %(interval)s.") % {
            "cell": cells.get(problem["cell"], ""),
            "interval": told,
        }
    if problem["what"] == "linked" and problem.get("audience") == PARTNER:
        return _("%(cell)s: partners, who also hold what was released to them, work out %(interval)s.") % {
            "cell": cells.get(problem["cell"], ""), "interval": told,
        }  # fmt: skip
    if problem["what"] == "linked":
        return _("%(cell)s: together with what was published before, a reader works out %(interval)s.") % {
            "cell": cells.get(problem["cell"], ""), "interval": told,
        }  # fmt: skip
    if problem["what"] == "few_suppressed":
        said = _(
            "Only %(n)s records would lose their attributes: whoever knows the others finds them. Make a field coarser."
        )
        return said % {"n": writing.number(problem["records"], 0)}
    return str(problem["what"])


def audience_words(audience: Mapping[str, Any]) -> dict[str, Any]:
    """Of one audience: who it is, how much it held before, what was withheld for its sake, and the narrowest range it finds."""
    narrowest = audience.get("narrowest")
    return {
        "who": {PUBLIC: _("Everybody"), PARTNER: _("Partners")}.get(
            audience["audience"], _("Staff who may read the records")
        ),
        "ledger": audience["ledger"],
        "more": audience["more"],
        "narrowest": _("without end") if narrowest is None else writing.number(narrowest, 0),
        "problems": audience["problems"],
    }


def sum_words(version: DatasetVersion) -> list[str]:
    """Sums that were found in the numbers, though no field declares them."""
    found = version.report.get("found") or {}
    titles = field_titles(version)
    choices = {one["name"]: one.get("choices") or {} for one in version.fields}
    said = [
        f"{titles.get(total, total)} = {' + '.join(titles.get(one, one) for one in parts)}"
        for total, parts in found.get("columns", ())
    ]
    for name, sums in found.get("codes", {}).items():
        words = {code: pick(text) or code for code, text in choices.get(name, {}).items() if isinstance(text, dict)}
        said += [
            f"{titles.get(name, name)}: {words.get(total, total)} = {' + '.join(words.get(one, one) for one in parts)}"
            for total, parts in sums
        ]
    return said


def field_titles(version: DatasetVersion) -> dict[str, str]:
    return {one["name"]: pick(one.get("names") or {}) or one["name"].replace("_", " ") for one in version.fields}
