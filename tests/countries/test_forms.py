"""The forms that come with the country pack: they convert without a word, and the faulty one is told with its cells."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from rafid.methods.xforms import Form, convert_xlsform, parse_form

FORMS = files("rafid.countries.iraq") / "forms"
FAULTY = "tpm_training_record-faulty.md"
NAMES = sorted(entry.name for entry in FORMS.iterdir() if entry.name.endswith(".md"))
LANGUAGES = {"العربية (ar)", "کوردی (ckb)", "English (en)"}
SORANI_ONLY = re.compile(r"[پچڕژڤکگڵۆەیێ]")
ARABIC_ONLY = re.compile(r"[يكةىأإآؤثذصضطظ]")
ARABIC = re.compile(r"[ء-ي]")
SORANI = re.compile(r"[ء-يپچڕژڤکگڵۆەیێ]")


def made(name: str) -> Form:
    conversion = convert_xlsform((FORMS / name).read_bytes(), name=name)
    assert conversion.problems == ()
    return parse_form(conversion.xform)


@pytest.mark.parametrize("name", [name for name in NAMES if name != FAULTY])
def test_each_converts_without_problems_in_three_languages(name):
    form = made(name)
    assert form.form_id == name.partition("-")[0].removesuffix(".md")
    assert set(form.languages) == LANGUAGES
    asked = [field for field in form.fields if field.control]
    assert asked
    for field in asked:
        assert set(field.label) == LANGUAGES, field.path
        for texts in (field.label, field.hint, field.constraint_message, field.required_message):
            for language, text in texts.items():
                assert text.strip(), (field.path, language)
                if language.startswith("العربية"):
                    assert ARABIC.search(text), text
                    assert not SORANI_ONLY.search(text), text
                elif language.startswith("کوردی"):
                    assert SORANI.search(text), text
                    assert not ARABIC_ONLY.search(text), text
                else:
                    assert text.isascii() or set(text) & set("²³°–"), text


def test_the_visit_grows_over_three_versions():
    first, second, third = (made(name) for name in ("tpm_site_visit-1.md", "tpm_site_visit-2.md", "tpm_site_visit.md"))
    assert [form.version for form in (first, second, third)] == ["1", "2", "3"]
    paths = [{field.path for field in form.fields} for form in (first, second, third)]
    assert paths[0] < paths[1] < paths[2]
    assert paths[1] - paths[0] == {"/data/visit/visit_type", "/data/place/access", "/data/work/found_ied"}
    assert {"/data/team/medevac_min", "/data/rules/qa_log"} <= paths[2] - paths[1]
    roles = {field.role: field.name for field in third.fields if field.role}
    assert roles == {"interviewer": "interviewer", "place": "dist", "site": "site", "location": "loc"}
    labels = {field.name: field.sensitivity for field in third.fields if field.sensitivity}
    assert labels["leader_phone"] == "personal"
    assert labels["found_ap"] == "contamination"


def test_one_is_encrypted():
    assert made("safeguarding_report.md").public_key
    assert not made("tpm_site_visit.md").public_key


def test_villagers_are_asked_for_no_name():
    names = {field.name for field in made("clearance_feedback.md").fields}
    assert not names & {"name", "leader", "phone", "interviewer", "deviceid", "loc"}


def test_three_faults_are_told_with_their_cells():
    conversion = convert_xlsform((FORMS / FAULTY).read_bytes(), name=FAULTY)
    assert conversion.xform is None
    told = [(one.severity, one.sheet, one.cell, one.field) for one in conversion.problems]
    assert told == [
        ("error", "survey", "J8", "women"),
        ("error", "survey", "K10", "people"),
        ("error", "survey", "J12", "passed"),
    ]
    bracket, cycle, unknown = (one.message for one in conversion.problems)
    assert "bracket" in bracket
    assert "${people} → ${share} → ${people}" in cycle
    assert "participants" in unknown
