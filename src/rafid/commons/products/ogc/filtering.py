"""CQL2 text to SQL over the values of a version's rows. Names become keys of the row, literals parameters: nothing else passes.

Parsed by pygeofilter; what it knows and this does not (arithmetic, functions, distances) is refused with a sentence.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.api import Problem

from ..models import DatasetVersion
from .asked import bad

LONGEST, DEEPEST = 4000, 60
_NUMBERS = ("integer", "number", "longitude", "latitude")
_POSITION = "coalesce(r.geometry, s.geometry)"

type_sql = tuple[str, list[Any]]


def condition(text: str, version: DatasetVersion) -> type_sql:
    """SQL and its parameters. Raises ``Problem`` 400 for what cannot be read or is not answered."""
    if len(text) > LONGEST:
        raise bad("filter", _("The filter is longer than 4,000 characters."))
    from lark.exceptions import LarkError
    from pygeofilter.parsers.cql2_text import parse

    try:
        tree = parse(text)
    except RecursionError:
        raise bad("filter", _("The filter is nested too deeply.")) from None
    except (LarkError, ValueError, KeyError, IndexError, OverflowError) as error:
        at = getattr(error, "column", None)
        said = (
            _("The filter cannot be read at character %(at)s.") % {"at": at} if isinstance(at, int) and at > 0 else ""
        )
        raise bad("filter", said or _("The filter cannot be read.")) from None
    return _Writer(version).written(tree, 0)


class _Writer:
    def __init__(self, version: DatasetVersion) -> None:
        self.kinds = {one["name"]: one.get("kind", "text") for one in version.fields}

    def written(self, node: Any, depth: int) -> type_sql:
        from pygeofilter import ast

        if depth > DEEPEST:
            raise bad("filter", _("The filter is nested too deeply."))
        if isinstance(node, ast.And | ast.Or):
            left, right = self.written(node.lhs, depth + 1), self.written(node.rhs, depth + 1)
            word = "AND" if isinstance(node, ast.And) else "OR"
            return f"({left[0]} {word} {right[0]})", left[1] + right[1]
        if isinstance(node, ast.Not):
            sql, params = self.written(node.sub_node, depth + 1)
            return f"NOT ({sql})", params
        if isinstance(node, ast.Comparison):
            return self._compared(node)
        if isinstance(node, ast.Between):
            low = self._against(node.lhs, ">=", node.low)
            high = self._against(node.lhs, "<=", node.high)
            return self._maybe(f"({low[0]} AND {high[0]})", low[1] + high[1], node.not_)
        if isinstance(node, ast.In):
            parts = [self._against(node.lhs, "=", one) for one in node.sub_nodes]
            if not parts:
                raise self._refused()
            sql = "(" + " OR ".join(part[0] for part in parts) + ")"
            return self._maybe(sql, [value for part in parts for value in part[1]], node.not_)
        if isinstance(node, ast.Like):
            name = self._name(node.lhs)
            return self._maybe("(r.values->>%s) LIKE %s", [name, str(node.pattern)], node.not_)
        if isinstance(node, ast.IsNull):
            return self._maybe("(r.values->>%s) IS NULL", [self._name(node.lhs)], node.not_)
        if isinstance(node, ast.GeometryIntersects | ast.GeometryWithin | ast.GeometryContains | ast.GeometryDisjoint):
            return self._placed(node)
        raise self._refused()

    def _maybe(self, sql: str, params: list[Any], turned: bool) -> type_sql:
        return (f"NOT ({sql})" if turned else sql), params

    def _compared(self, node: Any) -> type_sql:
        signs = {"EQ": "=", "NE": "<>", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}
        sign = signs[node.op.name]
        from pygeofilter import ast

        if not isinstance(node.lhs, ast.Attribute) and isinstance(node.rhs, ast.Attribute):
            turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign)
            return self._against(node.rhs, turned, node.lhs)
        return self._against(node.lhs, sign, node.rhs)

    def _against(self, left: Any, sign: str, value: Any) -> type_sql:
        name = self._name(left)
        kind = self.kinds[name]
        if isinstance(value, bool):
            return f"(r.values->>%s) {sign} %s", [name, "true" if value else "false"]
        if isinstance(value, int | float):
            if kind not in _NUMBERS:
                raise bad("filter", _("%(name)s holds no numbers; write its value in '…'.") % {"name": name})
            return f"(r.values->>%s)::double precision {sign} %s", [name, float(value)]
        if isinstance(value, datetime | date):
            value = value.isoformat()
        if not isinstance(value, str):
            raise self._refused()
        if kind in _NUMBERS:
            raise bad("filter", _("%(name)s holds numbers; write its value without '…'.") % {"name": name})
        return f"(r.values->>%s) {sign} %s", [name, value]

    def _placed(self, node: Any) -> type_sql:
        from pygeofilter import ast, values

        shape = node.rhs
        if not isinstance(node.lhs, ast.Attribute) or node.lhs.name != "geometry":
            raise bad("filter", _("The position is called geometry."))
        if isinstance(shape, ast.Function) and shape.name.lower() == "bbox" and len(shape.arguments) == 4:
            west, south, east, north = (float(one) for one in shape.arguments)
            drawn = f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"
            found: type_sql = ("ST_GeomFromText(%s, 4326)", [drawn])
        elif isinstance(shape, values.Geometry):
            found = ("ST_SetSRID(ST_GeomFromGeoJSON(%s), 4326)", [self._drawable(json.dumps(shape.geometry))])
        else:
            raise self._refused()
        function = {
            "GeometryIntersects": "ST_Intersects", "GeometryWithin": "ST_Within",
            "GeometryContains": "ST_Contains", "GeometryDisjoint": "ST_Disjoint",
        }[type(node).__name__]  # fmt: skip
        return f"{function}({_POSITION}, {found[0]})", found[1]

    def _drawable(self, text: str) -> str:
        import shapely

        try:
            shapely.from_geojson(text)
        except (shapely.GEOSException, ValueError):
            raise bad("filter", _("The filter draws a shape that is none.")) from None
        return text

    def _name(self, node: Any) -> str:
        from pygeofilter import ast

        if not isinstance(node, ast.Attribute):
            raise self._refused()
        if node.name not in self.kinds:
            raise bad("filter", _("There is no field %(name)s.") % {"name": str(node.name)[:60]})
        return str(node.name)

    def _refused(self) -> Problem:
        return bad(
            "filter",
            _("Compare fields with values: =, <>, <, >, BETWEEN, IN, LIKE, IS NULL, S_INTERSECTS, AND, OR, NOT."),
        )
