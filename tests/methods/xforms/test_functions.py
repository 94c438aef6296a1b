"""The functions of the form language, each with what ODK Collect's engine answers."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest

from rafid.methods.xforms import ExpressionError, evaluate
from rafid.methods.xforms.functions import FUNCTIONS
from tests.methods.xforms.building import bind, form, sent

NOW = datetime(2026, 9, 30, 22, 30, 15, 250_000, tzinfo=UTC)
ROWS = sent(
    "<a>12</a><e/><t>a b  c</t><d>2024-02-29</d><dt>2024-02-29T23:30:00.000+03:00</dt><tm>06:00:00.000+03:00</tm>"
    "<r><n>3</n><f>1</f></r><r><n/><f/></r><r><n>7</n><f>1</f></r><p>1 1 0 0</p><p2>1 2 0 0</p2>"
    "<shape>0 0;0 1;1 1;1 0;0 0</shape>"
)
FORM = form(
    "<a/><e/><t/><d/><dt/><tm/><r><n/><f/></r><p/><p2/><shape/>",
    bind("a", "int")
    + bind("e", "int")
    + bind("d", "date")
    + bind("dt", "dateTime")
    + bind("tm", "time")
    + bind("r/n", "int"),
    '<group><repeat nodeset="/data/r"/></group>',
)

ANSWERS = [
    # Reckoning
    ("1 + 2 * 3", 7.0), ("(1 + 2) * 3", 9.0), ("7 div 2", 3.5), ("1 div 0", math.inf), ("-1 div 0", -math.inf),
    ("0 div 0", math.nan), ("5 mod 0", math.nan), ("5.5 mod 2", 1.5), ("- - 3", 3.0), ("10 - 2 - 3", 5.0),
    ("2 * -3", -6.0), ("/data/a * 2", 24.0), ("/data/a div /data/a", 1.0), ("/data/e + 1", math.nan),
    ("round(-0.4)", 0.0), ("round(2.675, 2)", 2.68), ("round(-1.25, 1)", -1.2), ("round(0.49999999999999994)", 0.0),
    ("round(number('x'))", math.nan), ("round(1, 99)", math.nan), ("round(1e0)", None), ("int(-2.9)", -2.0),
    ("floor(-1.5)", -2.0), ("ceiling(-1.5)", -1.0), ("abs(-3)", 3.0), ("pow(2, 10)", 1024.0), ("sqrt(-1)", math.nan),
    ("log(0)", -math.inf), ("log10(1000)", 3.0), ("exp10(2)", 100.0), ("pi()", math.pi), ("pow(10, 400)", math.inf),
    ("atan2(1, 1)", math.pi / 4), ("int(/data/e)", math.nan),
    # Texts of numbers
    ("string(1.0)", "1"), ("string(0.1 + 0.2)", "0.30000000000000004"), ("string(1000000000000)", "1000000000000"),
    ("string(0.0000001)", "0.0000001"), ("string(-0.5)", "-0.5"), ("string(pow(10, 21))", "1000000000000000000000"),
    ("string(1 div 0)", "Infinity"), ("string(true())", "true"), ("string(/data/a)", "12"), ("string(-0)", "0"),
    # Truth and comparison
    ("/data/a = '12.0'", True), ("/data/t = 'a'", False), ("/data/e = ''", True), ("/data/nothing = ''", True),
    ("/data/nothing != 'x'", True), ("/data/e = 0", False), ("/data/e < 1", False), ("/data/r/n = 7", True),
    ("/data/r/n > 6", True), ("0.1 + 0.2 = 0.3", True), ("not(/data/e)", True), ("boolean(/data/a)", True),
    ("true() = 'false'", True), ("1 = 1 and 2 > 3 or true()", True), ("not(false())", True), ("'a' = \"a\"", True),
    ("if(/data/a > 10, 'many', 'few')", "many"), ("coalesce(/data/e, 'x')", "x"), ("coalesce('', '', 'z')", "z"),
    ("boolean-from-string('TRUE')", True), ("boolean-from-string(1)", True), ("boolean-from-string('yes')", False),
    ("checklist(-1, 1, /data/a, /data/e)", True), ("checklist(2, -1, /data/r/f)", True),
    ("weighted-checklist(3, 4, true(), 3, false(), 5)", True), ("weighted-checklist(1, 2, true(), 3)", False),
    # Lists
    ("count(/data/r)", 3.0), ("count-non-empty(/data/r/n)", 2.0), ("sum(/data/r/n)", 10.0), ("max(/data/r/n)", 7.0),
    ("min(/data/r/n)", 3.0), ("min(5, 2, 9)", 2.0), ("max(/data/e)", math.nan), ("join('-', /data/r/n)", "3--7"),
    ("concat(/data/r/n)", "37"), ("concat('a', 1, true())", "a1true"), ("join(', ', 'a', 'b')", "a, b"),
    ("/data/r[n = 7]/f", ["1"]), ("/data/r[2]/n", [""]), ("/data/r[position() = 3]/n", ["7"]),
    ("/data/r[position() = last()]/n", ["7"]), ("/data/r[n > 3][f = 1]/n", ["7"]), ("count(/data/r/n | /data/a)", 4.0),
    ("count(/data/*)", 12.0), ("/data/@id", ["f"]), ("count(.)", 1.0), ("name(/data/r)", "r"), ("position(/data/r)", 1.0),
    ("selected('a b', 'a')", True), ("selected('ab', 'a')", False), ("selected(/data/t, ' c ')", True),
    ("count-selected(/data/t)", 3.0), ("selected-at('a b', 1)", "b"), ("selected-at('a b', 2)", ""),
    ("selected-at('a b', -1)", ""), ("count-selected('')", 0.0),
    # Texts
    ("substr('abcdef', -2)", "ef"), ("substr('abc', 0, 9)", "abc"), ("substr('abc', 2, 1)", ""), ("substr('', 0)", ""),
    ("substring-before('a-b-c', '-')", "a"), ("substring-after('a-b-c', '-')", "b-c"), ("substring-before('abc', 'x')", ""),
    ("contains('abc', 'b')", True), ("starts-with('abc', 'a')", True), ("ends-with('abc', 'c')", True),
    ("translate('abca', 'ab', 'x')", "xcx"), ("string-length('سلام')", 4.0), ("string-length(/data/t)", 6.0),
    ("normalize-space(/data/t)", "a b c"), ("regex('abc', 'b')", False), ("regex('abc', '.*b.*')", True),
    ("regex('سلام', '\\p{IsArabic}+')", True), ("regex('aab', 'a++b')", None), ("regex('b', '[a&&b]')", None), ("regex('a-b', '[\\p{Alpha}-]+')", True),
    ("regex('+*', '[*+]+')", True), ("regex('x]', '[]x]+')", True), ("regex('[', '\\[')", True), ("regex('a', '(?=a)a')", None),
    ("regex('سلام1', '[\\p{InArabic}0-9]+')", True), ("regex('!', '\\p{Punct}')", True), ("regex('\u06f1', '\\d')", False),
    ("regex('', '[0-9]*')", True),
    ("digest('abc', 'SHA-256', 'hex')", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("digest('abc', 'MD5')", "kAFQmDzST7DWlj99KOF/cg=="), ("base64-decode('c2xhbQ==')", "slam"), ("base64-decode('?')", ""),
    ("string-length(uuid())", 36.0), ("string-length(uuid(8))", 8.0), ("version()", "1"),
    # Dates
    ("date(0)", "1970-01-01"), ("date('2024-02-29T23:30:00.000+03:00')", "2024-02-29"), ("date('')", ""),
    ("number(date('1970-01-02'))", 1.0), ("/data/d + 1", 19783.0), ("/data/d > '2024-01-01'", False),
    ("/data/d > date('2024-01-01')", True), ("/data/d = '2024-02-29'", True), ("today()", "2026-10-01"),
    ("now()", "2026-10-01T01:30:15.250+03:00"), ("format-date(/data/dt, '%Y-%m-%d %H:%M:%S.%3')", "2024-02-29 23:30:00.000"),
    ("format-date(/data/d, '%y %b %a %W %h %w %%')", "24 Feb Thu 9 0 4 %"), ("format-date('', '%Y')", ""),
    ("decimal-date-time('1970-01-02T00:00:00Z')", 1.0), ("decimal-date-time(/data/dt)", 19782 + 20.5 / 24),
    ("decimal-time(/data/tm)", 0.25), ("decimal-time('12:00')", 0.5), ("date-time('2024-02-29T10:00:00+03:00')", "2024-02-29T10:00:00.000+03:00"),
    ("today() - /data/d", 945.0), ("date('2024-03-01') - date('2024-02-28')", 2.0),
    # Places
    ("geofence('0.5 0.5 0 0', /data/shape)", True), ("geofence('2 2', /data/shape)", False), ("distance(/data/e)", 0.0),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "answer"), ANSWERS)
def test_answers(expression, answer):
    if answer is None:
        with pytest.raises(ExpressionError):
            evaluate(expression, ROWS, form=FORM, now=NOW)
        return
    value = evaluate(expression, ROWS, form=FORM, now=NOW)
    assert type(value) is type(answer)
    if isinstance(answer, float):
        assert (math.isnan(value) and math.isnan(answer)) or value == pytest.approx(answer, rel=1e-12)
    else:
        assert value == answer


def test_measures_are_on_collects_sphere():
    degree = math.pi * 6_378_100 / 180
    assert evaluate("distance('0 0;0 1')", None) == pytest.approx(degree)
    assert evaluate("distance(/data/p | /data/p2)", ROWS) == pytest.approx(degree * math.cos(math.radians(1)), rel=1e-4)
    assert evaluate("area(/data/shape)", ROWS) == pytest.approx(degree**2, rel=1e-3)


def test_without_a_clock_or_a_list_there_is_no_answer():
    for expression in (
        "today()",
        "instance('x')/root/item",
        "pulldata('x', 'a', 'b', 'c')",
        "date('soon')",
        "property('deviceid')",
    ):
        with pytest.raises(ExpressionError) as refused:
            evaluate(expression, ROWS, form=FORM)
        assert refused.value.at is None


def test_the_clock_stands_in_the_phones_offset_or_its_own():
    there = datetime(2026, 9, 30, 22, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert evaluate("now()", sent("<a/>"), now=there) == "2026-09-30T22:30:00.000-05:00"
    assert evaluate("now()", ROWS, now=there) == "2026-10-01T06:30:00.000+03:00"
    assert evaluate("now()", None, now=datetime(2026, 9, 30)) == "2026-09-30T00:00:00.000"


def test_names_of_choices_come_in_the_forms_language():
    items = "<item><label>Nineveh</label><value>n</value></item>"
    a_form = form("<g/>", "", f'<select1 ref="/data/g">{items}</select1>')
    assert evaluate("jr:choice-name( /data/g , ' /data/g ')", sent("<g>n</g>"), form=a_form) == "Nineveh"


def test_every_function_of_the_specification_is_there():
    named = [
        "substr",
        "boolean-from-string",
        "regex",
        "round",
        "int",
        "if",
        "selected",
        "selected-at",
        "checklist",
        "weighted-checklist",
        "once",
        "random",
        "uuid",
        "today",
        "now",
        "pulldata",
        "jr:choice-name",
        "instance",
        "digest",
        "base64-decode",
        "geofence",
        "join",
        "coalesce",
        "count-non-empty",
        "randomize",
        "property",
        "version",
        "indexed-repeat",
        "position",
        "current",
        "distance",
        "area",
        "format-date",
        "format-date-time",
        "decimal-time",
        "decimal-date-time",
        "date",
        "number",
    ]
    assert set(named) <= set(FUNCTIONS)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_wrong_number_of_arguments_is_refused_by_name(name):
    too_few = FUNCTIONS[name].least - 1
    too_many = None if FUNCTIONS[name].most is None else FUNCTIONS[name].most + 1
    for count in (too_few, too_many):
        if count is not None and count >= 0:
            with pytest.raises(ExpressionError, match="argument"):
                evaluate(f"{name}({', '.join(['/data/a'] * count)})", ROWS)
