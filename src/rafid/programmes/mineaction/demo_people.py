"""People of the demonstration: calls, accidents, victims and their way to help, risk education. Nobody here exists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.contrib.gis.geos import Point

from rafid.commons.identity import random_ref
from rafid.commons.records.models import Source

from .demo_hazards import Plot
from .demo_work import number
from .demo_world import CARE, EDUCATION, World, chance_of, known, moved, spot, stored, uid
from .models import (
    Accident,
    EoreSession,
    Need,
    OrdnanceFind,
    Referral,
    SealedPerson,
    SpotTask,
    Victim,
    VictimName,
)
from .reading import seal_name, seal_person

SPOTS, ACCIDENTS, VICTIMS, REFERRALS, SESSIONS = 260, 90, 130, 210, 3100
CALLS = (
    "قذيفة قرب المدرسة",
    "جسم معدني في الحقل",
    "گوللەیەک لە کێڵگەکە",
    "صندوق ذخيرة مهجور",
    "مادەیەکی نەناسراو لە ڕێگا",
    "لغم ظاهر بعد المطر",
)
GIVEN = (
    "سالم",
    "هند",
    "ئازاد",
    "شیلان",
    "كاظم",
    "زينب",
    "دلێر",
    "بەهار",
    "عمر",
    "رنا",
    "سۆران",
    "نور",
    "حيدر",
    "تارا",
    "ياس",
    "هیوا",
)
FAMILY = ("الوهمي", "العرضي", "نموونەیی", "المثال", "نیشاندان", "التجريبي")
DOING = ("herding", "gathering", "farming", "travelling", "playing", "scrap")
SERVICES = ("emergency", "surgery", "prosthesis", "rehabilitation", "psychosocial", "schooling", "livelihood", "legal")
CAMPAIGNS = ("", "", "", "عودة إلى المدرسة", "گەڕانەوە", "موسم الحصاد")


def call(world: World) -> None:
    """Spot tasks from call to disposal, with what was found, and who called behind his door."""
    rows, items, persons = [], [], []
    yards = world.own_yards
    for turn in range(world.some(SPOTS)):
        chance = chance_of(f"spot {world.authority.ref} {turn}")
        yard = yards[turn % len(yards)]
        called = world.day(chance.randrange(0, 420))
        age = (world.today - called).days
        state = (
            chance.choice(("done", "done", "done", "nothing", "to_army"))
            if age > 25
            else chance.choice(("reported", "verified", "tasked"))
        )
        over = (
            min(called + timedelta(days=chance.randrange(1, 20)), world.day(0))
            if state in ("done", "nothing")
            else None
        )
        operator = world.clearing[turn % len(world.clearing)]
        lon, lat = yard.cell(turn * 7)
        row = SpotTask(
            id=uid(f"spot {world.authority.ref} {turn}", called), owner=world.authority, place=yard.place,
            state=state, on=over or called,
            organisation=operator if state in ("tasked", "done", "nothing") else None, reported_on=called,
            what=CALLS[turn % len(CALLS)],
            point=Point(round(lon + chance.uniform(-0.003, 0.003), 6), round(lat + chance.uniform(-0.003, 0.003), 6),
            srid=4326),
            device_category=chance.choice(("other_uxo", "axo", "unknown", "ap_mine")),
            priority=chance.choice(("high", "medium", "low")),
            done_on=over, outcome={"done": "أُتلف في مكانه", "nothing": "لم يُعثر على شيء"}.get(state, ""),
            source=Source.DEMONSTRATION,
            known_at=known(called, 0, world.today),
        )  # fmt: skip
        rows.append(row)
        if state == "done" and over:
            items.append(
                OrdnanceFind(
                    id=uid(f"spot find {world.authority.ref} {turn}", over), owner=row.owner, organisation=operator,
                    place=row.place, on=over,
                    category=row.device_category, quantity=chance.choice((1, 1, 2, 5)), point=row.point,
                    disposal="in_place",
                    destroyed_on=over, spot_task=row, source=Source.DEMONSTRATION, known_at=known(over, 2, world.today),
                )
            )  # fmt: skip
        if turn % 4 == 0:
            persons.append(
                SealedPerson(
                    owner=row.owner, place=row.place, spot_task=row, role="reporter", sealed=seal_person(_name(turn)[0])
                )
            )
    number(rows, "reported_on")
    number(items)
    SpotTask.objects.bulk_create(rows, batch_size=500)
    OrdnanceFind.objects.bulk_create(items, batch_size=500)
    SealedPerson.objects.bulk_create(persons, batch_size=500)


def hurt(world: World, plots: Sequence[Plot]) -> None:
    """Accidents in and beside hazards; victims with their needs, and where they were referred to."""
    accidents, victims, names, needs, referrals = [], [], [], [], []
    drawn = [plot for plot in plots if plot.row.ground is not None]
    for turn in range(world.some(ACCIDENTS)):
        chance = chance_of(f"accident {world.authority.ref} {turn}")
        plot = drawn[turn * 5 % len(drawn)]
        span = (world.today - plot.row.suspected_on).days
        on = world.day(chance.randrange(0, max(span, 1)))
        point = spot(plot.ground, chance) if turn % 3 else moved(spot(plot.ground, chance), 320, 40)
        accidents.append(
            Accident(
                id=uid(f"accident {world.authority.ref} {turn}", on), owner=world.authority, place=plot.row.place, on=on,
                organisation=plot.row.organisation if turn % 15 == 7 else None,
                type="demining" if turn % 15 == 7 else "civilian",
                point=stored(point), device_category=plot.row.device_categories[0], source=Source.DEMONSTRATION,
                investigation="وُثّق مع الأهالي", known_at=known(on, 4, world.today),
            )
        )  # fmt: skip
    for turn in range(world.some(VICTIMS)):
        chance = chance_of(f"victim {world.authority.ref} {turn}")
        accident = accidents[turn % len(accidents)]
        killed = chance.random() < 0.28
        accident.killed += killed
        accident.injured += not killed
        born = chance.random() < 0.4
        age = chance.choice((7, 9, 11, 14, 17, 22, 28, 33, 41, 55, 63))
        row = Victim(
            id=uid(f"victim {world.authority.ref} {turn}", accident.on), ref=random_ref(Victim.REF_PREFIX),
            owner=world.authority,
            place=accident.place, accident=accident, on=accident.on, sex="male" if chance.random() < 0.76 else "female",
            born_on=accident.on - timedelta(days=round(age * 365.25 + 100)) if born else None, age=age,
            age_given="birth" if born else "age",
            residence=accident.place, harm="killed" if killed else "injured",
            injuries=[] if killed else [chance.choice(("leg", "arm", "eye", "hearing"))],
            doing=chance.choice(DOING), tampered=chance.choice(("no", "yes", "unknown")),
            knew_danger=chance.choice(("no", "yes", "unknown")),
            had_eore=chance.choice(("no", "no", "yes")), source=Source.DEMONSTRATION,
            known_at=known(accident.on, 6, world.today),
        )  # fmt: skip
        victims.append(row)
        names.append(VictimName(victim=row, sealed=seal_name(_name(turn))))
    alive = [row for row in victims if row.harm == "injured"] or victims
    for turn in range(world.some(REFERRALS)):
        chance = chance_of(f"referral {world.authority.ref} {turn}")
        row = alive[turn % len(alive)]
        service = SERVICES[(turn + turn // len(alive)) % len(SERVICES)]
        on = min(row.on + timedelta(days=chance.randrange(1, 60)), world.day(0))
        state = chance.choice(("open", "accepted", "in_progress", "done", "done", "done", "refused", "lost"))
        over = (
            min(on + timedelta(days=chance.randrange(5, 120)), world.day(0))
            if state in ("done", "refused", "lost")
            else None
        )
        need = Need(
            id=uid(f"need {world.authority.ref} {turn}", on),
            victim=row,
            service=service,
            on=on,
            met_on=over if state == "done" else None,
        )
        needs.append(need)
        referrals.append(
            Referral(
                id=uid(f"referral {world.authority.ref} {turn}", on), ref=random_ref(Referral.REF_PREFIX),
                owner=world.authority, place=row.place,
                on=on, victim=row, need=need, service=service, to="مركز تأهيل (عرض توضيحي)", consent_on=on,
                consent_scope="الإحالة إلى الخدمة فقط",
                state=state, ended_on=over, organisation=world.operators.get(CARE), source=Source.DEMONSTRATION,
                known_at=known(on, 1, world.today),
            )
        )  # fmt: skip
    number(accidents)
    Accident.objects.bulk_create(accidents, batch_size=500)
    Victim.objects.bulk_create(victims, batch_size=500)
    VictimName.objects.bulk_create(names, batch_size=500)
    Need.objects.bulk_create(needs, batch_size=500)
    Referral.objects.bulk_create(referrals, batch_size=500)


def teach(world: World) -> None:
    """Risk education; one organisation copies its numbers from month to month."""
    rows = []
    yards = world.own_yards
    for turn in range(world.some(SESSIONS)):
        chance = chance_of(f"session {world.authority.ref} {turn}")
        yard = yards[turn % max(len(yards) - 3, 1)]  # no session reached the last three districts
        on = world.day(chance.randrange(0, 420))
        copied = turn % 41 == 7
        heard = (12, 9, 14, 11) if copied else tuple(chance.randrange(0, 25) for _ in range(4))
        lon, lat = yard.cell(turn)
        rows.append(
            EoreSession(
                id=uid(f"session {world.authority.ref} {turn}", on), owner=world.authority,
                organisation=world.operators.get(EDUCATION),
                place=yard.place, on=on, point=Point(round(lon, 5), round(lat, 5), srid=4326) if turn % 3 == 0 else None,
                method=chance.choice(("direct", "direct", "school", "house", "emergency", "digital")), men=heard[0],
                women=heard[1],
                boys=heard[2], girls=heard[3], with_disability=sum(heard) // 30, campaign=chance.choice(CAMPAIGNS),
                source=Source.DEMONSTRATION, known_at=known(on, 5, world.today),
            )
        )  # fmt: skip
    number(rows)
    EoreSession.objects.bulk_create(rows, batch_size=1000)


def _name(turn: int) -> list[str]:
    """Four parts of a name that says itself that it is made up."""
    first = turn * 7 + 3
    return [
        GIVEN[first % len(GIVEN)],
        GIVEN[(first + 4) % len(GIVEN)],
        GIVEN[(first + 9) % len(GIVEN)],
        FAMILY[turn % len(FAMILY)],
    ]
