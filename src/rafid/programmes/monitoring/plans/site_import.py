"""Sites that come from a file or a dataset, under ``monitoring.sites``: checked by cell, looked at, then recorded or "
"undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Q
from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.commons.people.models import Organisation
from rafid.commons.programme import Column, Import
from rafid.commons.records.imports import Refused
from rafid.commons.records.imports.copying import Written
from rafid.commons.records.search import index_rows

from ..arriving.sites import coarse
from ..models import Contract, ExactPlace, Site

UNKNOWN_CONTRACT = gettext_noop(
    "There is no contract “%(given)s” of this organisation. Write its reference, as it stands on its page, or leave "
    "it empty."
)
ENDS_FIRST = gettext_noop(
    "The site %(site)s ends on %(to)s, before it begins on %(since)s. Correct one of the two days."
)
OTHERS = gettext_noop("The site %(site)s of this list belongs to another organisation. Name the list differently.")
HALF_PLACE = gettext_noop("The site %(site)s has one of the two coordinates. Write both, or neither.")
NO_SIZE = gettext_noop(
    "The site %(site)s has no size: it can be drawn with equal chances only. Fill it in to draw by size."
)
LEFT = gettext_noop(
    "%(count)s sites of this list are not in the file, such as %(site)s. They stay; where one left, write its last day."
)
FIELDS = ("kind_of_site", "name_ar", "name_ckb", "name_en", "size", "active_from", "active_to", "team")


def three(ar: str, ckb: str, en: str) -> dict[str, str]:
    return {"ar": ar, "ckb": ckb, "en": en}


def _refused(number: int, column: str, message: str, **params: Any) -> Refused:
    return Refused(number, "refused", {"text": in_three(message, **params)}, column)


def apply_sites(batch: Any) -> None:
    """A site is known by its list and its id there: a new one is made, another is brought up to date, none is taken away.
    What a file leaves empty stays as it was."""
    run = batch.run
    contracts = _contracts(run)
    there = {(one.origin, one.external_id): one for one in Site.everything.filter(~Q(external_id=""))}
    lists, named = set(), set()
    new = changed = same = 0
    touched, first = [], None
    for number, values in batch.rows:
        first = number if first is None else first
        key = (str(values.get("list") or "file")[:80], str(values["external_id"]).strip())
        lists.add(key[0])
        named.add(key)
        site, fresh = there.get(key), key not in there
        if site is not None and site.owner_id != run.owner_id:
            raise _refused(number, "external_id", OTHERS, site=key[1])
        if site is None:
            site = Site(owner_id=run.owner_id, origin=key[0], external_id=key[1], made_by=run.made_by)
        there[key] = site
        differs = _fill(site, number, values, contracts)
        where = _where(number, key[1], values)
        if where is not None and (site.point is None or not site.point.equals_exact(coarse(where), 1e-9)):
            site.point, differs = coarse(where), True
        if fresh or differs:
            site.source, site.source_id, site.source_row = "import", run.pk, number
            site.save()
            touched.append(site)
        if where is not None and _exact(site, where, run.made_by) and not fresh:
            differs = True
        if site.size is None:
            batch.doubt(number, "size", in_three(NO_SIZE, site=key[1]))
        new, changed, same = new + fresh, changed + (not fresh and differs), same + (not fresh and not differs)
    index_rows(Site, touched)
    _say_who_left(batch, first, there, lists, named)
    batch.written[Site._meta.label_lower] = Written(new, changed, same)


def _fill(site: Site, number: int, values: Mapping[str, Any], contracts: Mapping[str, Contract]) -> bool:
    """Whether anything became different."""
    wanted = {name: values.get(name) for name in FIELDS}
    if given := str(values.get("contract") or "").strip():
        contract = contracts.get(given)
        if contract is None:
            raise _refused(number, "contract", UNKNOWN_CONTRACT, given=given[:80])
        wanted |= {"contract_id": contract.pk, "partner_id": contract.partner_id}
    wanted["place_id"] = values.get("district") or values.get("governorate")
    differs = False
    for name, value in wanted.items():
        if value not in (None, "") and getattr(site, name) != value:
            setattr(site, name, value)
            differs = True
    if site.active_from and site.active_to and site.active_to < site.active_from:
        raise _refused(
            number, "active_to", ENDS_FIRST, site=site.external_id, to=str(site.active_to), since=str(site.active_from)
        )
    return differs


def _where(number: int, name: str, values: Mapping[str, Any]) -> Point | None:
    east, north = values.get("longitude"), values.get("latitude")
    if east is None and north is None:
        return None
    if east is None or north is None:
        raise _refused(number, "latitude" if north is None else "longitude", HALF_PLACE, site=name)
    return Point(float(east), float(north), srid=4326)


def _exact(site: Site, where: Point, by: Any) -> bool:
    row = ExactPlace.objects.filter(site=site).first()
    if row is not None and row.point.equals_exact(where, 1e-9):
        return False
    if row is None:
        row = ExactPlace(site=site, made_by=by)
    row.point = where
    row.save()
    return True


def _contracts(run: Any) -> dict[str, Contract]:
    rows = Contract.objects.visible_to(run.made_by) if run.made_by else Contract.objects.all()
    below = Organisation.objects.filter(lineage__contains=[run.owner_id])
    return {one.ref: one for one in rows.filter(Q(owner=run.owner_id) | Q(owner__in=below))}


def _say_who_left(
    batch: Any, first: int | None, there: Mapping[tuple[str, str], Site], lists: set[str], named: set[Any]
) -> None:
    left = sorted(
        key[1]
        for key, site in there.items()
        if key[0] in lists and key not in named and site.owner_id == batch.run.owner_id and site.active_to is None
        and site.deleted_at is None
    )  # fmt: skip
    if left and first is not None:
        batch.doubt(first, "external_id", in_three(LEFT, count=len(left), site=left[0]))


KINDS: dict[str, tuple[str, ...]] = {
    "clearance_task": ("Clearance task", "مهمة إزالة", "ئەرکی پاککردنەوە"),
    "survey_area": ("Survey area", "منطقة مسح", "ناوچەی ڕووپێوی"),
    "session": ("Session", "جلسة", "دانیشتن"),
    "clinic": ("Clinic", "عيادة", "کلینیک"),
    "office": ("Office", "مكتب", "نووسینگە"),
}

SITES = Import(
    "sites",
    names=three("المواقع", "شوێنەکان", "Sites"),
    about=three(
        "صف لكل موقع يمكن زيارته: رقمه في قائمته وحجمه وأيام عمله. الموقع المعروف يُحدَّث، ولا يُحذف شيء.",
        "ڕیزێک بۆ هەر شوێنێک کە دەکرێت سەردانی بکرێت: ژمارەی لە لیستەکەیدا، قەبارەی و ڕۆژانی کارکردنی. شوێنی ناسراو "
        "نوێ دەکرێتەوە و هیچ ناسڕدرێتەوە.",
        "A row for each site that can be visited: its id in its list, its size, and when it is active. A known site "
        "is brought up to date; none is taken away.",
    ),
    columns=(
        Column(
            "external_id", three("رقم الموقع", "ژمارەی شوێن", "Id"), required=True,
            synonyms=("id", "site", "task", "task id", "code", "external id"),
        ),
        Column("list", three("القائمة", "لیست", "List"), default="file", synonyms=("origin",)),
        Column("contract", three("العقد", "گرێبەست", "Contract")),
        Column("kind_of_site", three("نوع الموقع", "جۆری شوێن", "Kind of site"), kind="choice", choices=KINDS,
               synonyms=("kind", "type")),
        Column("name_ar", three("الاسم بالعربية", "ناو بە عەرەبی", "Name (Arabic)")),
        Column("name_ckb", three("الاسم بالكردية", "ناو بە کوردی", "Name (Kurdish)")),
        Column("name_en", three("الاسم بالإنجليزية", "ناو بە ئینگلیزی", "Name (English)"), synonyms=("name",)),
        Column("governorate", three("المحافظة", "پارێزگا", "Governorate"), kind="place", levels=(1,)),
        Column("district", three("القضاء", "قەزا", "District"), kind="place", parent="governorate", levels=(2,)),
        Column("size", three("الحجم", "قەبارە", "Size"), kind="number", minimum=0.01, synonyms=("area", "m2", "m²")),
        Column("active_from", three("يعمل من", "چالاکە لە", "Active from"), kind="date", synonyms=("start", "from")),
        Column("active_to", three("يعمل حتى", "چالاکە تا", "Active to"), kind="date", synonyms=("end", "to")),
        Column("team", three("فريق الشريك", "تیمی هاوبەش", "Partner's team"), synonyms=("team",)),
        Column("longitude", three("خط الطول", "هێڵی درێژی", "Longitude"), kind="longitude", synonyms=("lon", "x")),
        Column("latitude", three("خط العرض", "هێڵی پانی", "Latitude"), kind="latitude", synonyms=("lat", "y")),
    ),
    apply=apply_sites,
    unique=("list", "external_id"),
)  # fmt: skip
