"""Pictures that visits of the demonstration bring along: drawn by code, never taken. Each says so on its plate.

A picture is of one of four kinds (a lane with its sticks, a sign board, a session, a building), with the time and the place of
its visit written into it as a telephone would. The same seed draws the same picture.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIZE = (288, 216)
_GRID = (48, 36)
_WAVES_X, _WAVES_Y = (np.cos(np.pi * np.arange(7)[:, None] * (np.arange(size) + 0.5)[None, :] / size) for size in _GRID)
_MEAN = np.zeros((7, 7))
_MEAN[0, 0] = 1
_GROUND = ((171, 146, 104), (186, 160, 118), (128, 134, 92), (148, 124, 98), (160, 152, 120))
_SKY = ((176, 200, 224), (196, 208, 216), (206, 190, 168), (160, 186, 214))
_WALL = ((214, 206, 190), (196, 204, 204), (218, 210, 176))
_RED, _WHITE, _DARK = (196, 42, 36), (243, 243, 238), (44, 44, 44)
_COATS = ((44, 82, 130), (122, 60, 92), (60, 110, 84), (150, 110, 40), (92, 92, 100))
SCENES = {"CLR": "lane", "MEC": "lane", "EOD": "sign", "NTS": "sign", "EOR": "session", "VIC": "building"}
"""What is drawn for a line of the workplan."""


@dataclass(frozen=True)
class Taken:
    """When and where, as the picture's Exif says it."""

    at: datetime
    latitude: float
    longitude: float


def picture(seed: int, scene: str, plate: str, taken: Taken | None = None, quality: int = 58) -> bytes:
    """A JPEG of about 7 kB. Another ``quality``: the same picture, saved again."""
    image = _ground(seed, scene)
    draw = ImageDraw.Draw(image)
    chance = random.Random(seed)  # noqa: S311 - made up, no secret
    _DRAWN[scene](draw, chance)
    _plate(draw, plate)
    file = io.BytesIO()
    if taken is None:
        image.save(file, "JPEG", quality=quality)
    else:
        image.save(file, "JPEG", quality=quality, exif=_exif(taken))
    return file.getvalue()


def _ground(seed: int, scene: str) -> Image.Image:
    """Sky and earth, or wall and floor, under a light that differs from picture to picture: by it they are told apart."""
    field = np.random.default_rng(seed)
    waves = np.einsum("ky,kl,lx->yx", _WAVES_Y, field.normal(0, 11, (7, 7)) * (1 - _MEAN), _WAVES_X)
    inside = scene in ("session", "building")
    above = np.array((_WALL if inside else _SKY)[int(field.integers(3))], float)
    below = np.array(_GROUND[int(field.integers(len(_GROUND)))], float)
    across = np.linspace(0, 1, _GRID[0])
    height = _GRID[1] * (0.6 if inside else 0.36)
    hills = 0 * across if inside else 2.4 * np.sin(field.uniform(4, 10) * across + field.uniform(0, 6))
    line = height + hills + field.uniform(-2, 3)
    rows = np.arange(_GRID[1])[:, None]
    upper = rows < line[None, :]
    far = (~upper & (rows < line[None, :] + 3))[..., None] if not inside else False
    colours = np.where(upper[..., None], above, np.where(far, below * 0.8, below))
    colours = colours + waves[..., None] * np.where(upper, 0.8, 1.0)[..., None]
    return Image.fromarray(np.clip(colours, 0, 255).astype(np.uint8), "RGB").resize(SIZE, Image.Resampling.BILINEAR)


