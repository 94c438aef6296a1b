"""The donor's board and the tables of a report at a hundred times the visits; what one changed visit computes again; what
printing a report of twelve partners in three languages costs.

    ./rafid bench monitoring_board

Both sides are the same pages of the same server on the same database, before and after its visits (with their plans, draws,
assessments, answers, findings and history) were copied 99 times. Processor time is that of the server and of its database
sessions: other work on the machine lengthens an answer, not that.
"""

from __future__ import annotations

import http.client
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks import loaded

TIMES, ROUNDS, AIM = int(os.environ.get("RAFID_BENCH_TIMES", "100")), 12, 3
PARTNERS, VISITS_EACH, FINDINGS_EACH, MOST_MB = 12, 16, 10, 500
COPIED = {
    "monitoringplan": ("id",), "plancontract": ("id", "plan_id"), "stratum": ("id", "plan_id"),
    "framerow": ("id", "plan_id", "stratum_id"), "drawnsite": ("id", "plan_id", "stratum_id"),
    "visit": ("id", "plan_id", "drawn_id"), "assessment": ("id", "visit_id"), "answer": ("id", "assessment_id"),
    "verifiedatsite": ("id", "assessment_id"), "nonconformity": ("id", "visit_id"),
    "monitoringplanevent": ("pgh_obj_id", "id"), "visitevent": ("pgh_obj_id", "id", "plan_id", "drawn_id"),
    "nonconformityevent": ("pgh_obj_id", "id", "visit_id"),
}  # fmt: skip
"""Table → columns that get the copy's own ids."""
EMPTIED = ("submission_id", "submission_version_id", "repeat_of_id")
"""What there is one of."""


def multiply(times: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for name, own in COPIED.items():
            table = f"rafid_monitoring_{name}"
            cursor.execute(
                "SELECT column_name, data_type, column_default, is_identity, is_generated FROM information_schema.columns "
                "WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
                [table],
            )
            into, values = [], []
            for column, kind, default, identity, generated in cursor.fetchall():
                if identity == "YES" or generated == "ALWAYS" or (default or "").startswith("nextval"):
                    continue
                into.append(f'"{column}"')
                if column in own and kind == "uuid":
                    values.append(f'md5(t."{column}"::text || g)::uuid')
                elif column in ("ref", "key"):
                    values.append(f"CASE WHEN t.\"{column}\" = '' THEN '' ELSE t.\"{column}\" || '-' || g END")
                else:
                    values.append("NULL" if column in EMPTIED else f't."{column}"')
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(into)}) SELECT {', '.join(values)} "
                f"FROM {table} t CROSS JOIN generate_series(1, {times - 1}) g"
            )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")


def session_of(account: Any) -> str:
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(account)
    return str(client.cookies["sessionid"].value)


def asked(server: Any, cookie: str, path: str) -> float:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    before = server.processor_seconds()
    line.request("GET", path, headers={"Cookie": f"sessionid={cookie}"})
    answer = line.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return float(server.processor_seconds() - before)


def pages(server: Any, cookies: dict[str, str], paths: dict[str, tuple[str, str]]) -> dict[str, tuple[float, float]]:
    """Name → processor ms of the first answer after a change, and the mean of those that follow."""
    found = {}
    for name, (who, path) in paths.items():
        first = asked(server, cookies[who], path)
        before = server.processor_seconds()
        for _round in range(ROUNDS):
            asked(server, cookies[who], path)
        found[name] = (1000 * first, 1000 * (server.processor_seconds() - before) / ROUNDS)
    return found


def a_report(manager: Any) -> Any:
    from rafid.programmes.monitoring.models import Contract, MonitoringPlan
    from rafid.programmes.monitoring.models.plans import OPENED
    from rafid.programmes.monitoring.reports.freezing import freeze
    from rafid.programmes.monitoring.reports.life import begin

    contracts = list(Contract.objects.exclude(state="draft").select_related("owner", "partner"))
    period = MonitoringPlan.objects.filter(state__in=OPENED).order_by("-period").values_list("period", flat=True)[0]
    started = time.process_time()
    made = freeze(begin(contracts[0].owner, period, contracts, language="en", by=manager), by=manager)
    visits = sum(len(one["visits"]) for one in made.frozen["contracts"])
    print(
        f"Freezing the figures of {len(contracts)} contracts with {visits:,} visits in the quarter took "
        f"{time.process_time() - started:.2f} s of this process.\n"
    )
    return made


def paths_of(report: Any) -> dict[str, tuple[str, str]]:
    own = f"/monitoring/reports/{report.ref}/?lang=en&section="
    return {
        "donor's board": ("donor", "/monitoring/?lang=en"), "office's board": ("manager", "/monitoring/?lang=en"),
        "list of reports": ("manager", "/monitoring/reports/?lang=en"),
        **{f"report: {one}": ("manager", own + one) for one in ("summary", "progress", "compliance")},
    }  # fmt: skip


@contextmanager
def counted(words: tuple[str, ...] = ("INSERT INTO", 'UPDATE "', "DELETE FROM")) -> Iterator[list[str]]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    said: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield said
    said += [one["sql"] for one in captured if any(word in one["sql"] for word in words)]


