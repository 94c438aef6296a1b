"""Skill of the model, its updating and its seasonal outlook on nine basins that it was judged on in years it had not seen.

    python benchmarks/bench_rivers_skill.py [--data ../shared/data/rivers] [--quick]

Calibrated on 2000 to 2008 (1999 to warm up, 2,400 runs), judged on 2009 to 2018 with the rain that was observed: an upper
bound of what a forecast can be. Nothing is set for a basin. The peer is persistence: the last flow observed stays. The seasonal
outlook knows no weather of its year: the ten years before 2009 run on from its 30 April.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
for folder in (ROOT, ROOT / "src"):
    sys.path.insert(0, str(folder))

from benchmarks.rivers_data import F64, FOLDER, Basin, read_basins  # noqa: E402
from rafid.methods.hydrology import (  # noqa: E402
    ModelParameters,
    calibrate,
    crps,
    dress_forecast,
    esp,
    fit_error_model,
    kge,
    nse,
    simulate,
    update_forecast,
)

LEADS = (1, 3, 7)
WARMUP, FIRST = 365, "2009-01-01"
SEASON, DAYS = "05-01", 90
PAST, JUDGED = range(1999, 2009), range(2009, 2019)
AIMS = (0.891, 0.877, 0.964, 0.937, 0.909, 0.896, 0.732, 0.319, 0.78, 0.73, 0.34)
"""The reference, in the order of the table."""


@dataclass(frozen=True)
class Skill:
    kge: float
    nse: float
    updated: list[float]
    persistence: list[float]
    inside: float
    """Share of the observed days within the 80 % band of the dressed forecast, mean of the leads."""
    ratio: float
    """CRPS of the dressed forecast over the mean absolute error of the single value, mean of the leads."""
    season: float
    """CRPSS of the season's volume over climatology."""
    seconds: float

    @property
    def figures(self) -> list[float]:
        return [self.kge, self.nse, *self.updated, *self.persistence, self.inside, self.ratio, self.season]


def skill_of(basin: Basin, *, max_runs: int = 2400) -> Skill:
    split = basin.day(FIRST)
    flow = basin.flow
    started = time.process_time()
    found = calibrate(basin.forcing.between(0, split), flow[:split], warmup=WARMUP, max_runs=max_runs)
    seconds = time.process_time() - started
    run = simulate(basin.forcing, parameters=found.parameters).flow
    model = fit_error_model(flow[WARMUP:split], run[WARMUP:split], leads=LEADS)
    forecast = update_forecast(run, flow, model=model)
    dressed = dress_forecast(forecast, model=model)
    seen = flow[split:]
    known = np.isfinite(seen)
    inside, ratio = [], []
    for i in range(len(LEADS)):
        members = dressed[:, i, split:][:, known]
        low, high = np.quantile(members, [0.1, 0.9], axis=0)
        inside.append(float(((seen[known] >= low) & (seen[known] <= high)).mean()))
        error = np.abs(forecast[i, split:][known] - seen[known]).mean()
        ratio.append(float(np.mean(crps(members, seen[known])) / error))
    return Skill(
        kge(seen, run[split:]),
        nse(seen, run[split:]),
        [nse(seen, forecast[i, split:]) for i in range(len(LEADS))],
        [nse(seen, flow[split - lead : -lead]) for lead in LEADS],
        float(np.mean(inside)),
        float(np.mean(ratio)),
        season_skill(basin, found.parameters),
        seconds,
    )


def season_skill(basin: Basin, parameters: ModelParameters) -> float:
    """CRPSS over climatology of the mean flow of 90 days from 1 May, by the weather of ten other years; a year with a gap of
    more than a tenth is left out."""
    starts = [basin.day(f"{year}-{SEASON}") for year in PAST]
    weather = [basin.forcing.between(start, start + DAYS) for start in starts]
    own, usual = [], []
    for year in JUDGED:
        today = basin.day(f"{year}-{SEASON}")
        seen = basin.flow[today : today + DAYS]
        known = np.isfinite(seen)
        if known.mean() < 0.9:
            continue
        state = simulate(basin.forcing.between(0, today), parameters=parameters).state
        traces = esp(weather, parameters=parameters, state=state)
        volume = seen[known].mean(keepdims=True)
        own.append(np.mean(crps(traces[:, known].mean(axis=1)[:, None], volume)))
        usual.append(np.mean(crps(climate(basin.flow, starts, known), volume)))
    return float(1 - np.mean(own) / np.mean(usual))


def climate(flow: F64, starts: list[int], known: F64) -> F64:
    """Mean flows (years, 1) of the same days in the past years that were observed in at least nine tenths of them."""
    past = np.array([flow[start : start + DAYS][known] for start in starts])
    return np.nanmean(past[np.isfinite(past).mean(axis=1) >= 0.9], axis=1)[:, None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=FOLDER)
    parser.add_argument("--quick", action="store_true", help="one basin and 300 runs, to see that it runs")
    asked = parser.parse_args()
    try:
        basins = read_basins(asked.data)
    except FileNotFoundError as missing:
        print(f"Not measured: {missing.filename} is not there; give --data.")
        return
    found = {
        basin: skill_of(basin, max_runs=300 if asked.quick else 2400) for basin in basins[: 1 if asked.quick else None]
    }
    print("## Skill of the rivers' model\n")
    columns = [
        "KGE",
        "NSE",
        "updated 1 d",
        "3 d",
        "7 d",
        "persistence 1 d",
        "3 d",
        "7 d",
        "80 % band holds",
        "CRPS / error",
    ]
    print(f"| basin | {' | '.join(columns)} | season |")
    print("|---|" + "---|" * len(AIMS))
    for basin, skill in found.items():
        print(f"| {basin.name} | {line(skill.figures)} |")
    median = np.median([skill.figures for skill in found.values()], axis=0)
    print(f"| **median** | {line(median)} |")
    print(f"| reference | {line(AIMS)} |\n")
    wins = [sum(s.updated[i] > s.persistence[i] for s in found.values()) for i in range(len(LEADS))]
    inside = [skill.inside for skill in found.values()]
    print(f"Better than persistence at 1, 3, 7 days in {wins[0]}, {wins[1]}, {wins[2]} of {len(found)} basins.")
    print(f"The band holds {min(inside):.1%} to {max(inside):.1%} in single basins.")
    print(f"The season is better than climatology in {sum(s.season > 0 for s in found.values())} of {len(found)}.")
    seconds = np.median([skill.seconds for skill in found.values()])
    print(f"Calibrating a basin: {seconds:.2f} s of processor time (median).")


def line(figures: F64 | list[float] | tuple[float, ...]) -> str:
    return " | ".join(f"{figure:.1%}" if i == 8 else f"{figure:.3f}" for i, figure in enumerate(figures))


if __name__ == "__main__":
    main()
