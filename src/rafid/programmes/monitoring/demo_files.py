"""Photographs and audit logs of the demonstration: drawn, not taken. No two pictures look alike unless that is planted."""

from __future__ import annotations

import io
import random
from datetime import datetime

import numpy as np
from PIL import Image, ImageDraw

_SIZE, _GRID = (240, 180), (60, 45)
_WAVES_X, _WAVES_Y = (np.cos(np.pi * np.arange(7)[:, None] * (np.arange(size) + 0.5)[None, :] / size) for size in _GRID)
_MEAN = np.zeros((7, 7))
_MEAN[0, 0] = 1
_GROUND = ((150, 130, 95), (176, 152, 108), (120, 124, 84), (138, 116, 92))


def picture(seed: int, quality: int = 62) -> bytes:
    """Sky, hills, stakes and stones as ``seed`` has them: a JPEG of about 4 kB. Other ``quality``: the same, saved again."""
    field = np.random.default_rng(seed)
    # Waves of few turns over the whole picture decide what it looks like to a perceptual hash.
    waves = np.einsum("ky,kl,lx->yx", _WAVES_Y, field.normal(0, 15, (7, 7)) * (1 - _MEAN), _WAVES_X)
    ground = np.array(_GROUND[int(field.integers(len(_GROUND)))], float)
    line = 9 + 3 * np.sin(field.uniform(3, 9) * np.linspace(0, 1, _GRID[0]) + field.uniform(0, 6)) + field.uniform(0, 6)
    sky = np.arange(_GRID[1])[:, None] < line[None, :]
    colours = np.where(sky[..., None], np.array((168.0, 190.0, 214.0)), ground) + waves[..., None]
    image = Image.fromarray(np.clip(colours, 0, 255).astype(np.uint8), "RGB").resize(_SIZE, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    chance = random.Random(seed)  # noqa: S311 - made up, no secret
    for _ in range(chance.randrange(3, 8)):
        left, foot = chance.randrange(_SIZE[0]), chance.randrange(90, _SIZE[1])
        draw.rectangle((left, foot - 34, left + 3, foot), fill=(196, 42, 36))
        draw.rectangle((left, foot - 34, left + 3, foot - 27), fill=(240, 240, 236))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def audit(answers: dict, start: datetime, seconds: float, chance: random.Random) -> bytes:  # type: ignore[type-arg]
    """ODK's audit.csv of a visit: an event for each question, in order, ``seconds`` in all."""
    names = [
        f"/data/{group}/{name}" for group in ("visit", "place", "team", "work", "rules") for name in answers[group]
    ]
    at = round(start.timestamp() * 1000)
    weights = [chance.uniform(0.3, 2.0) for _ in names]
    lines = ["event,node,start,end,old-value,new-value", f"form start,,{at},,,"]
    for name, weight in zip(names, weights, strict=True):
        until = at + round(seconds * 1000 * weight / sum(weights))
        lines.append(f"question,{name},{at},{until},,")
        at = until
    lines += [f"end screen,,{at},{at + 4000},,", f"form exit,,{at + 4000},,,"]
    return ("\n".join(lines) + "\n").encode()
