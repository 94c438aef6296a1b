"""Judging, one rule at a time, and that its cost grows with the nodes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rafid.methods.xforms import evaluate, flatten, table_tree, validate_submission
from rafid.methods.xforms.running import Run
from tests.methods.xforms.building import bind, form, sent

NOW = datetime(2026, 9, 30, 22, 30, tzinfo=UTC)


def found(a_form, inside, **given):
    return [(finding.kind, finding.path) for finding in validate_submission(a_form, sent(inside), **given)]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("int", ["0", "-12", "007"], ["1.0", "1e3", "٣", "+5", "", "--1", "1_0"]),
        ("decimal", ["1", "-.5", "1.", "1.0E12"], ["1,5", "inf", "nan", "٣٫٥", "1e999"]),
        ("date", ["2024-02-29"], ["2023-02-29", "29-02-2024", "2024-02-29T10:00:00", "2024/02/29"]),
        ("time", ["10:20", "10:20:30.123+03:00", "23:59:59Z"], ["24:00", "10", "10:60"]),
        ("dateTime", ["2024-02-29T10:20:30.000+03:00"], ["2024-02-29", "2024-02-30T10:00:00", "2024-02-29 10:00"]),
        ("geopoint", ["36.19 44.01", "-90 180 1 2"], ["36.19", "91 0", "0 181", "a b", "1 2 3 4 5"]),
        ("geotrace", ["1 1;2 2", "1 1 0 0; 2 2 0 0;"], ["1 1", "1 1;99 0"]),
        ("geoshape", ["1 1;2 2;3 1;1 1"], ["1 1;2 2;3 1", "1 1"]),
        ("boolean", ["true", "0"], ["yes"]),
        ("binary", ["صورة.jpg"], []),
    ],
)
def test_types(kind, good, bad):
    a_form = form("<a/>", bind("a", kind, constraint="true()"))
    assert [text for text in good if found(a_form, f"<a>{text}</a>")] == []
    assert [text for text in bad if text and found(a_form, f"<a>{text}</a>") != [("wrong_type", "/data/a")]] == []


def test_a_constraint_is_not_judged_where_the_type_is_wrong_or_nothing_was_answered():
    a_form = form("<a/>", bind("a", "int", constraint="false()"))
    assert found(a_form, "<a>x</a>") == [("wrong_type", "/data/a")]
    assert found(a_form, "<a/>") == []
    assert found(a_form, "<a>1</a>") == [("constraint", "/data/a")]


def test_a_groups_relevance_holds_for_all_below():
    binds = bind("q") + bind("g", relevant="/data/q = 'yes'") + bind("g/a", required="true()") + bind("g/b")
    a_form = form("<q/><g><a/><b/></g>", binds, '<group ref="/data/g"/>')
    assert found(a_form, "<q>no</q><g><a>1</a><b>2</b></g>") == [
        ("irrelevant_answer", "/data/g/a"),
        ("irrelevant_answer", "/data/g/b"),
    ]
    assert found(a_form, "<q>yes</q><g><a/></g>") == [("required", "/data/g/a")]
    assert found(a_form, "<q>yes</q>") == [("required", "/data/g/a")]


def test_an_irrelevant_answer_reads_as_empty_and_is_not_counted():
    binds = (
        bind("q")
        + bind("a", "int", relevant="/data/q = 'yes'")
        + bind("b", calculate="if(/data/a = '', 'none', /data/a)")
    )
    binds += (
        bind("r/x", "int", relevant="../on = 1")
        + bind("n", calculate="count(/data/r/x)")
        + bind("s", calculate="sum(/data/r/x)")
    )
    a_form = form("<q/><a/><b/><r><on/><x/></r><n/><s/>", binds, '<group><repeat nodeset="/data/r"/></group>')
    rows = "<r><on>1</on><x>5</x></r><r><on>0</on><x>7</x></r>"
    assert found(a_form, f"<q>no</q><a>4</a><b>none</b>{rows}<n>1</n><s>5</s>") == [
        ("irrelevant_answer", "/data/a"),
        ("irrelevant_answer", "/data/r[2]/x"),
    ]


def test_one_wrong_sum_is_one_finding():
    binds = bind("a", "int") + bind("b", calculate="/data/a + 1") + bind("c", calculate="/data/b + 1")
    findings = validate_submission(form("<a/><b/><c/>", binds), sent("<a>1</a><b>5</b><c>6</c>"))
    assert [(finding.kind, finding.field, finding.value, finding.expected) for finding in findings] == [
        ("calculation_mismatch", "/data/b", "5", "2")
    ]


@pytest.mark.parametrize(
    ("calculate", "answer"),
    [
        ("1 + 0", "1.00"),
        ("1000000 * 1000000", "1.0E12"),
        ("number('x')", ""),
        ("number('x')", "NaN"),
        ("1 div 3", "0.3333333333"),
        ("true()", "true"),
        ("date('2024-03-05')", "2024-03-05"),
        ("random()", "0.5"),
        ("now()", "2020-01-01T00:00:00.000+03:00"),
        ("uuid()", "x"),
        ("once(random())", "0.7"),
        ("once(instance('__last-saved')/data/a)", "kept"),
        ("format-date('2024-03-05', '%b')", "آذار"),
    ],
)
def test_calculations_that_are_met_or_cannot_be_repeated(calculate, answer):
    assert found(form("<a/>", bind("a", calculate=calculate)), f"<a>{answer}</a>") == []


def test_what_the_version_lacks_is_told_and_its_inside_left_alone():
    a_form = form("<a/>", bind("a", required="true()"))
    inside = "<z><a/><y>1</y></z><a>1</a><a>2</a><meta><instanceID>u</instanceID><x>1</x></meta>"
    assert found(a_form, inside) == [("unknown_field", "/data/z"), ("unknown_field", "/data/a[2]")]
    assert found(a_form, "<a>1<b>2</b></a>") == [("unknown_field", "/data/a/b")]


def test_a_fixed_number_of_rows():
    body = '<group><repeat nodeset="/data/r" jr:count="/data/n"/></group>'
    a_form = form("<n/><r><x/></r>", bind("n", "int"), body)
    assert found(a_form, "<n>2</n><r/><r/>") == []
    (finding,) = validate_submission(a_form, sent("<n>3</n><r/>"))
    assert (finding.kind, finding.path, finding.value, finding.expected) == ("repeat_count", "/data/r", "1", "3")
    assert found(a_form, "<n>1</n>") == [("repeat_count", "/data/r")]
    assert found(a_form, "<n/>") == []


def test_positions_in_every_repeat():
    a_form = form(
        "<house><g><member><dose/></member></g></house>",
        bind("house/g/member/dose", "int", required="true()"),
        '<group><repeat nodeset="/data/house"><group ref="/data/house/g"><repeat nodeset="/data/house/g/member"/></group></repeat></group>',
    )
    inside = "<house><g><member><dose>1</dose></member><member><dose/></member></g></house>"
    assert found(a_form, inside) == [("required", "/data/house[1]/g/member[2]/dose")]
    (row,) = flatten(a_form, sent("<house><g><member><dose>1</dose></member></g></house>"))["house.g.member"]
    assert row == {"dose": 1, "PARENT_KEY": "uuid:1/house[1]", "KEY": "uuid:1/house[1]/g/member[1]"}


def test_a_path_from_the_root_is_read_in_the_rows_in_which_one_stands():
    binds = bind("h/m/age", "int", constraint=". < /data/h/top") + bind("h/m/n", calculate="position(..)")
    body = '<group><repeat nodeset="/data/h"><group><repeat nodeset="/data/h/m"/></group></repeat></group>'
    a_form = form("<h><top/><m><age/><n/></m></h>", binds, body)
    inside = "<h><top>10</top><m><age>5</age><n>1</n></m></h><h><top>3</top><m><age>5</age><n>1</n></m><m><age>1</age><n>2</n></m></h>"
    assert found(a_form, inside) == [("constraint", "/data/h[2]/m[1]/age")]
    submission = sent(inside)
    assert evaluate("count(/data/h/m)", submission, at="/data/h[2]/top", form=a_form) == 2.0
    assert evaluate("count(/data/h/m)", submission, form=a_form) == 3.0
    assert evaluate("position()", submission, at="/data/h[2]/m[2]", form=a_form) == 2.0
    assert evaluate("sum(../../h/m/age)", submission, at="/data/h[2]/top", form=a_form) == 11.0
    third = "indexed-repeat(/data/h/m/age, /data/h, 2, /data/h/m, 2)"
    assert evaluate(third, submission, at="/data/h[1]/m[1]/n", form=a_form) == ["1"]
    assert evaluate("indexed-repeat(/data/h/m/age, /data/h, 1, /data/h/m, 2)", submission, form=a_form) == []


def test_the_clock_is_the_phones():
    a_form = form("<start/><d/>", bind("start", "dateTime") + bind("d", "date", constraint=". <= today()"))
    start = "<start>2026-10-01T01:00:00.000+03:00</start>"
    assert found(a_form, f"{start}<d>2026-10-01</d>", now=NOW) == []
    assert found(a_form, "<d>2026-10-01</d>", now=NOW) == [("constraint", "/data/d")]
    assert found(a_form, f"{start}<d>2026-10-02</d>", now=NOW) == [("constraint", "/data/d")]
    (finding,) = validate_submission(a_form, sent("<d>2026-10-02</d>"))
    assert (finding.kind, finding.expected) == ("not_evaluated", "no clock was given")


SITES = [{"name": "s1", "label": "One", "gov": "a"}, {"name": "s2", "label": "Two", "gov": "b"}]


def sites_form():
    body = '<select1 ref="/data/site"><itemset nodeset="instance(\'sites\')/root/item[gov = /data/gov ]"><value ref="name"/><label ref="label"/></itemset></select1>'
    binds = bind("lab", calculate="instance('sites')/root/item[name = /data/site ]/label") + bind(
        "p", calculate="pulldata('sites', 'label', 'name', /data/site )"
    )
    return form("<gov/><site/><lab/><p/>", binds, body, '<instance id="sites" src="jr://file-csv/sites.csv"/>')


@pytest.mark.parametrize("key", ["sites", "sites.csv"])
def test_lists_that_are_given(key):
    a_form = sites_form()
    good = "<gov>a</gov><site>s1</site><lab>One</lab><p>One</p>"
    for rows in (SITES, table_tree(SITES)):
        assert found(a_form, good, datasets={key: rows}) == []
    assert found(a_form, good.replace("s1", "s2").replace("One", "Two"), datasets={key: SITES}) == [
        ("choice_not_in_filter", "/data/site")
    ]
    assert found(a_form, "<site>s9</site>", datasets={key: SITES}) == [("unknown_choice", "/data/site")]


def test_a_list_that_is_not_given_is_said_once_per_question():
    assert found(sites_form(), "<gov>a</gov><site>s1</site><lab>One</lab><p/>") == [
        ("not_evaluated", "/data/site"),
        ("not_evaluated", "/data/lab"),
        ("not_evaluated", "/data/p"),
    ]


def test_several_choices_and_a_choice_of_earlier_answers():
    items = "".join(f"<item><label>{name}</label><value>{name}</value></item>" for name in "abc")
    body = (
        f'<select ref="/data/many">{items}</select><group><repeat nodeset="/data/m"/></group><select1 ref="/data/head">'
        '<itemset nodeset="/data/m[./name != \'\']"><value ref="name"/><label ref="name"/></itemset></select1>'
    )
    a_form = form("<many/><m><name/></m><head/>", "", body)
    assert found(a_form, "<many>a c</many><m><name>Ali</name></m><head>Ali</head>") == []
    assert found(a_form, "<many>a d e</many><m><name>Ali</name></m><head>Sara</head>") == [
        ("unknown_choice", "/data/many"),
        ("unknown_choice", "/data/head"),
    ]


def test_a_pattern_that_no_engine_matches_in_linear_time_is_not_evaluated():
    a_form = form(
        "<a/><b/>", bind("a", constraint="regex(., '(a)\\1')") + bind("b", constraint="regex(., '([0-9]+)+x')")
    )
    assert found(a_form, "<a>aa</a><b>" + "1" * 100_000 + "</b>") == [
        ("not_evaluated", "/data/a"),
        ("constraint", "/data/b"),
    ]


def test_an_encrypted_submission_is_not_judged(t1):
    from rafid.methods.xforms import read_submission

    sealed = read_submission(
        b'<data id="t1" encrypted="yes" instanceID="uuid:1"><encryptedXmlFile>s.enc</encryptedXmlFile></data>'
    )
    assert validate_submission(t1, sealed) == []
    assert flatten(t1, sealed)["submissions"][0]["KEY"] == "uuid:1"


@pytest.mark.parametrize("backwards", [False, True])
def test_a_chain_of_two_thousand_questions(backwards):
    """Each is relevant when its neighbour is answered; the neighbour may come before or after."""
    size = 2000
    names = [f"q{number}" for number in range(size)]
    step = 1 if backwards else -1
    binds = "".join(
        bind(name, relevant=f"/data/{names[number + step]} != ''")
        for number, name in enumerate(names)
        if 0 <= number + step < size
    )
    a_form = form("".join(f"<{name}/>" for name in names), binds)
    answers = [f"<{name}>1</{name}>" for name in names]
    assert found(a_form, "".join(answers)) == []
    start = size - 1 if backwards else 0
    answers[start] = f"<{names[start]}/>"
    assert len(found(a_form, "".join(answers))) == size - 1


def test_a_circle_counts_as_relevant():
    a_form = form("<a/><b/>", bind("a", relevant="/data/b = 1") + bind("b", relevant="/data/a = 1"))
    assert found(a_form, "<a>1</a><b>1</b>") == []


# Growth: counted, not timed


def looked_at(a_form, inside):
    """How many candidates the predicates of one pass have looked at."""
    submission = sent(inside)
    counted = []

    class Counting(Run):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            counted.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rafid.methods.xforms.judge.Run", Counting)
        assert validate_submission(a_form, submission) == []
    return counted[0].counted


@pytest.mark.parametrize(
    ("calculate", "answer"),
    [
        ("count(../../r[k = 'a'])", lambda number, size: size),
        ("sum(/data/w/v) + position(..)", lambda number, size: number + 1),
        ("count(../../r[n = current()/../n])", lambda number, size: 1),
        ("../../r[n = current()/../n]/k", lambda number, size: "a"),
        ("count(../../r[k = /data/kind and n = current()/../n])", lambda number, size: 1),
        ("instance('l')/root/item[name = current()/../n]/name", lambda number, size: number + 1),
        ("indexed-repeat(/data/r/n, /data/r, position(..))", lambda number, size: number + 1),
    ],
)
def test_judging_grows_with_the_rows(calculate, answer):
    body = '<group><repeat nodeset="/data/r"/></group>'

    def cost(size):
        items = "".join(f"<item><name>{number + 1}</name></item>" for number in range(size))
        lists = f'<instance id="l"><root>{items}</root></instance>'
        a_form = form("<kind/><w><v/></w><r><k/><n/><c/></r>", bind("r/c", calculate=calculate), body, lists)
        rows = "".join(f"<r><k>a</k><n>{number + 1}</n><c>{answer(number, size)}</c></r>" for number in range(size))
        return looked_at(a_form, f"<kind>a</kind><w><v/></w>{rows}")

    small, large = cost(100), cost(1000)
    assert large <= 12 * max(small, 100)
