"""Who sees hazards exactly, and who sees their grid of 1 km."""

from __future__ import annotations

from typing import Any

from ..seeing import AUTHORITY, OPERATORS, held


def sees_exactly(user: Any) -> bool:
    """Whoever acts for an authority or an operator sees what is theirs; everybody else the public picture."""
    return bool(held(user, AUTHORITY | OPERATORS))
