"""``$filter``: parsed by odata-query, its tree written as SQL over the entity set's properties. Names become the properties'
own SQL, literals parameters: nothing else passes.

A comparison with nothing is false, and its denial true, as OData has it; so each comparison is made whole by ``coalesce``.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.forms.odata.errors import ODataError, bad

from .sets import EntitySet, Property

LONGEST, DEEPEST, MOST_ROWS = 4000, 60, 1_000_000
_TEXT = re.compile(r"('(?:[^']|'')*')")
_WORD = re.compile(r"(?<![\w.@$])[^\W\d]\w*(?![\w.(])")
_ALIAS = "_rafid_{}_"
_SIGNS = {"Eq": "=", "NotEq": "<>", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">="}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_LIKE = {"contains": "%{}%", "startswith": "{}%", "endswith": "%{}"}
_CASES = {"tolower": "lower", "toupper": "upper", "trim": "btrim"}

type_sql = tuple[str, list[Any]]


def condition(text: str, there: EntitySet) -> type_sql:
    """SQL with its parameters. Raises ODataError 400."""
    if len(text) > LONGEST or "\0" in text:
        raise bad(_("The filter is longer than 4,000 characters.") if len(text) > LONGEST else _unread())
    if there.rows is not None and there.rows > MOST_ROWS:
        raise bad(_too_many(there), "TooManyRows")
    from odata_query.exceptions import ODataException
    from odata_query.grammar import ODataLexer, ODataParser

    try:
        tree = ODataParser().parse(ODataLexer().tokenize(_aliased(text.strip(), there)))
    except RecursionError:
        raise bad(_("The filter is nested too deeply.")) from None
    except (ODataException, ValueError, TypeError, AttributeError, KeyError, IndexError):
        raise bad(_unread()) from None
    return _Writer(there).written(tree, 0)


def _unread() -> str:
    return _("The filter cannot be read. Texts stand in '…', words are eq ne gt ge lt le in and or not.")


def _too_many(there: EntitySet) -> str:
    return _("There are too many rows to look through each. Take the file %(file)s, or read all pages.") % {
        "file": there.file
    }


def _aliased(text: str, there: EntitySet) -> str:
    """Names of properties as words that the parser cannot take for its own: ``allowance`` begins with ``all``."""
    numbers = {one.name: at for at, one in enumerate(there.properties)}

    def named(found: re.Match[str]) -> str:
        return _ALIAS.format(numbers[found[0]]) if found[0] in numbers else found[0]

    parts = _TEXT.split(text)
    return "".join(part if at % 2 else _WORD.sub(named, part) for at, part in enumerate(parts))


class _Writer:
    def __init__(self, there: EntitySet) -> None:
        self.there = there

    def written(self, node: Any, depth: int) -> type_sql:
        from odata_query import ast

        if depth > DEEPEST:
            raise bad(_("The filter is nested too deeply."))
        if isinstance(node, ast.BoolOp):
            left, right = self.written(node.left, depth + 1), self.written(node.right, depth + 1)
            word = "AND" if isinstance(node.op, ast.And) else "OR"
            return f"({left[0]} {word} {right[0]})", left[1] + right[1]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            sql, params = self.written(node.operand, depth + 1)
            return f"(NOT {sql})", params
        if isinstance(node, ast.Compare):
            return self._compared(node)
        if isinstance(node, ast.Call) and node.func.name.lower() in _LIKE:
            return self._like(node)
        if isinstance(node, ast.Identifier):
            found = self._property(node)
            if found.edm == "Edm.Boolean":
                return f"coalesce({found.sql} = 'true', false)", list(found.params)
        if isinstance(node, ast.Boolean):
            return ("true" if node.py_val else "false"), []
        raise self._refused()

    def _compared(self, node: Any) -> type_sql:
        from odata_query import ast

        left, right = node.left, node.right
        if isinstance(node.comparator, ast.In):
            values = right.val if isinstance(right, ast.List) else [right]
            parts = [self._pair(left, "=", value) for value in values]
            return f"({' OR '.join(sql for sql, _params in parts)})", [one for _sql, params in parts for one in params]
        sign = _SIGNS[type(node.comparator).__name__]
        # A call of contains() may be compared with true.
        if isinstance(right, ast.Boolean) and isinstance(left, ast.Call) and left.func.name.lower() in _LIKE:
            sql, params = self._like(left)
            return f"({sql} {sign} {'true' if right.py_val else 'false'})", params
        if isinstance(left, ast._Literal) or self._is_minus(left):
            return self._pair(right, _TURNED.get(sign, sign), left)
        return self._pair(left, sign, right)

    def _is_minus(self, node: Any) -> bool:
        from odata_query import ast

        return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)

    def _pair(self, left: Any, sign: str, right: Any) -> type_sql:
        """A property, or a text in another case, beside a literal or another property."""
        from odata_query import ast

        sql, params, kind, name = self._operand(left)
        if isinstance(right, ast.Null):
            if sign not in ("=", "<>"):
                return "false", []
            return f"({sql} IS {'NOT ' if sign == '<>' else ''}NULL)", params
        other, more = self._value(right, kind, name)
        if sign == "<>":
            return f"({sql} IS DISTINCT FROM {other})", params + more
        if kind == "Edm.Boolean" and sign != "=":
            raise bad(_("Yes or no is compared by eq and ne only."))
        collate = ' COLLATE "C"' if sign != "=" and kind not in ("Edm.Int64", "Edm.Double") else ""
        return f"coalesce({sql}{collate} {sign} {other}, false)", params + more

    def _operand(self, node: Any) -> tuple[str, list[Any], str, str]:
        from odata_query import ast

        if isinstance(node, ast.Call) and node.func.name.lower() in _CASES and len(node.args) == 1:
            sql, params, kind, name = self._operand(node.args[0])
            if kind != "Edm.String":
                raise bad(_("“%(name)s” is no text.") % {"name": name})
            return f"{_CASES[node.func.name.lower()]}({sql})", params, kind, name
        found = self._property(node)
        return found.sql, list(found.params), found.edm, found.name

    def _value(self, node: Any, kind: str, name: str) -> type_sql:
        from odata_query import ast

        if isinstance(node, ast.Identifier | ast.Call):
            sql, params, other, _name = self._operand(node)
            numbers = ("Edm.Int64", "Edm.Double")
            if other != kind and not (other in numbers and kind in numbers):
                raise bad(_("The filter compares what cannot be compared."))
            return sql, params
        minus = self._is_minus(node)
        if minus:
            node = node.operand
        if isinstance(node, ast.Integer | ast.Float):
            if kind not in ("Edm.Int64", "Edm.Double"):
                raise bad(_("%(name)s holds no numbers; write its value in '…'.") % {"name": name})
            value = float(node.val)
            if value in (float("inf"), float("-inf")):
                raise bad(_("The filter compares what cannot be compared."))
            return "%s::float8::numeric", [-value if minus else value]
        if minus:
            raise self._refused()
        if isinstance(node, ast.Boolean):
            if kind != "Edm.Boolean":
                raise bad(_("The filter compares what cannot be compared."))
            return "%s", ["true" if node.py_val else "false"]
        if isinstance(node, ast.String | ast.Date | ast.DateTime | ast.GUID):
            if kind in ("Edm.Int64", "Edm.Double", "Edm.Boolean"):
                raise bad(_("%(name)s holds numbers; write its value without '…'.") % {"name": name})
            # A day is compared as the text of its date.
            return "%s", [node.val[:10] if kind == "Edm.Date" else node.val]
        raise self._refused()

    def _like(self, node: Any) -> type_sql:
        from odata_query import ast

        if len(node.args) != 2 or not isinstance(node.args[1], ast.String):
            raise self._refused()
        sql, params, kind, name = self._operand(node.args[0])
        if kind != "Edm.String":
            raise bad(_("“%(name)s” is no text.") % {"name": name})
        part = re.sub(r"([\\%_])", r"\\\1", node.args[1].val)
        return f"coalesce({sql} LIKE %s, false)", [*params, _LIKE[node.func.name.lower()].format(part)]

    def _property(self, node: Any) -> Property:
        from odata_query import ast

        if not isinstance(node, ast.Identifier):
            raise self._refused()
        number = re.fullmatch(_ALIAS.format(r"(\d{1,4})"), node.name)
        if number is None or int(number[1]) >= len(self.there.properties):
            raise bad(_("There is no property “%s” here.") % node.name[:60])
        return self.there.properties[int(number[1])]

    def _refused(self) -> ODataError:
        return bad(
            _("Compare properties with values by eq ne gt ge lt le in, contains, startswith, endswith, and, or, not.")
        )
