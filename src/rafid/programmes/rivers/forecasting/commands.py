"""`./rafid manage rivers calibrate`, `forecast` and `hindcast`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from rafid.commons.records.change import Refused

from ..models import RiverModel, RiverNode
from ..values.recording import NotRecorded
from . import words
from .calibrating import Doubted, activate, calibrate_model
from .hindcasting import hindcast
from .importing import import_ensemble, read_csv
from .running import RUNS_HERE, make_forecast, model_of
from .scoring import score_archive


def add(parsers: Any) -> None:
    parser = parsers.add(
        "calibrate", calibrate, about="Calibrate a node's model on some years and judge it on those after them.",
        example="calibrate mosul --split 2020-10-01 --activate",
    )  # fmt: skip
    parser.add_argument("node", help="code of the river node")
    parser.add_argument("--split", type=date.fromisoformat, required=True, help="the first day that it is judged on")
    parser.add_argument(
        "--start", type=date.fromisoformat, help="the first day that it learns from; a year of it warms up"
    )
    parser.add_argument("--kind", choices=RUNS_HERE, help="which of the node's models; its only one without it")
    parser.add_argument("--max-runs", type=int, default=2400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--activate", action="store_true", help="make it the node's model; the one before it retires")
    parser.add_argument("--reason", default="", help="why it is made active though its judged years speak against it")
    parser = parsers.add(
        "forecast", forecast, about="Make forecasts now: of one node, or of all with an active model.",
        example="forecast mosul --forcing analogue --members 50",
    )  # fmt: skip
    parser.add_argument("node", nargs="?", help="code of the river node; all without it")
    parser.add_argument("--forcing", default="bootstrap", choices=("bootstrap", "analogue", "ecmwf", "glofas", "other"))
    parser.add_argument("--members", type=int, default=50)
    parser.add_argument("--horizon", type=int, default=240, help="hours")
    parser.add_argument("--seed", type=int)
    parser = parsers.add(
        "hindcast", judge, about="Forecast the past from the days before each issue, and keep the scores of each lead.",
        example="hindcast mosul --issues 300",
    )  # fmt: skip
    parser.add_argument("node", nargs="?", help="code of the river node; all without it")
    parser.add_argument("--issues", type=int, default=300, help="days of issue")
    parser.add_argument("--members", type=int, default=25)
    parser.add_argument("--forcing", default="bootstrap", choices=("bootstrap", "analogue"))
    parser.add_argument("--seed", type=int, default=0)
    parser = parsers.add(
        "take-in", take_in, about="Take in another model's ensembles (CSV), and compute its record from all that it issued.",
        example="take-in mosul glofas.csv",
    )  # fmt: skip
    parser.add_argument("node", help="code of the river node")
    parser.add_argument("file", type=Path, help="columns issued_at, lead_hours, member, value (m³/s)")


def take_in(write: Any, options: dict[str, Any]) -> None:
    rows = RiverModel.objects.filter(node=_node(options["node"]), kind="external").exclude(state="retired")
    model = rows.order_by("state", "-known_at").first()
    if model is None:
        raise Refused(f"There is no model of another's results at {options['node']}. Enter one first.")
    try:
        made = import_ensemble(model, read_csv(options["file"].read_bytes()))
    except OSError as error:
        raise Refused(f"{options['file']}: {error.strerror}") from error
    except NotRecorded as error:
        raise Refused("\n".join(f"row {one.row}, {one.field}: {one.reason}" for one in error.problems[:50])) from error
    write(f"{options['node']}: {len(made)} forecasts taken in")
    for row in score_archive(model):
        said = f"skill over persistence {row.scores['crpss_persistence']:+.3f}" if row.scores else "fewer than 30 cases"
        write(f"{options['node']} {row.lead_h:4d} h  n {row.n}: {said}")


def _node(code: str) -> RiverNode:
    found = RiverNode.objects.filter(code=code).first()
    if found is None:
        raise Refused(f"There is no river node {code}.")
    return found


def _models(code: str | None) -> list[RiverModel]:
    if code is None:
        return list(RiverModel.objects.filter(state="active", kind__in=RUNS_HERE).select_related("node"))
    model = model_of(_node(code))
    if model is None:
        raise Refused(f"No model is active at {code}. Calibrate one with --activate.")
    return [model]


def calibrate(write: Any, options: dict[str, Any]) -> None:
    rows = RiverModel.objects.filter(node=_node(options["node"]), kind__in=RUNS_HERE).exclude(state="retired")
    if options["kind"]:
        rows = rows.filter(kind=options["kind"])
    model = rows.order_by("state", "-known_at").first()  # active before draft
    if model is None:
        raise Refused(f"There is no model at {options['node']}. Enter one with its series first.")
    if model.state == "active":  # the active one stays until the new one takes its place
        model.pk, model.state, model._state.adding = RiverModel._meta.pk.get_default(), "draft", True
    model = calibrate_model(
        model, split=options["split"], start=options["start"], max_runs=options["max_runs"], seed=options["seed"]
    )
    write(
        f"{options['node']}: calibrated {model.calibrated_from} to {model.calibrated_to}, judged {model.validated_from} to "
        f"{model.validated_to} with the rain that was observed: KGE {model.scores['kge']:.3f}, NSE {model.scores['nse']:.3f}; "
        + ", ".join(f"{lead} d {value:.3f}" for lead, value in model.scores["updated_nse"].items())
        + " (persistence "
        + ", ".join(f"{value:.3f}" for value in model.scores["persistence_nse"].values())
        + ")"
    )
    if options["activate"]:
        try:
            activate(model, reason=options["reason"])
        except Doubted as doubted:
            write(f"It stays a draft. {doubted} (--reason)")
        else:
            write("It is the node's model now.")


def forecast(write: Any, options: dict[str, Any]) -> None:
    for model in _models(options["node"]):
        row = make_forecast(
            model,
            horizon_h=options["horizon"],
            members=options["members"],
            forcing=options["forcing"],
            seed=options["seed"],
        )
        write(f"{model.node.code}: {row.ref}, {row.members} members, {row.steps[-1]} h")
        for one in row.notes:
            write(f"  {words.note(one)}")


def judge(write: Any, options: dict[str, Any]) -> None:
    for model in _models(options["node"]):
        rows = hindcast(
            model,
            issues=options["issues"],
            members=options["members"],
            forcing=options["forcing"],
            seed=options["seed"],
        )
        for row in rows:
            if row.scores:
                mark = "" if row.scores["beats_persistence"] else ": not better than persistence, guidance only"
                write(
                    f"{model.node.code} {row.lead_h:4d} h  n {row.n}  NSE {row.scores['nse']:.3f}  skill over persistence "
                    f"{row.scores['crpss_persistence']:+.3f}, over climatology {row.scores['crpss_climatology']:+.3f}{mark}"
                )
            else:
                write(f"{model.node.code} {row.lead_h:4d} h  n {row.n}: fewer than 30 cases, no figures")
