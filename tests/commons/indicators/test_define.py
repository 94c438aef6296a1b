"""Staff define indicators: a draft, another person who adopts it, versions, targets and baselines."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from rafid.commons.indicators.aims import aims_of, set_aim, target_at
from rafid.commons.indicators.define import adopt, retire, write_draft
from rafid.commons.indicators.models import Indicator, Target
from rafid.commons.places.models import Place

pytestmark = pytest.mark.django_db

VALUES = {
    "name_ar": "آبار صالحة", "name_ckb": "بیرە باشەکان", "name_en": "Wells that work", "unit": "%", "kind": "share",
    "numerator": "wells that work", "denominator": "all wells", "multiplier": 100.0, "rollup": "ratio", "by": [],
    "direction": "more", "definition": {"ar": "تعريف", "ckb": "پێناسە", "en": "Wells that give water on the day of the visit."},
    "method": {}, "source": "", "sensitivity": 0,
}  # fmt: skip


@pytest.fixture
def people(world):
    return (
        world.person("author", ("platform.author", None, None)),
        world.person("approver", ("platform.approver", None, None)),
        world.person("boss", ("platform.administrator", None, None)),
    )


def test_another_person_adopts_what_was_written(people):
    author, approver, boss = people
    draft = write_draft("wells-that-work", "wells", VALUES, author)
    assert (draft.version, draft.state) == (1, "draft")
    with pytest.raises(ValidationError):
        adopt(draft, author)
    assert adopt(draft, approver).state == "adopted"
    again = write_draft("wells-that-work", "wells", {**VALUES, "name_en": "Working wells"}, boss)
    with pytest.raises(ValidationError):
        adopt(again, boss)
    second = adopt(again, approver)
    assert (second.version, second.continues.version) == (2, 1)
    third = adopt(write_draft("wells-that-work", "wells", {**VALUES, "multiplier": 1000.0}, author), approver)
    assert (third.version, third.continues) == (3, None)
    states = Indicator.objects.filter(code="wells-that-work").order_by("version").values_list("state", flat=True)
    assert list(states) == ["retired", "retired", "adopted"]
    assert retire(third, approver, why="No longer asked").state == "retired"


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name_ar", {"name_ar": "", "name_ckb": "", "name_en": ""}), ("unit", {"unit": ""}), ("rollup", {"rollup": "sum"}),
        ("rollup", {"rollup": "worst"}), ("numerator", {"denominator": ""}), ("multiplier", {"multiplier": 0}),
        ("kind", {"kind": "guess"}), ("definition_ar", {"definition": {"en": ""}}), ("rollup", {"kind": "count"}),
        ("numerator", {"numerator": "wells-that-work", "denominator": "x-y"}), ("by", {"by": ["a b"]}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_by_field(people, field, values):
    with pytest.raises(ValidationError) as refused:
        write_draft("wells-that-work", "wells", VALUES | values, people[0])
    assert field in refused.value.message_dict


def test_a_declared_one_is_not_for_staff_to_change(people):
    with pytest.raises(ValidationError) as refused:
        write_draft("population", "statistics", VALUES, people[0])
    assert "code" in refused.value.message_dict
    with pytest.raises(ValidationError):
        write_draft("Wells!", "wells", VALUES, people[0])


def test_a_language_that_is_missing_stops_adoption(people):
    author, approver, _boss = people
    draft = write_draft("wells-that-work", "wells", {**VALUES, "name_ckb": ""}, author)
    with pytest.raises(ValidationError):
        adopt(draft, approver)


def test_targets_hold_in_the_periods_within_them(people):
    author = people[0]
    indicator = Indicator.objects.adopted().get(code="population")
    iraq = Place.objects.get(ref="IQ")
    set_aim("target", indicator, iraq, "2026", 50.0, source="Plan of 2024", on=None, by=author)
    set_aim("target", indicator, iraq, "2026", 55.0, source="Plan of 2025", on=None, by=author)
    set_aim("baseline", indicator, iraq, "2024", 40.0, source="Census", on=None, by=author)
    aims = aims_of("population", iraq.pk)
    assert [row.value for row in aims["target"]] == [55.0]
    assert [row.value for row in aims["baseline"]] == [40.0]
    assert [target_at(aims["target"], one) for one in ("2026", "202603", "2026Q1", "2025")] == [55.0, 55.0, 55.0, None]
    assert Target.pgh_event_model.objects.filter(pgh_obj_id=aims["target"][0].pk).count() == 2
    for bad in ({"period": "someday"}, {"source": " "}):
        with pytest.raises(ValidationError):
            set_aim(
                "target",
                indicator,
                iraq,
                **({"period": "2026", "value": 1.0, "source": "x", "on": None, "by": author} | bad),
            )


def test_the_pages(people, client):
    author, approver, _boss = people
    client.force_login(author)
    page = client.get("/indicators/?lang=en").content.decode()
    assert "/indicators/new/" in page
    refused = client.post("/indicators/new/?lang=en", {"code": "x y", "kind": "count", "rollup": "sum"})
    assert refused.status_code == 422
    form = {"code": "wells-that-work", "programme": "wells", **{k: v for k, v in VALUES.items() if isinstance(v, str | int | float)},
            **{f"definition_{code}": text for code, text in VALUES["definition"].items()}}  # fmt: skip
    answer = client.post("/indicators/new/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    assert client.get("/indicators/wells-that-work/draft/?lang=en").status_code == 200
    assert client.post("/indicators/wells-that-work/draft/").status_code == 422
    client.force_login(approver)
    assert client.post("/indicators/wells-that-work/draft/").status_code == 302
    client.force_login(author)
    assert client.get("/indicators/wells-that-work/define/").status_code == 200
    aim = {"what": "target", "place": "", "period": "2024", "value": "46000000", "source": "Plan"}
    assert client.post("/indicators/population/targets/", aim).status_code == 302
    page = client.get("/indicators/population/?lang=en&period=2024").content.decode()
    assert "46,000,000" in page
    assert client.post("/indicators/population/targets/", aim | {"period": "x"}).status_code == 422
    target = Target.objects.get(code="population")
    assert client.post("/indicators/population/targets/", {"drop": "target", "pk": str(target.pk)}).status_code == 302
    assert not Target.objects.filter(code="population").exists()


def test_who_may_not_define_finds_no_such_page(client, world):
    client.force_login(world.stranger)
    for address in ("/indicators/new/", "/indicators/population/targets/", "/indicators/population/define/"):
        assert client.get(address).status_code == 404
