"""The OData feed: documents, types, pages by key, filters, masks; errors in OData's shape."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.test import Client

from rafid.commons.forms.models import FieldPolicy, Submission
from rafid.commons.people.models import AccessLog
from rafid.commons.people.tokens import make_token

pytestmark = pytest.mark.django_db

AT = datetime(2026, 9, 30, 8, 15, 4, 250_000, tzinfo=UTC)


@pytest.fixture
def feed(field):
    """``feed(path, **query)`` as an officer; ``feed.client`` for more."""

    class Feed:
        client = Client(headers={"Accept-Language": "en"})

        def __call__(self, path: str = "", client=None, **query):
            names = {f"${name}" if name != "public" else name: value for name, value in query.items()}
            return (client or self.client).get(f"/odata/v4/{field.form.pk}{path}", names)

        def all(self, path: str, **query) -> list:
            """Rows of all pages, by the links that the pages give."""
            answer, rows = self(path, **query), []
            while True:
                rows.append(answer.json()["value"])
                link = answer.json().get("@odata.nextLink")
                if link is None:
                    return rows
                parts = urlsplit(link)
                answer = self.client.get(f"{parts.path}?{parts.query}")

    found = Feed()
    found.client.force_login(field.world.person("officer", ("wells.officer", None, None)))
    return found


def test_the_service_document_names_the_tables(field, feed):
    assert feed().json() == {
        "@odata.context": f"http://testserver/odata/v4/{field.form.pk}/$metadata",
        "value": [
            {"name": "Submissions", "kind": "EntitySet", "url": "Submissions"},
            {"name": "Submissions.nc", "kind": "EntitySet", "url": "Submissions.nc"},
        ],
    }
    assert feed()["OData-Version"] == "4.0"
    alias = feed.client.get(f"/api/v1/odata/{field.form.xform_id}")
    assert alias.json()["@odata.context"] == "http://testserver/api/v1/odata/t1/$metadata"


def test_metadata_types_come_from_the_form(feed):
    root = ElementTree.fromstring(feed("/$metadata").content)
    edm = "{http://docs.oasis-open.org/odata/ns/edm}"
    types = {
        one.get("Name"): {part.get("Name"): part.get("Type") for part in one.iter(f"{edm}Property")}
        for one in root.iter(f"{edm}EntityType")
    }
    assert types["Submissions"] == {
        "__id": "Edm.String", "__system": "org.opendatakit.submission.metadata", "visit_id": "Edm.String",
        "gov": "Edm.String", "dist": "Edm.String", "deminers": "Edm.Int64", "medics": "Edm.Int64",
        "ambulance": "Edm.String", "amb_why": "Edm.String", "n_major": "Edm.String", "loc": "Edm.GeographyPoint",
    }  # fmt: skip
    assert types["Submissions.nc"] == {
        "__id": "Edm.String", "__Submissions-id": "Edm.String", "sev": "Edm.String", "photo": "Edm.String",
    }  # fmt: skip
    assert {one.get("EntityType") for one in root.iter(f"{edm}EntitySet")} == {
        "org.opendatakit.user.t1.Submissions",
        "org.opendatakit.user.t1.Submissions.nc",
    }


def test_rows_are_central_s(field, feed):
    field.send(field.visit(7), received_at=AT, device_id="collect:abc")
    Submission.objects.update(changed_at=AT)
    assert feed("/Submissions").json() == {
        "@odata.context": f"http://testserver/odata/v4/{field.form.pk}/$metadata#Submissions",
        "value": [
            {
                "__id": "uuid:7",
                "__system": {
                    "submissionDate": "2026-09-30T08:15:04.250Z", "updatedAt": "2026-09-30T08:15:04.250Z",
                    "submitterId": str(field.phone.pk), "submitterName": "Tablet 7", "attachmentsPresent": 0,
                    "attachmentsExpected": 2, "status": None, "reviewState": None, "deviceId": "collect:abc", "edits": 0,
                    "formVersion": "1",
                },
                "visit_id": "TPM-0001", "gov": "kirkuk", "dist": "dibis", "deminers": 12, "medics": 2,
                "ambulance": "yes", "amb_why": None, "n_major": "2",
                "loc": {"type": "Point", "coordinates": [44.01, 36.1909, 412.0], "properties": {"accuracy": 4.8}},
            }
        ],
    }  # fmt: skip
    assert feed("/Submissions.nc").json()["value"][1] == {
        "__id": "uuid:7/nc[2]", "__Submissions-id": "uuid:7", "sev": "minor", "photo": None,
    }  # fmt: skip


def test_pages_by_key_give_each_row_once_while_data_arrives(field, feed):
    for number in range(1, 6):
        field.send(field.visit(number))
    first = feed("/Submissions", top="100", count="true").json()
    assert (first["@odata.count"], len(first["value"]), "@odata.nextLink" in first) == (5, 5, False)
    answer = feed.client.get(f"/odata/v4/{field.form.pk}/Submissions", headers={"Prefer": "odata.maxpagesize=2"})
    seen = [row["__id"] for row in answer.json()["value"]]
    field.send(field.visit(6))
    Submission.objects.filter(instance_id="uuid:1").update(deleted_at=AT)
    while link := answer.json().get("@odata.nextLink"):
        answer = feed.client.get(link.removeprefix("http://testserver"), headers={"Prefer": "odata.maxpagesize=2"})
        seen += [row["__id"] for row in answer.json()["value"]]
    assert seen == [f"uuid:{n}" for n in range(1, 7)]


def test_top_and_skip_over_rows_of_repeats(field, feed):
    for number in range(1, 4):
        field.send(field.visit(number))
    rows = [row["__id"] for row in feed("/Submissions.nc").json()["value"]]
    assert rows == [f"uuid:{n}/nc[{m}]" for n in (1, 2, 3) for m in (1, 2, 3)]
    assert [row["__id"] for row in feed("/Submissions.nc", top="2", skip="4").json()["value"]] == rows[4:6]
    assert feed("/Submissions.nc", top="0", count="true").json()["value"] == []
    assert feed("/Submissions.nc", top="0", count="true").json()["@odata.count"] == 9


def test_top_holds_over_all_pages(field, feed, monkeypatch):
    from rafid.commons.forms.odata import feed as pages

    for number in range(1, 6):
        field.send(field.visit(number))
    monkeypatch.setattr(pages, "PAGE", 2)
    assert [len(page) for page in feed.all("/Submissions", top="3")] == [2, 1]
    assert [len(page) for page in feed.all("/Submissions.nc", skip="12")] == [2, 1]
    assert [len(page) for page in feed.all("/Submissions")] == [2, 2, 1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("__system/reviewState eq 'approved'", "3"),
        ("__system/reviewState ne 'approved'", "124"),
        ("__system/reviewState eq null", "12"),
        ("not (__system/reviewState eq null) and __system/submissionDate gt 2026-09-03T00:00:00Z", "34"),
        ("__system/submissionDate lt 2026-09-02T12:00:00Z or __system/reviewState eq 'hasIssues'", "124"),
        (
            "__system/submissionDate ge 2026-09-02T08:15:04.25Z and __system/submissionDate le 2026-09-03T08:15:04.250Z",
            "23",
        ),
        ("$root/Submissions/__system/submissionDate ge 2026-09-04", "4"),
        ("2026-09-03T00:00:00+03:00 lt __system/updatedAt", "34"),
    ],
)
def test_filters(field, feed, text, found):
    states = {1: "received", 2: "received", 3: "approved", 4: "has_issues"}
    for number, state in states.items():
        field.send(field.visit(number), received_at=AT.replace(day=number))
        rows = Submission.objects.filter(instance_id=f"uuid:{number}")
        rows.update(state=state, changed_at=AT.replace(day=number))
    answer = feed("/Submissions", filter=text).json()
    assert "".join(row["__id"].removeprefix("uuid:") for row in answer["value"]) == found
    of_repeat = feed("/Submissions.nc", filter=text, count="true").json()
    assert of_repeat["@odata.count"] == 3 * len(found)


@pytest.mark.parametrize(
    "query",
    [
        {"filter": "visit_id eq 'TPM-0001'"},
        {"filter": "__system/reviewState eq 'lost'"},
        {"filter": "__system/submissionDate eq 'approved'"},
        {"filter": "__system/reviewState gt 'approved'"},
        {"filter": "__system/submissionDate gt 2026-13-45"},
        {"filter": "(" * 500},
        {"filter": "__system/reviewState eq 'approved"},
        {"filter": "null eq null"},
        {"filter": "'; DROP TABLE x --"},
        {"top": "-1"},
        {"top": "x"},
        {"skip": "1.5"},
        {"skiptoken": "x"},
        {"skiptoken": "W10"},
        {"count": "yes"},
        {"select": "nothing"},
        {"orderby": "nothing"},
        {"orderby": "loc"},
        {"orderby": "visit_id up"},
        {"orderby": "visit_id,,gov"},
        {"orderby": "a,b,c,d,e,f"},
        {"orderby": "__system/status"},
        {"orderby": "visit_id", "skiptoken": "W10"},
        {"expand": "nothing"},
        {"expand": "nc($select=sev)"},
        {"expand": "visit_id"},
        {"format": "atom"},
    ],
)
def test_what_is_not_understood_is_said(field, feed, query):
    answer = feed("/Submissions", **query)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "BadRequest"
    assert answer.json()["error"]["message"]


ORDERS = [
    ("deminers", ["4", "2", "1", "3", "5"]),
    ("deminers desc", ["3", "5", "1", "2", "4"]),
    ("gov desc,deminers", ["4", "2", "1", "3", "5"]),
    ("amb_why desc, __id desc", ["2", "1", "5", "4", "3"]),
    ("amb_why,__id desc", ["5", "4", "3", "1", "2"]),
    ("__system/submissionDate desc", ["5", "4", "3", "2", "1"]),
    ("__system/reviewState asc,__system/edits", ["1", "2", "3", "5", "4"]),
    ("__system/submitterName,__id desc", ["5", "4", "3", "2", "1"]),
]


def _five(field):
    answers = [
        {"deminers": "12", "amb_why": "a"}, {"deminers": "9", "amb_why": "b"}, {"deminers": "100"}, {"deminers": ""},
        {"deminers": "100"},
    ]  # fmt: skip
    for number, one in enumerate(answers, 1):
        field.send(field.visit(number, **one), received_at=AT.replace(day=number))
    Submission.objects.filter(instance_id="uuid:4").update(state="has_issues")
    Submission.objects.filter(instance_id="uuid:5").update(state="approved")


@pytest.mark.parametrize(("order", "expected"), ORDERS)
def test_order_holds_over_all_pages(field, feed, monkeypatch, order, expected):
    from rafid.commons.forms.odata import feed as pages

    _five(field)
    monkeypatch.setattr(pages, "PAGE", 2)
    found = feed.all("/Submissions", orderby=order, select="__id")
    assert [len(page) for page in found] == [2, 2, 1]
    assert [row["__id"].removeprefix("uuid:") for page in found for row in page] == expected
    assert {name for page in found for row in page for name in row} == {"__id"}


def test_an_ordered_feed_neither_repeats_nor_hides_what_arrives(field, feed, monkeypatch):
    from rafid.commons.forms.odata import feed as pages

    _five(field)
    monkeypatch.setattr(pages, "PAGE", 2)
    first = feed("/Submissions", orderby="deminers desc").json()
    field.send(field.visit(6, deminers="200"))
    field.send(field.visit(7, deminers="11"))
    rows = first["value"]
    while link := first.get("@odata.nextLink"):
        first = feed.client.get(link.removeprefix("http://testserver")).json()
        rows = rows + first["value"]
    assert [row["__id"] for row in rows] == [f"uuid:{n}" for n in (3, 5, 1, 7, 2, 4)]


def test_the_link_keeps_all_that_was_asked(field, feed, monkeypatch):
    from rafid.commons.forms.odata import feed as pages

    _five(field)
    monkeypatch.setattr(pages, "PAGE", 2)
    query = {
        "orderby": "deminers desc", "select": "__id,deminers", "count": "true", "expand": "nc", "top": "4", "skip": "1",
        "filter": "__system/submissionDate lt 2026-09-05T00:00:00Z",
    }  # fmt: skip
    first = feed("/Submissions", **query).json()
    second = feed.client.get(first["@odata.nextLink"].removeprefix("http://testserver")).json()
    assert (first["@odata.count"], second["@odata.count"]) == (4, 4)
    rows = [*first["value"], *second["value"]]
    assert [row["__id"] for row in rows] == ["uuid:1", "uuid:2", "uuid:4"]
    assert {tuple(row) for row in rows} == {("__id", "deminers", "nc")}
    assert {len(row["nc"]) for row in rows} == {3}
    assert "@odata.nextLink" not in second


def test_rows_of_repeats_in_order(field, feed, monkeypatch):
    from rafid.commons.forms.odata import feed as pages

    for number in (1, 2):
        field.send(field.visit(number))
    monkeypatch.setattr(pages, "PAGE", 4)
    found = [row["__id"] for page in feed.all("/Submissions.nc", orderby="sev desc,__id") for row in page]
    assert found == ["uuid:1/nc[2]", "uuid:2/nc[2]", "uuid:1/nc[1]", "uuid:1/nc[3]", "uuid:2/nc[1]", "uuid:2/nc[3]"]


@pytest.mark.parametrize(("most", "pages"), [(1, [1, 1, 1, 1, 1]), (8, [2, 2, 1]), (20_000, [5])])
def test_a_page_holds_no_more_than_fits_within_it(field, feed, monkeypatch, most, pages):
    """Each visit has three rows of a repeat beside its own."""
    monkeypatch.setattr("rafid.commons.forms.odata.expanding.MOST_WITHIN", most)
    for number in range(5):
        field.send(field.visit(number))
    for query in ({}, {"orderby": "deminers"}):
        found = feed.all("/Submissions", expand="*", **query)
        assert [len(page) for page in found] == pages
        assert sorted(row["__id"] for page in found for row in page) == [f"uuid:{number}" for number in range(5)]
        assert all(len(row["nc"]) == 3 for page in found for row in page)
    assert [len(page) for page in feed.all("/Submissions", expand="*", top="2")] == ([2] if most > 1 else [1, 1])


def test_expand_gives_the_rows_of_repeats(field, feed):
    for number in (1, 2):
        field.send(field.visit(number))
    field.send(field.visit(3, edits="uuid:1"))
    for query in ("*", "nc"):
        rows = feed("/Submissions", expand=query).json()["value"]
        assert [[one["__id"] for one in row["nc"]] for row in rows] == [
            [f"uuid:{n}/nc[{m}]" for m in (1, 2, 3)] for n in (1, 2)
        ]
        assert rows[0]["nc"][1] == {"__id": "uuid:1/nc[2]", "__Submissions-id": "uuid:1", "sev": "minor", "photo": None}
    of_one = feed("/Submissions('uuid:2')/nc", top="2")
    assert [row["__id"] for row in of_one.json()["value"]] == ["uuid:2/nc[1]", "uuid:2/nc[2]"]
    assert of_one.json()["@odata.context"].endswith("/$metadata#Submissions.nc")
    assert feed("/Submissions('x')/nc").json()["value"] == []
    for wrong in ("/Submissions('uuid:2')/sev", "/Submissions('uuid:2')", "/Submissions(uuid)/nc", "/Nothing('a')/nc"):
        assert feed(wrong).status_code == 404


def test_a_link_to_rows_below_one_row_goes_on(field, feed, monkeypatch):
    from rafid.commons.forms.odata import feed as pages

    field.send(field.visit(1))
    monkeypatch.setattr(pages, "PAGE", 2)
    assert [len(page) for page in feed.all("/Submissions('uuid:1')/nc")] == [2, 1]


@pytest.mark.parametrize("name", ["visit_id", "__system/submitterName", "__system/deviceId", "__system/submitterId"])
def test_nothing_is_ordered_by_what_is_not_seen_whole(field, feed, name):
    field.send(field.visit(1))
    Submission.objects.update(state="approved")
    FieldPolicy.objects.create(form=field.form, path="/data/visit_id", label="personal", reader_sees="nothing")
    FieldPolicy.objects.create(form=field.form, path="/data/nc/photo", label="personal", reader_sees="nothing")
    donor = Client(headers={"Accept-Language": "ar"})
    donor.force_login(field.world.person("donor", ("wells.donor", None, None)))
    assert feed("/Submissions", client=donor, orderby="deminers").status_code == 200
    answer = feed("/Submissions", client=donor, orderby=name)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "Forbidden")
    assert "لا ترى" in answer.json()["error"]["message"]
    assert feed("/Submissions.nc", client=donor, orderby="photo").status_code == 400
    (row,) = feed("/Submissions", client=donor, expand="*").json()["value"]
    assert {one["photo"] for one in row["nc"]} == {None}
    assert feed("/Submissions", orderby=name).status_code == 200


def test_metadata_keeps_the_rules_of_csdl(field, feed):
    """Each type that is named is there, names are once in their type, keys are required, and links lead to sets."""
    root = ElementTree.fromstring(feed("/$metadata").content)
    edm = "{http://docs.oasis-open.org/odata/ns/edm}"
    assert root.get("Version") == "4.0"
    types = {}
    for schema in root.iter(f"{edm}Schema"):
        for kind in ("EntityType", "ComplexType"):
            for one in schema.iter(f"{edm}{kind}"):
                types[f"{schema.get('Namespace')}.{one.get('Name')}"] = one
    sets = {one.get("Name"): one for one in root.iter(f"{edm}EntitySet")}
    for one in types.values():
        parts = [part for part in one if part.tag in (f"{edm}Property", f"{edm}NavigationProperty")]
        names = [part.get("Name") for part in parts]
        assert len(names) == len(set(names))
        assert one.get("Name") not in names
        for part in parts:
            kind = part.get("Type").removeprefix("Collection(").removesuffix(")")
            assert kind in types or kind.startswith("Edm.")
        keys = [ref.get("Name") for ref in one.iter(f"{edm}PropertyRef")]
        assert {part.get("Nullable") for part in parts if part.get("Name") in keys} <= {"false"}
    for one in sets.values():
        assert one.get("EntityType") in types
        for binding in one.iter(f"{edm}NavigationPropertyBinding"):
            nav = types[one.get("EntityType")].find(f"{edm}NavigationProperty[@Name='{binding.get('Path')}']")
            assert nav.get("Type") == f"Collection({sets[binding.get('Target')].get('EntityType')})"
    assert [one.get("Path") for one in sets["Submissions"].iter(f"{edm}NavigationPropertyBinding")] == ["nc"]


def test_select(field, feed):
    field.send(field.visit(1))
    row = {"visit_id": "TPM-0001"}
    assert feed("/Submissions", select="visit_id").json()["value"] == [row]
    assert feed("/Submissions", select="__id,visit_id").json()["value"] == [{"__id": "uuid:1", **row}]
    assert set(feed("/Submissions", select="__system/edits,loc").json()["value"][0]) == {"__system", "loc"}
    assert set(feed("/Submissions.nc", select="__Submissions-id").json()["value"][0]) == {"__Submissions-id"}


def test_who_may_read_the_feed(field, feed):
    field.send(field.visit(1))
    person = field.world.person
    for role, status in (("donor", 200), ("reviewer", 200), ("collector", 403)):
        client = Client()
        client.force_login(person(f"{role}-here", (f"wells.{role}", None, None)))
        assert feed("/Submissions", client=client).status_code == status
    stranger = Client()
    stranger.force_login(field.world.stranger)
    answer = feed("/Submissions", client=stranger)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NotFound")
    nobody = feed("/Submissions", client=Client())
    assert (nobody.status_code, nobody["WWW-Authenticate"][:5]) == (401, "Basic")
    assert feed("/Submissions.nothing").status_code == 404


def test_a_tool_signs_in_with_a_token_as_password(field, feed):
    account = field.world.person("tool", ("wells.donor", None, None))
    secret = make_token(account, "Power BI")[1]
    header = base64.b64encode(f"tool:{secret}".encode()).decode()
    answer = Client(headers={"Authorization": f"Basic {header}"}).get(f"/odata/v4/{field.form.pk}/Submissions")
    assert answer.status_code == 200
    wrong = base64.b64encode(b"tool:wrong").decode()
    answer = Client(headers={"Authorization": f"Basic {wrong}"}).get(f"/odata/v4/{field.form.pk}/Submissions")
    assert (answer.status_code, "error" in answer.json()) == (401, True)


def test_masks_hold_in_the_feed(field, feed):
    field.send(field.visit(1), device_id="collect:abc")
    field.send(field.visit(2))
    Submission.objects.filter(instance_id="uuid:1").update(state="approved")
    for path, sees in [("/data/visit_id", "nothing"), ("/data/loc", "generalised"), ("/data/nc/photo", "nothing")]:
        FieldPolicy.objects.create(
            form=field.form, path=path, label="personal", reader_sees=sees, public_sees="nothing"
        )
    donor = Client()
    donor.force_login(field.world.person("donor", ("wells.donor", None, None)))
    (row,) = feed("/Submissions", client=donor).json()["value"]
    assert (row["__id"], row["visit_id"], row["dist"]) == ("uuid:1", None, "dibis")
    assert row["loc"] == {"type": "Point", "coordinates": [44.0, 36.2], "properties": {"accuracy": None}}
    assert [row["__system"][name] for name in ("submitterId", "submitterName", "deviceId")] == [None] * 3
    assert {one["photo"] for one in feed("/Submissions.nc", client=donor).json()["value"]} == {None}
    whole = feed("/Submissions", public="1").json()["value"]
    # Approved ones only, without names and places.
    assert [(one["visit_id"], one["loc"], one["__system"]["submitterName"]) for one in whole] == [(None, None, None)]
    assert feed("/Submissions").json()["value"][0]["visit_id"] == "TPM-0001"


def test_every_page_is_logged(field, feed):
    field.send(field.visit(1))
    feed("/Submissions.nc", top="2")
    (row,) = AccessLog.objects.all()
    assert (row.kind, row.object_id, row.count, row.restricted) == ("feed", str(field.form.pk), 2, False)


def test_groups_are_complex_types_and_names_are_identifiers():
    from rafid.commons.forms.odata.entities import entities_of
    from rafid.commons.forms.odata.metadata import edmx
    from rafid.commons.forms.odata.values import shaped
    from rafid.commons.forms.schema import Column, Table

    tables = [
        Table(0, "submissions", (
            Column("one-a.b", 0, "int", "/data/one/a.b"), Column("one-in-x", 1, "date", "/data/one/in/x"),
            Column("one-a-b", 2, "string", "/data/one/a-b"), Column("اسم", 3, "string", "/data/اسم"),
        )),
        Table(1, "house.member", (Column("age", 0, "int", "/data/house/member/age"),)),
        Table(2, "house", (Column("where", 0, "geotrace", "/data/house/where"),)),
    ]  # fmt: skip
    main, member, house = entities_of(tables)
    assert shaped(main.root, ["x", "2026-09-30", "t", "ن"]) == {
        "one": {"a_b": None, "in": {"x": "2026-09-30"}, "a_b_2": "t"}, "_": "ن",
    }  # fmt: skip
    assert (member.parent_id, house.parent_id) == ("__Submissions-house-id", "__Submissions-id")
    assert shaped(house.root, ["36 44 0 0; 36.5 44.5 0 0"]) == {
        "where": {"type": "LineString", "coordinates": [[44.0, 36.0, 0.0], [44.5, 36.5, 0.0]]}
    }
    text = edmx("s", [main, member, house])
    ElementTree.fromstring(text)
    assert '<ComplexType Name="one.in">' in text
    assert 'Type="org.opendatakit.user.s.one.in"' in text
