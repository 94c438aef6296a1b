"""Published statistics of victims in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.products.papers.grids import Column, Grid
from rafid.commons.products.papers.tree import Heading, Part, Text
from rafid.commons.writing import number

from ..models import Sex
from ..people.statistics import ALL, SMALL, Counted
from ..people.words import AgeGroup, DeviceGroup, DoingGroup

WITHHELD = "*"


def title(facts: Any) -> str:
    return _("Statistics of victims, to %(year)s") % {"year": facts.product.on.year}


def parts(facts: Any) -> list[Part]:
    told = _(
        "Counts from 1 to %(most)s are withheld (*), and with them others by which they could be worked out: from all tables"
        " together, and from earlier editions. What is shown is true."
    )
    found: list[Part] = [
        Text(
            _("People who were killed or injured, by year, sex, age, device and activity, for the whole country."),
            "lead",
        ),
        Text(told % {"most": number(SMALL - 1)}, "note"),
    ]
    for at, grid in enumerate(grids(facts)):
        found += [Heading(f"table-{at}", grid.title, 1), *grid.parts(caption=False)]
    return found


def counted(figures: Any) -> Counted:
    cells = {(y, s, a, by, c): n for y, s, a, by, c, n in figures["cells"]}
    return Counted(cells, *(tuple(figures[name]) for name in ("years", "device", "activity")))


def grids(facts: Any) -> list[Grid]:
    found = counted(facts.figures)
    cut: list[tuple[str, Any, Sequence[str]]] = [
        ("device", DeviceGroup, found.device), ("activity", DoingGroup, found.activity),
    ]  # fmt: skip
    names = {"device": _("By device"), "activity": _("By activity at the time")}
    made = [
        _by_age(
            _("By year"), _("Year"), [(one, one) for one in (*found.years, ALL)], lambda y, s, a: found.value(y, s, a)
        )
    ]
    for by, words, codes in cut:
        rows = [(one, _("All") if one == ALL else str(words(one).label)) for one in (*codes, ALL)]
        made.append(_by_age(names[by], names[by], rows, lambda c, s, a, by=by: found.value(ALL, s, a, by, c)))
    for by, words, codes in cut:
        columns = [Column(names[by], wide=2.0), *(Column(one, 0) for one in found.years), Column(_("All"), 0)]
        over = (*found.years, ALL)
        counts: list[list[Any]] = [
            [str(words(one).label), *(_shown(found.value(year, by=by, code=one)) for year in over)] for one in codes
        ]
        made.append(Grid(f"{names[by]} · {_('Over the years')}", columns, counts))
    return made


def _by_age(title: str, head: str, rows: list[tuple[str, str]], of: Any) -> Grid:
    """A column for each sex, with its age groups, then all."""
    ages = (AgeGroup.CHILD, AgeGroup.ADULT, AgeGroup.UNKNOWN)
    pairs = [(sex, age) for sex in (*Sex.values, ALL) for age in (*ages, ALL)]
    shown = [(sex, age) for sex, age in pairs if any(of(code, sex, age) != 0 for code, _name in rows)]
    columns = [Column(head, wide=1.6), *(Column(_of(sex, age), 0) for sex, age in shown)]
    body = [
        [_("All") if code == ALL else name, *(_shown(of(code, sex, age)) for sex, age in shown)] for code, name in rows
    ]
    return Grid(title, columns, body, total=True)


def _of(sex: str, age: str) -> str:
    said = ([] if sex == ALL else [str(Sex(sex).label)]) + ([] if age == ALL else [str(AgeGroup(age).label)])
    return " · ".join(said) or _("All")


def _shown(value: int | None) -> Any:
    return WITHHELD if value is None else value
