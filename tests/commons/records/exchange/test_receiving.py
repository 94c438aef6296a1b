"""A large file of another node: read by the worker, watched, told, and read once where it is sent twice."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections

from rafid.commons import blobs
from rafid.commons.people.models import Message, Organisation
from rafid.commons.records.exchange import receiving
from rafid.commons.records.exchange.carrying import READING, take
from rafid.commons.records.exchange.settling import LOCK
from rafid.commons.records.models import ExchangeBundle, ExchangeChange, ExchangeReceipt, Task, TaskState
from rafid.methods.exchange import file_hash

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(world):
    return world.person("tt-exchange", ("platform.exchange", None, None))


@pytest.fixture
def officer(client, reader):
    client.force_login(reader)
    return client


@pytest.fixture
def large(monkeypatch):
    """Every file is a large one."""
    monkeypatch.setattr(receiving, "LARGE", 0)


@pytest.fixture
def wells(beta):
    """A file of BETA with three wells."""
    ref = Organisation.objects.order_by("ref").first().ref
    for number in ("B1", "B2", "B3"):
        beta.does(str(uuid.uuid4()), number=number, owner=ref, sensitivity=1, depth_m=8, place="IQG13", working=True)
    return beta.file()


def send(client, data, name="beta.rafid"):
    return client.post("/exchange/read/?lang=en", {"file": SimpleUploadedFile(name, data)})


def work_off() -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    from rafid.commons.records.tasks import run as run_task

    for job in ProcrastinateJob.objects.filter(status="todo", task_name="rafid.run").order_by("id"):
        if job.args["path"].startswith(receiving.__name__):
            run_task.func(None, **job.args)


def tasks(reader):
    return Task.objects.filter(name=receiving.NAME, by=reader).order_by("made_at")


def of_beta():
    return ExchangeChange.objects.filter(node="BETA").count()


def test_a_small_file_is_read_at_once(officer, reader, wells):
    answer = send(officer, wells)
    assert answer["Location"] == "/exchange/"
    assert of_beta() == 3
    assert not tasks(reader).exists()


def test_a_large_file_is_read_by_the_worker_and_told(officer, reader, wells, large):
    answer = send(officer, wells)
    task = tasks(reader).get()
    assert answer["Location"] == f"/tasks/{task.pk}/"
    assert of_beta() == 0
    page = officer.get("/exchange/?lang=en").content.decode()
    assert "being read" in page
    assert "Reading beta.rafid" in page
    assert blobs.read(file_hash(wells)) == wells
    assert receiving.waiting([file_hash(wells), "0" * 64]) == {file_hash(wells)}
    work_off()
    task.refresh_from_db()
    assert task.state == TaskState.DONE
    assert of_beta() == 3
    assert ExchangeReceipt.objects.filter(of="BETA", file=file_hash(wells)).exists()
    said = "Of BETA: 3 changes taken, 0 were known, 0 wait, 0 new cases."
    assert task.about["en"] == said
    assert Message.objects.filter(account=reader).latest("pk").text["en"] == said
    page = officer.get("/exchange/?lang=en").content.decode()
    assert said in page
    assert "being read" not in page
    assert receiving.waiting([file_hash(wells)]) == set()


def test_how_far_it_is_can_be_heard(reader, wells):
    heard = []
    take(wells, by=reader, told=lambda done, of: heard.append((done, of)))
    assert heard[-1] == (3, 3)


def test_the_page_opens_while_the_worker_works_a_file_out(officer, reader, wells, large):
    send(officer, wells)
    worker = connections.create_connection("default")
    try:
        with worker.cursor() as cursor, connection.cursor() as own:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            own.execute("SET LOCAL lock_timeout = '2s'")
            page = officer.get("/exchange/?lang=en").content.decode()
            assert officer.get("/exchange/cases/?lang=en").status_code == 200
    finally:
        worker.close()
    assert "being read" in page


def test_a_small_file_waits_for_the_worker_while_another_is_read(officer, reader, wells):
    worker = connections.create_connection("default")
    try:
        with worker.cursor() as cursor, connection.cursor() as own:
            cursor.execute("SELECT pg_advisory_lock(%s)", [READING])
            own.execute("SET LOCAL lock_timeout = '2s'")
            answer = send(officer, wells)
    finally:
        worker.close()
    assert answer["Location"] == f"/tasks/{tasks(reader).get().pk}/"
    work_off()
    assert of_beta() == 3


def test_the_same_file_twice_at_once_is_read_once(officer, client, reader, wells, large, world):
    first, second = send(officer, wells), send(officer, wells)
    assert first["Location"] == second["Location"]
    assert "You are told" in officer.get("/exchange/?lang=en").content.decode()
    client.force_login(world.person("tt-other", ("platform.exchange", None, None)))
    assert send(client, wells)["Location"] == "/exchange/"
    page = client.get("/exchange/?lang=en").content.decode()
    assert "Somebody sent this file before: it is being read." in page
    assert "You are told" not in page, "who sent it is told"
    assert (
        tasks(reader).count() == Task.objects.filter(name=receiving.NAME, link__contains=file_hash(wells)).count() == 1
    )
    work_off()
    work_off()
    assert ExchangeBundle.objects.filter(node="BETA").count() == 1
    client.force_login(reader)
    send(client, wells)
    work_off()
    assert tasks(reader).last().about["en"].startswith("Of BETA: 0 changes taken, 3 were known")
    assert of_beta() == 3


def test_what_is_refused_says_why_and_leaves_nothing(officer, reader, wells, large):
    send(officer, wells[:-40])
    work_off()
    task = tasks(reader).get()
    assert task.state == TaskState.FAILED
    assert "was cut" in task.error["en"]
    assert len(set(task.error.values())) == 3
    assert of_beta() == 0
    page = officer.get("/exchange/?lang=en").content.decode()
    assert "not taken" in page
    assert "was cut" in page


def test_a_worker_that_died_after_taking_the_file_reads_it_again(officer, reader, wells, large):
    send(officer, wells)
    take(wells, by=reader)
    work_off()
    task = tasks(reader).get()
    assert task.state == TaskState.DONE
    assert "0 changes taken, 3 were known" in task.about["en"]


def test_a_file_that_is_gone_is_asked_for_again(officer, reader, wells, large):
    send(officer, wells)
    blobs.path_of(file_hash(wells)).unlink()
    work_off()
    assert tasks(reader).get().error["en"] == "The file is not here any more. Send it again."
