"""Places of the rows: every written name is matched once; certain ones pass, doubtful ones become questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from rafid.commons.places.codes import foreign_country
from rafid.commons.places.country import country
from rafid.commons.places.load_country import SETTLEMENTS
from rafid.commons.places.matching import PlaceMatcher, remember
from rafid.commons.places.models import Place
from rafid.commons.places.toponym_index import gazetteer
from rafid.commons.programme import Column

from ..models import ImportRun
from ..tabular import CellError
from .cells import Cells, Reads, piece, type_problem
from .targets import Target, area_of

type_key = tuple[str, UUID | None]
"""A written name and the place inside which it is asked for."""

MOST_QUESTIONS = 500
_WAITING = (None, False)
"""The key of a name whose parent is not known yet."""
_MOST_REMEMBERED = 50_000
_MOST_SHOWN = 1000


@dataclass(frozen=True, slots=True)
class Match:
    """What became of a written name: its piece of JSON, the place, or what is wrong with it."""

    piece: str
    place: UUID | None = None
    problem: type_problem | None = None


class Places:
    """The place columns of one run."""

    def __init__(self, run: ImportRun, target: Target) -> None:
        self.target = target
        self.area = area_of(run.made_by, target, run.owner_id)
        self.scoped = [column.code for column in target.scope_columns]
        self.decided: dict[tuple[str, str, str | None], str | None] = {
            (column, text, inside): place for column, text, inside, place in run.decisions
        }
        self.known: dict[str, dict[type_key, Match]] = {column.code: {} for column in target.place_columns}
        self.texts: dict[str, dict[Any, str | CellError | None]] = {column.code: {} for column in target.place_columns}
        self.matchers: dict[str, PlaceMatcher] = {}
        self.places: dict[UUID, Place] = {}
        self.matches: dict[tuple[str, str, str | None], dict[str, Any]] = {
            (one["column"], one["text"], one["inside"]): one for one in run.matches
        }

    def read(self, columns: Mapping[str, Sequence[Any]], cells: Mapping[str, Cells]) -> dict[str, Reads]:
        """All place columns of a batch, each after the one that narrows it.

        Rows that are written alike are matched once: of a million there are a few thousand.
        """
        order = self.target.place_columns
        if not order:
            return {}
        written = [*zip(*(columns[column.code] for column in order), strict=True)]
        counts = Counter(written)
        distinct = [*counts]
        found: dict[str, list[Match]] = {}
        for at, column in enumerate(order):
            texts = self._texts(column, [row[at] for row in distinct], cells[column.code])
            found[column.code] = self._match(column, texts, found.get(column.parent or ""), [*counts.values()])
        if len(distinct) < len(written):
            position = {row: index for index, row in enumerate(distinct)}
            positions = [*map(position.__getitem__, written)]
            found = {code: [*map(matches.__getitem__, positions)] for code, matches in found.items()}
        reads = {
            code: Reads(
                [match.piece for match in matches],
                {index: match.problem for index, match in enumerate(matches) if match.problem},
            )
            for code, matches in found.items()
        }
        if self.area is not None:
            self._stay_inside(found, columns, reads)
        return reads

    def _stay_inside(
        self, found: dict[str, list[Match]], columns: Mapping[str, Sequence[Any]], reads: dict[str, Reads]
    ) -> None:
        """A role that holds for an area records nothing outside it, and nothing that lies nowhere."""
        assert self.area is not None
        for index in range(len(next(iter(found.values()), []))):
            if any(index in reads[code].problems for code in found):
                continue
            code = next((code for code in self.scoped if found[code][index].place), None)
            if code is None:
                reads[self.scoped[0]].problems[index] = ("place_needed", {})
            elif found[code][index].place not in self.area:
                text = str(columns[code][index])
                reads[code].problems[index] = ("place_outside_scope", {"value": text[:80]})

    def _texts(self, column: Column, cells: Sequence[Any], reader: Cells) -> list[Any]:
        """The written names; None for an empty cell, the error where the cell cannot be read."""
        texts = self.texts[column.code]
        if len(texts) > _MOST_REMEMBERED:
            texts.clear()
        for cell in set(cells) - texts.keys():
            try:
                texts[cell] = reader.parse(cell)
            except CellError as error:
                texts[cell] = error
        return [texts[cell] for cell in cells]

    def _match(
        self, column: Column, texts: Sequence[Any], parents: Sequence[Match] | None, rows: Sequence[int]
    ) -> list[Match]:
        """``rows`` says in how many rows each of the texts stands."""
        known = self.known[column.code]
        if len(known) > _MOST_REMEMBERED:
            known.clear()
            self.matchers.pop(column.code, None)  # it remembers too
        # A name inside a parent that is itself in question has to wait.
        keys: list[Any] = (
            [(text, None) for text in texts]
            if parents is None
            else [
                (text, parent.place) if parent.problem is None else _WAITING
                for text, parent in zip(texts, parents, strict=True)
            ]
        )
        counts: Counter[Any] = Counter()
        for key, count in zip(keys, rows, strict=True):
            counts[key] += count
        fresh = [key for key in counts if key not in known]
        named = [key for key in fresh if key[0].__class__ is str]
        for key in fresh:
            if key[0].__class__ is not str:
                known[key] = self._nameless(column, key)
        if named:
            known.update(zip(named, self._resolve(column, named), strict=True))
        for key, count in counts.items():
            shown = self.matches.get((column.code, key[0], as_text(key[1])))
            if shown:
                shown["rows"] += count
        return [known[key] for key in keys]

    def _nameless(self, column: Column, key: Any) -> Match:
        nothing = piece(column.code, None)
        if key is _WAITING:
            return Match(nothing)
        if isinstance(key[0], CellError):
            return Match(nothing, problem=(key[0].code, key[0].params))
        if column.required and column.default is None:
            return Match(nothing, problem=("required", {}))
        return Match(nothing)

    def _resolve(self, column: Column, keys: Sequence[type_key]) -> list[Match]:
        asked = [key for key in keys if (column.code, key[0], as_text(key[1])) not in self.decided]
        decisions = dict(
            zip(asked, self.matcher(column).match_many([k[0] for k in asked], [k[1] for k in asked]), strict=True)
        )
        self._load({d.place_id for d in decisions.values() if d.place_id} | {k[1] for k in keys if k[1]})
        return [self._read(column, key, decisions.get(key)) for key in keys]

    def matcher(self, column: Column) -> PlaceMatcher:
        found = self.matchers.get(column.code)
        if found is None:
            found = self.matchers[column.code] = PlaceMatcher(levels=column.levels, divisions=column.divisions)
        return found

    def _load(self, ids: Iterable[UUID]) -> None:
        missing = [one for one in ids if one not in self.places]
        if missing:
            self.places.update(Place.objects.in_bulk(missing))

    def _read(self, column: Column, key: type_key, decision: Any) -> Match:
        text, inside = key
        params: dict[str, Any] = {"value": text[:80], "text": text, "inside": as_text(inside)}
        if inside in self.places:
            params["inside_names"] = self.places[inside].names
        if decision is None:
            chosen = self.decided[column.code, text, as_text(inside)]
            if chosen is None:
                return self._problem(column, "place_none", params)
            place_id, why = UUID(chosen), "decided"
            self._load([place_id])
        elif decision.certain and decision.place_id:
            place_id = decision.place_id
            why = next((c.reason for c in decision.candidates if c.place_id == place_id), "")
        elif decision.outcome == "foreign_code":
            where = foreign_country(text, names_excluded=True)
            return self._problem(column, "place_other_country", {"value": params["value"], "country": where})
        elif len(decision.candidates) == 1:
            (only,) = decision.candidates
            self._load([only.place_id])
            return self._problem(column, "place_maybe", {**params, "place_names": self.places[only.place_id].names})
        elif decision.candidates:
            return self._problem(column, "place_doubtful", params)
        else:
            return self._problem(column, "place_unknown", params)
        place = self.places.get(place_id)
        if place is None:
            return self._problem(column, "place_unknown", params)
        if why == "code" and inside and inside not in place.lineage and not gazetteer().was_inside(place_id, inside):
            return self._problem(column, "place_outside_parent", {**params, "place_names": place.names})
        self._show(column, key, place, why)
        return Match(piece(column.code, place_id), place_id)

    def _problem(self, column: Column, code: str, params: dict[str, Any]) -> Match:
        return Match(piece(column.code, None), problem=(code, params))

    def _show(self, column: Column, key: type_key, place: Place, why: str) -> None:
        text, inside = key[0], as_text(key[1])
        if len(self.matches) < _MOST_SHOWN:
            self.matches.setdefault(
                (column.code, text, inside),
                {
                    "column": column.code,
                    "text": text,
                    "inside": inside,
                    "ref": place.ref,
                    "names": place.names,
                    "why": why,
                    "rows": 0,
                },
            )


def divisions_of(column: Column) -> tuple[str, ...]:
    """The divisions whose places a column takes; empty where it takes those of all."""
    if "*" in column.divisions:
        return ()
    return tuple(column.divisions) or (country().division, SETTLEMENTS)


def stem_of(division: str) -> str:
    """What files call a division: its code without the year."""
    return division.rstrip("0123456789")


def two_ways(target: Target, chosen: Iterable[str]) -> tuple[Column, Column] | None:
    """Two columns that would both name a row's place, in two ways of cutting the country that share no place."""
    columns = [column for column in target.place_columns if column.code in set(chosen)]
    for one in columns:
        for other in columns:
            apart = divisions_of(one) and divisions_of(other) and not {*divisions_of(one)} & {*divisions_of(other)}
            if one.divisions and apart and {*one.levels} & {*other.levels} and other.code != one.parent:
                return one, other
    return None


