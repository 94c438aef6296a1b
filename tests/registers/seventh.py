"""Uses the programme of docs/extend.md, which the platform has never seen, as its people would: through its pages.

Run by tests/test_seventh_programme.py in a process of its own. Prints one line per thing that works; ends with a
traceback at the first that does not.
"""

from __future__ import annotations

import io
import json
import math
import os
import re
from datetime import date

os.environ["DJANGO_SETTINGS_MODULE"] = "rafid.site.settings"

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from springs.models import Spring  # noqa: E402

from rafid.commons.people.models import Account, Organisation  # noqa: E402

SHEET = """Number,Governorate,District,Flow,Drinkable,Name (Arabic),Name (English)
S-1,Thi Qar,الناصرية,12.5,yes,عين الحياة,Spring of life
S-2,ذي قار,Suq Al-Shoyokh,٧٠٠٠,no,عين قوية,
S-3,Atlantis,الناصرية,10,yes,عين بلا مكان,
"""
REGISTER = "/records/springs/spring/"


def done(what: str) -> None:
    print("works:", what, flush=True)


def signed_in(login: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(login=login))
    return client


def text(answer: object) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode()


# The accounts are those that the demonstration made for the declared roles; the stranger has none.
nobody, admin, keeper, reader = Client(), *(signed_in(one) for one in ("admin", "springs.keeper", "springs.reader"))
stranger_account = Account.objects.create_user("a-stranger", password="a long password")
stranger = signed_in("a-stranger")
owner = Organisation.objects.get(ref="IQ-STAT")

for language, name in {"en": "Springs", "ar": "الينابيع", "ckb": "کانییەکان"}.items():
    menu = text(nobody.get(f"/?lang={language}"))
    assert f'href="/springs/">{name}' in " ".join(menu.split()).replace('" aria-current="true"', '"'), menu
assert "Import" not in re.findall(r'<nav class="sections".*?</nav>', text(nobody.get(f"{REGISTER}?lang=en")), re.S)[0]
assert "Import" in re.findall(r'<nav class="sections".*?</nav>', text(keeper.get(f"{REGISTER}?lang=en")), re.S)[0]
done("menu entry")

call_command("demo", stdout=io.StringIO())
assert Spring.objects.count() == 12, "loading the demonstration again adds nothing"
assert keeper.get(f"{REGISTER}new/").status_code == 200
assert reader.get(f"{REGISTER}new/").status_code == 403
assert stranger.get(f"{REGISTER}new/").status_code == 403
assert nobody.get(f"{REGISTER}new/").status_code == 302
done("demonstration")

# Import through its pages: the file, the columns as they are recognised, the good rows.
answer = keeper.post(
    "/imports/new/?target=springs.springs&lang=en",
    {"file": SimpleUploadedFile("springs.csv", SHEET.encode()), "owner": str(owner.pk)},
)
assert answer.status_code == 302, text(answer)
columns = text(keeper.get(answer.url))
chosen = {
    name: found[1] if (found := re.search(r'value="(\d*)" selected', options)) else ""
    for name, options in re.findall(r'<select id="map-[^"]+" name="(map-[^"]+)"(.*?)</select>', columns, re.S)
}
assert chosen["map-flow_ls"] == "3", chosen
seen = re.search(r'name="seen" value="(\w+)"', columns)[1]
answer = keeper.post(answer.url, {**chosen, "seen": seen, "action": "read"})
run = answer.url.split("?")[0]
preview = text(keeper.get(f"{run}?lang=en"))
assert "Atlantis" in preview
assert Spring.objects.count() == 12
seen = re.search(r'name="seen" value="(\w+)"', preview)[1]
answer = keeper.post(f"{run}apply/", {"seen": seen, "only_good": "1"}, follow=True)
assert Spring.objects.count() == 14, text(answer)
life, strong = Spring.objects.get(number="S-1"), Spring.objects.get(number="S-2")
assert (life.place.ref, life.flow_ls, life.source, life.owner) == ("IQG17Q04", 12.5, "import", owner)
assert "Atlantis" in text(keeper.get(f"{run}rest.csv"))
done("import with place matching, the bad row given back")

page = life.get_absolute_url()
assert "عين الحياة" in text(keeper.get(f"{page}?lang=ar"))
assert life.ref in text(keeper.get(f"{REGISTER}?place=IQG17"))
assert life.ref not in text(keeper.get(f"{REGISTER}?place=IQG01"))
form = {
    "number": "S-1", "flow_ls": "13.25", "place": "IQG17Q04", "owner": str(owner.pk), "sensitivity": "1",
    "name_ar": "عين الحياة", "drinkable": "on", "version": str(life.version), "reason": "measured again",
}  # fmt: skip
assert keeper.post(f"{page}edit/", form).status_code == 302
history = text(keeper.get(f"{page}history/?lang=en"))
assert all(word in history for word in ("measured again", "13.25", "springs.keeper", "import springs.csv"))
assert reader.post(f"{page}edit/", {**form, "version": "2"}).status_code == 403
life.refresh_from_db()
assert life.flow_ls == 13.25
done("record page, form and history")

