"""Hostile and broken bodies at ``/collect``: a clear refusal, never 5xx, nothing kept, and work and memory in bounds."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from rafid.commons.forms.models import Attachment, Submission
from rafid.commons.forms.openrosa import multipart as parsing
from rafid.commons.forms.openrosa.multipart import Torn, boundary_of, parts
from tests.commons.forms.collect import BOUNDARY, multipart

pytestmark = pytest.mark.django_db

KIND = f"multipart/form-data; boundary={BOUNDARY}"


def post(client, field, body: bytes, kind: str = KIND):
    return client.generic("POST", f"/collect/{field.token}/submission", body, content_type=kind)


def sent(client, field, xml: bytes, *files: tuple[str, bytes]):
    body, kind = multipart(
        [("xml_submission_file", "v.xml", "text/xml", xml), *((name, name, "image/jpeg", data) for name, data in files)]
    )
    return post(client, field, body, kind)


def nothing_kept(field) -> bool:
    return not Submission.everything.filter(form=field.form).exists()


def files_in(settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def whole(inside: bytes = b"", head: bytes = b"") -> bytes:
    return (
        head
        + b'<data xmlns:orx="http://openrosa.org/xforms" id="t1" version="1">'
        + inside
        + b"<orx:meta><orx:instanceID>uuid:1</orx:instanceID></orx:meta></data>"
    )


BOMB = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9)
)
BROKEN = {
    "empty": b"",
    "blank": b"  \n",
    "a picture": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)),
    "cut": whole()[:-20],
    "mismatched": whole(b"<a></b>"),
    "two roots": whole() + b"<more/>",
    "text behind": whole() + b"more",
    "latin letters": whole("é".encode("latin-1")),
    "declared latin": whole(head=b'<?xml version="1.0" encoding="ISO-8859-1"?>'),
    "two bytes a sign": whole().decode().encode("utf-16"),
    "NUL": whole(b"<a>\x00</a>"),
    "a control character": whole(b"<a>\x01</a>"),
    "a control character by number": whole(b"<a>&#1;</a>"),
    "a bare doctype": whole(head=b"<!DOCTYPE data>"),
    "a doctype with entities": whole(b"<a>&x;</a>", b'<!DOCTYPE d [<!ENTITY x "y">]>'),
    "an external entity": whole(b"<a>&x;</a>", b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "an external doctype": whole(head=b'<!DOCTYPE d SYSTEM "http://127.0.0.1:1/x.dtd">'),
    "an entity bomb": whole(b"<a>&j;</a>", BOMB + b"]>"),
    "an unknown entity": whole(b"<a>&nothing;</a>"),
    "30,000 deep": whole(b"<a>" * 30_000 + b"</a>" * 30_000),
    "30,000 deep and open": b"<a>" * 30_000,
    "300,000 wide": whole(b"<a/>" * 300_000),
    "no id": whole().replace(b' id="t1"', b""),
    "no instanceID": b'<data id="t1" version="1"/>',
    "a long instanceID": whole().replace(b"uuid:1", b"u" * 256),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_submission_is_refused(field, client, what):
    answer = sent(client, field, BROKEN[what])
    assert answer.status_code == 400
    assert b'<message nature="error">' in answer.content
    assert nothing_kept(field)


def test_refusing_depth_and_width_takes_little_memory(field, client):
    """The tree of what is refused is never built: the peak stays near the size of the body."""
    for what in ("30,000 deep", "300,000 wide"):
        body = BROKEN[what]
        sent(client, field, body)  # imports and caches are not counted
        tracemalloc.start()
        sent(client, field, body)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 30_000_000, (what, peak)


def test_a_long_attribute_is_refused_by_size(field, client):
    xml = whole().replace(b"<data ", b'<data long="' + b"x" * 10_000_000 + b'" ')
    assert sent(client, field, xml).status_code == 413
    assert nothing_kept(field)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", KIND),
        (b"<data/>", "text/xml"),
        (b"x=1", "application/x-www-form-urlencoded"),
        (b"--x--\r\n", "multipart/form-data"),
        (b"--x--\r\n", "multipart/form-data; boundary="),
        (b"--x--\r\n", "multipart/form-data; boundary=é"),
        (f"--{BOUNDARY}--\r\n".encode(), KIND),
        (f"--{BOUNDARY}\r\n".encode(), KIND),
        (f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="xml_submission_file"\r\n\r\n<data'.encode(), KIND),
        (f"--{BOUNDARY}\r\nno head\r\n\r\nx\r\n--{BOUNDARY}--".encode(), KIND),
        (f"--{BOUNDARY}\r\n".encode() + b"A: " + b"x" * 100_000, KIND),
        (b"\x00" * 5000, KIND),
    ],
)
def test_what_is_no_multipart_is_refused(field, client, body, kind):
    assert post(client, field, body, kind).status_code == 400


def test_a_body_torn_anywhere_is_refused_and_leaves_nothing(field, client, settings):
    xml = field.visit(1)
    body, kind = multipart(
        [
            ("xml_submission_file", "v.xml", "text/xml", xml),
            ("a.jpg", "a.jpg", "image/jpeg", b"\xff\xd8\xff photo" * 20),
        ]
    )
    end = body.rindex(f"--{BOUNDARY}--".encode()) + len(BOUNDARY) + 4
    for at in [*range(0, end, 97), end - 1]:
        assert post(client, field, body[:at], kind).status_code == 400, at
    assert nothing_kept(field)
    assert files_in(settings) == []


def test_two_forms_in_one_body_are_refused(field, client):
    body, kind = multipart([("xml_submission_file", "v.xml", "text/xml", field.visit(number)) for number in (1, 2)])
    assert post(client, field, body, kind).status_code == 400
    assert nothing_kept(field)


def test_more_parts_than_collect_sends_are_refused(field, client, settings):
    files = [(f"f{number}.jpg", b"x%d" % number) for number in range(parsing.MOST_PARTS)]
    assert sent(client, field, field.visit(1), *files).status_code == 400
    assert sent(client, field, field.visit(1), *files[:200]).status_code == 201
    # None of them is named in the answers.
    assert not Attachment.objects.filter(submission__form=field.form, sha256__isnull=False).exists()


def test_a_body_above_the_advertised_length_leaves_no_file(field, client, settings):
    settings.RAFID_SUBMISSION_LIMIT = 50_000
    assert sent(client, field, field.visit(1), ("a.jpg", b"x" * 60_000)).status_code == 413
    assert (nothing_kept(field), files_in(settings)) == (True, [])


def test_a_length_that_is_not_told_is_counted(field, rf, settings):
    """A body in chunks has no length: it is read with the same bound."""
    import io

    from rafid.commons.forms.openrosa.views import submission

    settings.RAFID_SUBMISSION_LIMIT = 50_000

    def chunked(*files):
        body, kind = multipart([("xml_submission_file", "v.xml", "text/xml", field.visit(1)), *files])
        request = rf.generic("POST", "/collect/x/submission", b"", content_type=kind)
        request.META.pop("CONTENT_LENGTH", None)
        request.META["CONTENT_TYPE"] = kind
        request.META["HTTP_TRANSFER_ENCODING"] = "chunked"
        request.environ["wsgi.input"] = io.BytesIO(body)
        return submission(request, token=field.token).status_code

    assert chunked(("a.jpg", "a.jpg", "image/jpeg", b"x" * 60_000)) == 413
    assert nothing_kept(field)
    assert files_in(settings) == []
    assert chunked() == 201


NAMES = [
    "../../a.jpg",
    "..\\a.jpg",
    "/etc/a.jpg",
    "C:\\a.jpg",
    "a.jpg\x00.png",
    "..",
    ".",
    "n" * 300 + ".jpg",
    "ص" * 130 + ".jpg",
    "a\njpg",
    "other.jpg",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_that_are_paths_or_not_named_are_left_out(field, client, settings, name):
    answer = sent(client, field, field.visit(1), (name, b"\xff\xd8\xff stray"))
    assert answer.status_code in (201, 400)
    assert not Attachment.objects.filter(submission__form=field.form, sha256__isnull=False).exists()
    root = Path(settings.MEDIA_ROOT)
    assert all(len(path.name) == 62 and path.parent.parent == root for path in files_in(settings))


def test_names_differ_by_case_and_by_form_of_letters(field, client):
    """a.jpg is awaited; A.jpg and other letters of the same look are other names."""
    assert sent(client, field, field.visit(1), ("A.jpg", b"1"), ("a.jpg", b"2")).status_code == 201
    came = Attachment.objects.filter(submission__form=field.form, sha256__isnull=False)
    assert [(file.name, file.size) for file in came] == [("a.jpg", 1)]


def test_an_arabic_name_is_one_like_any_other(field, client):
    xml = field.visit(1).replace(b"a.jpg", "صورة الموقع.jpg".encode())
    assert sent(client, field, xml, ("صورة الموقع.jpg", b"\xff\xd8\xff")).status_code == 201
    assert Attachment.objects.get(submission__form=field.form, sha256__isnull=False).name == "صورة الموقع.jpg"


def test_the_same_name_twice_keeps_both(field, client):
    assert sent(client, field, field.visit(1), ("a.jpg", b"first"), ("a.jpg", b"other")).status_code == 201
    shown, beside = Attachment.objects.filter(submission__form=field.form, name="a.jpg").order_by("replaced_by")[::-1]
    assert (shown.size, shown.replaced_by, beside.replaced_by) == (5, None, shown)


def test_strange_lines_before_the_view(field, client):
    for address in ("/collect/\x00/formList", "/collect/%00/submission", "/collect/" + "x" * 5000 + "/formList"):
        assert client.get(address).status_code in (403, 404, 405, 429)
    for version in ("\x00", "x" * 500, "é"):
        answer = client.get(f"/collect/{field.token}/forms/t1.xml", {"version": version})
        assert answer.status_code == 404
    device = "d\x00" + "é" * 400
    body, kind = multipart([("xml_submission_file", "v.xml", "text/xml", field.visit(1))])
    from urllib.parse import quote

    answer = client.generic(
        "POST", f"/collect/{field.token}/submission?deviceID={quote(device)}", body, content_type=kind
    )
    assert answer.status_code == 201


# --- the parser alone -------------------------------------------------------------------------------------------------


def parsed(body: bytes, sizes: int) -> list[tuple[str, str | None, bytes]]:
    left = memoryview(body)

    def read(_size: int) -> bytes:
        nonlocal left
        out, left = bytes(left[:sizes]), left[sizes:]
        return out

    return [(part.name, part.filename, b"".join(part.chunks)) for part in parts(read, BOUNDARY.encode())]


@pytest.mark.parametrize("sizes", [1, 2, 7, 64, 1 << 16])
def test_parts_are_the_same_however_they_come(sizes):
    content = [
        ("xml_submission_file", "v.xml", "text/xml", b"<a/>"),
        ("a.jpg", 'q"u%20.jpg', "image/jpeg", f"\r\n--{BOUNDARY[:-1]}\r\n--\r\n".encode() * 3),
        ("*isIncomplete*", None, "text/plain", b"yes"),
        ("empty", "empty", "x/y", b""),
    ]
    body, _kind = multipart(content)
    assert parsed(b"preamble\r\n" + body + b"epilogue", sizes) == [
        (name, filename, data) for name, filename, _kind, data in content
    ]


@pytest.mark.parametrize(
    ("head", "name", "filename"),
    [
        (b'form-data; name="a"; filename="b\\"c.jpg"', "a", 'b"c.jpg'),
        (b"form-data; name=plain; filename=x.jpg", "plain", "x.jpg"),
        (b"form-data; name=\"a\"; filename*=utf-8''%D8%B5.jpg", "a", "ص.jpg"),
        (b'FORM-DATA; NAME="a"', "a", None),
        ('form-data; name="\u0635.jpg"'.encode(), "\u0635.jpg", None),
    ],
)
def test_names_of_parts(head, name, filename):
    body = f"--{BOUNDARY}\r\n".encode() + b"Content-Disposition: " + head + f"\r\n\r\nx\r\n--{BOUNDARY}--".encode()
    assert parsed(body, 64) == [(name, filename, b"x")]


@pytest.mark.parametrize(
    "kind", ["", "text/plain; boundary=x", "multipart/form-data", "multipart/form-data; boundary=ü"]
)
def test_a_boundary_must_be_told(kind):
    with pytest.raises(Torn):
        boundary_of(kind)
