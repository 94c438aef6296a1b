"""Lists of codes that are the country's: each row with its source and three names, and forms and mappings that keep to them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils.translation import override
from shapely import box

from rafid.commons.places.country import _folder, country
from rafid.methods import landrelease
from rafid.programmes.mineaction.models import Blocked, Device, EoreMethod, ListedCode, Release, ReleaseMethod, Service
from rafid.programmes.mineaction.people.words import DeviceGroup, device_group
from rafid.programmes.mineaction.picture.contamination import _by
from rafid.programmes.mineaction.quality.checklists import in_words, of

LISTS = {
    "device": Device, "blocked": Blocked, "eore_method": EoreMethod, "service": Service, "release_method": ReleaseMethod,
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_every_code_has_its_source_and_three_names(name):
    rows = [row for row in country().table("mine_codes.csv") if row["list"] == name]
    assert len(rows) >= 8
    assert [row["code"] for row in rows] == LISTS[name].values
    for row in rows:
        assert all(row[key].strip() for key in ("name_ar", "name_ckb", "name_en", "source", "as_of")), row["code"]
    assert country().source("mine_codes.csv").note


def test_a_code_is_read_in_the_language_of_its_reader():
    label = Device("ap_mine").label
    said = []
    for language in ("ar", "ckb", "en"):
        with override(language):
            said.append(str(label))
    assert said == ["لغم مضاد للأفراد", "مینی دژە مرۆڤ", "Anti-personnel mine"]
    with pytest.raises(ValueError, match="dynamite"):
        Device("dynamite")
    assert "dynamite" not in Device
    assert "axo" in Device


def test_statistics_count_devices_by_the_group_of_the_list():
    assert {device_group(code) for code in Device.values} == set(DeviceGroup.values)
    assert device_group("ap_mine") == DeviceGroup.MINE
    assert device_group("gone") == device_group(None) == DeviceGroup.OTHER


@pytest.mark.parametrize(
    ("form", "list_name", "name"),
    [
        ("mine_nts", "device", "device"), ("mine_find", "device", "device"), ("mine_spot", "device", "device"),
        ("mine_accident", "device", "device"), ("mine_eore", "method", "eore_method"), ("mine_nts", "blocked", "blocked"),
    ],
)  # fmt: skip
def test_forms_offer_codes_of_the_list(form, list_name, name):
    text = (_folder(country().pack) / "forms" / f"{form}.md").read_text(encoding="utf-8")
    row = rf"^\| \| {list_name} \| (\w+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|"
    offered = re.findall(row, text, flags=re.MULTILINE)
    assert offered
    for code, *words in offered:
        assert words == [dict(LISTS[name](code).names)[language] for language in ("ar", "ckb", "en")]


@pytest.mark.django_db
def test_the_database_knows_the_codes_of_the_pack():
    held = {(one.list, one.code): one.source for one in ListedCode.objects.filter(active=True)}
    assert held == {(row["list"], row["code"]): row["source"] for row in country().table("mine_codes.csv")}


@pytest.mark.django_db
def test_an_item_of_a_checklist_is_said_in_the_readers_language(ground):
    hazard = ground.make_hazard("confirmed")
    visit = ground.make_inspection(hazard, checklist="clearance_site:1")
    item = of("clearance_site:1").items[0]
    arabic = dict(item.names)["ar"]
    finding = ground.make_nonconformity(
        hazard, visit=visit, item_code=item.code, text=f"{arabic} ({item.source})", severity=item.severity
    )
    said = []
    for language in ("ar", "ckb", "en"):
        with override(language):
            said.append(in_words(finding))
    assert said[0] == finding.text
    assert said[2] == f"{dict(item.names)['en']} ({item.source})"
    finding.text = "Two of five without a visor"
    assert in_words(finding) == finding.text


def test_a_usual_way_of_release_is_said_in_the_readers_language_and_summed_as_one():
    written = ("كاشف معادن", "Metal Detector ", "دۆزەرەوەی کانزا", "detector", "Two dogs of Omar", "")
    rows = [Release(type="cleared", on=date(2026, 3, 1), method=one) for one in written]
    for language, name in (("ar", "كاشف معادن"), ("ckb", "دۆزەرەوەی کانزا"), ("en", "Metal detector")):
        with override(language):
            assert {row.get_method_display() for row in rows[:4]} == {name}
            assert rows[4].get_method_display() == "Two dogs of Omar", "what nobody listed stays as it was written"
            assert rows[5].get_method_display() == ""
    assert rows[0].method == "كاشف معادن", "as typed"
    given = [landrelease.Release(id=str(row.pk), kind=row.type, ground=box(0, 0, 10, 10), on=row.on) for row in rows]
    _operators, methods = _by(given, {row.pk: row for row in rows})
    assert {one.code: one.releases for one in methods} == {"detector": 4, "Two dogs of Omar": 1, "": 1}
