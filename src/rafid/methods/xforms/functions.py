"""The functions of the form language by name: how many arguments each takes, and what it needs to know.

What they do lies by theme in ``library_*``. Source: ODK XForms specification, section "XPath functions"; where it is silent,
ODK Collect's engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rafid.methods.xforms.said import say

if TYPE_CHECKING:
    from rafid.methods.xforms.nodes import Node
    from rafid.methods.xforms.running import Run
    from rafid.methods.xforms.values import Value

Apply = Callable[["Run", "Node", "Node", list[Any]], "Value"]


@dataclass(frozen=True)
class Function:
    """``most`` None: any number. ``lazy``: gets closures instead of values. ``remembered``: its answer for a long list is kept
    on the list. ``restless``: clock, chance or device, so that a calculation with it cannot be repeated. ``paths``: that many
    first arguments must be questions. ``multiple``: the count of arguments must divide by it."""

    name: str
    apply: Apply
    least: int
    most: int | None
    lazy: bool = False
    remembered: bool = False
    restless: bool = False
    reads: bool = False
    paths: int = 0
    multiple: int = 1

    def refusal(self, count: int) -> str | None:
        """Why so many arguments are wrong, or None."""
        if count < self.least or (self.most is not None and count > self.most):
            return self._range(count)
        if self.multiple > 1 and count % self.multiple:
            return say("takes arguments in pairs, not %(count)s", count=count)
        return None

    def _range(self, count: int) -> str:
        least, most = self.least, self.most
        if most is None and least == 1:
            return say("takes at least 1 argument, not %(count)s", count=count)
        if most is None:
            return say("takes at least %(least)s arguments, not %(count)s", least=least, count=count)
        if least == most == 0:
            return say("takes no arguments, not %(count)s", count=count)
        if least == most == 1:
            return say("takes 1 argument, not %(count)s", count=count)
        if least == most:
            return say("takes %(least)s arguments, not %(count)s", least=least, count=count)
        return say("takes %(least)s to %(most)s arguments, not %(count)s", least=least, most=most, count=count)

    def reads_here(self, count: int) -> bool:
        """Whether the answer depends on the node at which it is asked."""
        return (
            self.restless
            or self.reads
            or (self.name in {"string-length", "normalize-space", "position"} and count == 0)
        )


FUNCTIONS: Final[dict[str, Function]] = {}


def function(names: str, least: int, most: int | str | None = "same", **about: Any) -> Callable[[Apply], Apply]:
    """Registers a function under one or more names."""

    def register(apply: Apply) -> Apply:
        upper = least if most == "same" else most
        for name in names.split():
            FUNCTIONS[name] = Function(name, apply, least, upper, **about)  # type: ignore[arg-type]
        return apply

    return register


from rafid.methods.xforms import (  # noqa: E402  (each registers its functions)
    library_dates,
    library_lists,
    library_logic,
    library_numbers,
    library_texts,
)

__all__ = ["FUNCTIONS", "Function", "function"]
_LOADED: Final = (library_dates, library_lists, library_logic, library_numbers, library_texts)
