"""The other forms of the demonstration: villagers' answers by a public link, sealed reports, and a draft."""

from __future__ import annotations

import base64
import random
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from rafid.commons import blobs
from rafid.commons.forms import demo as forms
from rafid.commons.forms.arrivals import handle_arrivals
from rafid.commons.forms.models import Form, PublicLink, Way
from rafid.commons.forms.sender import new_token, of_link, of_phone
from rafid.commons.people.models import Account, Organisation
from rafid.commons.programme import Form as Declared
from rafid.commons.programme import programme

_NAMES = UUID("9e0f3b4a-6d0d-4b7e-8f3e-1f1f7d4d2c11")
_DISTRICTS = ("IQG15Q05", "IQG15Q07", "IQG13Q01", "IQG13Q02", "IQG10Q05", "IQG11Q04", "IQG18Q05")
_WISHES = (
    "",
    "",
    "علامات أوضح على الطريق",
    "ئاگادارکردنەوەی زووتر",
    "إعادة فتح طريق المدرسة",
    "نەخشەیەک لە گوند هەڵبواسن",
)
_NOT_USED = ("لا ماء في الأرض", "هێشتا دەترسین", "الطريق إليها مقطوع")


def load(
    declared: Mapping[str, Declared], owner: Organisation, officer: Account, today: date, zone: ZoneInfo, share: float
) -> list[str]:
    """Each form that is not there yet, with what was sent to it."""
    monitoring = programme("monitoring")
    began = datetime.combine(today - timedelta(days=120), time(10), zone)
    said = []
    for code, file, send in (
        ("clearance_feedback", "clearance_feedback.md", _feedback),
        ("safeguarding_report", "safeguarding_report.md", _reports),
    ):
        form = forms.bring_form(monitoring, declared[code], owner, officer, [(file, began)])
        if form is not None:
            count = send(form, began, today, zone, share)
            forms.set_back(form.pk)
            said.append(f"{code}: {count} submissions")
    draft = declared["tpm_training_record"]
    if forms.bring_form(monitoring, draft, owner, officer, [], draft=draft.file) is not None:
        said.append(f"{draft.code}: a draft")
    return said


def _feedback(form: Form, began: datetime, today: date, zone: ZoneInfo, share: float) -> int:
    link = PublicLink.objects.create(
        form=form,
        name="قرى الجولة الثانية",
        token_sha256=new_token()[1],
        owner=form.owner,
        once_per_browser=True,
        max_submissions=500,
        opens_at=began,
        closes_at=datetime.combine(today + timedelta(days=60), time(18), zone),
    )
    chance = random.Random(3)  # noqa: S311 - made up, no secret
    sender = of_link(link)
    moments = sorted(began + timedelta(minutes=chance.randrange(170_000)) for _ in range(round(60 * share) or 1))
    parcels = []
    for number, at in enumerate(moments):
        district, use = chance.choice(_DISTRICTS), chance.choice(("farming", "grazing", "housing", "road", "none"))
        answers: dict[str, Any] = {
            "where": {"gov": district[:5], "dist": district},
            "view": {
                "told": chance.choices(("yes", "no"), (4, 1))[0],
                "marked": chance.choices(("yes", "no"), (5, 1))[0],
                "use": use,
                "use_why": chance.choice(_NOT_USED) if use == "none" else "",
                "trust": chance.choices((1, 2, 3, 4, 5), (1, 2, 4, 6, 3))[0],
                "wish": chance.choice(_WISHES),
            },
        }
        xml = forms.submission_xml(form.xform_id, "1", f"uuid:{uuid5(_NAMES, f'feedback {number}')}", answers)
        parcels.append(forms.Parcel(xml, sender, at, way=Way.BROWSER))
    accepted = forms.deliver(parcels)
    handle_arrivals()
    return len(accepted)


def _reports(form: Form, began: datetime, today: date, zone: ZoneInfo, share: float) -> int:
    """Sealed with a key that was thrown away: what they say nobody will ever read."""
    phone = forms.phone("Safeguarding", form.owner, [form])
    sender = of_phone(phone)
    chance = random.Random(5)  # noqa: S311 - made up, no secret
    parcels = []
    for number in range(6):
        instance = f"uuid:{uuid5(_NAMES, f'report {number}')}"
        sealed = blobs.keep(chance.randbytes(900 + 16 * number))
        xml = (
            '<data xmlns="http://opendatakit.org/submissions" encrypted="yes" '
            f'id="{form.xform_id}" version="1"><base64EncryptedKey>{_noise(chance, 256)}</base64EncryptedKey>'
            f'<orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>{instance}</orx:instanceID></orx:meta>'
            f"<encryptedXmlFile>submission.xml.enc</encryptedXmlFile>"
            f"<base64EncryptedElementSignature>{_noise(chance, 256)}</base64EncryptedElementSignature></data>"
        ).encode()
        at = began + timedelta(days=18 * number, hours=chance.randrange(8))
        parcels.append(forms.Parcel(xml, sender, at, [("submission.xml.enc", sealed)]))
    accepted = forms.deliver(parcels)
    handle_arrivals()
    return len(accepted)


def _noise(chance: random.Random, size: int) -> str:
    return base64.b64encode(chance.randbytes(size)).decode()
