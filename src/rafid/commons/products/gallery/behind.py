"""Indicators that a recipe names: in its layers and charts, and as live fields in its texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rafid.commons.indicators.models import Indicator

_LIVE = re.compile(r"\{indicator:([A-Za-z0-9_-]+)")


def codes_in(body: Any) -> Iterator[str]:
    """
    >>> list(codes_in({"layers": [{"indicator": "a"}], "texts": {"en": "{indicator:b place=x} and more"}, "indicators": ["c"]}))
    ['a', 'b', 'c']
    """
    if isinstance(body, dict):
        for name, value in body.items():
            if name == "indicator" and isinstance(value, str):
                yield value
            elif name == "indicators" and isinstance(value, list):
                yield from (one for one in value if isinstance(one, str))
            else:
                yield from codes_in(value)
    elif isinstance(body, list):
        for one in body:
            yield from codes_in(one)
    elif isinstance(body, str):
        yield from _LIVE.findall(body)


def indicators_behind(body: Any, user: Any) -> list[Indicator]:
    """Those that this person may see, each once, in the order of the recipe."""
    codes = list(dict.fromkeys(code for code in codes_in(body) if code))
    found = {one.code: one for one in Indicator.objects.visible_to(user).filter(state="adopted", code__in=codes)}
    return [found[code] for code in codes if code in found]
