"""Judging submissions beside @getodk/xforms-engine under Node: submissions a CPU second, and growth with rows of a repeat.

    RAFID_XFORMS_ENGINE=folder ./rafid bench xforms

The folder holds node_modules with @getodk/xforms-engine and jsdom (npm install @getodk/xforms-engine jsdom); without it the
run says "not compared". A monitor's form of 53 columns and up to three rows of a repeat. Ours reads the XML, judges it and
makes its rows; the peer restores the instance and validates it. By turns, in processor time, which other work on the machine
does not lengthen.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from rafid.methods.xforms import flatten, parse_form, read_submission, validate_submission  # noqa: E402

PEER = Path(__file__).parent / "peers" / "xforms_engine.mjs"
AIM = 20
TURNS = 3
SECTIONS = 8


def form_xml() -> str:
    """Eight sections of six questions with the usual rules, a repeat, and sums over it."""
    instance, binds, body = ["<visit/>", "<loc/>"], [], []
    binds.append(
        """<bind nodeset="/data/visit" type="string" required="true()" constraint="regex(., '^TPM-[0-9]{4}$')"/>"""
    )
    binds.append('<bind nodeset="/data/loc" type="geopoint"/>')
    body += ['<input ref="/data/visit"/>', '<input ref="/data/loc"/>']
    items = "".join(f"<item><label>{name}</label><value>{name}</value></item>" for name in ("yes", "no", "unknown"))
    for n in range(SECTIONS):
        s = f"/data/s{n}"
        instance.append(f"<s{n}><total/><part/><share/><done/><why/><note/></s{n}>")
        binds += [
            f'<bind nodeset="{s}/total" type="int" required="true()" constraint=". &gt;= 0 and . &lt;= 500"/>',
            f'<bind nodeset="{s}/part" type="int" constraint=". &lt;= {s}/total"/>',
            f'<bind nodeset="{s}/share" type="string" '
            f'calculate="if({s}/total &gt; 0, round({s}/part div {s}/total * 100, 1), 0)"/>',
            f'<bind nodeset="{s}/done" type="string"/>',
            f"""<bind nodeset="{s}/why" type="string" relevant="{s}/done = 'no'" required="true()"/>""",
            f"""<bind nodeset="{s}/note" type="string" relevant="selected({s}/done, 'yes')"/>""",
        ]
        body += [f'<input ref="{s}/total"/>', f'<input ref="{s}/part"/>', f'<select1 ref="{s}/done">{items}</select1>',
                 f'<input ref="{s}/why"/>', f'<input ref="{s}/note"/>']  # fmt: skip
    instance.append("<nc><sev/><days/><late/></nc><n_major/><days/>")
    severities = "".join(f"<item><label>{name}</label><value>{name}</value></item>" for name in ("major", "minor"))
    binds += [
        '<bind nodeset="/data/nc/sev" type="string" required="true()"/>',
        '<bind nodeset="/data/nc/days" type="int" constraint=". &gt;= 0"/>',
        """<bind nodeset="/data/nc/late" type="string" calculate="if(../days &gt; 30, 'late', 'due')"/>""",
        """<bind nodeset="/data/n_major" type="string" calculate="count(/data/nc[sev='major'])"/>""",
        '<bind nodeset="/data/days" type="string" calculate="sum(/data/nc/days)"/>',
    ]
    body.append(
        f'<group ref="/data/nc"><repeat nodeset="/data/nc"><select1 ref="/data/nc/sev">{severities}</select1>'
        '<input ref="/data/nc/days"/></repeat></group>'
    )
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
        'xmlns:orx="http://openrosa.org/xforms" xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Visit</h:title><model><instance>'
        '<data id="visit" version="1">' + "".join(instance) + "<orx:meta><orx:instanceID/></orx:meta></data></instance>"
        + "".join(binds) + "</model></h:head><h:body>" + "".join(body) + "</h:body></h:html>"
    )  # fmt: skip


def submission_xml(number: int, rows: int) -> str:
    """A visit whose answers meet the form, every fourth with a wrong sum."""
    parts = [f"<visit>TPM-{number % 10000:04d}</visit><loc>36.19 44.01 412 4.8</loc>"]
    for n in range(SECTIONS):
        total, part = 40 + n, (number + n) % 40
        share = f"{round(part / total * 100 + 1e-9, 1):g}"
        done = ("yes", "no", "unknown")[(number + n) % 3]
        why, note = ("late" if done == "no" else ""), ("seen" if done == "yes" else "")
        parts.append(f"<s{n}><total>{total}</total><part>{part}</part><share>{share}</share><done>{done}</done>"
                     f"<why>{why}</why><note>{note}</note></s{n}>")  # fmt: skip
    days = [(number + row) % 60 for row in range(rows)]
    majors = 0
    for row, count in enumerate(days):
        severity = "major" if row % 2 else "minor"
        majors += row % 2
        parts.append(
            f"<nc><sev>{severity}</sev><days>{count}</days><late>{'late' if count > 30 else 'due'}</late></nc>"
        )
    total = sum(days) + (1 if number % 4 == 0 else 0)
    parts.append(f"<n_major>{majors}</n_major><days>{total}</days>")
    meta = f"<orx:meta><orx:instanceID>uuid:{number}</orx:instanceID></orx:meta>"
    return f'<data id="visit" version="1" xmlns:orx="http://openrosa.org/xforms">{"".join(parts)}{meta}</data>'


def ours(form: object, submissions: list[bytes]) -> float:
    """CPU seconds to read, judge and flatten."""
    start = time.process_time()
    for xml in submissions:
        submission = read_submission(xml)
        validate_submission(form, submission)  # type: ignore[arg-type]
        flatten(form, submission)  # type: ignore[arg-type]
    return time.process_time() - start


def theirs(folder: str, form: str, submissions: list[str]) -> tuple[int, float]:
    """Submissions judged by the peer and its CPU seconds, after a first round that warms it."""
    question = json.dumps({"form": form, "submissions": submissions, "rounds": 2})
    done = subprocess.run(["node", str(PEER), folder], input=question, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    return answer["judged"], answer["cpu"]


def main() -> None:
    xml = form_xml()
    form = parse_form(xml.encode())
    columns = len(form.fields) + 3
    sample = [submission_xml(number, number % 4) for number in range(400)]
    wrong = sum(len(validate_submission(form, read_submission(one.encode()))) for one in sample)
    size = sum(map(len, sample)) / len(sample) / 1000
    print("## Judging submissions\n")
    print(
        f"{columns} columns, {size:.1f} kB of XML, 0 to 3 rows of a repeat; {wrong} findings in {len(sample)} submissions.\n"
    )
    folder = os.environ.get("RAFID_XFORMS_ENGINE", "")
    mine, count, peer, peers = 0.0, 0, 0.0, 0
    for _ in range(TURNS):
        mine += ours(form, [one.encode() for one in sample])
        count += len(sample)
        if folder and shutil.which("node"):
            judged, cpu = theirs(folder, xml, sample[:40])
            peer, peers = peer + cpu, peers + judged
    print("| | submissions a CPU second | ms each |\n|---|---|---|")
    print(f"| read, judged and flattened here | {count / mine:,.0f} | {mine / count * 1e3:.2f} |")
    if peers:
        print(f"| @getodk/xforms-engine | {peers / peer:,.0f} | {peer / peers * 1e3:.1f} |")
        print(f"| ratio (aim {AIM} ×) | **{(count / mine) / (peers / peer):.0f} ×** | |")
    else:
        print("| @getodk/xforms-engine | not compared: RAFID_XFORMS_ENGINE names no folder, or there is no Node | |")
    print("\n| rows of the repeat | ms | µs a row |\n|---|---|---|")
    for rows in (10, 100, 1_000, 2_000, 4_000):
        one = [submission_xml(1, rows).encode()]
        taken = min(ours(form, one) for _ in range(5))
        print(f"| {rows:,} | {taken * 1e3:.1f} | {taken / rows * 1e6:.1f} |")


if __name__ == "__main__":
    main()
