"""What stands in addresses of accidents, persons and risk education when every route is walked as every role."""

from __future__ import annotations

from datetime import date

from rafid.programmes.mineaction.models import Accident, EoreSession, Need, Referral, Victim, VictimName
from rafid.programmes.mineaction.reading import seal_name


def harmed(marked, mark: str) -> dict[str, list[str]]:
    """A victim of an accident, a need and a referral; ``mark`` stands in the name and in all that is written of the person."""
    day = date(2026, 1, 5)
    known = {"owner": marked.owner, "place": marked.place, "on": day}
    accident = Accident.objects.create(**known, injured=1, investigation=mark)
    victim = Victim.objects.create(**known, accident=accident, harm="injured", doing=mark)
    VictimName.objects.create(victim=victim, sealed=seal_name([mark]))
    need = Need.objects.create(victim=victim, service="surgery", on=day, text=mark)
    referral = Referral.objects.create(
        **known, victim=victim, need=need, service="surgery", to=mark, consent_on=day, consent_scope=mark, text=mark
    )
    EoreSession.objects.create(**known, men=3)
    files = ["csv", "xlsx", "geojson", "gpkg", "nothing"]
    people = [victim.ref, str(victim.pk), "NOTHING"]
    return {
        "mineaction/accidents.<str:kind>": files,
        "mineaction/accidents/<str:ref>": [accident.ref, str(accident.pk), "NOTHING"],
        "mineaction/victims/<str:ref>": people,
        "mineaction/victims/<str:ref>/needs/<uuid:pk>": [str(need.pk)],
        "mineaction/referrals/<str:ref>": [referral.ref, str(referral.pk), "NOTHING"],
        "mineaction/victim-statistics.<str:kind>": files,
        "mineaction/eore.<str:kind>": files,
        "mineaction/eore/villages.<str:kind>": files,
        "api/v1/mineaction/accidents/<ref>": [accident.ref, "NOTHING"],
    }
