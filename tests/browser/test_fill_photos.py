"""A photo that the browser made smaller still tells when and where it was taken."""

from __future__ import annotations

import io

from PIL import Image

from rafid.commons import blobs
from rafid.commons.forms.models import Attachment
from rafid.methods.fieldwork import photo_facts
from tests.browser.test_fill import choose, field, fill_what_is_required, filling, finish, received  # noqa: F401

ORIENTATION, WIDTH, MORE, PLACE = 0x0112, 0x0100, 0x8769, 0x8825


def taken(*, orientation: int = 6) -> bytes:
    """A photo of a telephone that was held upright, of 3000 by 1500 pixels lying, with a small one of itself."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[ORIENTATION], exif[WIDTH], exif[0x0101] = "Maker", "Model", orientation, 3000, 1500
    exif.get_ifd(MORE).update({0x9003: "2026:09:29 10:11:12", 0x9011: "+03:00", 0xA002: 3000, 0xA003: 1500})
    exif.get_ifd(PLACE).update({1: "N", 2: (36.0, 11.0, 27.24), 3: "E", 4: (44.0, 0.0, 36.0)})
    exif.get_ifd(0x014A)
    told = io.BytesIO()
    picture = Image.linear_gradient("L").resize((3000, 1500)).convert("RGB")
    picture.save(told, "JPEG", exif=exif)
    return told.getvalue()


def sent(page, body: bytes) -> bytes:
    """What the server received of this photo."""
    fill_what_is_required(page)
    choose(page, "sev", "Major")
    field(page, "photo").locator("input").set_input_files(
        [{"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": body}]
    )
    field(page, "photo").locator("img").wait_for()
    finish(page)
    return blobs.read(Attachment.objects.get(submission=received().get()).sha256)


def test_time_and_place_of_a_photo_that_was_made_smaller(filling):  # noqa: F811
    original = taken()
    kept = sent(filling().page, original)
    assert len(kept) < len(original)
    told, before = photo_facts(kept), photo_facts(original)
    assert before.taken_at is not None
    assert (told.taken_at, told.latitude, told.longitude, told.camera) == (
        before.taken_at, before.latitude, before.longitude, before.camera,
    )  # fmt: skip
    with Image.open(io.BytesIO(kept)) as picture:
        exif = picture.getexif()
        assert picture.size == (800, 1600), "the pixels are upright"
        assert exif[ORIENTATION] == 1, "and are not turned once more"
        more = exif.get_ifd(MORE)
        assert (more[0xA002], more[0xA003], exif[WIDTH], exif[0x0101]) == (800, 1600, 800, 1600)


def test_a_photo_with_torn_facts_is_sent_without_them(filling):  # noqa: F811
    whole = taken()
    at = whole.index(b"Exif\0\0") + 10
    torn = whole[:at] + b"\xff\xff\xff\xf0" + whole[at + 4 :]
    kept = sent(filling().page, torn)
    with Image.open(io.BytesIO(kept)) as picture:
        assert max(picture.size) == 1600
        assert not picture.getexif()
