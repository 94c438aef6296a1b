"""`./rafid manage rivers outlook`."""

from __future__ import annotations

from typing import Any

from rafid.commons.records.change import Refused

from ..forecasting.running import RUNOFF, model_of
from ..models import RiverNode
from .making import make_outlook
from .queries import shown


def add(parsers: Any) -> None:
    parser = parsers.add(
        "outlook", outlook, about="Compute a season's outlook at a node from today's state.",
        example="outlook mosul 2026-10/2027-04 --scenario usual",
    )  # fmt: skip
    parser.add_argument("node", help="code of the river node")
    parser.add_argument("season", help="first and last month: 2026-10/2027-04")
    parser.add_argument("--method", default="esp", choices=("esp", "analogue", "external"))
    parser.add_argument("--scenario", default="usual", help="of the demands")


def outlook(write: Any, options: dict[str, Any]) -> None:
    node = RiverNode.objects.filter(code=options["node"]).first()
    model = model_of(node, RUNOFF) if node else None
    if model is None:
        raise Refused(f"No model is active at {options['node']}.")
    row = make_outlook(model, season=options["season"], method=options["method"], scenario=options["scenario"])
    found = shown(row)
    skill = "unknown" if found.skill is None else f"{found.skill:+.2f} over {row.skill['n']} past years"
    usual = "" if found.total.usual is None else f", usually {found.total.usual:,.0f}"
    write(
        f"{row.ref}: {found.total.low:,.0f} to {found.total.high:,.0f} Mm³ (80 %), middle {found.total.middle:,.0f}{usual}; "
        f"skill {skill}"
    )
