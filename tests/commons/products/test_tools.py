"""Other people's tools: GDAL reads a collection whole by OGC API Features, and nothing that is asked breaks the service."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rafid.commons.people.models import Token
from rafid.commons.products.catalogue.finding import seen_versions
from rafid.commons.products.catalogue.snippets import snippets
from rafid.commons.products.release.decide import approve, publish, send_to_review
from rafid.commons.products.release.freeze import make_version

from .test_release import counts_for, desk, out, table_of  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


class _Silent(WSGIRequestHandler):
    def log_message(self, *_args):
        pass


@pytest.fixture
def site(desk):  # noqa: F811
    """The address of the whole site, served from the transaction of this test; whoever reads it is another process."""
    own = connections["default"]
    own.inc_thread_sharing()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    application = get_wsgi_application()

    def answer(environ, start):
        connections["default"] = own
        body = application(environ, start)
        try:
            return [b"".join(body)]
        finally:
            getattr(body, "close", lambda: None)()

    server = make_server("127.0.0.1", 0, answer, handler_class=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
    own.dec_thread_sharing()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


READ = """
import json, sys, pyogrio
address = sys.argv[1]
pages = {"PAGE_SIZE": "100"} if address.startswith("OAPIF") else {}
layers = [str(name) for name, _kind in pyogrio.list_layers(address)]
found = {}
for layer in layers:
    meta, _ids, shapes, columns = pyogrio.raw.read(address, layer=layer, **pages)
    found[layer] = {
        "driver": pyogrio.read_info(address, layer=layer)["driver"], "crs": meta["crs"], "drawn": sum(one is not None for one in (() if shapes is None else shapes)),
        "columns": {str(name): [None if value != value else value for value in values.tolist()]
                    for name, values in zip(meta["fields"], columns)},
    }
