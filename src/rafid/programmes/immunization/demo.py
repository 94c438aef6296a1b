"""The demonstration: what supervisors saw at sessions of the last four months. Health centres and people are made up."""

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
from rafid.commons.programme import programme

_NAMES = UUID("2d6a1c55-0c0b-4a55-9a0e-64f5b3a0a7d2")
_DISTRICTS = {
    "IQG15Q05": (36.34, 43.13),
    "IQG13Q04": (35.47, 44.39),
    "IQG10Q05": (34.35, 45.39),
    "IQG11Q04": (35.78, 43.58),
}
_CENTRES = (
    "مركز النور الصحي",
    "مركز السلام الصحي",
    "بنکەی تەندروستیی ڕۆژ",
    "مركز الزهور الصحي",
    "بنکەی تەندروستیی هیوا",
)
_SUPERVISORS = ("إيمان ناجي", "ڕۆژان حەمە", "مازن سعيد", "سۆزان کەریم")
_VIALS = {"bcg": 20, "opv": 20, "penta": 10, "mmr": 10}
SESSIONS = 48


def load(today: date, scale: float = 1) -> list[str]:
    declared = next(one for one in programme("immunization").forms)
    owner = Organisation.objects.filter(ref="IQ-MOH-PHC").first()
    officer = Account.objects.filter(login="immunization.officer").first()
    if owner is None:
        return ["no organisation of the demonstration to own its forms"]
    zone = timezone.get_default_timezone()
    first = datetime.combine(today - timedelta(days=120), time(9), zone)
    form = forms.bring_form(
        programme("immunization"), declared, owner, officer, [(declared.file, first - timedelta(days=9))]
    )
    if form is None:
        return [f"{declared.code}: there already"]
    sender = of_phone(forms.phone("Supervision 1", owner, [form]))
    chance = random.Random(21)  # noqa: S311 - made up, no secret
    count = max(4, round(SESSIONS * min(scale, 1)))
    parcels = []
    for number in range(count):
        start = first + timedelta(days=number * 118 // count, minutes=chance.randrange(150))
        end = start + timedelta(minutes=chance.randrange(20, 55))
        answers = _answers(start, end, chance)
        xml = forms.submission_xml(declared.code, "1", f"uuid:{uuid5(_NAMES, str(number))}", answers)
        parcels.append(forms.Parcel(xml, sender, end + timedelta(hours=3)))
    accepted = forms.deliver(parcels)
    handle_arrivals()
    forms.set_back(form.pk)
    return [f"{declared.code}: {len(accepted)} submissions"]


def _answers(start: datetime, end: datetime, chance: random.Random) -> dict[str, Any]:
    district = chance.choice(tuple(_DISTRICTS))
    latitude, longitude = _DISTRICTS[district]
    temperature = round(chance.gauss(5, 1.7), 1)
    doses = []
    for vaccine in chance.sample(tuple(_VIALS), chance.randrange(2, 5)):
        opened, per_vial = chance.randrange(1, 6), _VIALS[vaccine]
        given = chance.randrange(opened * per_vial // 2, opened * per_vial + 1)
        doses.append(
            {
                "vaccine": vaccine,
                "opened": opened,
                "per_vial": per_vial,
                "given": given,
                "wasted": opened * per_vial - given,
            }
        )
    return {
        "start": start.isoformat(timespec="milliseconds"),
        "end": end.isoformat(timespec="milliseconds"),
        "today": start.date().isoformat(),
        "deviceid": "collect:epi1",
        "session": {
            "on": start.date().isoformat(),
            "checker": chance.choice(_SUPERVISORS),
            "gov": district[:5],
            "dist": district,
            "facility": chance.choice(_CENTRES),
            "kind": chance.choices(("fixed", "outreach", "mobile"), (6, 3, 1))[0],
            "loc": f"{latitude + chance.uniform(-0.02, 0.02):.5f} {longitude + chance.uniform(-0.02, 0.02):.5f} 210 6.5",
        },
        "cold": {
            "monitor": chance.choices(("yes", "no"), (9, 1))[0],
            "temp": temperature,
            "temp_why": "" if 2 <= temperature <= 8 else "نُقلت اللقاحات إلى ثلاجة أخرى وأُبلغ المسؤول.",
            "vvm": chance.choices(("1", "2", "3"), (8, 3, 1))[0],
        },
        "dose": doses,
        "close": {
            "given_total": sum(one["given"] for one in doses),
            "wasted_total": sum(one["wasted"] for one in doses),
            "aefi_kit": chance.choices(("yes", "no"), (9, 1))[0],
            "cards": chance.choices(("yes", "no"), (12, 1))[0],
            "remarks": chance.choice(("", "", "", "ازدحام عند الباب.", "کارمەندێک لە مۆڵەتدا بوو.")),
        },
    }
