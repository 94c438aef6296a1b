"""What a picture tells beside the picture must go; the picture must stay."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from rafid.methods.fieldwork import strip_photo

SECRET = b"Owner of the camera"


def picture(kind="JPEG", orientation=1, **options):
    shades = np.linspace(0, 255, 24 * 16 * 3).reshape(16, 24, 3).astype(np.uint8)
    image = Image.fromarray(shades)
    exif = image.getexif()
    exif[0x010F] = SECRET.decode()
    exif[0x8825] = {1: "N", 2: (36.0, 11.0, 27.0), 3: "E", 4: (44.0, 0.0, 36.0)}
    if orientation != 1:
        exif[0x0112] = orientation
    out = io.BytesIO()
    if kind == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Comment", SECRET.decode())
        options["pnginfo"] = words
    image.save(out, kind, exif=exif, **options)
    return out.getvalue()


def pixels(data):
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def told(data):
    with Image.open(io.BytesIO(data)) as image:
        return dict(image.getexif()), {
            key for key in image.info if key in ("exif", "xmp", "comment", "Comment", "photoshop")
        }


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"quality": 90, "comment": SECRET}),
        ("JPEG", {"quality": 90, "progressive": True, "xmp": b"<x:xmpmeta>" + SECRET}),
        ("PNG", {}),
        ("WEBP", {"quality": 80, "xmp": SECRET}),
        ("WEBP", {"lossless": True}),
    ],
)
def test_what_it_tells_is_gone_and_the_picture_is_the_same(kind, options):
    data = picture(kind, **options)
    assert SECRET in data
    clean = strip_photo(data)
    assert SECRET not in clean
    assert told(clean) == ({}, set())
    assert np.array_equal(pixels(clean), pixels(data))
    assert strip_photo(clean) == clean


@pytest.mark.parametrize("frames", [1, 3])
def test_a_gif_keeps_its_pictures_and_their_times_alone(frames):
    out = io.BytesIO()
    pictures = [Image.fromarray(np.full((20, 30, 3), 60 * number, np.uint8)) for number in range(1, frames + 1)]
    more = {"save_all": True, "append_images": pictures[1:], "duration": [90] * frames, "loop": 0} if frames > 1 else {}
    pictures[0].save(out, "GIF", comment=SECRET, xmp=SECRET, **more)
    told = b"\x21\xff\x0bXMP DataXMP" + bytes([len(SECRET)]) + SECRET + b"\0"
    data = out.getvalue()
    first = data.index(b"\x2c")
    data = data[:first] + told + data[first:] + SECRET
    assert data.count(SECRET) >= 3
    clean = strip_photo(data)
    assert SECRET not in clean
    assert strip_photo(clean) == clean
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(clean)) as after:
        assert after.n_frames == before.n_frames == frames
        for number in range(frames):
            before.seek(number)
            after.seek(number)
            assert np.array_equal(np.asarray(after.convert("RGB")), np.asarray(before.convert("RGB")))
            assert after.info.get("duration") == before.info.get("duration")
        assert after.info.get("loop") == before.info.get("loop")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_rotation_that_exif_asks_for_is_applied(kind):
    upright = picture(kind, lossless=True) if kind == "WEBP" else picture(kind, quality=95)
    clean = strip_photo(picture(kind, orientation=6, **({"lossless": True} if kind == "WEBP" else {"quality": 95})))
    assert told(clean) == ({}, set())
    turned = np.rot90(pixels(upright), k=-1)
    assert pixels(clean).shape == turned.shape
    assert np.abs(pixels(clean).astype(int) - turned).max() <= (12 if kind == "JPEG" else 0)


def test_thumbnails_later_pictures_and_appended_files_are_gone():
    data = picture(quality=80)
    thumbnail = b"\xff\xe0\x00\x13JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x01\x01" + b"\x51\x52\x53"
    clean = strip_photo(data[:2] + thumbnail + data[2:] + b"PK\x03\x04" + SECRET)
    assert clean.endswith(b"\xff\xd9")
    assert b"\x51\x52\x53" not in clean
    assert np.array_equal(pixels(clean), pixels(data))
    assert b"PK\x03\x04" not in strip_photo(data + b"PK\x03\x04")
    png = picture("PNG")
    assert strip_photo(png + SECRET).endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x04\0\0\0WEBP", b"<svg/>"]
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(ValueError, match="this"):
        strip_photo(data)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]), st.floats(0, 1), st.binary(max_size=8))
def test_broken_pictures_raise_nothing_but_a_sentence(kind, where, noise):
    data = bytearray(picture(kind))
    at = int(where * len(data))
    data[at : at + len(noise)] = noise
    for broken in (bytes(data), bytes(data[:at])):
        with contextlib.suppress(ValueError):
            strip_photo(broken)
