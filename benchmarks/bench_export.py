"""Exports of submissions beside pandas: submissions a second, memory at 10,000 and 100,000, and the first page of a repeat.

    ./rafid bench export

A form of 53 columns and up to three rows of a repeat. Ours reads the database and writes the zip of CSV files, packed;
pandas (json_normalize and to_csv) gets the parsed submissions as dictionaries, in memory already, and writes the same
two tables, unpacked. By turns. Each export runs in a process of its own, so that memory is its own.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
for folder in (ROOT, ROOT / "src"):
    sys.path.insert(0, str(folder))

SIZES = (1_000, 10_000, 100_000)
SAMPLE = 400
PEER = 20_000
AIM = 5
TURNS = 3
MOST_MEMORY = 300

RUN = """
import os, sys, time
sys.path[:0] = [{root!r}, {source!r}]
os.environ["DJANGO_SETTINGS_MODULE"] = "rafid.site.settings"
os.environ["DATABASE_URL"] = {url!r}
import django
django.setup()
from rafid.commons.forms.exports import Options, Selection, {writer}
from rafid.commons.forms.models import Form, Submission
from rafid.commons.forms.seeing import public_masks
form = Form.objects.get(xform_id={form!r})
chosen = Selection(form, Submission.objects.filter(form=form), public_masks(form), Options())
start = time.perf_counter()
first = size = 0
for piece in {writer}(chosen):
    first = first or time.perf_counter() - start
    size += len(piece)