def as_text(place: UUID | None) -> str | None:
    return str(place) if place else None


def ask(run: ImportRun, target: Target) -> list[dict[str, Any]]:
    """The distinct names that are doubtful or unknown, the most frequent first, with the places that they may mean."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT e.key, p->'params'->>'text', p->'params'->>'inside', count(*), min(number)
            FROM rafid_records_importrow, jsonb_each(problems) e, jsonb_array_elements(e.value) p
            WHERE run_id = %s AND problems IS NOT NULL AND p->>'code' IN ('place_maybe', 'place_doubtful', 'place_unknown')
            GROUP BY 1, 2, 3 ORDER BY 4 DESC, 5 LIMIT %s
            """,
            [run.pk, MOST_QUESTIONS],
        )
        found = cursor.fetchall()
    places = Places(run, target)
    questions: list[dict[str, Any]] = []
    for code in dict.fromkeys(row[0] for row in found):
        column = target.column(code)
        mine = [row for row in found if row[0] == code]
        insides = [UUID(row[2]) if row[2] else None for row in mine]
        decisions = places.matcher(column).match_many([row[1] for row in mine], insides)
        places._load({c.place_id for d in decisions for c in d.candidates} | {one for one in insides if one})
        for (_code, text, _inside, rows, first), inside, decision in zip(mine, insides, decisions, strict=True):
            questions.append(
                {
                    "column": code,
                    "text": text,
                    "inside": as_text(inside),
                    "inside_names": places.places[inside].names if inside in places.places else None,
                    "rows": rows,
                    "first": first,
                    "candidates": [_candidate(one, places.places) for one in decision.candidates],
                }
            )
    return questions


def _candidate(one: Any, places: dict[UUID, Place]) -> dict[str, Any]:
    place = places[one.place_id]
    above = Place.objects.filter(pk__in=[*place.lineage[1:-1]]).order_by("level")
    return {
        "id": str(one.place_id),
        "ref": place.ref,
        "names": place.names,
        "above": [parent.names for parent in above],
        "reason": one.reason,
        "score": round(float(one.score), 3),
    }


def decide(run: ImportRun, column: str, text: str, inside: str | None, place: Place | None, by: Any) -> None:
    """What an officer said a written name means; None: none of the places known here. Places are remembered for all
    later imports; the run must be read again for it to show."""
    key = [column, text, inside]
    run.decisions = [one for one in run.decisions if one[:3] != key] + [[*key, str(place.pk) if place else None]]
    if place is not None:
        remember(text, Place.objects.filter(pk=inside).first() if inside else None, place, by)
