"""What leaves is what ``flatten`` says, whatever was answered; and SQL masks and disarms as Python does."""

from __future__ import annotations

import csv
import io
import zipfile
from xml.sax.saxutils import escape

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rafid.commons.forms.exports import Options, Selection, export_csv_zip
from rafid.commons.forms.exports.columns import Out, _safe, coarser_sql
from rafid.commons.forms.models import Submission
from rafid.commons.forms.schema import as_text, definition
from rafid.commons.forms.seeing import coarser
from rafid.commons.spreadsheets import disarmed
from rafid.methods.xforms import flatten, read_submission

pytestmark = pytest.mark.django_db

few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
signs = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], include_characters="\t\n")
text = st.text(signs, max_size=12).filter(lambda one: "\ufffe" not in one and "\uffff" not in one)
answers = st.fixed_dictionaries(
    {
        "visit_id": text,
        "gov": st.sampled_from(["", "kirkuk", "nineveh", "elsewhere"]),
        "deminers": st.one_of(st.integers().map(str), text),
        "loc": st.one_of(st.just(""), st.just("36.19 44.01 412.0 4.8"), text),
        "nc": st.lists(st.tuples(text, text), max_size=3),
    }
)


def written(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else as_text(value)  # type: ignore[arg-type]


@few
@given(st.lists(answers, min_size=1, max_size=3))
def test_an_export_is_what_flatten_says(field, several):
    from django.db import transaction

    officer = field.world.stranger
    made = definition(field.version.pk)
    with transaction.atomic():
        expected: dict[str, list[dict[str, str]]] = {"t1.csv": [], "t1-nc.csv": []}
        for number, one in enumerate(several, 1):
            changed = {name: escape(value) for name, value in one.items() if name != "nc"}
            rows = tuple((escape(sev), escape(photo)) for sev, photo in one["nc"])
            xml = field.visit(number, **changed, nc=rows)
            field.send(xml)
            flat = flatten(made, read_submission(xml))
            for table, file in (("submissions", "t1.csv"), ("nc", "t1-nc.csv")):
                rows_of = [{name: written(value) for name, value in row.items()} for row in flat[table]]
                expected[file] = rows_of + expected[file]
        from rafid.commons.forms.seeing import Masks, unmasked

        whole = Masks(frozenset(), frozenset(), unmasked(officer))
        selection = Selection(field.form, Submission.objects.filter(form=field.form), whole, Options())
        with zipfile.ZipFile(io.BytesIO(b"".join(export_csv_zip(selection)))) as found:
            for file, rows in expected.items():
                told = list(csv.DictReader(io.StringIO(found.read(file).decode(), newline="")))
                assert [{name: row[name] for name in rows[0]} for row in told] == rows if rows else told == []
        transaction.set_rollback(True)


numbers = st.one_of(
    st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{1,20})?", fullmatch=True),
    st.sampled_from(["-0.04", "44.05", "15", "-15", "1e5", "+5", "٣", "", ".5", "5.", "999999999999999999"]),
)
days = st.one_of(st.dates().map(str), st.sampled_from(["2026-09-30T08:00:00+03:00", "2026-091", "Ahmed", "2026-09"]))


@few
@given(
    st.one_of(numbers, days, text), st.sampled_from(["int", "decimal", "date", "dateTime", "string", "geotrace", ""])
)
def test_sql_makes_coarser_as_python_does(db, value, kind):
    value = value.replace("\x00", "")
    sql = coarser_sql("x.v", kind)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql} FROM (SELECT %s::text AS v) x", [value])
        assert cursor.fetchone()[0] == coarser(value, kind)


dangerous = st.tuples(
    st.sampled_from(["", " ", "\t", "\r", "\n", "\u00a0", "\u2003"]),
    st.sampled_from(["=", "+", "-", "@", "'", "a", "1", ".", "(", "\t", "\r", ""]),
    st.sampled_from(["1", "1+1", "5.5", "964 770", "cmd|' /C calc'!A0", "1e5", "1,000", "", "x"]),
).map("".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dangerous)
def test_sql_disarms_as_python_does(db, value):
    safe = _safe(Out("x", "%s::text", (value,)))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {safe.sql}", safe.params)
        assert cursor.fetchone()[0] == disarmed(value)
