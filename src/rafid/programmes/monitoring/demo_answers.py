"""What monitors write at a site, in the demonstration: believable answers to each version of the visit's form."""

from __future__ import annotations

import copy
import math
import random
from typing import Any

from .demo_plan import Visit

Answers = dict[str, Any]

# Given names and family names that are common in the country; put together by chance.
_GIVEN = [
    "أحمد",
    "محمد",
    "علي",
    "حسين",
    "كاروان",
    "سامان",
    "ريبين",
    "هاوار",
    "يونس",
    "مروان",
    "فراس",
    "زياد",
    "نبيل",
    "عدنان",
    "شوان",
    "آزاد",
    "لقمان",
    "غسان",
    "باسم",
    "رعد",
]
_FAMILY = (
    "الحمداني",
    "الجبوري",
    "العبيدي",
    "كريم",
    "صالح",
    "محمود",
    "رشيد",
    "الدليمي",
    "الشمري",
    "حمه",
    "عزيز",
    "خليل",
    "البياتي",
    "داود",
    "إبراهيم",
    "حسن",
)
_RULES = ("ppe", "marking", "comms", "first_aid", "briefing", "storage", "supervision", "qa_log")
_WHY = ("الإطار الخلفي مثقوب", "السائق في إجازة", "ئۆکسجینی تێدا نییە", "في الصيانة منذ يومين", "بەنزینی نەماوە")
_WHAT = {
    "safety": ("مزيل ألغام بلا واقية وجه", "مەودای نێوان مینهەڵگرەوەکان کەمە", "دخول زائر بلا مرافق", "قناع متشقق"),
    "medical": ("حقيبة الإسعاف ناقصة الضمادات", "بەتانی لە ئۆتۆمبێلی فریاکەوتندا نییە", "رقم المستشفى غير معلق"),
    "marking": ("أوتاد ساقطة على الحد الشرقي", "نیشانە سوورەکان کاڵ بوونەتەوە", "شريط الحد مقطوع بطول 20 م"),
    "records": ("سجل اليوم غير مكتمل", "نەخشەی کار نوێ نەکراوەتەوە", "توقيع قائد الفريق ناقص"),
}
_REMARKS = (
    "",
    "",
    "",
    "العمل يسير حسب الخطة.",
    "کارەکە بەپێی پلان دەڕوات.",
    "الأرض موحلة بعد المطر.",
    "ڕێگاکە بەهۆی بارانەوە خراپە.",
    "طلب الفريق خرائط أوضح.",
    "خەڵکی گوند پرسیاری کاتی تەواوبوونیان کرد.",
)


