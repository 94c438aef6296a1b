"""What a report says in words: units, questions and statements in the reader's language; no date is turned around in Word."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.utils.translation import override

from rafid.commons.products.papers.tree import Table, code
from rafid.commons.products.papers.word import as_docx
from rafid.programmes.monitoring.contracts.estimates import Unit, found_of
from rafid.programmes.monitoring.contracts.units import unit_name
from rafid.programmes.monitoring.reports.content import document, whole_of
from rafid.programmes.monitoring.reports.saying.outcomes import outcomes
from rafid.programmes.monitoring.reports.saying.seen import _once

from .reports_world import draft
from .reports_world import quarter as a_quarter


def test_usual_units_are_read_in_the_readers_language_and_others_stay():
    with override("ar"):
        assert (unit_name("Sessions"), unit_name("km of cable")) == ("جلسة", "km of cable")
    with override("ckb"):
        assert unit_name("people") == "کەس"


def test_what_is_said_of_several_strata_in_the_same_words_stands_once():
    lines = ["A: if 12 of 60", "B: if 12 of 60", "C: if 3 of 9", "Note: no stratum"]
    said = _once(lines, {"A": 1, "B": 2, "C": 3})
    assert said == [f"{code('A')}, {code('B')}: if 12 of 60", f"{code('C')}: if 3 of 9", "Note: no stratum"]


def test_a_floor_says_nothing_where_nothing_drawn_by_size_was_visited():
    far = [Unit(f"S{number}", 100.0, stratum="a", by_size=True) for number in range(4)]
    near = [Unit(f"T{number}", 100.0, 95.0, stratum="b", state="done") for number in range(4)]
    assert found_of([*far, *near]).floor is None
    refused = Unit("R", 100.0, stratum="a", by_size=True, state="denied", why="refused")
    assert found_of([*far, *near, refused]).floor == 0.0
    seen = Unit("S9", 100.0, 100.0, stratum="a", by_size=True, state="done")
    assert found_of([*far, *near, seen]).floor is not None


def study(question):
    change = {
        "question": question, "round": "after", "n": 30, "before": 0.5, "after": 0.7, "difference": 0.2, "low": 0.1,
        "high": 0.3, "p": 0.01,
    }  # fmt: skip
    return {
        "ref": "O-1", "names": {"en": "Knowledge"}, "kind": "eore_knowledge", "people": 30, "changes": [change], "shares": [],
        "land": [], "caveats": {},
    }  # fmt: skip


@pytest.mark.parametrize(("question", "said"), [("k_sign", "Which sign"), ("of_a_file", "of_a_file")])
def test_a_question_is_printed_as_it_was_asked(question, said):
    with override("en"):
        parts = outcomes([{"partner": {"ref": "P", "names": {"en": "Partner"}}, "outcomes": [study(question)]}])
    (table,) = (one for one in parts if isinstance(one, Table))
    assert said in str(table.rows[0][0])


@pytest.mark.django_db
def test_codes_and_dates_keep_their_direction_in_word(field, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    a_quarter(field)
    report = draft(field, field.contract)
    with zipfile.ZipFile(io.BytesIO(as_docx(document(report, whole_of(report), "ar")))) as parcel:
        text = parcel.read("word/document.xml").decode()
    assert f"\u200e{report.frozen['known'][:10]}" in text
    assert "\u200e1.1<" in text
    assert 'w:insideH w:val="single"' in text


@pytest.mark.django_db
def test_a_page_builds_its_section_alone(field):
    a_quarter(field)
    report = draft(field, field.contract)
    whole, part = (document(report, whole_of(report), "en", only=only) for only in (None, "progress"))
    assert [one.name for one in part.contents if one.level == 1] == ["progress"]
    assert len(part.parts) < len(whole.parts)