def _lane(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    """A cleared lane between red and white sticks, smaller the farther they are."""
    foot, spread = chance.uniform(0.3, 0.7) * SIZE[0], chance.uniform(46, 110)
    for step in range(6):
        near = step / 5
        y = 96 + near * near * 104
        for side in (-1, 1):
            x = foot + side * spread * (0.25 + near * near)
            _stick(draw, x, y, 12 + 30 * near)
    for _ in range(chance.randrange(4, 9)):
        x, y, r = chance.uniform(0, SIZE[0]), chance.uniform(110, 200), chance.uniform(2, 7)
        draw.ellipse((x - r, y - r * 0.6, x + r, y + r * 0.6), fill=(104, 98, 86))


def _stick(draw: ImageDraw.ImageDraw, x: float, foot: float, tall: float) -> None:
    wide = max(2, tall / 9)
    draw.rectangle((x, foot - tall, x + wide, foot), fill=_RED)
    draw.rectangle((x, foot - tall, x + wide, foot - tall * 0.72), fill=_WHITE)


def _sign(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    """A red triangle on a post, and sticks that run away from it."""
    x, top, side = chance.uniform(70, 210), chance.uniform(40, 66), chance.uniform(34, 52)
    draw.rectangle((x - 2, top + side * 0.8, x + 3, top + side * 2.3), fill=(110, 82, 54))
    draw.polygon(
        ((x, top), (x - side, top + side * 1.5), (x + side, top + side * 1.5)), fill=_RED, outline=_WHITE, width=3
    )
    draw.rectangle((x - 3, top + side * 0.6, x + 3, top + side * 1.05), fill=_WHITE)
    draw.rectangle((x - 3, top + side * 1.16, x + 3, top + side * 1.3), fill=_WHITE)
    away = chance.choice((-1, 1)) * chance.uniform(20, 34)
    for step in range(1, 7):
        _stick(draw, x + away * step, 176 - 9 * step, 34 - 3.6 * step)


def _session(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    """A board with a sign on it, and those who sit before it, from behind."""
    left, top = chance.uniform(56, 130), chance.uniform(22, 38)
    draw.rectangle((left, top, left + 108, top + 66), fill=_WHITE, outline=(96, 72, 48), width=3)
    middle = left + chance.uniform(30, 78)
    draw.polygon(((middle, top + 10), (middle - 17, top + 40), (middle + 17, top + 40)), fill=_RED)
    for row in range(3):
        draw.line((left + 10, top + 48 + 5 * row, left + 10 + chance.uniform(30, 84), top + 48 + 5 * row), fill=_DARK)
    for row, count in enumerate((5, 6)):
        for at in range(count):
            if chance.random() < 0.12:
                continue
            x = 20 + (at + 0.4 * row + chance.uniform(-0.12, 0.12)) * SIZE[0] / count
            y, r = 138 + 34 * row + chance.uniform(-3, 3), 10 + 3 * row
            draw.ellipse((x - 1.9 * r, y + r * 0.7, x + 1.9 * r, y + 5 * r), fill=chance.choice(_COATS))
            draw.ellipse(
                (x - r, y - r, x + r, y + r), fill=chance.choice(((58, 44, 36), (36, 32, 32), (236, 232, 224)))
            )


def _building(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    """A room with a window, a bench and parallel bars, or shelves."""
    left = chance.uniform(24, 180)
    draw.rectangle((left, 26, left + 66, 78), fill=(178, 206, 226), outline=_WHITE, width=4)
    draw.line((left + 33, 26, left + 33, 78), fill=_WHITE, width=3)
    start = chance.uniform(30, 90)
    for rail in (134, 158):
        draw.line((start, rail, start + 150, rail - 10), fill=(150, 154, 160), width=4)
        for post in range(4):
            x = start + 50 * post
            draw.line((x, rail - 10 * post / 3, x, rail + 40), fill=(120, 124, 130), width=3)
    other = chance.uniform(200, 240)
    for shelf in range(3):
        draw.rectangle((other, 40 + 30 * shelf, other + 40, 44 + 30 * shelf), fill=(122, 92, 60))
        draw.rectangle(
            (other + 5, 24 + 30 * shelf, other + chance.uniform(14, 36), 40 + 30 * shelf), fill=chance.choice(_COATS)
        )


_DRAWN = {"lane": _lane, "sign": _sign, "session": _session, "building": _building}


def _plate(draw: ImageDraw.ImageDraw, text: str) -> None:
    """What stands at the edge of each: that it is made up, the day and the visit."""
    draw.rectangle((0, SIZE[1] - 19, SIZE[0], SIZE[1]), fill=_WHITE)
    draw.rectangle((0, SIZE[1] - 19, 5, SIZE[1]), fill=_RED)
    draw.text((11, SIZE[1] - 16), f"DEMONSTRATION  {text}", fill=_DARK, font=_font())


@cache
def _font() -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(12)


def _exif(taken: Taken) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Rafid", "Drawn"
    more = exif.get_ifd(0x8769)
    more[0x9003] = taken.at.strftime("%Y:%m:%d %H:%M:%S")
    place = exif.get_ifd(0x8825)
    for number, value, letters in ((1, taken.latitude, "NS"), (3, taken.longitude, "EW")):
        place[number], place[number + 1] = letters[value < 0], _degrees(abs(value))
    return exif


def _degrees(value: float) -> tuple[float, float, float]:
    minutes = (value - int(value)) * 60
    return float(int(value)), float(int(minutes)), round((minutes - int(minutes)) * 60, 2)
