"""Population figures as rows: what the page, the files and the API of this programme have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from rafid.commons.indicators.disaggregation import code_lists
from rafid.commons.indicators.figures import BARRED, Board, Figure, Reader
from rafid.commons.indicators.formula import Atom
from rafid.commons.indicators.hierarchy import Area, ages
from rafid.commons.indicators.queries import periods
from rafid.commons.places.country import country
from rafid.commons.places.models import Level
from rafid.commons.products.tables import Rows

COLUMNS: tuple[tuple[str, Atom], ...] = (
    ("total", Atom("population")),
    ("female", Atom("population", "sex=female")),
    ("male", Atom("population", "sex=male")),
    ("urban", Atom("population", "residence=urban")),
    ("rural", Atom("population", "residence=rural")),
    ("density", Atom("population-density")),
    ("share_urban", Atom("share-urban")),
    ("sex_ratio", Atom("sex-ratio")),
)
ATOMS = [atom for _name, atom in COLUMNS]
RATES = ("density", "share_urban", "sex_ratio")
LEVEL_NAMES = {0: "country", 1: "governorate", 2: "district", 3: "subdistrict"}


@dataclass(frozen=True)
class Line:
    """One area with its figures by column."""

    area: Area
    figures: dict[str, Figure]

    def value(self, column: str) -> float | None:
        figure = self.figures.get(column)
        return figure.value if figure else None

    @property
    def total(self) -> Figure | None:
        return self.figures.get("total")

    @property
    def barred(self) -> bool:
        return any(one.basis == BARRED for one in self.figures.values())


def line_of(board: Board, area: Area) -> Line:
    found = {name: board.of(atom.code, atom.by).get(area.id) for name, atom in COLUMNS}
    return Line(area, {name: figure for name, figure in found.items() if figure is not None})


def lines_of(board: Board, areas: list[Area]) -> list[Line]:
    """Areas that have any figure, in their given order."""
    return [line for line in (line_of(board, area) for area in areas) if line.figures]


def usual_areas(board: Board, level: int) -> list[Area]:
    """Areas of the level in the country's own division; governorates are the same in all."""
    return board.places.at(level, None if level < Level.DISTRICT else country().division)


def population_rows(user: Any) -> Rows:
    """Governorates and districts with what maps show: the dataset ``population``."""
    reader = Reader(user)
    boards = reader.boards(periods(reader, ["population"]), ATOMS)
    return Rows(
        [
            _row(board, line)
            for board in boards
            for level in (Level.GOVERNORATE, Level.DISTRICT)
            for line in lines_of(board, usual_areas(board, level))
        ],
        key=("period", "adm1_code", "adm2_code"),
    )


def census_district_rows(user: Any) -> Rows:
    """The statistical office's own districts, as their figures came: the dataset ``population-census-districts``."""
    reader = Reader(user)
    others = {one.code for one in country().divisions[1:]}
    boards = reader.boards(periods(reader, ["population"]), ATOMS)
    return Rows(
        [
            _row(board, line)
            for board in boards
            for line in lines_of(board, [area for area in board.places if area.division in others])
        ],
        key=("period", "adm1_code", "adm2_code"),
    )


def _row(board: Board, line: Line) -> dict[str, Any]:
    path = board.places.path(line.area.id)
    governorate = next((area for area in path if area.level == Level.GOVERNORATE), None)
    district = line.area if line.area.level == Level.DISTRICT else None
    total = line.total
    row: dict[str, Any] = {
        "period": board.period,
        "level": LEVEL_NAMES[line.area.level],
        "adm1_code": governorate.ref if governorate else None,
        "adm2_code": district.ref if district else None,
        "rates_flag": "*" if line.barred else None,
        "basis": total.basis if total else None,
        "links": total.links if total else None,
        "source": total.source if total else None,
        "as_of": total.as_of if total else None,
        "place_id": line.area.id,
        "path": [area.id for area in path],
    }
    for prefix, area in (("adm1", governorate), ("adm2", district)):
        for language in ("ar", "ckb", "en"):
            row[f"{prefix}_name_{language}"] = area.names[language] if area else None
    for name, _atom in COLUMNS:
        value = line.value(name)
        row[name] = round(value, 2) if value is not None and name in RATES else value
    return row


def age_sex_rows(user: Any) -> Rows:
    """Governorates by age group and sex: the dataset ``population-age-sex``."""
    reader = Reader(user)
    boards = reader.boards(periods(reader, ["population"]), list(pyramid_atoms()))
    return Rows(
        [row for board in boards for area in usual_areas(board, Level.GOVERNORATE) for row in _ages(board, area)],
        key=("period", "adm1_code", "age_group", "sex"),
    )


def pyramid_atoms() -> Iterator[Atom]:
    lists = code_lists()
    for age in lists.get("age_group", {}):
        for sex in lists.get("sex", {}):
            yield Atom("population", f"age_group={age};sex={sex}")


def _ages(board: Board, area: Area) -> Iterator[dict[str, Any]]:
    path = [one.id for one in board.places.path(area.id)]
    for age in code_lists().get("age_group", {}):
        for sex in code_lists().get("sex", {}):
            figure = board.of("population", f"age_group={age};sex={sex}").get(area.id)
            if figure is None:
                continue
            yield {
                "period": board.period,
                "adm1_code": area.ref,
                "adm1_name_ar": area.name_ar,
                "adm1_name_ckb": area.name_ckb,
                "adm1_name_en": area.name_en,
                "age_group": age,
                "sex": sex,
                "population": figure.value,
                "source": figure.source,
                "as_of": figure.as_of,
                "place_id": area.id,
                "path": path,
            }


@dataclass(frozen=True)
class Band:
    """One age group of the pyramid."""

    code: str
    name: str
    female: float
    male: float


def pyramid(board: Board, area: Area) -> list[Band]:
    """From the youngest to the oldest; empty where the place has no figures by age and sex."""
    from rafid.commons.names import pick

    bands = []
    for code, part in code_lists().get("age_group", {}).items():
        female, male = (board.value(area.id, "population", f"age_group={code};sex={sex}") for sex in ("female", "male"))
        if female is None or male is None:
            return []
        bands.append(Band(code, pick(part.names), female, male))
    return bands


def place_rows(user: Any) -> Rows:
    """Governorates and districts of today."""
    today = ages().on(timezone.localdate())
    refs = {area.id: area.ref for area in today}
    areas = [*today.at(Level.GOVERNORATE), *today.at(Level.DISTRICT, country().division)]
    return Rows(
        [
            {
                "code": area.ref,
                "level": LEVEL_NAMES[area.level],
                "name_ar": area.name_ar,
                "name_ckb": area.name_ckb,
                "name_en": area.name_en,
                "within": refs.get(area.parent, "") if area.parent else "",
                "area_km2": round(km2, 1) if (km2 := today.km2(area)) is not None else None,
                "place_id": area.id,
                "path": [one.id for one in today.path(area.id)],
            }
            for area in areas
        ],
        key=("code",),
    )
