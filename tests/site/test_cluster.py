"""The private PostgreSQL cluster: it starts, starts again, and gets over what happens to it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from rafid.site import cluster as module
from rafid.site.cluster import REPOSITORY, Cluster
from rafid.site.door import DoorError
from tests.site.conftest import remove

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="root only")


def make(folder: Path) -> Cluster:
    """A cluster without the waits that a lasting one needs."""
    return Cluster("test", folder)


def test_starts_stops_and_starts_again(data_folder):
    cluster = make(data_folder)
    assert not cluster.running
    assert cluster.ensure() is True
    assert cluster.ensure() is False
    assert cluster.create_database("rivers") is True
    assert cluster.create_database("rivers") is False
    assert cluster.sql("SELECT postgis_lib_version() IS NOT NULL, current_user", "rivers") == ["t\trafid"]
    cluster.sql("CREATE TABLE gauge AS SELECT 7 AS level", "rivers")
    assert cluster.create_database("copy_of_rivers", template="rivers") is True
    assert cluster.sql("SELECT level FROM gauge", "copy_of_rivers") == ["7"]
    assert cluster.stop() is True
    assert cluster.stop() is False
    assert cluster.ensure() is True
    assert cluster.sql("SELECT level FROM gauge", "rivers") == ["7"]
    cluster.drop_database("copy_of_rivers")
    cluster.drop_database("copy_of_rivers")


def test_listens_on_nothing_but_its_socket(data_folder):
    cluster = make(data_folder)
    cluster.ensure()
    assert cluster.sql("SHOW listen_addresses") == [""]
    assert cluster.sql("SHOW server_encoding") == ["UTF8"]
    assert cluster.sql("SELECT datcollate FROM pg_database WHERE datname = 'postgres'") == ["C.UTF-8"]
    assert cluster.socket_dir.stat().st_mode & 0o077 == 0
    assert cluster.folder.stat().st_mode & 0o077 == 0


def test_libpq_settings_of_the_caller_do_not_count(data_folder, monkeypatch):
    cluster = make(data_folder)
    for name, value in {"PGPORT": "1", "PGHOST": "nowhere", "PGUSER": "nobody", "PGDATABASE": "none"}.items():
        monkeypatch.setenv(name, value)
    cluster.stop()
    assert cluster.ensure() is True
    import psycopg

    with psycopg.connect(cluster.url("postgres")) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("rafid",)


def test_the_main_cluster_keeps_what_it_confirmed_and_the_test_cluster_need_not():
    assert "fsync" not in Cluster("main").settings
    assert Cluster("test").settings["fsync"] == "off"


def test_two_at_once_start_it_once(data_folder):
    make(data_folder).stop()
    call = f"from rafid.site.cluster import Cluster; print(Cluster('test', {str(data_folder)!r}).ensure())"
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}
    both = [subprocess.Popen([sys.executable, "-c", call], env=env, stdout=subprocess.PIPE, text=True) for _ in "ab"]
    assert sorted(process.communicate(timeout=60)[0].strip() for process in both) == ["False", "True"]


def kill(cluster: Cluster) -> None:
    """End the server as a power cut does."""
    server = int((cluster.folder / "postmaster.pid").read_text().splitlines()[0])
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(server)], capture_output=True, text=True
    ).stdout.split()
    for pid in [server, *map(int, children)]:
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while cluster.running and time.monotonic() < deadline:
        time.sleep(0.02)


def test_a_killed_server_leaves_a_stale_number_that_does_not_matter(data_folder):
    cluster = make(data_folder)
    cluster.ensure()
    kill(cluster)
    assert (cluster.folder / "postmaster.pid").exists()
    assert not cluster.running
    # Its number is another program's by now: ours, which must neither be ended nor taken for the server.
    lines = (cluster.folder / "postmaster.pid").read_text().splitlines()
    (cluster.folder / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]))
    assert not cluster.running
    assert cluster.stop() is False
    assert cluster.ensure() is True


def test_what_a_killed_server_left_at_work_is_ended_before_another_starts(data_folder):
    cluster = make(data_folder)
    cluster.ensure()
    busy = "SELECT count(*) FROM generate_series(1, 1000) a, generate_series(1, 1000) b, generate_series(1, 100000) c"
    command = [str(cluster.bin / "psql"), "-Xq", "-d", cluster.url("postgres")]
    with subprocess.Popen([*command, "-c", busy], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as asking:
        find = f"SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query = '{busy}'"
        deadline = time.monotonic() + 20
        while not (found := cluster.sql(find)) and time.monotonic() < deadline:
            time.sleep(0.05)
        server = int((cluster.folder / "postmaster.pid").read_text().splitlines()[0])
        os.kill(server, signal.SIGKILL)
        while cluster.running and time.monotonic() < deadline:
            time.sleep(0.02)
        assert Path(f"/proc/{found[0]}").exists()  # it counts on, without a server above it
        assert cluster.ensure() is True
        assert not Path(f"/proc/{found[0]}/cwd").exists()
        asking.communicate(timeout=20)
    assert cluster.sql("SELECT 1") == ["1"]


def test_a_cluster_in_use_is_known(data_folder):
    cluster = make(data_folder)
    cluster.ensure()
    assert not cluster.in_use
    import psycopg

    with psycopg.connect(cluster.url("postgres")):
        assert cluster.in_use
    cluster.stop()
    assert not cluster.in_use


def test_a_socket_folder_that_was_cleared_away_comes_back(data_folder):
    cluster = make(data_folder)
    cluster.ensure()
    shutil.rmtree(cluster.socket_dir)
    assert cluster.ensure() is True
    assert cluster.sql("SELECT 1") == ["1"]


def test_an_unfinished_database_is_made_again(data_folder):
    cluster = make(data_folder)
    cluster.ensure()
    cluster.sql("CREATE DATABASE half_making")
    assert cluster.create_database("half") is True
    assert cluster.sql("SELECT count(*) FROM pg_extension WHERE extname = 'postgis'", "half") == ["1"]


@pytest.mark.parametrize("name", ["", "Rivers", 'a"b', "a b", "1st", "x" * 64])
def test_a_name_that_is_none_is_refused(data_folder, name):
    with pytest.raises(ValueError, match="not a database name"):
        make(data_folder).create_database(name)


def test_the_servers_words_reach_the_operator(data_folder):
    cluster = make(data_folder)
    cluster.ensure()
    with pytest.raises(DoorError, match="no_such_table"):
        cluster.sql("SELECT * FROM no_such_table")


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="rafid-test-"))
    made.chmod(0o711)
    yield made
    remove(made)


def test_an_interrupted_init_leaves_nothing_behind(folder, monkeypatch):
    cluster = make(folder)
    (folder / "postgres").mkdir()
    (folder / "postgres").chmod(0o711)
    left_by_a_power_cut = folder / "postgres" / "test.making-abc"
    left_by_a_power_cut.mkdir()
    real = Cluster._run

    def interrupted(self, program, *rest, **options):
        if Path(program).name == "initdb":
            raise KeyboardInterrupt
        return real(self, program, *rest, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Cluster, "_run", interrupted)
        with pytest.raises(KeyboardInterrupt):
            cluster.ensure()
    assert [path.name for path in (folder / "postgres").iterdir()] == ["test.lock"]
    assert cluster.ensure() is True


def test_a_long_path_has_a_short_socket(folder):
    deep = folder.joinpath(*["a folder with a long name and ünïcode " * 2] * 3)
    deep.mkdir(parents=True)
    cluster = make(deep)
    try:
        assert cluster.ensure() is True
        assert len(os.fsencode(cluster.socket_dir / ".s.PGSQL.5432")) < 107
        assert cluster.sql("SELECT 1") == ["1"]
    finally:
        cluster.stop()


@as_root
def test_in_a_home_that_is_closed_to_others_it_lies_elsewhere(folder):
    folder.chmod(0o700)
    cluster = make(folder)
    assert cluster.ensure() is True
    assert cluster.folder.is_relative_to("/var/lib/rafid")
    assert (folder / "postgres" / "test.at").read_text().strip() == str(cluster.folder)
    cluster.stop()
    assert not (cluster.folder / "postmaster.pid").exists()
    # The pointer is what counts: a checkout that was moved finds its data again.
    assert make(folder).ensure() is True


@as_root
def test_where_it_lies_is_noted_before_it_is_made(folder, monkeypatch):
    folder.chmod(0o700)
    cluster, real, noted = make(folder), Cluster._run, []

    def watched(self, program, *rest, **options):
        noted.append((folder / "postgres" / "test.at").exists())
        return real(self, program, *rest, **options)

    monkeypatch.setattr(Cluster, "_run", watched)
    cluster.ensure()
    assert all(noted)


@as_root
def test_root_runs_a_users_cluster_as_that_user(folder):
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    call = f"from rafid.site.cluster import Cluster; c = Cluster('test', {str(folder)!r}); c.ensure(); c.stop()"
    if subprocess.run(["test", "-r", REPOSITORY / "src"], user=nobody.pw_uid, group=nobody.pw_gid).returncode:
        pytest.skip("this checkout is closed to others")
    done = subprocess.run(
        ["/usr/bin/env", "python3", "-c", call], user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(REPOSITORY / "src"), "HOME": "/"}, cwd="/",
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    cluster = make(folder)
    assert cluster.ensure() is True
    assert (cluster.folder / "postmaster.pid").stat().st_uid == nobody.pw_uid
    assert cluster.sql("SELECT 1") == ["1"]


@as_root
def test_anothers_cluster_is_not_for_a_normal_user(folder):
    make(folder).ensure()
    nobody = pwd.getpwnam("nobody")
    if subprocess.run(["test", "-r", REPOSITORY / "src"], user=nobody.pw_uid, group=nobody.pw_gid).returncode:
        pytest.skip("this checkout is closed to others")
    call = f"from rafid.site.cluster import Cluster; Cluster('test', {str(folder)!r}).ensure()"
    done = subprocess.run(
        ["/usr/bin/env", "python3", "-c", call], user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(REPOSITORY / "src"), "HOME": "/"}, cwd="/",
        capture_output=True, text=True,
    )  # fmt: skip
    assert "DoorError" in done.stderr
    assert "set RAFID_DATA to a folder of your own" in done.stderr


@as_root
def test_a_socket_folder_that_somebody_else_laid_out_is_refused(folder, monkeypatch):
    cluster = make(folder)
    cluster.ensure()
    cluster.stop()
    trap = cluster.socket_dir
    trap.mkdir()
    os.chown(trap, 65534, 65534)
    try:
        with pytest.raises(DoorError, match="belongs to nobody"):
            cluster.ensure()
    finally:
        trap.rmdir()
    assert cluster.ensure() is True


def test_too_little_space_is_said_before_anything_is_written(folder, monkeypatch):
    usage = shutil.disk_usage(folder)
    monkeypatch.setattr(module.shutil, "disk_usage", lambda path: usage._replace(free=20 * 1024 * 1024))
    with pytest.raises(DoorError, match="full: 20 MB free"):
        make(folder).ensure()
    monkeypatch.undo()
    assert make(folder).ensure() is True


@as_root
def test_a_disk_that_fills_while_it_starts_is_named(folder, monkeypatch):
    small = folder / "small"
    small.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20m,mode=711", "none", small], capture_output=True
    ).returncode:
        pytest.skip("no mounts here")
    try:
        monkeypatch.setattr(module, "SPACE_NEEDED", 0)
        cluster = make(small)
        with pytest.raises(DoorError) as stopped:
            cluster.ensure()
        assert "is full" in stopped.value.message
        assert "Free some space" in stopped.value.remedy
        assert [path.name for path in (small / "postgres").iterdir()] == ["test.lock"]
        subprocess.run(["mount", "-o", "remount,size=400m", small], check=True)
        assert cluster.ensure() is True
        cluster.stop()
    finally:
        subprocess.run(["umount", "-l", small], check=True)


def test_a_version_that_has_gone_is_named_with_its_package(folder):
    cluster = make(folder)
    cluster.ensure()
    cluster.stop()
    made_with = (cluster.folder / "PG_VERSION").read_text()
    (cluster.folder / "PG_VERSION").write_text("14\n")
    with pytest.raises(DoorError) as stopped:
        cluster.ensure()
    assert "PostgreSQL 14" in stopped.value.message
    assert "postgresql-14-postgis-3" in stopped.value.remedy
    (cluster.folder / "PG_VERSION").write_text(made_with)
    assert cluster.ensure() is True


def test_a_folder_that_holds_something_else_is_left_alone(folder):
    other = folder / "postgres" / "test"
    other.mkdir(parents=True)
    (other / "thesis.txt").write_text("years of work")
    if os.geteuid() == 0:
        shutil.chown(other, "postgres")
    with pytest.raises(DoorError, match="is no PostgreSQL cluster"):
        make(folder).ensure()
    assert (other / "thesis.txt").read_text() == "years of work"
