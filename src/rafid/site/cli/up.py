"""`./rafid up` and `./rafid down`: one worker and the web server, watched until they are stopped."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import time
from pathlib import Path
from types import FrameType

from rafid.site.cli import processes
from rafid.site.cli.application import django_environment, has_command, production, ready_database, run_manage, state_of
from rafid.site.cli.console import log_file, sentence, step
from rafid.site.cli.database import Database
from rafid.site.cli.environment import PYTHON, VENV, managed, prepare
from rafid.site.cluster import REPOSITORY, Cluster, data_dir
from rafid.site.door import DoorError

PATIENCE = 90  # seconds until the first answer; a cold start on a slow disk takes 20


def up(port: int, demo: bool = True, only_prepare: bool = False) -> None:
    """Prepare what is missing, start, say where, and watch until Ctrl-C or `./rafid down`. Raises DoorError."""
    if known := processes.recall("up"):
        where = f" at http://127.0.0.1:{known['port']}/" if known.get("port") else ""
        raise DoorError(f"Rafid runs already{where}.", "To start it anew: ./rafid down, then ./rafid up")
    taken = DoorError("Rafid is being started or restored already.", "Wait for that, or stop it: ./rafid down")
    with processes.turn("up", taken):
        _up(port, demo, only_prepare)


def _up(port: int, demo: bool, only_prepare: bool) -> None:
    # The door began earlier where it had to install a Python first.
    started = float(os.environ.pop("RAFID_BEGUN", time.time()))
    cluster = Cluster("main")
    _stopped_by_signals()
    left_over = [name for name in ("web", "worker") if processes.end(name)]
    if left_over:
        print(f"An earlier start had left its {' and '.join(left_over)} running; ended.")
    if not only_prepare:
        processes.require_free(port)
    processes.remember("up", os.getpid(), port=port)
    ran_before = not managed() and cluster.running
    try:
        with processes.turn("setup"):
            prepare()
            database = ready_database(demo=demo and not production() and not managed())
            _folders()
            if production():
                with step("Checks and static files"):
                    run_manage(database, "check", "--deploy", "--fail-level", "ERROR", "--database", "default")
                    run_manage(database, "collectstatic", "--no-input", "-v", "0")
        if only_prepare:  # what follows wants the database running
            return
        _serve(port, database, started)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # once is enough: what follows is the orderly end
        for name in ("web", "worker"):
            processes.end(name, patience=15)
        # One that ran before may serve another command still; one that an earlier start was killed over serves nobody.
        if not managed() and not only_prepare and not (ran_before and cluster.in_use):
            cluster.stop()
        processes.forget("up")


def _folders() -> None:
    """What people upload is not for other users of the machine; static files are looked for where `up` may not collect."""
    for name, mode in (("media", 0o700), ("static", 0o755)):
        folder = data_dir() / name
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)


def _serve(port: int, database: Database, started: float) -> None:
    env = django_environment(database)
    with step("Start"):
        worker = ["worker"] if has_command("worker") else ["procrastinate", "worker"]
        commands: dict[str, list[str | Path]] = {
            "worker": [PYTHON, REPOSITORY / "manage.py", *worker],
            "web": web_command(port),
        }
        processes.require_free(port)
        running = {name: processes.spawn(name, command, env, log_file(name)) for name, command in commands.items()}
        _wait_for_answer(port, running["web"])
    _greet(port, state_of(database).get("demo"), time.time() - started)
    try:
        _watch(running, commands, env)
    except KeyboardInterrupt:  # the usual end
        print("\nStopping …", flush=True)


def web_command(port: int) -> list[str | Path]:
    """The web server's command line: two processes, each with threads that mostly wait for the database."""
    return [
        VENV / "bin" / "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "2", "--blocking-threads", "8", "--no-ws", "--respawn-failed-workers",
        "--workers-kill-timeout", "10", "--log-level", "warning", "rafid.site.wsgi:application",
    ]  # fmt: skip


def _wait_for_answer(port: int, web: subprocess.Popen[bytes]) -> None:
    host = os.environ.get("RAFID_HOSTS", "").split(",")[0].lstrip("*.") or "127.0.0.1"
    deadline, last = time.monotonic() + PATIENCE, "no answer"
    while time.monotonic() < deadline:
        if web.poll() is not None:
            said = _tail("web")
            told = sentence(said) or f"The web server ended at once:\n{said}"
            raise DoorError(told, f"Then start it again. All it said is in {log_file('web')}")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
            status = connection.getresponse().status
            connection.close()
            if status == 200:
                return
            last = f"/healthz answers {status}"
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.1)
    raise DoorError(f"The site does not start ({last}):\n{_tail('web')}", f"All it said is in {log_file('web')}")


def _tail(name: str, lines: int = 12) -> str:
    path = log_file(name)
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""


def _greet(port: int, accounts: str | None, seconds: float) -> None:
    print(f"\nRafid is ready after {seconds:.0f} s: http://127.0.0.1:{port}/")
    if accounts:
        print(f"\nDemonstration accounts:\n{accounts}")
    print(f"\nCtrl-C here or ./rafid down elsewhere stops it. What it says is in {data_dir() / 'log'}", flush=True)


def _watch(
    running: dict[str, subprocess.Popen[bytes]], commands: dict[str, list[str | Path]], env: dict[str, str]
) -> None:
    """Start again what ends by itself; what ends again and again is a fault to be told, not hidden."""
    cluster, deaths = Cluster("main"), dict.fromkeys(running, 0)
    since = dict.fromkeys(running, time.monotonic())
    while True:
        time.sleep(1)
        if not managed() and not cluster.running:
            cluster.ensure()
            print("The database had stopped; started again.", flush=True)
        for name, child in running.items():
            if child.poll() is None:
                continue
            deaths[name] = 1 if time.monotonic() - since[name] > 120 else deaths[name] + 1
            if deaths[name] > 5:
                raise DoorError(f"The {name} process ends again and again:\n{_tail(name)}", f"See {log_file(name)}")
            print(f"The {name} process had ended; started again. See {log_file(name)}", flush=True)
            processes.end(name)
            running[name], since[name] = processes.spawn(name, commands[name], env, log_file(name)), time.monotonic()


def _stopped_by_signals() -> None:
    """`./rafid down` and a closed terminal end us as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # SIGINT too: a shell starts background programs with it ignored, and `kill -INT` should mean what it says.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # ignored under nohup, on purpose
        signal.signal(signal.SIGHUP, stop)


def down() -> None:
    """Stop what `./rafid` runs from this data folder, and nothing else."""
    ended = [name for name in ("up", "web", "worker") if processes.end(name, patience=40)]
    if not managed() and Cluster("main").stop():
        ended.append("the database")
    if (tests := Cluster("test")).in_use:
        print("The suite is running on its own database; that is left alone.")
    elif tests.stop():
        ended.append("the database of the tests")
    names = {"up": "the site", "web": "the web server", "worker": "the worker"}
    print(f"Stopped: {', '.join(names.get(name, name) for name in ended)}." if ended else "Nothing was running.")
