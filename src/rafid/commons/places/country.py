"""The country pack: what makes the platform this country's. Data only; this is the one reader of its files."""

from __future__ import annotations

import csv
import functools
import io
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Division:
    """A way of cutting the country into districts."""

    code: str
    as_of: str
    districts: int
    names: Mapping[str, str]


@dataclass(frozen=True)
class Remark:
    """What a reader of a place must know. ``what`` names what must not be computed for it; empty bars nothing."""

    ref: str
    text: Mapping[str, str]
    source: str
    what: str = ""


@dataclass(frozen=True)
class Source:
    """Where one file of the pack comes from."""

    file: str
    title: Mapping[str, str]
    publisher: str
    as_of: str
    licence: str
    attribution: str
    citation: str
    note: str


@dataclass(frozen=True)
class Country:
    """``bounds`` is west, south, east, north in degrees; ``disclaimer`` is printed on every map."""

    pack: str
    code: str
    iso3: str
    names: Mapping[str, str]
    time_zone: str
    languages: tuple[str, ...]
    weekend: tuple[str, ...]
    calling_code: str
    currency: str
    bounds: tuple[float, float, float, float]
    disclaimer: Mapping[str, str]
    divisions: tuple[Division, ...]
    bars: tuple[Remark, ...]
    notes: tuple[Remark, ...]
    sources: tuple[Source, ...]

    @property
    def division(self) -> str:
        """Code of the division that districts are meant in where nothing else is said."""
        return self.divisions[0].code

    def source(self, file: str) -> Source | None:
        return next((source for source in self.sources if source.file == file), None)

    def table(self, file: str) -> list[dict[str, str]]:
        """The rows of a CSV of the pack; ``FileNotFoundError`` where it has none of that name."""
        return read_table(_folder(self.pack) / file)

    def geojson(self, file: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((_folder(self.pack) / file).read_text(encoding="utf-8"))
        return content


def read_table(path: Traversable) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def _folder(pack: str) -> Traversable:
    if not pack.isidentifier():
        raise FileNotFoundError(f"{pack!r} is no name of a country pack")
    try:
        return files(f"rafid.countries.{pack}")
    except ModuleNotFoundError:
        raise FileNotFoundError(f"there is no country pack {pack!r}") from None


def _three(row: Mapping[str, str], stem: str = "") -> dict[str, str]:
    return {code: row[f"{stem}{code}"] for code in ("ar", "ckb", "en")}


@functools.cache
def country(pack: str | None = None) -> Country:
    """The pack of that name, or the one that this installation serves. Raises ``FileNotFoundError`` without one."""
    pack = pack or settings.RAFID_COUNTRY
    folder = _folder(pack)
    said = tomllib.loads((folder / "country.toml").read_text(encoding="utf-8"))
    west, south, east, north = said["map"]["bounds"]
    return Country(
        pack=pack,
        code=said["code"],
        iso3=said["iso3"],
        names=said["names"],
        time_zone=said["time_zone"],
        languages=tuple(said["languages"]),
        weekend=tuple(said["weekend"]),
        calling_code=said["calling_code"],
        currency=said["currency"],
        bounds=(west, south, east, north),
        disclaimer=said["disclaimer"],
        divisions=tuple(
            Division(one["code"], one["as_of"], one["districts"], _three(one)) for one in said.get("divisions", ())
        ),
        bars=tuple(Remark(one["ref"], _three(one), one["source"], one["what"]) for one in said.get("bars", ())),
        notes=tuple(Remark(one["ref"], _three(one), one["source"]) for one in said.get("notes", ())),
        sources=tuple(
            Source(
                row["file"],
                _three(row, "title_"),
                row["publisher"],
                row["as_of"],
                row["licence"],
                row["attribution"],
                row["url_or_citation"],
                row["note"],
            )
            for row in read_table(folder / "sources.csv")
        ),
    )
