"""Every sentence of the form language has its place in the catalogues, and says the same facts in each language."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.utils.translation import gettext, override

import rafid.methods.xforms as language
from rafid.commons.forms.sentences import SENTENCES
from rafid.commons.forms.words import as_json, in_language, in_markup, kept_problem, read_problem
from rafid.methods.xforms import Problem, convert_xlsform
from rafid.methods.xforms.converter_words import KNOWN, converter_said
from rafid.methods.xforms.said import finished, say
from tests.commons.forms.designing import sheet

UNKNOWN = ("Something new.", "The form cannot be converted: something new")
FACT = re.compile(r"%\((\w+)\)s")


def said_in_source() -> set[str]:
    """The patterns of all ``say("…")`` of the package; one that is no plain text would hide from the catalogues."""
    found = set()
    for path in Path(language.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                if isinstance(node.args[0], ast.Constant):
                    found.add(node.args[0].value)
                else:
                    assert path.name in ("said.py", "converter_words.py"), ast.unparse(node)
    return found | {pattern for _words, pattern in KNOWN} | {converter_said(said).pattern for said in UNKNOWN}


def test_the_list_is_what_the_package_says():
    assert set(SENTENCES) == said_in_source() - {"%(text)s"}


@pytest.mark.parametrize("code", ["ar", "ckb"])
def test_each_sentence_is_said_with_the_same_facts(code):
    with override(code):
        wrong = [one for one in SENTENCES if set(FACT.findall(gettext(one))) != set(FACT.findall(one))]
        same = [one for one in SENTENCES if gettext(one) == one and re.sub(r"%\(\w+\)s", "", one).strip(" ().,:;")]
    assert not wrong
    assert not same


def test_a_sentence_within_a_sentence_is_translated_too():
    said = say("%(fault)s (character %(at)s)", fault=say("the expression is empty"), at=1)
    with override("ar"):
        text = in_language(said)
        assert gettext("the expression is empty") in text
    assert "expression" not in text
    with override("en"):
        assert in_language(said) == said


@pytest.mark.parametrize("code", ["ar", "ckb"])
def test_english_within_a_sentence_is_marked_as_english(code):
    with override(code):
        text = in_markup(converter_said("Something <b>new</b>."))
        assert '<span lang="en" dir="ltr">Something &lt;b&gt;new&lt;/b&gt;.</span>' in text
        assert text.count("<") == 2
        assert "<" not in in_language(converter_said("Something new."))
        named = in_markup(converter_said("There is no survey element named '<b>'."))
        assert "&lt;b&gt;" in named
        assert "<" not in named
    with override("en"):
        assert in_markup(converter_said("Something <new>.")) == "Something &lt;new&gt;."


def test_a_finished_sentence_ends_finished():
    said = finished(say("there is no XML here"))
    for code in ("ar", "ckb", "en"):
        with override(code):
            assert in_language(said).endswith(".")


def test_a_problem_is_kept_for_readers_of_any_language():
    problem = Problem(
        "warning", say("The name “%(name)s” is already used in row %(row)s.", name="a", row=3), "survey", 4
    )
    again = read_problem(kept_problem(problem))
    assert again == problem
    for code in ("ar", "ckb", "en"):
        with override(code):
            assert in_language(again.message) == in_language(problem.message)


def test_all_problems_of_a_faulty_sheet_are_said_in_each_language():
    rows = (
        "text | a | A | (1=1 | | |",
        "integer | a | B | . == 1 | count() > 1 | |",
        "select_one none | c | C | summ(1) | ${gone} = 1 | |",
        "text | d | D | regex(., '(a+)+b') | | |",
        "image | p | P | | | |",
    )
    problems = convert_xlsform(sheet(*rows), name="f.md").problems
    assert len(problems) > 6
    for code in ("ar", "ckb"):
        with override(code):
            for problem in problems:
                text = as_json(problem)["message"]
                # An author's own words stand between marks of direction.
                plain = re.sub(r"\u2068.*?\u2069|[“«].*?[”»]|ODK Collect|max-pixels", "", text)
                assert not re.search(r"[A-Za-z]{4,}", plain), text