print(json.dumps(found, default=str))
"""


def read_by_gdal(address, tmp_path, **options):
    done = subprocess.run(
        [sys.executable, "-c", READ, address], capture_output=True, text=True, timeout=120, cwd=tmp_path,
        env={**os.environ, **options},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_gdal_reads_every_public_collection_whole(site, desk, tmp_path):  # noqa: F811
    """The driver that QGIS uses, too: with smaller pages, so that it follows the links."""
    version = out(desk, table_of(desk, counts_for(desk)))
    found = read_by_gdal(f"OAPIF:http://{site}/ogc", tmp_path)
    assert set(found) == {one.dataset.code for one in seen_versions(AnonymousUser(), placed=True)}
    for one in seen_versions(AnonymousUser(), placed=True):
        said = found[one.dataset.code]
        assert (said["driver"], len(next(iter(said["columns"].values())))) == ("OAPIF", one.rows), one.dataset.code
    cases = found["cases"]
    rows = {row.n: row.values for row in version.released.all()}
    assert len(cases["columns"]["cases"]) == version.rows
    numbers = [one["cases"] for one in rows.values()]
    assert sorted(map(str, cases["columns"]["cases"])) == sorted(map(str, map(_float, numbers)))
    assert cases["columns"]["cases_flag"].count("*") == numbers.count(None) >= 4
    assert cases["drawn"] >= 3


def _float(value):
    return None if value is None else float(value)


def test_gdal_signs_in_with_a_token_as_the_password(site, desk, tmp_path):  # noqa: F811
    version = send_to_review(make_version(table_of(desk, counts_for(desk)), desk.author, reach="partners"), desk.author)
    publish(approve(version, desk.steward), desk.approver)
    Token.objects.create(account=desk.author, name="qgis", sha256=hashlib.sha256(b"a-token").hexdigest())
    assert "cases" not in read_by_gdal(f"OAPIF:http://{site}/ogc", tmp_path)
    found = read_by_gdal(f"OAPIF:http://{site}/ogc", tmp_path, GDAL_HTTP_USERPWD="any:a-token")
    assert len(found["cases"]["columns"]["cases"]) == version.rows


class TestFuzz:
    """No 5xx, whatever is asked."""

    @pytest.fixture(autouse=True)
    def _out(self, desk):  # noqa: F811
        out(desk, table_of(desk, counts_for(desk)))

    WORDS = st.one_of(
        st.sampled_from(
            ["cases", "sex", "area", "period", "nothing", "'f'", "'it''s'", "null", "true", "1", "-1.5", "1e400", "(", ")",
             ",", "eq", "ne", "gt", "and", "or", "not", "in", "=", "<>", "AND", "NOT", "IN", "LIKE", "IS NULL", "BETWEEN",
             "contains(sex,'f')", "startswith(", "S_INTERSECTS(geometry,", "POINT(44 33)", "BBOX(1,2,3,4)", "2026-01-01",
             "\x00", "%", "\\", "'", '"', "ـ", "٣", "duration'P1D'", "now()", "geo.distance(a,b)", "x:x", "$it/cases"]
        ),
        st.text(max_size=6),
    )  # fmt: skip
    TEXT = st.one_of(st.lists(WORDS, max_size=8).map(" ".join), st.text(max_size=30))
    ODATA = st.sampled_from(
        ["$filter", "$orderby", "$select", "$top", "$skip", "$count", "$skiptoken", "$format", "$expand", "$x", "lang"]
    )
    OGC = st.sampled_from(
        ["limit", "bbox", "bbox-crs", "datetime", "crs", "filter", "filter-lang", "f", "after", "sex", "cases", "lang"]
    )
    SLOW = settings(
        max_examples=150, deadline=None, derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )  # fmt: skip

    @SLOW
    @given(st.dictionaries(ODATA, TEXT, max_size=3), st.sampled_from(["", "/$count", "('x')", "/x", "('')"]))
    def test_odata(self, client, query, more):
        answer = client.get(f"/odata/v4/cases{more}", query)
        assert answer.status_code < 500, (query, answer.content[:500])
        if answer.status_code == 400:
            assert answer.json()["error"]["message"]

    @SLOW
    @given(st.dictionaries(OGC, TEXT, max_size=3), st.sampled_from(["", "/x", "/%00"]))
    def test_ogc(self, client, query, more):
        answer = client.get(f"/ogc/collections/cases/items{more}", query)
        assert answer.status_code < 500, (query, answer.content[:500])

    @SLOW
    @given(st.text(max_size=20), st.sampled_from(["/odata/v4/{}", "/ogc/collections/{}/items", "/tiles/{}.json"]))
    def test_names(self, client, name, address):
        assert client.get(address.format(name.replace("?", "").replace("#", ""))).status_code < 500


def test_what_the_dataset_s_page_says_to_copy_works(site, desk, tmp_path):  # noqa: F811
    """The addresses of its snippets, as the tools would ask for them."""
    version = out(desk, table_of(desk, counts_for(desk)))
    request = RequestFactory().get("/", headers={"Host": site})
    said = {one.tool: one.text for one in snippets(request, "cases", located=True, released=True)}
    assert set(said) >= {"QGIS", "ArcGIS Pro", "Excel", "Power BI", "R", "Python", "curl"}
    (source,) = re.findall(r'"(OAPIF:[^"]+)"', said["Python"])
    assert len(read_by_gdal(source, tmp_path)["cases"]["columns"]["cases"]) == version.rows
    (package,) = re.findall(r'"(/vsicurl/[^"]+)"', said["R"])
    assert len(read_by_gdal(package, tmp_path)["cases"]["columns"]["cases"]) == version.rows
    (parquet,) = re.findall(r'"(http[^"]+\.parquet)"', said["Python"])
    code = "import polars, sys; print(polars.read_parquet(sys.argv[1]).height)"
    done = subprocess.run([sys.executable, "-c", code, parquet], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == str(version.rows), done.stderr[-1000:]
    code = "import json, sys, urllib.request as r; print(json.load(r.urlopen(sys.argv[1]))['value'][0]['name'])"
    done = subprocess.run([sys.executable, "-c", code, said["Excel"]], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "cases", done.stderr[-1000:]
    assert said["Power BI"] == said["Excel"]
    assert said["QGIS"] == said["ArcGIS Pro"] == f"http://{site}/ogc"
