"""Uses a programme that the platform has never seen, as its people would; run by tests/test_seventh_programme.py.

Prints one line per thing that works; ends with a traceback at the first that does not.
"""

from __future__ import annotations

import io
import os
import tempfile

os.environ["DJANGO_SETTINGS_MODULE"] = "rafid.site.settings"

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from springs.models import Spring  # noqa: E402

from rafid.commons.people.models import Account, Grant, Organisation  # noqa: E402
from rafid.commons.people.visibility import roles  # noqa: E402
from rafid.commons.records.models import Finding  # noqa: E402

SHEET = """Number,Governorate,District,Depth,Working,Name (Arabic)
S-1,Thi Qar,الناصرية,12.5,yes,عين الحياة
S-2,ذي قار,Suq Al-Shoyokh,٧٠٠,yes,عين العميقة
S-3,Atlantis,الناصرية,10,yes,عين بلا مكان
"""


def done(what: str) -> None:
    print("works:", what, flush=True)


assert "springs.keeper" in roles()
organisation = Organisation.objects.create(ref="SPRINGS", name_en="Spring keepers", name_ar="أمناء العيون")
keeper = Account.objects.create_user("spring-keeper", password="a long password")
Grant.objects.create(account=keeper, role="springs.keeper", organisation=organisation)
stranger = Account.objects.create_user("stranger", password="a long password")
done("role")

client = Client()
page = client.get("/?lang=en").content.decode()
assert "Springs" in page
done("menu entry")

client.force_login(keeper)
assert client.get("/records/springs/spring/new/").status_code == 200
with tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False) as file:
    file.write(SHEET)
out = io.StringIO()
call_command(
    "import_table", "springs.springs", file.name, "--owner", "SPRINGS", "--only-good", "--yes", stdout=out, stderr=out
)
assert Spring.objects.count() == 2, out.getvalue()
one = Spring.objects.get(number="S-1")
assert (one.place.ref, one.depth_m, one.source) == ("IQG17Q04", 12.5, "import")
assert "Atlantis" in out.getvalue() or "S-3" in out.getvalue() or "4" in out.getvalue()
done("import with place matching, the bad row named")

answer = client.get(one.get_absolute_url())
assert answer.status_code == 200
assert "عين الحياة" in answer.content.decode()
assert client.get(one.get_absolute_url() + "history/").status_code == 200
nobody = Client()
assert nobody.get(one.get_absolute_url()).status_code == 404
done("record page, history and visibility")

assert Finding.objects.filter(
    kind="springs.spring", check_code="deep", record_ref=Spring.objects.get(number="S-2").ref
).exists()
done("check")

Spring.objects.update(state="published", sensitivity=0)
call_command("sync_indicators", stdout=io.StringIO())
call_command("compute_indicators", "springs-working", "--period", "2026", stdout=io.StringIO())
values = nobody.get("/api/v1/indicators/springs-working/values?period=2026").json()
assert values["items"], values
assert values["items"][0]["value"] == 100
assert nobody.get("/indicators/springs-working/").status_code == 200
done("indicator, computed from records")

rows = b"".join(nobody.get("/data/springs.csv").streaming_content).decode()
assert "S-1" in rows
assert nobody.get("/data/springs.xlsx").status_code == 200
assert nobody.get("/data/springs.geojson").json()["features"]
done("export")

listed = nobody.get("/api/v1/records/springs/spring").json()
assert len(listed["items"]) == 2
assert "/api/v1/records/{programme}/{code}" in nobody.get("/api/v1/openapi.json").json()["paths"]
done("API")