# The role opens what its scope reaches, from the moment at which it is given until it is taken back.
for client in (stranger, nobody):
    assert client.get(page).status_code == 404
    assert client.get(f"{page}history/").status_code == 404
given = admin.post(
    "/people/a-stranger/roles/", {"role": "springs.reader", "organisation": "IQ-STAT", "place": "IQG17", "reason": "x"}
)
assert given.status_code == 302, text(given)
assert stranger.get(page).status_code == 200
assert stranger.get(f"{page}edit/").status_code == 403
grant = stranger_account.grants.get(revoked_at=None)
assert "springs.reader" in text(admin.get("/people/a-stranger/?lang=en")) or "Reader" in text(
    admin.get("/people/a-stranger/?lang=en")
)
assert admin.post(f"/people/a-stranger/roles/{grant.pk}/end/", {"reason": "x"}).status_code == 302
assert stranger.get(page).status_code == 404
done("role")

findings = text(keeper.get("/findings/?lang=en"))
assert "7000 l/s is more than any spring we know." in findings, findings
assert strong.ref in findings
assert strong.ref not in text(stranger.get("/findings/"))
finding = re.search(r'href="(/findings/[0-9a-f-]{36}/)"', findings)[1]
assert keeper.post(finding, {"action": "explained", "text": "a dam opened"}).status_code == 302
assert "a dam opened" in text(keeper.get(finding))
done("check")

for client, sees in ((keeper, True), (stranger, False)):
    for asked in ("عين الحياة", "spring of LIFE" if sees else "S-1", life.ref):
        hit = f'href="{page}"' in text(client.get("/search/", {"q": asked}))
        assert hit == (sees and "LIFE" not in asked), (asked, hit)  # the form above left the English name out
done("search")

Spring.objects.filter(number__in=["S-1", "S-2"]).update(state="published", sensitivity=0)
call_command("compute_indicators", "2026", "springs-drinkable", "--organisation", "IQ-STAT", stdout=io.StringIO())
values = nobody.get("/api/v1/indicators/springs-drinkable/values?period=2026&place=IQG17Q04").json()["items"]
assert [one["value"] for one in values] == [100], values
measured = text(nobody.get("/indicators/springs-drinkable/?period=2026&lang=en"))
assert "Share of springs that are drinkable" in measured
assert re.search(r"\b100\b", measured)
done("indicator, computed from records")

for address in ("/data/springs.csv", "/records/springs/spring.csv"):
    exported = text(nobody.get(address))
    assert life.ref in exported
    assert "S-3" not in exported
assert text(nobody.get("/data/springs.csv?hxl=true")).splitlines()[1].startswith("#meta+id")
for address in ("/data/springs.xlsx", "/records/springs/spring.xlsx"):
    assert b"".join(nobody.get(address).streaming_content)[:2] == b"PK"
assert len(json.loads(text(nobody.get("/data/springs.geojson")))["features"]) == 14
assert "Springs" in text(nobody.get("/catalog/?lang=en"))
assert nobody.get("/catalog/springs/").status_code == 200
done("export")

with_point = Spring.objects.exclude(point=None).first()
scale = 2**6
x = int((with_point.point.x + 180) / 360 * scale)
y = int((1 - math.asinh(math.tan(math.radians(with_point.point.y))) / math.pi) / 2 * scale)
for layer in ("springs", "springs-spring"):
    tile = nobody.get(f"/tiles/{layer}/6/{x}/{y}.mvt", headers={"Accept-Encoding": "identity"})
    assert tile.status_code == 200, (layer, tile.status_code)
    assert nobody.get(f"/tiles/{layer}.json").json()["tiles"]
done("tiles")

listed = nobody.get("/api/v1/records/springs/spring?place=IQG17Q04").json()
assert life.ref in [one["ref"] for one in listed["items"]]
assert nobody.get("/api/v1/springs/total").json()["springs"] == 14
paths = nobody.get("/api/v1/openapi.json").json()["paths"]
assert "/api/v1/springs/total" in paths
assert "/api/v1/records/{programme}/{code}" in paths
done("API")

overview = text(keeper.get("/springs/?lang=ar"))
assert "الناصرية" in overview
assert f'href="{REGISTER}"' in overview
assert "<h1>الينابيع</h1>" in overview
done("own page")

kept = Spring.objects.get(number="DEMO-001")
assert "DEMONSTRATION" in text(nobody.get(f"{kept.get_absolute_url()}?lang=en"))
assert "DEMONSTRATION" not in text(nobody.get(f"{page}?lang=en"))
assert kept.measured_on < date.fromisoformat(os.environ["RAFID_DEMO_DAY"])
call_command("demo", "--scale", "2", stdout=io.StringIO())
assert Spring.objects.filter(number__startswith="DEMO-").count() == 24
again = Spring.objects.get(number="DEMO-001")
assert (again.flow_ls, again.version) == (kept.flow_ls, kept.version)
done("scale of the demonstration")
