"""Sentences that remember their pattern, through the worker and out of pyxform."""

from __future__ import annotations

import pickle
import re

import pytest

from rafid.methods.xforms import ExpressionError, Said, convert_xlsform, packed, said_by, unpacked
from rafid.methods.xforms.converter_words import KNOWN, converter_said
from rafid.methods.xforms.grammar import parse
from rafid.methods.xforms.said import finished, say


def test_a_sentence_is_its_english():
    said = say("%(name)s %(refusal)s", name="summ()", refusal=say("takes 1 argument, not %(count)s", count=2))
    assert said == "summ() takes 1 argument, not 2"
    assert said.facts["refusal"].pattern == "takes 1 argument, not %(count)s"


def test_it_survives_json_and_pickle():
    said = finished(say("line %(line)s: %(fault)s", line=3, fault=say("there is no XML here")))
    for again in (unpacked(packed(said)), pickle.loads(pickle.dumps(said))):
        assert again == "Line 3: there is no XML here."
        assert isinstance(again, Said)
        assert (again.pattern, again.facts) == (said.pattern, said.facts)
        assert again.facts["fault"].pattern == "there is no XML here"
    assert unpacked(packed("plain")) == "plain"


def test_an_error_tells_its_sentence():
    with pytest.raises(ExpressionError) as caught:
        parse("(1=1")
    said = said_by(caught.value)
    assert said == str(caught.value)
    assert said.facts["fault"].pattern == "a bracket is opened at character %(opened)s and not closed"


def test_problems_keep_their_patterns_through_the_worker():
    head = "| survey |\n| | type | name | label | relevant |\n| | integer | a | A | ${b} == 1 |\n"
    problems = convert_xlsform((head + "| settings |\n| | form_id |\n| | f |\n").encode(), name="f.md").problems
    patterns = {one.cell or one.column: one.message.pattern for one in problems}
    assert patterns == {
        "version": "version is missing in the sheet “settings”; a later one cannot be told from it.",
        "D2": "%(column)s of “%(name)s”: %(fault)s",
    }


@pytest.mark.parametrize("number", range(len(KNOWN)))
def test_facts_of_the_converter_fit_its_sentences(number):
    words, pattern = KNOWN[number]
    assert set(re.findall(r"%\((\w+)\)s", pattern)) <= set(words.groupindex)


def test_the_converters_own_messages_are_known():
    from pyxform.errors import ErrorCode

    facts = dict.fromkeys(
        ("row", "sheet", "column", "value", "name", "other", "header", "missing", "columns", "q", "type", "candidates",
         "dataset", "saveto", "other_row", "accepted", "rejected", "sheet_name", "scope", "other_scope", "question"), "x",
    )  # fmt: skip
    unknown = {
        code.name
        for code in ErrorCode
        if "english" in converter_said(" ".join(code.value.format(**facts).split())).facts
    }
    # Faults of the converter itself, which no author can mend.
    assert unknown == {"INTERNAL_001", "INTERNAL_002"}


_LOOSE = (
    "You must have a sheet named 'survey'. When looking for a sheet named 'survey', the following sheets with similar names were found: 'survy'.",
    "There should be a choices sheet in this xlsform. Please ensure that the choices sheet has the mandatory columns 'list_name', 'name', and 'label'.",
    "There should be an external_choices sheet in this xlsform. Please ensure that the external_choices sheet has columns 'list name', and 'name'.",
    "The form_id and id_string column headers are both specified in the settings sheet provided.",
    "The 'disabled' column header is not part of the current spec. We recommend using relevant instead.",
    "Audits must always be named 'audit.' The name column should be left blank.",
    "track-changes must be set to true or false: 'x' is an invalid value.",
    "identify-user must be set to true or false: 'x' is an invalid value.",
    "track-changes-reasons must be set to on-form-edit",
    "Parameter location-priority must be set to no-power, low-power, balanced, or high-accuracy:'x' is an invalid value",
    "Parameter location-min-interval must have an integer value.",
    "Parameter location-max-age must be greater than or equal to zero.",
    "Parameter location-max-age must be greater than or equal to location-min-interval.",
    "To include location information in the audit, 'location-priority', 'location-min-interval', and 'location-max-age' are required parameters.",
    "Missing calculation.",
    "Repeat loop without list name.",
    "List name not in columns sheet: l",
    "select one external is only meant for filtered selects.",
    "List name not in external choices sheet: l",
    "List name not in choices sheet: l",
    "Choice names with spaces cannot be added to multiple choice selects. See [a b] in [l]",
    "Choice filter not supported with or_other.",
    "Choice filter not supported for table-list appearance.",
    "Please specify choices for this 'or other' question.",
    "randomize must be set to true or false: 'x' is an invalid value",
    "seed value must be a number or a reference to another field.",
    "Parameters must include randomize=true to use a seed.",
    "Badly formatted table list, list names don't match: a vs. b",
    "Parameter max-pixels must have an integer value.",
    "Parameter 'app' has an invalid Android package name - package name is missing.",
    "Invalid value for quality.",
    "Cannot omit instanceID, it is required for encryption.",
    "The survey element named 'a' has no label or hint.",
    "To use big-image, you must also specify an image for the survey element named a.",
    "Survey cannot have an empty id_string",
    "The same instance id will be generated for different external instance source URIs. Please check the form. Instance name: 'a', Existing type: 'pulldata'",
    "Instance names must be unique within a form. The name 'a' was found 2 time(s), under these contexts: x",
    "Question 'a' is a select from file type, using 'search()'. This combination is not supported.",
    "Question 'a' uses 'search()', and its select type references the choice list name 'l'. This choice list name is referenced by at least one other",
    "There is no survey element named 'a'.",
    "There are multiple survey elements named 'a'.",
    "The question ${a} is not user-visible so it can't be used as a calculation trigger for question ${b}.",
    "Duplicate column header: label",
    "The xls file provided has an invalid date on the survey sheet, under the default column on row number 7",
    "For 'background-geopoint' questions, the 'calculation' column must be empty.",
    "For 'background-geopoint' questions, the 'trigger' column must not be empty.",
    "This form uses or_other and translations, which is not recommended.",
    "Language 'x' is missing the survey label column.",
    "The input data does not appear to be a valid XLSForm.",
    "There should be choices for this question.",
)  # fmt: skip


@pytest.mark.parametrize("message", _LOOSE)
def test_what_the_converter_says_without_a_code_is_known(message):
    said = converter_said(message)
    assert "english" not in said.facts, said.pattern
    assert all(said.facts.values()), said.facts


def test_a_hint_at_a_sheet_ends_with_its_names():
    said = converter_said(
        "When looking for a sheet named 'settings', the following sheets with similar names were found: 'setting'. "
        "If you do not mean to include a sheet, to suppress this message, prefix the sheet name with an underscore."
    )
    assert said.facts == {"sheets": "'setting'"}


def test_what_is_not_known_is_a_fact_in_english():
    assert converter_said("Something new.").facts == {"english": "Something new."}
    assert converter_said("The form cannot be converted: 'label'").facts == {"english": "'label'"}


def test_pyxforms_english_stays_and_paths_do_not():
    said = converter_said("Unknown question type 'colour'.")
    assert said == "Unknown question type 'colour'."
    assert (said.pattern, said.facts) == ("There is no question type “%(kind)s”.", {"kind": "colour"})
    changed = said.mapped(str.upper)
    assert changed == "UNKNOWN QUESTION TYPE 'COLOUR'."
    assert changed.facts == {"kind": "COLOUR"}
