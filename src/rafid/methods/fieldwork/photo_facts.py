"""What a photograph tells without being asked: when, where and with which camera it was taken, and what it looks like."""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

_MOST_PIXELS: Final = 200_000_000
_KINDS: Final = ("JPEG", "PNG", "WEBP", "GIF")
_SIDE: Final = 32
_KEPT: Final = 8
_PLAIN: Final = 2.0
"""Standard deviation of grey, of 255, below which a picture shows nothing that could be recognised."""
_MAKE, _MODEL, _EXIF_IFD, _GPS_IFD = 0x010F, 0x0110, 0x8769, 0x8825
_TAKEN, _DIGITISED, _OFFSET, _OFFSET_TAKEN, _SERIAL = 0x9003, 0x9004, 0x9010, 0x9011, 0xA431


@dataclass(frozen=True)
class PhotoFacts:
    """``taken_at`` has a zone only where the camera wrote one. ``camera``: SHA-256 of make, model and serial number, '' where
    the picture names none. ``perceptual_hash``: 64 bits, None for a picture of one colour."""

    taken_at: datetime | None
    latitude: float | None
    longitude: float | None
    camera: str
    perceptual_hash: int | None


def photo_facts(data: bytes) -> PhotoFacts:
    """Reads a JPEG, PNG, WebP or GIF. Torn or senseless Exif gives None; raises ``ValueError`` for what is no such picture."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=_KINDS) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise ValueError("this picture has too many pixels")
            exif = picture.getexif()
            main, more, gps = dict(exif), dict(exif.get_ifd(_EXIF_IFD)), dict(exif.get_ifd(_GPS_IFD))
            picture.draft("L", (_SIDE * 8, _SIDE * 8))
            small = picture.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX)
            grey = np.asarray(small, dtype=np.float64)
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"this picture cannot be read ({error})") from error
    latitude, longitude = _place(gps)
    return PhotoFacts(_taken(main, more), latitude, longitude, _camera(main, more), perceptual_hash(grey))


def perceptual_hash(grey: ArrayLike) -> int | None:
    """64 bits of a picture of ``grey`` (32, 32) values from 0 to 255: which of its 8 × 8 lowest frequencies (DCT-II, the next
    one down in the place of the mean) lie above their median. None for a picture of one colour.

    Source: Zauner (2010), Implementation and Benchmarking of Perceptual Image Hash Functions, section 3.2.1. Pictures that
    were only made smaller or saved again differ in a few bits; other pictures in about 32. Raises ``ValueError`` for another
    shape.
    """
    from scipy.fft import dctn

    values = np.asarray(grey, float)
    if values.shape != (_SIDE, _SIDE):
        raise ValueError(f"grey must be {_SIDE} by {_SIDE} values")
    if float(values.std()) < _PLAIN:
        return None
    frequencies = dctn(values, type=2, norm="ortho")
    block = frequencies[:_KEPT, :_KEPT].ravel()
    block[0] = frequencies[_KEPT, 0]
    bits = block > np.median(block)
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def hash_distances(ours: ArrayLike, others: ArrayLike) -> NDArray[np.uint8]:
    """Bits (n, m) in which perceptual hashes ``ours`` (n,) and ``others`` (m,) differ; unsigned 64-bit numbers."""
    a, b = np.asarray(ours, np.uint64), np.asarray(others, np.uint64)
    differ: NDArray[np.uint8] = np.bitwise_count(a[:, None] ^ b[None, :])
    return differ


def _camera(main: Mapping[int, Any], more: Mapping[int, Any]) -> str:
    parts = [str(one).strip().strip("\0") for one in (main.get(_MAKE, ""), main.get(_MODEL, ""), more.get(_SERIAL, ""))]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest() if any(parts) else ""


def _taken(main: Mapping[int, Any], more: Mapping[int, Any]) -> datetime | None:
    text = str(more.get(_TAKEN) or more.get(_DIGITISED) or main.get(0x0132) or "").strip().strip("\0")
    try:
        moment = datetime.strptime(text[:19], "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    if moment.year < 1990:
        return None
    zone = _zone(str(more.get(_OFFSET_TAKEN) or more.get(_OFFSET) or "").strip().strip("\0"))
    return moment.replace(tzinfo=zone) if zone else moment


def _zone(text: str) -> timezone | None:
    if len(text) != 6 or text[0] not in "+-" or text[3] != ":":
        return None
    hours, minutes = text[1:3], text[4:6]
    if not (hours + minutes).isascii() or not (hours + minutes).isdigit() or int(hours) > 14 or int(minutes) > 59:
        return None
    away = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-away if text[0] == "-" else away)


def _place(gps: Mapping[int, Any]) -> tuple[float | None, float | None]:
    latitude, longitude = _degrees(gps.get(2), gps.get(1)), _degrees(gps.get(4), gps.get(3))
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None, None
    # Cameras without a fix write zeroes.
    return (None, None) if latitude == 0 and longitude == 0 else (latitude, longitude)


def _degrees(parts: Any, side: Any) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    found = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(found):
        return None
    sign = side.decode("ascii", "replace") if isinstance(side, bytes) else str(side or "")
    return -found if sign[:1] in ("S", "W") else found
