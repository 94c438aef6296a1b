"""The demonstration: nine months of visits by fourteen monitors who do not exist, with what is worth finding planted in them.

Everything is offset from the day of loading and made from one seed; submissions go through the acceptance verb.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from rafid.commons import blobs
from rafid.commons.forms import demo as forms
from rafid.commons.forms.arrivals import handle_arrivals
from rafid.commons.forms.checks.nightly import rank_copying
from rafid.commons.forms.declared import source_of
from rafid.commons.forms.models import AppUser, BackCheck, Form, Submission, VisitPlan, Way
from rafid.commons.forms.sender import Sender, of_account, of_phone
from rafid.commons.history import because
from rafid.commons.identity import references_from
from rafid.commons.people.models import Account, Organisation
from rafid.commons.places.country import country
from rafid.commons.places.models import Place
from rafid.commons.products.catalogue.sync import rest_on_a_demonstration
from rafid.commons.programme import programme
from rafid.methods import xforms

from . import (
    demo_answers,
    demo_checklists,
    demo_figures,
    demo_files,
    demo_more,
    demo_outcomes,
    demo_reports,
    demo_review,
    demo_sites,
    demo_visits,
    demo_weeks,
)
from .demo_plan import PLANTED, Site, Visit, plan, published_on, sites_of

SEED = 20260930
FORM = "tpm_site_visit"
OWNER = "IQ-DMA"
VERSIONS = ("tpm_site_visit-1.md", "tpm_site_visit-2.md", "tpm_site_visit.md")
CHECKED_AGAIN = {
    "team-operator": 1,
    "team-team_code": 1,
    "work-method": 1,
    "rules-ppe": 2,
    "rules-marking": 2,
    "rules-first_aid": 2,
    "team-deminers": 3,
}
FILES = (*VERSIONS, "site_registration.md", "site_followup.md", "clearance_feedback.md", "safeguarding_report.md",
         "tpm_training_record.md")  # fmt: skip
_NAMES = UUID("5f0d6c1e-6f5b-4c0a-9a64-6d2f6f9b1e10")
_BATCH = 500


def load(today: date, scale: float = 1) -> list[str]:
    """Loads what is not there yet. ``scale`` below 1: so much of the visits, for tests; more than that is :func:`many`'s."""
    owner, officer = Organisation.objects.filter(ref=OWNER).first(), _account("monitoring.officer")
    if owner is None or officer is None:
        return ["no organisation of the demonstration to own its forms"]
    rest_on_a_demonstration("monitoring")
    zone = timezone.get_default_timezone()
    declared = {one.code: one for one in programme("monitoring").forms}
    days = published_on(today, zone)
    ready = [*demo_checklists.sheets(scale >= 1), *((source_of(programme("monitoring"), name), name) for name in FILES)]
    with references_from(f"{SEED}"), xforms.converted_together(ready):
        said = _older(declared, owner, officer, today, zone, min(scale, 1), days)
    for part in (demo_visits.load, demo_weeks.load, demo_outcomes.load, demo_reports.load):
        with (
            references_from(f"{SEED} {part.__module__}"),
            xforms.converted_together(ready if part is demo_visits.load else ()),
        ):
            said += part(today, zone, min(scale, 1))
    return said


def _older(
    declared: Mapping[str, Any], owner: Organisation, officer: Account, today: date, zone: Any, share: float,
    days: list[datetime],
) -> list[str]:  # fmt: skip
    """The form of the visits before there were plans, and what else is asked by forms."""
    form = forms.bring_form(
        programme("monitoring"), declared[FORM], owner, officer, list(zip(VERSIONS, days, strict=True))
    )
    if form is None:
        return [f"{FORM}: there already"]
    form.reviews_needed = 2
    form.save()
    sites = sites_of(country().table("demo_sites.csv"))
    monitors = {row["code"]: row["organisation_ref"] for row in country().table("demo_monitors.csv")}
    listed = demo_sites.load(declared, owner, officer, country().table("demo_sites.csv"), days[0])
    visits = plan(today, zone, sites, monitors, share=share, seed=SEED)
    made = _Made(form, _phones(form, sites, monitors), officer)
    accepted = forms.deliver(made.parcels(visits))
    known = {one.instance_id: one.submission for one in accepted if one.what == "new"}
    _back_checks(form, visits, known, officer)
    _plans(form, sites, today)
    handle_arrivals()
    rank_copying(form)
    forms.set_back(form.pk)
    demo_review.decide_on(form, visits, {number(v): known[instance_id(v.number)] for v in visits}, today, zone)
    more = [*demo_more.load(declared, owner, officer, today, zone, share), *demo_figures.load(owner, today)]
    return [f"{FORM}: {len(known)} submissions, {len(accepted) - len(known)} edits", *listed, *more]


