"""Sites that are visited again: registered by a phone, followed up by others; two of them disagree, one was without a line."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import connection

from rafid.commons.forms import demo as forms
from rafid.commons.forms.models import AppUser, Form
from rafid.commons.forms.sender import Sender, of_phone
from rafid.commons.people.models import Account, Organisation
from rafid.commons.places.models import Place
from rafid.commons.programme import Form as Declared
from rafid.commons.programme import programme

REGISTRATION, FOLLOW_UP = "site_registration", "site_followup"
LIST = "clearance_sites"
_NAMES = UUID("2b7c1f70-96f4-4d3d-9a63-5a3f6a6a0c44")
_SET_BACK = """
UPDATE rafid_forms_entity e SET made_at = v.first, changed_at = v.last
FROM (SELECT entity_id, min(at) AS first, max(at) AS last FROM rafid_forms_entityversion GROUP BY entity_id) v
WHERE v.entity_id = e.id AND e.list_id = (SELECT id FROM rafid_forms_entitylist WHERE name = %s)
"""
_STATES = ("planned", "working", "working", "paused", "handed_over")


@dataclass(frozen=True)
class Known:
    """A site as the country pack lists it."""

    code: str
    district: str
    organisation: str
    latitude: str
    longitude: str
    name: str

    @property
    def uuid(self) -> UUID:
        return uuid5(_NAMES, self.code)


def known_sites(rows: Sequence[Mapping[str, str]]) -> list[Known]:
    return [
        Known(row["code"], row["place_ref"], row["organisation_ref"], row["lat"], row["lon"], row["name_ar"])
        for row in rows
    ]


def load(
    declared: Mapping[str, Declared],
    owner: Organisation,
    officer: Account,
    rows: Sequence[Mapping[str, str]],
    began: datetime,
) -> list[str]:
    """Both forms, the list that the first one makes, and what phones sent; nothing where they are there already."""
    monitoring = programme("monitoring")
    register = forms.bring_form(monitoring, declared[REGISTRATION], owner, officer, [("site_registration.md", began)])
    if register is None:
        return []
    follow = forms.bring_form(monitoring, declared[FOLLOW_UP], owner, officer, [("site_followup.md", began)])
    assert follow is not None
    sites = known_sites(rows)
    phones = _phones([register, follow], sites)
    forms.deliver(_registrations(sites, phones, began))
    forms.deliver(sorted(_visits(sites, phones, began), key=lambda parcel: parcel.received_at))
    for form in (register, follow):
        forms.set_back(form.pk)
    with connection.cursor() as cursor:
        cursor.execute(_SET_BACK, [LIST])
    return [f"{LIST}: {len(sites)} sites"]


def _phones(given: Sequence[Form], sites: Sequence[Known]) -> dict[str, Sender]:
    """One for each organisation, for the governorates of its sites."""
    found = {}
    owners = {one.ref: one for one in Organisation.objects.filter(ref__in={site.organisation for site in sites})}
    for ref, owner in sorted(owners.items()):
        reach = {site.district[:5] for site in sites if site.organisation == ref}
        phone: AppUser = forms.phone(f"{ref}-S", owner, given, Place.objects.filter(ref__in=reach))
        found[ref] = of_phone(phone)
    return found


def _entity(xml: bytes, attributes: str, label: str = "") -> bytes:
    inside = f"<label>{label}</label>" if label else ""
    return xml.replace(b"<orx:meta>", f'<orx:meta><entity dataset="{LIST}" {attributes}>{inside}</entity>'.encode())


def _registrations(sites: Sequence[Known], phones: Mapping[str, Sender], began: datetime) -> Iterator[forms.Parcel]:
    chance = random.Random("sites")  # noqa: S311 - made up, no secret
    for count, site in enumerate(sites):
        answers = {
            "code": site.code,
            "site_name": site.name,
            "status": "planned" if count % 3 else "working",
            "contact_phone": f"0770{chance.randrange(10**7):07}",
            "spot": f"{site.latitude} {site.longitude} 0 4.5",
        }
        xml = forms.submission_xml(REGISTRATION, "1", f"uuid:{uuid5(_NAMES, 'new ' + site.code)}", answers)
        label = f"{site.code} · {site.name}"
        at = began + timedelta(days=1, minutes=20 * count)
        yield forms.Parcel(_entity(xml, f'id="{site.uuid}" create="1"', label), phones[site.organisation], at)


def _visits(sites: Sequence[Known], phones: Mapping[str, Sender], began: datetime) -> Iterator[forms.Parcel]:
    """Three rounds, one a month. At the fourth site two monitors went out with the same list and measured different areas;
    at the fifth they filled in different questions; the sixth was visited three times without a line."""
    chance = random.Random("follow-up")  # noqa: S311 - made up, no secret
    for count, site in enumerate(sites):
        area = 0
        for month in (1, 2, 3):
            area += chance.randrange(400, 2600, 50)
            state = _STATES[min(month + count % 3, len(_STATES) - 1)]
            at = began + timedelta(days=30 * month, hours=count)
            said: dict[str, object] = {"status": state, "cleared_m2": area}
            if month == 3:
                said["households"] = chance.randrange(3, 60)
            yield _visit(site, phones, at, f"{month}", said, base=month)
    fourth, fifth, sixth = sites[3], sites[4], sites[5]
    late = began + timedelta(days=95)
    yield _visit(fourth, phones, late, "a", {"status": "working", "cleared_m2": 9100}, base=4)
    yield _visit(fourth, phones, late + timedelta(hours=3), "b", {"status": "working", "cleared_m2": 7400}, base=4)
    yield _visit(fifth, phones, late, "a", {"status": "handed_over"}, base=4)
    yield _visit(fifth, phones, late + timedelta(hours=2), "b", {"households": 41}, base=4)
    branch = f'trunkVersion="4" branchId="{uuid5(_NAMES, "branch")}"'
    for step, minutes in ((1, 90), (0, 95), (2, 100)):
        said = {"status": "paused", "cleared_m2": 8000 + 150 * step}
        at = late + timedelta(minutes=minutes)
        yield _visit(sixth, phones, at, f"off {step}", said, base=4 + step, more=branch)


def _visit(
    site: Known,
    phones: Mapping[str, Sender],
    at: datetime,
    name: str,
    said: Mapping[str, object],
    *,
    base: int,
    more: str = 'trunkVersion="" branchId=""',
) -> forms.Parcel:
    answers = {"site": str(site.uuid), **said}
    xml = forms.submission_xml(FOLLOW_UP, "1", f"uuid:{uuid5(_NAMES, f'{site.code} {name}')}", answers)
    xml = _entity(xml, f'id="{site.uuid}" update="1" baseVersion="{base}" {more}')
    return forms.Parcel(xml, phones[site.organisation], at)
