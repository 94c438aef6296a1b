"""The demonstration: quarterly counts of branches' stores. Stores and people are made up."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from rafid.commons.forms import demo as forms
from rafid.commons.forms.arrivals import handle_arrivals
from rafid.commons.forms.sender import of_phone
from rafid.commons.people.models import Account, Organisation
from rafid.commons.places.models import Place
from rafid.commons.programme import programme

_NAMES = UUID("b7b7c6d1-9a55-4c33-8d57-0b9c8e51a9f4")
_ITEMS = ("blanket", "tent", "kitchen", "jerrycan", "hygiene", "food")
_COUNTERS = ("منى الخفاجي", "ئارام جەلال", "حيدر الساعدي", "شنۆ عەلی")
_WHY = ("وُزعت سلال ولم تُسجَّل بعد", "لە گواستنەوەدا زیانی بەرکەوت", "خطأ في الجرد السابق", "وەرگیراوە و تۆمار نەکراوە")
QUARTERS = 3


def load(today: date, scale: float = 1) -> list[str]:
    declared = next(one for one in programme("preparedness").forms)
    owner = Organisation.objects.filter(ref="IQ-RC").first()
    officer = Account.objects.filter(login="preparedness.officer").first()
    if owner is None:
        return ["no organisation of the demonstration to own its forms"]
    zone = timezone.get_default_timezone()
    first = datetime.combine(today - timedelta(days=260), time(9), zone)
    form = forms.bring_form(
        programme("preparedness"), declared, owner, officer, [(declared.file, first - timedelta(days=9))]
    )
    if form is None:
        return [f"{declared.code}: there already"]
    sender = of_phone(forms.phone("Stock count", owner, [form]))
    chance = random.Random(22)  # noqa: S311 - made up, no secret
    branches = [
        ref for ref in Place.objects.filter(level=1).order_by("ref").values_list("ref", flat=True) if len(ref) == 5
    ]
    parcels = []
    for quarter in range(QUARTERS):
        for branch in branches[: max(2, round(len(branches) * min(scale, 1)))]:
            start = first + timedelta(days=90 * quarter - 4 + chance.randrange(70), minutes=chance.randrange(200))
            end = start + timedelta(minutes=chance.randrange(40, 120))
            answers = _answers(branch, start, end, chance)
            name = f"uuid:{uuid5(_NAMES, f'{branch} {quarter}')}"
            xml = forms.submission_xml(declared.code, "1", name, answers)
            parcels.append(forms.Parcel(xml, sender, end + timedelta(hours=1)))
    accepted = forms.deliver(sorted(parcels, key=lambda parcel: parcel.received_at))
    handle_arrivals()
    forms.set_back(form.pk)
    return [f"{declared.code}: {len(accepted)} submissions"]


def _answers(branch: str, start: datetime, end: datetime, chance: random.Random) -> dict[str, Any]:
    items = []
    for what in chance.sample(_ITEMS, chance.randrange(3, 7)):
        book = chance.randrange(40, 1800, 10)
        difference = chance.choices((0, -chance.randrange(1, 30), chance.randrange(1, 9)), (7, 2, 1))[0]
        items.append(
            {
                "what": what,
                "book": book,
                "counted": book + difference,
                "difference": difference,
                "why": chance.choice(_WHY) if difference else "",
                "expires_on": (start.date() + timedelta(days=chance.randrange(60, 700))).isoformat()
                if what in ("hygiene", "food")
                else "",
            }
        )
    return {
        "start": start.isoformat(timespec="milliseconds"),
        "end": end.isoformat(timespec="milliseconds"),
        "deviceid": "collect:stock",
        "branch": {
            "gov": branch,
            "store": f"{branch[3:]}-1",
            "counted_on": start.date().isoformat(),
            "counter": chance.choice(_COUNTERS),
        },
        "item": items,
        "close": {
            "n_items": len(items),
            "n_differ": sum(one["difference"] != 0 for one in items),
            "dry": chance.choices(("yes", "no"), (9, 1))[0],
            "hazards": chance.choices(("none", "pests", "water", "water fire"), (12, 2, 2, 1))[0],
            "photo": "",
            "remarks": chance.choice(("", "", "", "الرفوف بحاجة إلى تثبيت.", "دەرگا پێویستی بە قفڵی نوێیە.")),
        },
    }
