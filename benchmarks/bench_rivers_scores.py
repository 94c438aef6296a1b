"""CRPS of ensembles beside ``scores``: time and difference.

    python benchmarks/bench_rivers_scores.py

One thread. Both answer once before they are timed; medians of runs taken in turn.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from rafid.methods.hydrology.scores import crps  # noqa: E402

MEMBERS, CASES, RUNS = 51, 20_000, 9


def main() -> None:
    print("## Scores of ensembles\n")
    try:
        import xarray
        from scores.probability import crps_for_ensemble
    except ImportError:
        print("Not measured: scores is not installed.")
        return
    drawn = np.random.default_rng(2024)
    ensemble, observed = drawn.gamma(2.0, 50.0, (MEMBERS, CASES)), drawn.gamma(2.0, 50.0, CASES)
    theirs = xarray.DataArray(ensemble, dims=("member", "case")), xarray.DataArray(observed, dims="case")
    print("| CRPS | crps | scores | ratio | difference |\n|---|---|---|---|---|")
    for fair in (False, True):
        method = "fair" if fair else "ecdf"
        here, there, answers = [], [], (0.0, 0.0)
        for run in range(RUNS + 1):
            start = time.perf_counter()
            own = crps(ensemble, observed, fair=fair)
            middle = time.perf_counter()
            peer = float(crps_for_ensemble(*theirs, "member", method=method))
            end = time.perf_counter()
            answers = own, peer
            if run:
                here.append(middle - start)
                there.append(end - middle)
        print(
            f"| {MEMBERS} members × {CASES:,}, {method} | {median(here) * 1e3:.1f} ms | {median(there) * 1e3:.1f} ms "
            f"| **{median(there) / median(here):.1f} ×** | {abs(answers[0] - answers[1]):.1e} |"
        )


if __name__ == "__main__":
    main()