def print_one_change(donor: Any) -> None:
    """A visit of one contract gets another score: what the board computes again, and what the change itself wrote."""
    from django.http import QueryDict
    from django.utils import timezone

    from rafid.commons.history import because
    from rafid.programmes.monitoring.contracts.board import board
    from rafid.programmes.monitoring.models import Contract, KeptProgress, Visit
    from rafid.programmes.monitoring.visits.scores import _next, scores_of, standing

    board(donor, QueryDict())
    seen = Contract.objects.visible_to(donor)
    # Copies have nobody who was there.
    drawn = Visit.objects.filter(contract__in=seen, state="done", drawn__isnull=False, crew__isnull=False)
    visit = drawn.filter(score__gt=0, score__lt=1).order_by("pk")[0]
    (stands,) = standing([visit.pk])
    weights = {"critical": 5, "major": 1, "minor": 1}
    visit.contract.weights = weights
    with counted() as wrote, because("scores computed again"):
        _next(stands, scores_of([stands], weights=weights)[stands.pk], visit.contract, 0.8, "benchmark")
    moment = timezone.now()
    with counted() as kept:
        board(donor, QueryDict())
    fresh = KeptProgress.objects.filter(computed_at__gte=moment)
    contracts = {one.contract_id for one in fresh}
    alone = "that of the visit alone" if contracts == {visit.contract_id} else "NOT only that of the visit"
    print(
        f"\nOne changed visit of {Visit.objects.count():,}: {len(wrote)} statements write its next score; the donor's board"
        f" then keeps {len(kept)} figures anew, of {len(contracts)} of its {seen.count()} contracts: {alone}."
    )


def print_printing(report: Any) -> None:
    """In a process of its own, as a worker is one: its memory at most is then that of printing."""
    from django.db import connection

    environment = {**os.environ, "RAFID_BENCH_DATABASE": str(connection.settings_dict["NAME"])}
    command = [sys.executable, "-m", "benchmarks.bench_monitoring_board", str(report.pk)]
    found = subprocess.run(command, env=environment, cwd=loaded.ROOT, check=True, stdout=subprocess.PIPE, text=True)
    print(f"\n{found.stdout}")


def printed_here(report: str) -> None:
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = os.environ["RAFID_BENCH_DATABASE"]
    django.setup()
    from rafid.programmes.monitoring.models import Report

    print(_printed(Report.objects.get(pk=report)))


def _printed(report: Any) -> str:
    from rafid.commons.products.papers.pdf import as_pdf
    from rafid.commons.products.papers.word import as_docx
    from rafid.programmes.monitoring.reports.content import Share, document

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    blocks = report.frozen["contracts"]
    twelve = []
    for number in range(PARTNERS):
        block = {**blocks[number % len(blocks)], "ref": f"C-{number + 1:02}"}
        block["partner"] = {"ref": f"P-{number + 1:02}", "names": {"en": f"Partner {number + 1}"}}
        for what, count in (("visits", VISITS_EACH), ("findings", FINDINGS_EACH)):
            if block[what]:
                block[what] = [block[what][at % len(block[what])] for at in range(count)]
        block["outcomes"] = [{**one, "ref": f"{one['ref']}-{number}"} for one in block["outcomes"]]
        twelve.append(block)
    said = ["| contracts | language | pages | PDF s | s a page | DOCX s |", "|---|---|---|---|---|---|"]
    for contracts in (twelve[:3], twelve):
        for language in ("ar", "ckb", "en"):
            tree = document(report, Share(contracts, [], True), language)
            started = time.process_time()
            _bytes, pages = as_pdf(tree)
            pdf = time.process_time() - started
            started = time.process_time()
            as_docx(tree)
            docx = time.process_time() - started
            said.append(f"| {len(contracts)} | {language} | {pages} | {pdf:.1f} | {pdf / pages:.2f} | {docx:.1f} |")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    word = "reached" if most < MOST_MB else "NOT reached"
    said += ["", f"Memory at most: **{most:.0f} MB** (at its beginning {before:.0f}; {word}: below {MOST_MB} MB)."]
    return "\n".join(said)


def main() -> None:
    with loaded.site():
        from rafid.commons.people.models import Account
        from rafid.programmes.monitoring.models import Visit

        donor, manager = (Account.objects.get(login=f"monitoring.{one}") for one in ("donor", "manager"))
        cookies = {"donor": session_of(donor), "manager": session_of(manager)}
        print("## Board and reports of monitoring\n")
        few = Visit.objects.count()
        report = a_report(manager)
        with loaded.granian() as server:
            asked(server, cookies["donor"], "/monitoring/?lang=en")
            before = pages(server, cookies, paths_of(report))
            multiply(TIMES)
            larger = a_report(manager)
            after = pages(server, cookies, paths_of(larger))
        print(f"{few:,} visits, then {Visit.objects.count():,}; a load of {os.getloadavg()[0]:.1f} while it ran.\n")
        print(f"| page | ms | at {TIMES} × | ratio | aim | first after a change, ms | at {TIMES} × |")
        print("|---|---|---|---|---|---|---|")
        for name, (first, mean) in before.items():
            then_first, then = after[name]
            print(
                f"| {name} | {mean:.0f} | {then:.0f} | **{then / mean:.2f}** | at most {AIM} | {first:.0f} | {then_first:.0f} |"
            )
        worst = statistics.mean(after[one][1] / before[one][1] for one in before)
        print(f"\nMean ratio {worst:.2f}.")
        print_one_change(donor)
        print_printing(report)


if __name__ == "__main__":
    printed_here(sys.argv[1]) if len(sys.argv) > 1 else main()