def many(today: date, count: int) -> str:
    """``count`` more submissions, for benchmarks: through the acceptance verb, a transaction for each batch."""
    form = Form.objects.get(xform_id=FORM)
    zone = timezone.get_default_timezone()
    sites = sites_of(country().table("demo_sites.csv"))
    monitors = {row["code"]: row["organisation_ref"] for row in country().table("demo_monitors.csv")}
    phones = {phone.name: of_phone(phone) for phone in AppUser.objects.filter(forms=form)}
    before = Submission.everything.filter(form=form).count()
    chance = random.Random(SEED + before)  # noqa: S311 - made up, no secret
    done = 0
    while done < count:
        some = min(_BATCH, count - done)
        with transaction.atomic(), because("Demonstration"):
            forms.deliver(
                forms.Parcel(
                    forms.submission_xml(FORM, "3", _uuid(f"more {before + done + at}"), answers),
                    phones[visit.monitor],
                    visit.received,
                )
                for at, (visit, answers) in enumerate(
                    _more(before + done, some, today, zone, sites, list(monitors), monitors, chance)
                )
            )
        done += some
    return f"{FORM}: {done} more submissions"


def _more(
    first: int,
    count: int,
    today: date,
    zone: Any,
    sites: list[Site],
    codes: list[str],
    monitors: Mapping[str, str],
    chance: random.Random,
) -> Iterator[tuple[Visit, dict[str, Any]]]:
    midnight = datetime.combine(today - timedelta(days=1), datetime.min.time(), zone)
    for at in range(count):
        monitor = codes[(first + at) % len(codes)]
        site = chance.choice([one for one in sites if one.organisation == monitors[monitor]])
        start = midnight + timedelta(minutes=480 + chance.randrange(300))
        end = start + timedelta(minutes=chance.randrange(25, 80))
        received = midnight + timedelta(hours=19, milliseconds=first + at)
        visit = Visit((first + at) % 999_999, 12, 3, monitor, site, start, end, received)
        answers = demo_answers.fresh(visit, chance)
        answers["close"]["overview"] = ""
        for case in answers["nc"]:
            case["photo"] = ""
        yield visit, answers


def number(visit: Visit) -> int:
    return visit.number


def instance_id(of: int, edit: int = 0) -> str:
    return _uuid(f"visit {of} {edit}")


def _uuid(name: str) -> str:
    return f"uuid:{uuid5(_NAMES, name)}"


def _account(login: str) -> Account | None:
    return Account.objects.filter(login=login).select_related("organisation").first()


def _phones(form: Form, sites: list[Site], monitors: Mapping[str, str]) -> dict[str, Sender]:
    """A phone for each monitor, for the governorates in which his organisation works."""
    found = {}
    owners = {one.ref: one for one in Organisation.objects.filter(ref__in=set(monitors.values()))}
    places = {place.ref: place for place in Place.objects.filter(level=1)}
    for code, organisation in monitors.items():
        reach = sorted({site.district[:5] for site in sites if site.organisation == organisation})
        phone = forms.phone(code, owners[organisation], [form], [places[ref] for ref in reach])
        found[code] = of_phone(phone)
    return found


def _back_checks(form: Form, visits: list[Visit], known: Mapping[str, UUID], officer: Account) -> None:
    BackCheck.objects.bulk_create(
        BackCheck(
            form=form,
            original_id=known[instance_id(visit.repeats)],
            repeated_id=known[instance_id(visit.number)],
            basis="risk" if visit.number % 3 == 0 else "random",
            items=CHECKED_AGAIN,
            drawn_by=officer,
            due_on=(visit.start + timedelta(days=7)).date(),
        )
        for visit in visits
        if visit.repeats
    )


