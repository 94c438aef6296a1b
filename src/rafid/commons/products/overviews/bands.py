"""Bands of zooms that share an overview, and the sides of their squares."""

from __future__ import annotations

from dataclasses import dataclass

WORLD = 40075016.685578488
PIXELS = 512
APART = 10
"""From this zoom on tiles are made live."""


@dataclass(frozen=True)
class Band:
    """Named by its first zoom. The squares of its last zoom are 32 to a tile's side."""

    number: int
    last_zoom: int

    @property
    def pixel(self) -> float:
        """Metres of EPSG:3857 at the last zoom."""
        return WORLD / (PIXELS * 2**self.last_zoom)

    @property
    def square(self) -> float:
        return square_at(self.last_zoom)

    @property
    def tile(self) -> float:
        """The side of the band's largest tile."""
        return WORLD / 2**self.number


def square_at(zoom: int) -> float:
    """Metres of EPSG:3857: 2^(z + 5) squares on a side of the world."""
    return float(WORLD / 2 ** (zoom + 5))


BANDS = (Band(0, 4), Band(5, 5), Band(6, 6), Band(7, 7), Band(8, 9))


def band_of(zoom: int) -> Band | None:
    """None where tiles are made live."""
    return next((band for band in BANDS if zoom <= band.last_zoom), None)
