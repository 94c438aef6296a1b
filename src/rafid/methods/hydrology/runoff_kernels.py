"""The inner loops of runoff and snow. Time runs outside, sets inside: while one waits for a root, the next goes on."""

from __future__ import annotations

import math
from typing import Any

from numba import njit

# error_model: a division that may raise would keep the sets from being computed side by side; no divisor here is 0.


@njit(cache=True, nogil=True, error_model="numpy")
def set_out(rain: Any, loss: Any, x1: Any, net: Any, steepness: Any) -> None:
    """``rain`` and ``loss`` (m, n) to ``net`` = P − E and the argument of tanh, |P − E|/x1, at most 13; both (n, m)."""
    n, m = net.shape
    for t in range(n):
        for i in range(m):
            difference = rain[i, t] - loss[i, t]
            net[t, i] = difference
            steepness[t, i] = min(abs(difference) / x1[i], 13.0)


@njit(cache=True, nogil=True, error_model="numpy")
def fill_production(net: Any, gain: Any, x1: Any, store: Any, effective: Any) -> None:
    """Production store of each set. ``net`` = P − E and ``gain`` = tanh(|P − E|/x1), both (n, m); ``store`` (m,) is carried
    on; ``effective`` (n, m) takes what percolates and what rain the store did not take."""
    n, m = net.shape
    inverse = 1.0 / x1
    for t in range(n):
        for i in range(m):
            wet = net[t, i] >= 0.0
            level = store[i]
            share = level * inverse[i]
            top = x1[i] * (1.0 - share * share) if wet else -level * (2.0 - share)
            bottom = 1.0 + (share if wet else 1.0 - share) * gain[t, i]
            change = top * gain[t, i] / bottom
            level = max(level + change, 0.0)
            fourth = 4.0 / 9.0 * level * inverse[i]
            fourth *= fourth
            fourth *= fourth
            percolation = level * (1.0 - 1.0 / math.sqrt(math.sqrt(1.0 + fourth)))
            store[i] = level - percolation
            effective[t, i] = percolation + (net[t, i] - change if wet else 0.0)


@njit(cache=True, nogil=True, error_model="numpy")
def convolve(effective: Any, ordinates: Any, waiting: Any, out: Any) -> None:
    """``out`` (n, m) = ``effective`` through the unit hydrograph ``ordinates`` (k, m) after what is ``waiting`` (k, m), which
    then holds what is waiting at the end. The oldest water is added first: a run in two parts adds in the same order."""
    n, m = effective.shape
    k = ordinates.shape[0]
    for t in range(n):
        for i in range(m):
            out[t, i] = waiting[t, i] if t < k else 0.0
        for lag in range(min(t, k - 1), -1, -1):
            for i in range(m):
                out[t, i] += effective[t - lag, i] * ordinates[lag, i]
    for ahead in range(k):
        for i in range(m):
            total = waiting[n + ahead, i] if n + ahead < k else 0.0
            for lag in range(min(n + ahead, k - 1), ahead, -1):
                total += effective[n + ahead - lag, i] * ordinates[lag, i]
            waiting[ahead, i] = total


@njit(cache=True, nogil=True, error_model="numpy")
def drain_routing(slow: Any, quick: Any, x2: Any, x3: Any, store: Any, flow: Any) -> None:
    """Routing store of each set: ``slow`` (n, m) enters it, ``quick`` (n, m) passes by; ``store`` (m,) is carried on."""
    n, m = slow.shape
    inverse = 1.0 / x3
    for t in range(n):
        for i in range(m):
            share = store[i] * inverse[i]
            exchange = x2[i] * share * share * share * math.sqrt(share)
            level = max(0.0, store[i] + slow[t, i] + exchange)
            fourth = level * inverse[i]
            fourth *= fourth
            fourth *= fourth
            kept = level / math.sqrt(math.sqrt(1.0 + fourth))
            store[i] = kept
            flow[t, i] = level - kept + max(0.0, quick[t, i] + exchange)


@njit(cache=True, nogil=True, error_model="numpy")
def melt_bands(
    rain: Any,
    snow: Any,
    warmth: Any,
    ctg: float,
    kf: float,
    full: float,
    pack: Any,
    thermal: Any,
    liquid: Any,
    packs: Any,
) -> None:
    """Snow of each band, mm: ``rain``, ``snow`` and ``warmth`` (n, bands); ``pack`` and ``thermal`` (bands,) are carried on;
    ``liquid`` (n,) is the mean of the bands, ``packs`` (bands, n) the snow at the end of each step, or empty."""
    n, bands = rain.shape
    kept = packs.shape[0] > 0
    for t in range(n):
        total = 0.0
        for b in range(bands):
            lying = pack[b] + snow[t, b]
            warm = warmth[t, b]
            cold = min(0.0, ctg * thermal[b] + (1.0 - ctg) * warm)
            thermal[b] = cold
            melt = 0.0
            if cold == 0.0 and warm > 0.0:
                cover = min(lying / full, 1.0) if full > 0.0 else 1.0
                melt = (0.9 * cover + 0.1) * min(kf * warm, lying)
            lying -= melt
            pack[b] = lying
            if kept:
                packs[b, t] = lying
            total += rain[t, b] + melt
        liquid[t] = total / bands