taken = time.perf_counter() - start
peak = [line for line in open("/proc/self/status") if line.startswith("VmHWM")][0].split()[1]
print(taken, first, size, int(peak) // 1024)
"""

PANDAS = """
import io, json, sys, time
sys.path[:0] = [{root!r}, {benchmarks!r}]
import pandas
from bench_export import parsed
records = [parsed(number) for number in range({count})]
start = time.perf_counter()
main = pandas.json_normalize(records, sep="-").drop(columns="nc")
main.to_csv(io.StringIO(), index=False)
rows = pandas.json_normalize(records, record_path="nc", meta="KEY", sep="-")
rows.to_csv(io.StringIO(), index=False)
print(time.perf_counter() - start)
"""


def parsed(number: int) -> dict[str, Any]:
    """One submission as a parser of its XML gives it, with what an export says beside the answers."""
    import re

    from bench_xforms import submission_xml

    text = submission_xml(number, number % 4)
    found: dict[str, Any] = {"SubmissionDate": "2026-09-30T08:15:04.250Z"}
    for section, inside in re.findall(r"<(s\d)>(.*?)</\1>", text):
        found[section] = dict(re.findall(r"<(\w+)>(.*?)</\1>", inside))
    for name in ("visit", "loc", "n_major"):
        found[name] = re.search(f"<{name}>(.*?)</{name}>", text)[1]  # type: ignore[index]
    found["nc"] = [dict(re.findall(r"<(\w+)>(.*?)</\1>", inside)) for inside in re.findall(r"<nc>(.*?)</nc>", text)]
    return {**found, "KEY": f"uuid:{number}", "SubmitterName": "Tablet", "ReviewState": "", "FormVersion": "1"}


def made_form(size: int) -> str:
    """A form with so many submissions: some by the verb of receipt, the others copies of them made by the database."""
    from bench_xforms import form_xml, submission_xml
    from django.db import connection, transaction

    from rafid.commons.forms.accept import accept
    from rafid.commons.forms.models import AppUser, Form
    from rafid.commons.forms.sender import new_token, of_phone
    from rafid.commons.forms.versions import publish_draft, put_draft
    from rafid.commons.people.models import Organisation

    code = f"visit{size}"
    owner, _new = Organisation.objects.get_or_create(ref="BENCH", defaults={"name_en": "Benchmark"})
    form = Form.objects.create(xform_id=code, title_en="Visit", programme="monitoring", owner=owner)
    put_draft(form, form_xml().replace('id="visit"', f'id="{code}"').encode())
    publish_draft(form)
    phone = AppUser.objects.create(name="Tablet", token_sha256=new_token()[1], owner=owner)
    phone.forms.add(form)
    for number in range(SAMPLE):
        xml = submission_xml(number, number % 4).replace('id="visit"', f'id="{code}"')
        accept(xml.encode(), of_phone(phone))
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _COPIES:
            cursor.execute(statement, {"form": form.pk, "sample": SAMPLE, "more": size // SAMPLE})
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    connection.cursor().execute("VACUUM ANALYZE")
    return code


_COPIES = (
    """CREATE TEMP TABLE copies ON COMMIT DROP AS SELECT s.id AS old, s.current_id AS old_version, gen_random_uuid() AS new,
    gen_random_uuid() AS new_version, 'uuid:' || gen_random_uuid() AS key, s.instance_id AS old_key,
    s.received_at + n * interval '1 second' AS at FROM rafid_forms_submission s, generate_series(1, %(more)s - 1) n
    WHERE s.form_id = %(form)s""",
    """INSERT INTO rafid_forms_submission SELECT (jsonb_populate_record(s, jsonb_build_object('id', c.new, 'current_id',
    c.new_version, 'instance_id', c.key, 'received_at', c.at, 'changed_at', c.at))).*
    FROM copies c JOIN rafid_forms_submission s ON s.id = c.old""",
    """INSERT INTO rafid_forms_submissionversion SELECT (jsonb_populate_record(v, jsonb_build_object('id', c.new_version,
    'submission_id', c.new, 'instance_id', c.key, 'received_at', c.at, 'chain_number', null))).*
    FROM copies c JOIN rafid_forms_submissionversion v ON v.id = c.old_version""",
    """INSERT INTO rafid_forms_row (submission_version_id, "table", ordinal, parent, key, "values")
    SELECT c.new_version, r."table", r.ordinal, CASE WHEN r.parent IS NOT NULL THEN c.key END,
    c.key || substr(r.key, 1 + length(c.old_key)), r."values"
    FROM copies c JOIN rafid_forms_row r ON r.submission_version_id = c.old_version""",
)


def exported(form: str, url: str, writer: str = "export_csv_zip") -> tuple[float, float, int, int]:
    """Seconds, seconds to the first bytes, bytes, and the largest memory in MB."""
    script = RUN.format(root=str(ROOT), source=str(ROOT / "src"), url=url, form=form, writer=writer)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    taken, first, size, memory = done.stdout.split()
    return float(taken), float(first), int(size), int(memory)


def pandas_takes() -> float:
    script = PANDAS.format(root=str(ROOT / "src"), benchmarks=str(Path(__file__).parent), count=PEER)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return float(done.stdout)


def first_page(form: str) -> float:
    """Milliseconds for a hundred rows of the repeat by the feed."""
    from rafid.commons.forms.exports import Options, Selection
    from rafid.commons.forms.models import Form, Submission
    from rafid.commons.forms.odata.entities import entities_of
    from rafid.commons.forms.odata.feed import answer, read_query
    from rafid.commons.forms.seeing import public_masks

    found = Form.objects.get(xform_id=form)
    chosen = Selection(found, Submission.objects.filter(form=found), public_masks(found), Options())
    entity = next(one for one in entities_of(chosen.tables) if one.set == "Submissions.nc")
    times = []
    for _turn in range(15):
        start = time.perf_counter()
        rows = answer(chosen, entity, read_query({"$top": "100"})).rows
        times.append(time.perf_counter() - start)
        if len(rows) != 100:
            raise AssertionError(f"{len(rows)} rows")
    return statistics.median(times) * 1e3


def main() -> None:
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    from tests.conftest import copy_of_template
    from tests.settings import NAME

    cluster = copy_of_template(NAME)
    import django

    django.setup()
    from django.db import connections

    try:
        report(cluster.url(NAME))
    finally:
        connections.close_all()
        cluster.drop_database(NAME)


def report(url: str) -> None:
    forms = {size: made_form(size) for size in SIZES}
    largest = forms[SIZES[-1]]
    print("## Exports of submissions\n")
    print("53 columns, 0 to 3 rows of a repeat. CSV with its repeats in a zip, from the database.\n")
    print("| | submissions | seconds | a second | first bytes | size | memory |\n|---|---|---|---|---|---|---|")
    rates: list[float] = []
    peers: list[float] = []
    memory = {}
    for _turn in range(TURNS):
        for size in SIZES[1:]:
            taken, first, length, memory[size] = exported(forms[size], url)
            if size == SIZES[-1]:
                rates.append(size / taken)
            print(
                f"| CSV | {size:,} | {taken:.2f} | {size / taken:,.0f} | {first * 1e3:.0f} ms | {length / 1e6:.1f} MB"
                f" | {memory[size]} MB |"
            )
        peers.append(PEER / pandas_takes())
        print(f"| pandas | {PEER:,} | {PEER / peers[-1]:.2f} | {peers[-1]:,.0f} | | | |")
    for writer in ("export_xlsx", "export_geojson"):
        taken, first, length, used = exported(largest, url, writer)
        print(
            f"| {writer.removeprefix('export_')} | {SIZES[-1]:,} | {taken:.2f} | {SIZES[-1] / taken:,.0f} |"
            f" {first * 1e3:.0f} ms | {length / 1e6:.1f} MB | {used} MB |"
        )
    ratio = statistics.median(rates) / statistics.median(peers)
    pages = {size: first_page(forms[size]) for size in (SIZES[0], SIZES[-1])}
    growth = pages[SIZES[-1]] / pages[SIZES[0]]
    print(f"\nCSV: **{ratio:.1f} ×** pandas (aim: {AIM} ×).")
    print(
        f"Memory: {memory[SIZES[1]]} MB at {SIZES[1]:,}, {memory[SIZES[-1]]} MB at {SIZES[-1]:,} (aim: under {MOST_MEMORY})."
    )
    print(
        f"First page of the repeat by OData: {pages[SIZES[0]]:.1f} ms at {SIZES[0]:,}, {pages[SIZES[-1]]:.1f} ms at"
        f" {SIZES[-1]:,}: **{growth:.2f} ×** (aim: within 2 ×)."
    )


if __name__ == "__main__":
    main()
