"""The page and the file of the statistics of victims: public, small cells withheld."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons.filters import Filters
from rafid.commons.programme import Field

from ..declared import three
from ..models import Accident, Sex
from ..picture.files import send_rows
from .door import opens
from .framing import said_of
from .statistics import ALL, SMALL, Counted
from .told import statistics
from .words import AgeGroup, DeviceGroup, DoingGroup

TITLE = three("إحصاءات الضحايا", "ئاماری قوربانیان", "Statistics of victims")
FIELDS = (
    Field("year", three("السنة", "ساڵ", "Year")),
    Field("sex", three("الجنس", "ڕەگەز", "Sex"), hxl="#affected+sex"),
    Field("age", three("الفئة العمرية", "گرووپی تەمەن", "Age group"), hxl="#affected+age"),
    Field("device", three("الجسم المتفجر", "کەرەستەی تەقیوەوە", "Device")),
    Field("activity", three("النشاط عند وقوع الحادث", "چالاکی لە کاتی ڕووداودا", "Activity at the time")),
    Field("persons", three("الأشخاص", "کەسان", "Persons"), "integer", hxl="#affected"),
    Field("withheld", three("محجوب", "شاراوە", "Withheld"), "boolean"),
    Field("note", three("ملاحظة", "تێبینی", "Note")),
)


def _table(found: Counted, rows: list[tuple[Any, Any]], of: Any) -> list[dict[str, Any]]:
    """``of(row, sex, age)``: a count. Each row: its name, and a cell for each sex and age group, then all."""
    return [
        {
            "name": name,
            "total": code == ALL,
            "cells": [
                of(code, sex, age)
                for sex in (*_there(found, 1, Sex), ALL)
                for age in (*_there(found, 2, AgeGroup), ALL)
            ],
        }
        for code, name in rows
    ]


def _there(found: Counted, place: int, codes: Any) -> list[str]:
    """The sexes (1) or age groups (2) that occur at all."""
    occur = {cell[place] for cell in found.cells}
    return [code for code in codes.values if code in occur]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    found, filters = statistics(), Filters(request.GET)
    by = filters.one_of("by", _("Cut by"), ("device", "activity"), "device")
    words: Any = DeviceGroup if by == "device" else DoingGroup
    codes = found.device if by == "device" else found.activity
    everybody = (ALL, _("All"))
    years = _table(found, [*((one, one) for one in found.years), everybody], lambda y, s, a: found.value(y, s, a))
    cut = _table(
        found, [*((one, words(one).label) for one in codes), everybody], lambda c, s, a: found.value(ALL, s, a, by, c)
    )
    over = [
        {
            "name": words(code).label,
            "cells": [found.value(year, by=by, code=code) for year in (*found.years, ALL)],
        }
        for code in codes
    ]
    context = {
        "by": by, "by_year": years, "by_code": cut, "over": over, "years": found.years, "any": bool(found.cells),
        "sexes": [*(Sex(one).label for one in _there(found, 1, Sex)), _("All")],
        "ages": [*(AgeGroup(one).label for one in _there(found, 2, AgeGroup)), _("All")], "small": SMALL,
        "filter_notes": filters.notes, "frame": said_of(Accident.objects.all(), Accident, None),
        "carer": opens(request.user),
    }  # fmt: skip
    return render(request, "mineaction/people/statistics.html", context)


@require_safe
def export(request: HttpRequest, kind: str) -> Any:
    """Every cell of every table; what is withheld is empty and says so."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    frame = said_of(Accident.objects.all(), Accident, None)
    rows = [
        {
            "year": year, "sex": sex, "age": age, "device": code if by == "device" else ALL,
            "activity": code if by == "activity" else ALL, "persons": value, "withheld": value is None,
            "note": frame.said,
        }
        for (year, sex, age, by, code), value in statistics().cells.items()
    ]  # fmt: skip
    return send_rows(
        request, kind, f"mineaction-victim-statistics-{frame.asked.on}", TITLE, FIELDS, rows,
        key=("year", "sex", "age", "device", "activity"), about=frame.said, located=False,
    )  # fmt: skip
