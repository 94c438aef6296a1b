"""What a photograph tells: Exif, and what it looks like."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from PIL import Image

from rafid.methods.fieldwork import hash_distances, perceptual_hash, photo_facts


def picture(seed: int, *, quality: int = 90, size=(800, 600), exif: Image.Exif | None = None, kind="JPEG") -> bytes:
    base = np.random.default_rng(seed).integers(0, 255, (6, 8, 3)).astype(np.uint8)
    out = io.BytesIO()
    more = {"exif": exif} if exif is not None else {}
    Image.fromarray(base).resize(size, Image.Resampling.BICUBIC).save(out, kind, quality=quality, **more)
    return out.getvalue()


def exif(*, taken="2026:03:05 10:20:30", offset="", gps=None, make="Maker", model="M1", serial="") -> Image.Exif:
    made = Image.Exif()
    made[0x010F], made[0x0110] = make, model
    more = made.get_ifd(0x8769)
    more[0x9003] = taken
    if offset:
        more[0x9011] = offset
    if serial:
        more[0xA431] = serial
    if gps:
        made.get_ifd(0x8825).update(gps)
    return made


def test_time_place_and_camera_are_read():
    gps = {1: "N", 2: (36.0, 11.0, 24.0), 3: "E", 4: (44.0, 0.0, 36.0)}
    found = photo_facts(picture(1, exif=exif(offset="+03:00", gps=gps)))
    assert found.taken_at == datetime(2026, 3, 5, 7, 20, 30, tzinfo=UTC)
    assert found.taken_at.tzinfo == timezone(timedelta(hours=3))
    assert (found.latitude, found.longitude) == (pytest.approx(36.19), pytest.approx(44.01))
    assert len(found.camera) == 64
    assert photo_facts(picture(2, exif=exif())).camera == found.camera
    assert photo_facts(picture(2, exif=exif(serial="7"))).camera != found.camera


def test_south_and_west_are_negative():
    gps = {1: "S", 2: (10.0, 0.0, 0.0), 3: "W", 4: (20.0, 30.0, 0.0)}
    found = photo_facts(picture(1, exif=exif(gps=gps)))
    assert (found.latitude, found.longitude) == (-10.0, -20.5)


@pytest.mark.parametrize(
    "wrong",
    [
        exif(taken="0000:00:00 00:00:00"),
        exif(taken="yesterday"),
        exif(taken="1980:01:01 00:00:00"),
    ],
)
def test_a_senseless_time_is_none(wrong):
    assert photo_facts(picture(1, exif=wrong)).taken_at is None


@pytest.mark.parametrize(
    "gps",
    [
        {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
        {1: "N", 2: (99.0, 0.0, 0.0), 3: "E", 4: (4.0, 0.0, 0.0)},
    ],
)
def test_no_fix_is_no_place(gps):
    found = photo_facts(picture(1, exif=exif(gps=gps)))
    assert (found.latitude, found.longitude) == (None, None)


def test_without_exif_only_the_look_is_known():
    found = photo_facts(picture(3, kind="PNG"))
    assert (found.taken_at, found.latitude, found.camera) == (None, None, "")
    assert found.perceptual_hash is not None


@pytest.mark.parametrize("data", [b"", b"no picture", picture(1)[:200], b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(ValueError, match="cannot be read"):
        photo_facts(data)


def test_the_same_picture_smaller_looks_alike_and_others_do_not():
    looks = [photo_facts(picture(seed)).perceptual_hash for seed in range(12)]
    again = [photo_facts(picture(seed, quality=40, size=(300, 225))).perceptual_hash for seed in range(12)]
    distances = hash_distances(looks, again)
    assert np.diag(distances).max() <= 4
    np.fill_diagonal(distances, 64)
    assert distances.min() > 10


def test_a_picture_of_one_colour_has_no_look():
    assert perceptual_hash(np.full((32, 32), 120.0)) is None
    with pytest.raises(ValueError, match="32 by 32"):
        perceptual_hash(np.zeros((8, 8)))


def test_hash_distances_count_bits():
    assert hash_distances([0, 2**64 - 1], [1, 2**63]).tolist() == [[1, 1], [63, 63]]