def fresh(visit: Visit, chance: random.Random) -> Answers:
    """The answers of a first visit."""
    v, site = visit.version, visit.site
    deminers = chance.randrange(8, 41)
    ambulance = "no" if chance.random() < 0.08 else "yes"
    planned = chance.randrange(800, 4200, 10)
    found = {"found_ap": _few(chance, 1.2), "found_at": _few(chance, 0.3), "found_uxo": _few(chance, 1.6)}
    if v >= 2:
        found["found_ied"] = _few(chance, 0.4)
    total = sum(found.values())
    cleared = round(planned * min(1.25, max(0.3, chance.gauss(0.86, 0.17))))
    cases = [_case(visit, chance) for _ in range(chance.choices((0, 1, 2, 3), (62, 24, 10, 4))[0])]
    operator = chance.randrange(3)
    return {
        "start": stamp(visit.start),
        "end": stamp(visit.end),
        "today": visit.start.date().isoformat(),
        "deviceid": f"collect:{visit.monitor.lower()}",
        "visit": {
            "visit_id": f"TPM-{visit.number:04d}",
            "round": visit.round,
            **({"visit_type": chance.choices(("routine", "unannounced", "follow_up"), (6, 3, 2))[0]} if v >= 2 else {}),
            "interviewer": visit.monitor,
        },
        "place": {
            "gov": site.district[:5],
            "dist": site.district,
            "site": site.code,
            "loc": fix(visit, chance),
            **({"access": chance.choices(("open", "slow"), (7, 2))[0]} if v >= 2 else {}),
        },
        "team": {
            "operator": f"op_{'abc'[operator]}",
            "team_code": f"{('MT', 'DT', 'QT')[operator]}-{chance.randrange(1, 19):02d}",
            "leader": f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}",
            "leader_phone": f"07{chance.randrange(5, 9)}0000{chance.randrange(10_000):04d}",
            "deminers": deminers,
            "medics": chance.randrange(1, max(2, deminers // 8) + 1),
            "ambulance": ambulance,
            "amb_why": chance.choice(_WHY) if ambulance == "no" else "",
            **({"medevac_min": chance.randrange(18, 95)} if v >= 3 else {}),
        },
        "work": {
            "method": " ".join(
                one for one, odds in (("manual", 0.9), ("mechanical", 0.45), ("dogs", 0.3)) if chance.random() < odds
            )
            or "manual",
            "lanes": chance.randrange(2, 25),
            "m2_planned": planned,
            "m2_cleared": cleared,
            "m2_share": share(cleared, planned),
            **found,
            "found_total": total,
            "destroyed": ("" if not total else chance.choices(("yes", "no"), (8, 1))[0]),
        },
        "rules": {
            rule: chance.choices(("full", "partly", "no", "na"), (64, 21, 8, 7))[0]
            for rule in _RULES
            if v >= 3 or rule != "qa_log"
        },
        "nc": cases,
        "close": {
            **counted(cases),
            "rating": chance.choices((1, 2, 3, 4, 5), (4, 12, 32, 38, 14))[0],
            "overview": f"site-{visit.number:04d}.jpg" if chance.random() < 0.05 else "",
            "remarks": chance.choice(_REMARKS),
        },
    }


def _case(visit: Visit, chance: random.Random) -> Answers:
    kind = chance.choice(tuple(_WHAT))
    severities = ("minor", "major") if visit.version < 3 else ("minor", "major", "critical")
    severity = chance.choices(severities, (70, 26, 4)[: len(severities)])[0]
    return {
        "kind": kind,
        "sev": severity,
        "what": chance.choice(_WHAT[kind]),
        "photo": "" if severity == "minor" else f"nc-{visit.number:04d}-{chance.randrange(10_000):04d}.jpg",
        "days": chance.randrange(1, 31),
    }


def counted(cases: list[Answers]) -> Answers:
    """The form's own counts."""
    return {"n_nc": len(cases), "n_major": sum(one["sev"] != "minor" for one in cases)}


def share(part: int, whole: int) -> str:
    """``round(part div whole * 100, 1)`` as the form's language answers it: halves go up, shortest digits."""
    tenths = math.floor(part / whole * 1000 + 0.5)
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


def _few(chance: random.Random, mean: float) -> int:
    """A small count, most often none."""
    return min(6, int(chance.expovariate(1 / mean)))


def stamp(moment: Any) -> str:
    text: str = moment.isoformat(timespec="milliseconds")
    return text


def fix(visit: Visit, chance: random.Random) -> str:
    """Where the phone stood: some metres from the control point, or far from it where that is planted."""
    away, accuracy = abs(chance.gauss(0, 12)), round(chance.uniform(3.2, 9.8), 1)
    if "away" in visit.planted:
        away = chance.uniform(1_100, 3_200)
    turn = chance.uniform(0, 2 * math.pi)
    latitude = visit.site.latitude + away * math.cos(turn) / 111_195
    longitude = visit.site.longitude + away * math.sin(turn) / (111_195 * math.cos(math.radians(visit.site.latitude)))
    return f"{latitude:.6f} {longitude:.6f} {chance.randrange(180, 620)}.0 {accuracy}"


def copied(visit: Visit, model: Answers, chance: random.Random) -> Answers:
    """An earlier record of the same monitor with a new number, and two answers changed so that it looks less like it."""
    made = copy.deepcopy(model)
    own = fresh(visit, chance)
    made.update({name: own[name] for name in ("start", "end", "today")})
    made["visit"].update(visit_id=own["visit"]["visit_id"], round=visit.round)
    made["place"] = own["place"]
    made["team"]["medics"] = own["team"]["medics"] if made["team"]["deminers"] >= own["team"]["medics"] else 1
    made["close"].update(remarks=own["close"]["remarks"], overview="")
    _renamed(made, visit)
    return made


def repeated(visit: Visit, model: Answers, chance: random.Random) -> Answers:
    """A back-check: the same site days later. What should not change rarely differs, what is hard to ask more often."""
    made, own = copy.deepcopy(model), fresh(visit, chance)
    made.update({name: own[name] for name in ("start", "end", "today", "deviceid")})
    made["visit"].update(visit_id=own["visit"]["visit_id"], interviewer=visit.monitor)
    if visit.version >= 2:
        made["visit"]["visit_type"] = "back_check"
    made["place"]["loc"] = own["place"]["loc"]
    odds = 0.22 if visit.monitor == "M06" else 0.05
    for group, name in (("team", "operator"), ("team", "team_code"), ("work", "method")):
        if chance.random() < odds:
            made[group][name] = own[group][name]
    for name in made["rules"]:
        if chance.random() < 0.12:
            made["rules"][name] = own["rules"][name]
    made["team"]["deminers"] = max(made["team"]["medics"], made["team"]["deminers"] + chance.randrange(-2, 3))
    for name in ("lanes", "m2_cleared", "m2_share", "m2_planned"):
        made["work"][name] = own["work"][name]
    work = made["work"]
    work["found_total"] = sum(work[name] for name in work if name.startswith("found_") and name != "found_total")
    work["destroyed"] = (work["destroyed"] or "yes") if work["found_total"] else ""
    made["close"].update(rating=own["close"]["rating"], remarks=own["close"]["remarks"], overview="")
    _renamed(made, visit)
    return made


def _renamed(made: Answers, visit: Visit) -> None:
    """Photos of a visit have names of their own."""
    for at, case in enumerate(made["nc"], 1):
        if case["photo"]:
            case["photo"] = f"nc-{visit.number:04d}-{at}.jpg"


def photos(answers: Answers) -> list[str]:
    """Names of the files that the answers say."""
    named = [case["photo"] for case in answers["nc"]] + [answers["close"]["overview"]]
    return [name for name in named if name]