def _plans(form: Form, sites: list[Site], today: date) -> None:
    """Each site is due once in each round, and once more after today."""
    places = {place.ref: place for place in Place.objects.filter(ref__in={site.district for site in sites})}
    first = today - timedelta(days=270)
    VisitPlan.objects.bulk_create(
        VisitPlan(
            form=form,
            site=site.code,
            place=places[site.district],
            due_from=first + timedelta(days=at * 270 // 12),
            due_to=first + timedelta(days=(at + 1) * 270 // 12 - 1),
        )
        for at in range(13)
        for site in sites
    )


class _Made:
    """The submissions of a plan with their files, one after the other."""

    def __init__(self, form: Form, phones: Mapping[str, Sender], officer: Account) -> None:
        self.form, self.phones, self.officer = form, phones, officer
        self.answers: dict[int, dict[str, Any]] = {}
        self.pictures: dict[str, int] = {}
        self.of_monitor: dict[str, list[Visit]] = {}

    def parcels(self, visits: list[Visit]) -> list[forms.Parcel]:
        found = []
        for visit in visits:
            found.append(self._parcel(visit))
            if "edit" in visit.planted:
                found.append(self._edit(visit))
        return sorted(found, key=lambda parcel: parcel.received_at)

    def _parcel(self, visit: Visit) -> forms.Parcel:
        chance = random.Random(SEED * 10_000 + visit.number)  # noqa: S311 - made up, no secret
        answers = self._answers(visit, chance)
        self.answers[visit.number] = answers
        self.of_monitor.setdefault(visit.monitor, []).append(visit)
        files = [(name, blobs.keep(self._picture(name, visit))) for name in demo_answers.photos(answers)]
        logged = visit.version >= 2 and visit.number % 4 == 0
        if logged:
            seconds = (visit.end - visit.start).total_seconds() * 0.8
            log = demo_files.audit(answers, visit.start, seconds, chance)
            files.append(("audit.csv", blobs.keep(log)))
        xml = forms.submission_xml(FORM, str(visit.version), instance_id(visit.number), answers, audit=logged)
        return forms.Parcel(xml, self.phones[visit.monitor], visit.received, files)

    def _answers(self, visit: Visit, chance: random.Random) -> dict[str, Any]:
        if visit.repeats:
            return demo_answers.repeated(visit, self._of_version(visit, self.answers[visit.repeats], chance), chance)
        if "copy" in visit.planted:
            earlier = [
                one for one in self.of_monitor[visit.monitor] if one.version == visit.version and not one.repeats
            ]
            if earlier:
                return demo_answers.copied(visit, self.answers[chance.choice(earlier[-12:]).number], chance)
        answers = demo_answers.fresh(visit, chance)
        if "sum" in visit.planted:
            answers["work"]["found_total"] += chance.choice((-1, 1, 2, 10))
            answers["work"]["destroyed"] = "yes" if answers["work"]["found_total"] > 0 else ""
        if "photo" in visit.planted and not demo_answers.photos(answers):
            answers["close"]["overview"] = f"site-{visit.number:04d}.jpg"
        return answers

    def _of_version(self, visit: Visit, model: dict[str, Any], chance: random.Random) -> dict[str, Any]:
        """A back-check after a new version of the form answers the new questions, too."""
        own = demo_answers.fresh(visit, chance)
        return {
            name: ({**own[name], **value} if isinstance(value, dict) else value) if name in model else own[name]
            for name, value in model.items()
        }

    def _picture(self, name: str, visit: Visit) -> bytes:
        if "photo" in visit.planted and self.pictures:
            # An earlier picture of another visit, saved again under a new name.
            return demo_files.picture(SEED + list(self.pictures.values())[-20:][0], quality=48)
        seed = len(self.pictures) + 1
        self.pictures[name] = seed
        return demo_files.picture(SEED + seed)

    def _edit(self, visit: Visit) -> forms.Parcel:
        """The office corrects a number after a call with the monitor, and says so."""
        answers = {**self.answers[visit.number]}
        work = dict(answers["work"])
        work["m2_cleared"] = max(0, work["m2_cleared"] - 10 * (1 + visit.number % 9))
        work["m2_share"] = demo_answers.share(work["m2_cleared"], work["m2_planned"])
        answers["work"] = work
        xml = forms.submission_xml(
            FORM, str(visit.version), instance_id(visit.number, 1), answers, corrects=instance_id(visit.number)
        )
        return forms.Parcel(
            xml,
            of_account(self.officer),
            visit.received + timedelta(days=2, hours=1),
            way=Way.OFFICE,
            reason=REASONS[visit.number % len(REASONS)],
        )


REASONS = (
    "صُححت المساحة المنظفة بعد الاتصال بقائد الفريق.",
    "ڕووبەری پاککراوە دوای پەیوەندی بە چاودێرەکە ڕاستکرایەوە.",
    "قُرئ الرقم خطأً من سجل العمل.",
    "The area was that of two weeks; corrected after a call.",
)

__all__ = ["PLANTED", "load", "many"]
