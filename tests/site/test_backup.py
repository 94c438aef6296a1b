"""What was backed up comes back, whole or not at all, and the old is kept until the new is proven."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import psycopg
import pytest

from rafid.site.cli import restore as module
from rafid.site.cli.backup import MANIFEST, backup
from rafid.site.cli.database import site_database
from rafid.site.cli.restore import finish_interrupted, restore
from rafid.site.cluster import REPOSITORY, Cluster, data_dir
from rafid.site.door import DoorError

LEVELS = "SELECT string_agg(format('%s=%s', name, level), ' ' ORDER BY name) FROM gauge"
TABLES = """
DROP TABLE IF EXISTS gauge, "Odd ""name", empty, later, rafid_setup;
CREATE TABLE gauge (id serial PRIMARY KEY, name text, level float8, place geometry(Point, 4326), at timestamptz);
INSERT INTO gauge (name, level, place, at) VALUES
    ('شط العرب', 1.1, 'SRID=4326;POINT(47.8 30.5)', '2026-03-01 06:00+03'), ('Zab', 1e-7, NULL, NULL);
CREATE TABLE "Odd ""name" (note text); INSERT INTO "Odd ""name" VALUES (E'a\ttab, a\nline, ''quotes''');
CREATE TABLE empty ();
"""


@pytest.fixture
def site(own_data):
    """A site with two gauges and two files."""
    database = site_database()
    database.sql(TABLES, together=True)
    shutil.rmtree(own_data / "media", ignore_errors=True)
    (own_data / "media" / "ab").mkdir(parents=True)
    (own_data / "media" / "ab" / "photo").write_bytes(bytes(range(256)) * 9000)
    (own_data / "media" / "تقرير.txt").write_text("report")
    (own_data / "secret_key").write_text("the key of then")
    return database


@pytest.fixture
def file(site, tmp_path) -> Path:
    path = tmp_path / "rafid.backup"
    backup(path)
    # What happens afterwards, and must go when the backup comes back.
    site.sql("UPDATE gauge SET level = 9", "CREATE TABLE later (a int)")
    (data_dir() / "media" / "ab" / "photo").write_bytes(b"another")
    (data_dir() / "media" / "later.txt").write_text("later")
    (data_dir() / "secret_key").write_text("the key of now")
    return path


def rewrite(file: Path, change) -> None:
    """Write the tar again with members changed: `change` gets {name: bytes} in order and the manifest."""
    with tarfile.open(file) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar}
    manifest = json.loads(members.pop(MANIFEST))
    change(members, manifest)
    with tarfile.open(file, "w") as tar:
        for name, body in {**members, MANIFEST: json.dumps(manifest).encode()}.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))


def is_as_now(site, data: Path) -> bool:
    names = set(site.sibling("postgres").sql("SELECT datname FROM pg_database"))
    return (
        site.sql(LEVELS) == ["Zab=9 شط العرب=9"]
        and (data / "media" / "later.txt").exists()
        and (data / "secret_key").read_text() == "the key of now"
        and names == {"postgres", "template0", "template1", "rafid"}
        and not list(data.glob("*restor*"))
    )


def is_as_then(site, data: Path) -> bool:
    names = set(site.sibling("postgres").sql("SELECT datname FROM pg_database"))
    return (
        site.sql(LEVELS) == ["Zab=1e-07 شط العرب=1.1"]
        and site.sql("SELECT to_regclass('later') IS NULL") == ["t"]
        and sorted(path.name for path in (data / "media").rglob("*")) == ["ab", "photo", "تقرير.txt"]
        and len((data / "media" / "ab" / "photo").read_bytes()) == 256 * 9000
        and (data / "secret_key").read_text() == "the key of then"
        and names == {"postgres", "template0", "template1", "rafid"}
        and not [*data.glob("*restor*"), *data.glob("*replaced*")]
    )


def test_data_and_media_come_back(site, file, own_data):
    assert is_as_now(site, own_data)
    restore(file, yes=True)
    assert is_as_then(site, own_data)
    site.sql("INSERT INTO gauge (name) VALUES ('next')")
    assert site.sql("SELECT id FROM gauge WHERE name = 'next'") == ["3"]  # the sequence came along


def test_only_its_owner_reads_a_backup(file):
    assert file.stat().st_mode & 0o077 == 0


def test_a_backup_tells_its_tables_by_rows_and_checksum(site, file, tmp_path):
    with tarfile.open(file) as tar:
        first = json.loads(tar.extractfile(MANIFEST).read())
    assert {name: rows for name, (rows, _) in first["tables"].items()} == {
        'public."Odd ""name"': "1",
        "public.empty": "0",
        "public.gauge": "2",
    }
    again = tmp_path / "again"
    backup(again)
    with tarfile.open(again) as tar:
        second = json.loads(tar.extractfile(MANIFEST).read())
    assert second["tables"]["public.gauge"][0] == "2"
    assert second["tables"]["public.gauge"][1] != first["tables"]["public.gauge"][1]


def test_a_row_written_during_the_backup_is_in_neither_dump_nor_count(site, own_data, tmp_path, monkeypatch):
    from rafid.site.cli import backup as backing

    real = backing.subprocess.run

    def write_then_dump(command, **options):
        if "pg_dump" in str(command[0]):
            site.sql("INSERT INTO gauge (name) VALUES ('in the middle')")
        return real(command, **options)

    with monkeypatch.context() as patch:
        patch.setattr(backing.subprocess, "run", write_then_dump)
        backup(tmp_path / "file")
    assert site.sql("SELECT count(*) FROM gauge") == ["3"]
    restore(tmp_path / "file", yes=True)
    assert site.sql("SELECT count(*) FROM gauge") == ["2"]


def test_a_managed_server_needs_no_administrator(own_data, tmp_path, monkeypatch):
    """A role that may make databases restores where an administrator put the extensions into template1 once."""
    cluster = Cluster("main")
    cluster.ensure()
    cluster.sql("CREATE EXTENSION IF NOT EXISTS postgis; CREATE EXTENSION IF NOT EXISTS pg_trgm", "template1")
    cluster.sql("DO $$ BEGIN CREATE ROLE officer LOGIN CREATEDB; EXCEPTION WHEN duplicate_object THEN END $$")
    cluster.sql("CREATE DATABASE managed OWNER officer")
    try:
        monkeypatch.setenv(
            "DATABASE_URL", cluster.url("managed").replace("rafid@", "officer@").replace("postgresql:", "postgis:")
        )
        database = site_database()
        assert database.sql("SELECT current_user") == ["officer"]
        database.sql("CREATE TABLE gauge AS SELECT 'Zab' AS name, 1 AS level, 'POINT(1 2)'::geometry AS place")
        backup(tmp_path / "file")
        database.sql("DROP TABLE gauge")
        restore(tmp_path / "file", yes=True)
        assert database.sql(LEVELS) == ["Zab=1"]
    finally:
        cluster.drop_database("managed")
        cluster.sql("DROP EXTENSION postgis; DROP EXTENSION pg_trgm", "template1")


def flip_a_byte(file: Path) -> None:
    body = bytearray(file.read_bytes())
    body[3000] ^= 1
    file.write_bytes(body)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 3])


def cut_off_the_manifest(file: Path) -> None:
    with tarfile.open(file) as tar:
        at = tar.getmember(MANIFEST).offset
    file.write_bytes(file.read_bytes()[:at] + bytes(1024))


SPOILT = {
    "a changed byte": flip_a_byte,
    "cut off": cut,
    "without its manifest": cut_off_the_manifest,
    "empty": lambda file: file.write_bytes(b""),
    "something else": lambda file: file.write_text("governorate,population\n"),
    "a member more": lambda file: rewrite(file, lambda members, manifest: members.update({"media/extra": b"x"})),
    "a member less": lambda file: rewrite(file, lambda members, manifest: members.pop("media/ab/photo")),
    "a way out": lambda file: rewrite(file, lambda members, manifest: members.update({"media/../../way_out": b"x"})),
    "another place": lambda file: rewrite(file, lambda members, manifest: members.update({"/tmp/way_out": b"x"})),
    "another format": lambda file: rewrite(file, lambda members, manifest: manifest.update(format="odk")),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_file_that_is_not_what_it_says_changes_nothing(site, file, own_data, spoil):
    spoil(file)
    with pytest.raises(DoorError, match="is not a whole backup"):
        restore(file, yes=True)
    assert is_as_now(site, own_data)


def test_a_backup_of_a_newer_version_is_refused(site, file, own_data):
    rewrite(file, lambda members, manifest: manifest.update(version="999.0"))
    with pytest.raises(DoorError, match="newer Rafid"):
        restore(file, yes=True)
    assert is_as_now(site, own_data)


@pytest.mark.parametrize("position", [0, 1], ids=["rows", "checksum"])
def test_a_dump_that_differs_from_its_count_replaces_nothing(site, file, own_data, position):
    def miscount(members, manifest):
        manifest["tables"]["public.gauge"][position] = "12345"

    rewrite(file, miscount)
    with pytest.raises(DoorError, match=r"differs.*public\.gauge"):
        restore(file, yes=True)
    assert is_as_now(site, own_data)


def test_a_dump_that_cannot_be_read_replaces_nothing(site, file, own_data):
    def spoil(members, manifest):
        body = members["database.dump"] = b"PGDMP" + b"\xff" * 500
        manifest["members"]["database.dump"] = {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}

    rewrite(file, spoil)
    with pytest.raises(DoorError, match="cannot be read here"):
        restore(file, yes=True)
    assert is_as_now(site, own_data)


def test_without_an_answer_nothing_is_replaced(site, file, own_data):
    with pytest.raises(DoorError, match="nobody is here to ask"):
        restore(file)
    with pytest.raises(DoorError, match="nobody is here to ask"):
        backup(file)
    assert is_as_now(site, own_data)


def test_while_others_use_the_database_nothing_is_replaced(site, file, own_data, monkeypatch):
    """A service is known by no file of this folder, only by its sessions."""
    monkeypatch.setattr(module, "PATIENCE", 0)
    with psycopg.connect(site.url) as other:
        other.execute("SELECT * FROM gauge")
        with pytest.raises(DoorError, match=r"sessions? use") as refused:
            restore(file, yes=True)
        assert "systemctl stop" in refused.value.remedy
        assert other.execute("SELECT count(*) FROM gauge").fetchone() == (2,)
    assert is_as_now(site, own_data)


def test_who_connects_in_the_middle_does_not_hinder_it(site, file, own_data, monkeypatch):
    opened = []

    def connect_then_prove(*arguments):
        opened.append(psycopg.connect(site.url))
        opened[0].execute("SELECT * FROM gauge")
        prove(*arguments)

    prove = module._prove
    with monkeypatch.context() as patch:
        patch.setattr(module, "_prove", connect_then_prove)
        restore(file, yes=True)
    with opened[0] as other, pytest.raises(psycopg.OperationalError):
        other.execute("SELECT 1")
    assert is_as_then(site, own_data)


def test_nothing_is_replaced_while_another_starts_or_restores(site, file, own_data):
    taking = (
        "import sys; from rafid.site.cli.processes import turn\n"
        "with turn('up'): print('taken', flush=True); sys.stdin.readline()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", taking],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
    )  # fmt: skip
    try:
        assert other.stdout.readline() == "taken\n"
        with pytest.raises(DoorError, match="started or restored"):
            restore(file, yes=True)
    finally:
        other.communicate("\n")
    assert is_as_now(site, own_data)
    restore(file, yes=True)
    assert is_as_then(site, own_data)


class PowerCut(BaseException):
    """What no handler of ours expects."""


def cut_power(monkeypatch, name: str, after: bool) -> None:
    real = getattr(module, name)

    def cutting(*arguments):
        if after:
            real(*arguments)
        raise PowerCut

    monkeypatch.setattr(module, name, cutting)
    # A process that is killed tidies up nothing.
    monkeypatch.setattr(module, "finish_interrupted", lambda: False)


@pytest.mark.parametrize(
    ("name", "after", "whole"),
    [("_unpack", True, False), ("_prove", True, False), ("_exchange", False, False), ("_exchange", True, True)],
)
def test_a_power_cut_leaves_the_old_or_the_new_but_no_mixture(site, file, own_data, monkeypatch, name, after, whole):
    with monkeypatch.context() as patch:
        cut_power(patch, name, after)
        with pytest.raises(PowerCut):
            restore(file, yes=True)
    assert finish_interrupted() is True
    assert is_as_then(site, own_data) if whole else is_as_now(site, own_data)
    assert finish_interrupted() is False


def test_what_is_still_arriving_is_left_out(site, own_data, tmp_path):
    (own_data / "media" / "incoming").mkdir()
    (own_data / "media" / "incoming" / "half").write_bytes(b"half a photo")
    backup(tmp_path / "b")
    with tarfile.open(tmp_path / "b") as tar:
        names = {member.name for member in tar}
    assert "media/ab/photo" in names
    assert not any("incoming" in name for name in names)


def test_files_are_not_swept_while_they_are_copied(site, own_data, tmp_path, monkeypatch):
    """From before the database's state is fixed until the last file is copied, the sweep's lock is held."""
    from rafid.commons.forms.keeping.retention import SWEEP_LOCK
    from rafid.site.cli import backup as copying

    assert copying.SWEEP_LOCK == SWEEP_LOCK
    seen: dict[str, list[str]] = {}

    def free() -> str:
        return site.sql(f"SELECT pg_try_advisory_lock({SWEEP_LOCK})")[0]

    add, ask = copying._add, copying.Snapshot.ask

    def adding(tar, name, path, members):
        seen.setdefault("copied", []).append(free())
        add(tar, name, path, members)

    def asking(self, query):
        if "BEGIN" in query:
            seen["fixed"] = [free()]
        return ask(self, query)

    monkeypatch.setattr(copying, "_add", adding)
    monkeypatch.setattr(copying.Snapshot, "ask", asking)
    backup(tmp_path / "b")
    assert seen == {"fixed": ["f"], "copied": ["f"] * 4}
    assert free() == "t"
