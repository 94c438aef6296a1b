"""Receipt, export, memory and lists of forms beside ODK Central, driven over HTTP.

    ./rafid bench forms_receipt
    python benchmarks/forms_central.py --peer-url http://127.0.0.1:8383 --peer-pids 4711,4712 \
        --peer-login someone@example.org --peer-password … [--count 2000] [--large 100000]

The peer is a running Central of the operator's, on this machine; its process ids are those of its node service and of its
PostgreSQL's first process. Without it the report says "not compared". Both sides get the same form (the visit to a clearance
site) and the same submissions, as a phone sends them, by turns; processor time is that of all processes of a side with its
database. Ours judges each answer and writes its rows before it answers 201.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import forms_site

TURNS = 4
SENDERS = 4
AIMS = {"receipt": 4, "export": 10, "memory": 300, "list": 50}


class Peer:
    """ODK Central at an address: a project and the form in it, made for this run."""

    def __init__(self, url: str, pids: set[int], login: str, password: str) -> None:
        parts = urllib.parse.urlsplit(url)
        self.secure, self.host, self.pids = parts.scheme == "https", parts.netloc, pids
        self.token = json.loads(self._call("POST", "/v1/sessions", {"email": login, "password": password}))["token"]
        name = f"Rafid benchmark {time.time():.0f}"
        self.project = json.loads(self._call("POST", "/v1/projects", {"name": name}))["id"]

    def line(self) -> http.client.HTTPConnection:
        made = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
        return made(self.host, timeout=600)

    def headers(self, kind: str) -> dict[str, str]:
        token = getattr(self, "token", "")
        return {"Content-Type": kind} | ({"Authorization": f"Bearer {token}"} if token else {})

    def _call(self, method: str, path: str, body: dict | bytes, kind: str = "application/json") -> bytes:
        line = self.line()
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        line.request(method, path, content, self.headers(kind))
        answer = line.getresponse()
        read = answer.read()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{path}: {answer.status} {read[:300]!r}")
        return read

    def take_form(self, xform: bytes) -> None:
        self._call(
            "POST", f"/v1/projects/{self.project}/forms?publish=true&ignoreWarnings=true", xform, "application/xml"
        )

    def get(self, path: str) -> tuple[int, int, float]:
        line, size = self.line(), 0
        start = time.perf_counter()
        line.request(
            "GET", f"/v1/projects/{self.project}/forms/{forms_site.FORM}{path}", headers=self.headers("text/plain")
        )
        answer = line.getresponse()
        while piece := answer.read(1 << 16):
            size += len(piece)
        return answer.status, size, time.perf_counter() - start


def send(
    line_of: Callable[[], http.client.HTTPConnection], path: str, headers: dict[str, str], bodies: list[bytes]
) -> None:
    """By a few senders at once, each over one kept connection. Raises RuntimeError for whatever is not accepted."""
    refused: list[str] = []

    def work(mine: list[bytes]) -> None:
        line = line_of()
        for body in mine:
            line.request("POST", path, body, headers)
            answer = line.getresponse()
            read = answer.read()
            if answer.status != 201:
                refused.append(f"{answer.status} {read[:200]!r}")
                return

    threads = [threading.Thread(target=work, args=(bodies[at::SENDERS],)) for at in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if refused:
        raise RuntimeError(refused[0])


class Watch:
    """The greatest memory of some processes while something runs."""

    def __init__(self, pids: set[int]) -> None:
        self.pids, self.most, self.over = pids, 0.0, threading.Event()
        self.thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self.over.is_set():
            self.most = max(self.most, forms_site.resident_mb(self.pids))
            self.over.wait(0.1)

    def __enter__(self) -> Watch:
        self.most = forms_site.resident_mb(self.pids)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()


def times(ask: Callable[[], tuple[int, int, float]], pids: set[int], rounds: int = 40) -> tuple[float, float, int]:
    """Median and processor milliseconds of an answer, and its bytes. The first answer, which fills what is kept, is not
    counted."""
    ask()
    before = forms_site.cpu_seconds(pids)
    found = [ask() for _ in range(rounds)]
    spent = forms_site.cpu_seconds(pids) - before
    if wrong := [status for status, _size, _seconds in found if status != 200]:
        raise RuntimeError(f"an answer was {wrong[0]}")
    median = statistics.median(seconds for _status, _size, seconds in found)
    return median * 1000, spent / rounds * 1000, found[0][1]


def receipt(site: forms_site.Site, peer: Peer | None, count: int) -> None:
    bodies = [forms_site.body_of(xml) for xml in forms_site.submissions(count + 200, seed=time.time_ns() % 10**9)]
    size = sum(map(len, bodies)) / len(bodies) / 1000
    sides: dict[str, tuple[Callable[[], http.client.HTTPConnection], str, dict[str, str], set[int]]] = {
        "Rafid": (site.line, f"/collect/{site.token}/submission", forms_site.HEADERS, site.pids)
    }
    if peer:
        headers = forms_site.HEADERS | {"Authorization": f"Bearer {peer.token}"}
        sides["ODK Central"] = (peer.line, f"/v1/projects/{peer.project}/submission", headers, peer.pids)
    spent, clock, ours = dict.fromkeys(sides, 0.0), dict.fromkeys(sides, 0.0), 0.0
    for line, path, headers, _pids in sides.values():
        send(line, path, headers, bodies[:200])  # what is made once is not counted
    for turn in range(TURNS):
        some = bodies[200:][turn::TURNS]
        for name, (line, path, headers, pids) in sides.items():
            before, began = forms_site.cpu_seconds(pids), time.perf_counter()
            ours -= forms_site.cpu_seconds({site.web}) if name == "Rafid" else 0
            send(line, path, headers, some)
            ours += forms_site.cpu_seconds({site.web}) if name == "Rafid" else 0
            spent[name] += forms_site.cpu_seconds(pids) - before
            clock[name] += time.perf_counter() - began
    print(f"### Receipt: {count:,} submissions of {size:.1f} kB, {SENDERS} senders\n")
    print("| | accepted a CPU second | CPU ms each | a second |\n|---|---|---|---|")
    for name in sides:
        print(
            f"| {name} | {count / spent[name]:,.0f} | {spent[name] / count * 1000:.2f} | {count / clock[name]:,.0f} |"
        )
    print(f"\nOf ours {ours / count * 1000:.2f} ms are the web server's, the rest the database's.")
    _against("receipt", spent["ODK Central"] / spent["Rafid"] if peer else None)


def exports(site: forms_site.Site, peer: Peer | None, held: int) -> float:
    """CSV of all that is there; gives our greatest memory in MB."""
    path = f"/api/v1/forms/{site.form}/export.csv.zip?purpose=benchmark"
    site.get(path)
    with Watch({site.web}) as watch:
        before = forms_site.cpu_seconds(site.pids)
        status, size, seconds = site.get(path)
        spent = forms_site.cpu_seconds(site.pids) - before
    if status != 200:
        raise RuntimeError(f"{path}: {status}")
    print(f"\n### CSV export of {held:,} submissions\n")
    print("| | rows a second | CPU s | MB of zip | greatest memory of the server, MB |\n|---|---|---|---|---|")
    print(f"| Rafid | {held / seconds:,.0f} | {spent:.2f} | {size / 1e6:.1f} | {watch.most:,.0f} |")
    if peer:
        with Watch(peer.pids) as other:
            before = forms_site.cpu_seconds(peer.pids)
            status, size, taken = peer.get("/submissions.csv.zip")
            spent = forms_site.cpu_seconds(peer.pids) - before
        print(f"| ODK Central | {held / taken:,.0f} | {spent:.2f} | {size / 1e6:.1f} | {other.most:,.0f} |")
        _against("export", taken / seconds)
    else:
        _against("export", None)
    return watch.most


def lists(site: forms_site.Site, held: int) -> dict[str, float]:
    """Prints both; gives the processor milliseconds, which other work on the machine does not lengthen."""
    found = {}
    print(f"\n### Pages at {held:,} submissions\n\n| | median ms | CPU ms | kB |\n|---|---|---|---|")
    for name, path in (
        ("list page, worst first", f"/forms/{site.form}/submissions/"),
        ("list page, newest first", f"/forms/{site.form}/submissions/?order=newest"),
        ("JSON, 50 rows", f"/api/v1/forms/{site.form}/submissions?limit=50"),
        ("first page of the repeat (OData, 250 rows)", f"/odata/v4/{site.form}/Submissions.nc?$top=250"),
    ):
        line = site.line()
        try:
            median, found[name], size = times(lambda path=path, line=line: site.get(path, line), site.pids)  # type: ignore[misc]
        except RuntimeError as error:
            print(f"| {name} | not measured: {error} | | |", flush=True)
            continue
        print(f"| {name} | {median:.1f} | {found[name]:.1f} | {size / 1000:,.0f} |", flush=True)
    return found


def _against(what: str, ratio: float | None) -> None:
    if ratio is None:
        print("\nODK Central: not compared (no --peer-url).", flush=True)
    else:
        aim = AIMS[what]
        print(f"\n**{ratio:.1f} ×** the peer ({'reached' if ratio >= aim else 'not reached'}: {aim} ×).", flush=True)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer-url", default="")
    parser.add_argument("--peer-pids", default="", help="processes of the peer and of its database, with commas")
    parser.add_argument("--peer-login", default="")
    parser.add_argument("--peer-password", default="")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--large", type=int, default=100_000, help="so many submissions at last; 0: receipt alone")
    given = parser.parse_args(arguments)
    print("## Forms: receipt, export and lists\n")
    with forms_site.site() as site:
        from rafid.commons.forms.models import Form, Submission

        peer = None
        if given.peer_url:
            pids = {int(pid) for pid in given.peer_pids.split(",") if pid}
            peer = Peer(given.peer_url, pids, given.peer_login, given.peer_password)
            newest = Form.objects.get(pk=site.form).versions.order_by("-published_at").first()
            peer.take_form(bytes(newest.xform))
        receipt(site, peer, given.count)
        held = Submission.objects.filter(form=site.form).count()
        if not given.large:
            return
        sizes = [held, *sorted({size for size in (10_000, given.large) if held < size <= given.large})]
        memory: dict[int, float] = {}
        pages: dict[int, dict[str, float]] = {}
        for size in sizes:
            if size > held:
                forms_site.multiply(site.form, size)
            # The peer holds what both were sent, and no more: it is compared at that size alone.
            memory[size] = exports(site, peer if size == sizes[0] else None, size)
            pages[size] = lists(site, size)
        _summary(memory, pages)


def _summary(memory: dict[int, float], pages: dict[int, dict[str, float]]) -> None:
    small, large = min(memory), max(memory)
    print("\n### Growth\n")
    print(
        f"Export memory: {memory[small]:,.0f} MB at {small:,}, {memory[large]:,.0f} MB at {large:,}; "
        f"{'within' if max(memory.values()) < AIMS['memory'] else 'above'} {AIMS['memory']} MB."
    )
    for name in pages[large]:
        if name in pages[small]:
            before, after = pages[small][name], pages[large][name]
            print(f"{name}: {before:.1f} CPU ms at {small:,}, {after:.1f} at {large:,} ({after / before:.1f} ×).")


if __name__ == "__main__":
    main()
