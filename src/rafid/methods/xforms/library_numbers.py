"""Reckoning: rounding, sums over lists, powers, angles, and measures of place."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Any, Final

from rafid.methods.xforms import geometry
from rafid.methods.xforms.errors import Unanswerable
from rafid.methods.xforms.functions import function
from rafid.methods.xforms.nodes import Node
from rafid.methods.xforms.running import Run
from rafid.methods.xforms.values import NAN, Moment, Plain, Value, to_number, whole

_EXACT: Final = Context(prec=400)


@function("number", 1)
def _number(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return run.number(values[0])


@function("int", 1)
def _int(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    number = run.number(values[0])
    return float(math.trunc(number)) if math.isfinite(number) else number


@function("round", 1, 2)
def _round(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    """Halves go up. With digits it looks at the decimal digits as written: 2.675 to 2 digits is 2.68."""
    number = run.number(values[0])
    places = run.number(values[1]) if len(values) > 1 else 0.0
    if not math.isfinite(number):
        return number
    if not abs(places) <= 30:
        return NAN
    step = Decimal(1).scaleb(-whole(places))
    halves = ROUND_HALF_DOWN if number < 0 else ROUND_HALF_UP
    return float(Decimal(repr(number)).quantize(step, halves, _EXACT))


@function("floor", 1)
def _floor(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return _whole(run.number(values[0]), ROUND_FLOOR)


@function("ceiling", 1)
def _ceiling(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return _whole(run.number(values[0]), ROUND_CEILING)


def _whole(number: float, way: str) -> float:
    return float(Decimal(number).to_integral_value(way)) if math.isfinite(number) else number


def _numbers(run: Run, values: list[Any]) -> list[float]:
    """Those that are numbers: sums and extremes pass over what is empty."""
    found = (to_number(value) for given in values for value in run.all(given))
    return [number for number in found if not math.isnan(number)]


@function("sum", 1, remembered=True, paths=1)
def _sum(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return sum(_numbers(run, values), 0.0)


@function("max", 1, None, remembered=True)
def _max(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return max(_numbers(run, values), default=NAN)


@function("min", 1, None, remembered=True)
def _min(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return min(_numbers(run, values), default=NAN)


def _real(run: Run, value: Any) -> float:
    """For roots and angles a date counts with its time of day."""
    plain: Plain = run.plain(value)
    return plain.days + plain.day_fraction if isinstance(plain, Moment) else to_number(plain)


def _curve(names: str, compute: Callable[..., float], count: int = 1) -> None:
    def apply(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
        try:
            return float(compute(*(_real(run, value) for value in values)))
        except (ValueError, ZeroDivisionError, TypeError):
            return NAN
        except OverflowError:
            return math.inf

    function(names, count)(apply)


def _logarithm(compute: Callable[[float], float]) -> Callable[[float], float]:
    return lambda number: -math.inf if number == 0 else compute(number)


_CURVES: Final[dict[str, Callable[..., float]]] = {
    "abs": abs, "sqrt": math.sqrt, "exp": math.exp, "exp10": lambda number: 10.0**number,
    "sin": math.sin, "cos": math.cos, "tan": math.tan, "asin": math.asin, "acos": math.acos, "atan": math.atan,
    "log": _logarithm(math.log), "log10": _logarithm(math.log10),
}  # fmt: skip
for _names, _compute in _CURVES.items():
    _curve(_names, _compute)
_curve("pow", math.pow, 2)
_curve("atan2", math.atan2, 2)
_curve("pi", lambda: math.pi, 0)


@function("random", 0, restless=True)
def _random(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    """Chance, for whoever evaluates an expression by hand; a calculation with it is never judged."""
    return random.random()  # noqa: S311


def _points(run: Run, values: list[Any]) -> list[geometry.Point]:
    """One trace or shape, or the points of several questions; what is empty is passed over."""
    texts = [text for given in values for text in (run.text(value) for value in run.all(given)) if text]
    points: list[geometry.Point] = []
    for text in texts:
        for part in text.strip().rstrip(";").split(";"):
            point = geometry.read_point(part)
            if point is None:
                raise Unanswerable("a place is asked for where there is none")
            points.append((point[0], point[1]))
    return points


@function("distance", 1, None)
def _distance(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return geometry.length_m(_points(run, values))


@function("area enclosed-area", 1)
def _area(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return geometry.area_m2(_points(run, values))


@function("geofence", 2)
def _geofence(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    points, shape = _points(run, values[:1]), _points(run, values[1:])
    return bool(points) and len(shape) > 2 and geometry.holds(shape, points[0])
