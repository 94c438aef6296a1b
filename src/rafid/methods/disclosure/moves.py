"""The cheapest change of one cell that keeps all sums, compiled.

To move cell p by t, other cells must move against it: the change d solves

    min Σ price_j |d_j|   with   M d = 0,   d_p = t,   d_j ≥ -room_j

A dual simplex method (Lemke 1954) that begins with d = 0 and takes up a sum only when the change reaches it: a change
touches few cells, so it costs little however large the table is. Where no change of t is possible, t is drawn towards 0
just as far as the violated row demands; so the answer is also the largest change that the sums allow.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

TINY: Final = 1e-9
LOWER: Final = 0
BASIC: Final = 1
UPPER: Final = 2
SLACK: Final = -1


@njit(cache=True, nogil=True)
def cheapest_move(
    p: int,
    target: float,
    start: Any,
    width: Any,
    cell: Any,
    sign: Any,
    cell_start: Any,
    cell_row: Any,
    cell_sign: Any,
    price: Any,
    room: Any,
    place: Any,
    state: Any,
    seen: Any,
    inverse: Any,
    most_steps: int,
) -> tuple[bool, float, Any, Any]:
    """Whether it came to an end, how far cell ``p`` can move towards ``target``, the cells that move, and their changes.

    The sums by row (``start``, of each row the first ``width`` entries of ``cell`` and ``sign``) and by cell
    (``cell_start``, ``cell_row``, ``cell_sign``). Cells of infinite price stay; no cell falls by more than its ``room``.
    Scratch, left as found: ``place`` (sums,) all -1, ``state`` (2, cells) all 0; ``seen`` (cells + 1,) ends with the last
    stamp used, none of its others is above it; ``inverse`` (m, m) holds anything: a change that touches more than m
    sums does not come to an end.
    """
    most_rows = len(inverse)
    rows = np.empty(most_rows, np.int64)  # touched sums
    basic = np.empty(most_rows, np.int64)  # the cell of each basic variable
    way = np.empty(most_rows, np.int64)  # 0 where it is an increase, 1 a decrease
    level = np.zeros(most_rows)  # values of the basic variables
    dual = np.zeros(most_rows)
    column = np.zeros(most_rows)
    pulled = np.zeros(most_rows)  # M_p on the touched sums
    places = np.empty(most_rows, np.int64)  # where the row that leaves is not 0
    moved = np.empty(most_steps + 1, np.int64)  # cells that ever entered
    entered, touched, ended, t = 0, 0, False, target

    for entry in range(cell_start[p], cell_start[p + 1]):
        row = cell_row[entry]
        if touched == most_rows:
            break
        place[row] = touched
        rows[touched], basic[touched] = row, SLACK
        for i in range(touched):
            inverse[i, touched] = 0.0
            inverse[touched, i] = 0.0
        inverse[touched, touched] = 1.0
        pulled[touched] = cell_sign[entry]
        level[touched] = -target * cell_sign[entry]
        touched += 1

    for _ in range(most_steps):
        # The most violated row leaves, by the steepest edge: violation² over the length² of its row of the inverse.
        leaving, worst, bound = -1, 0.0, 0.0
        for i in range(touched):
            if basic[i] == SLACK:
                excess, edge = abs(level[i]), 0.0
            elif level[i] < 0:
                excess, edge = -level[i], 0.0
            elif way[i] == 1:
                edge = room[basic[i]]
                excess = level[i] - edge
            else:
                continue
            if excess <= TINY:
                continue
            length = 0.0
            for other in range(touched):
                length += inverse[i, other] ** 2
            if excess**2 / length > worst:
                leaving, worst, bound = i, excess**2 / length, edge
        if leaving < 0:
            ended = True
            break
        fall = 1.0 if level[leaving] > bound else -1.0

        # Who enters: the smallest reduced price for what it mends.
        stamp = seen[-1] + 1
        seen[-1] = stamp
        best, best_pivot, best_cell, best_way, best_rest = np.inf, 0.0, -1, 0, 0.0
        for i in range(touched):
            if abs(inverse[leaving, i]) < TINY:
                continue
            row = rows[i]
            for entry in range(start[row], start[row] + width[row]):
                j = cell[entry]
                if seen[j] == stamp or j == p:
                    continue
                seen[j] = stamp
                if price[j] == np.inf:
                    continue
                pivot, worth = 0.0, 0.0
                for other in range(cell_start[j], cell_start[j + 1]):
                    local = place[cell_row[other]]
                    if local >= 0:
                        pivot += inverse[leaving, local] * cell_sign[other]
                        worth += dual[local] * cell_sign[other]
                if abs(pivot) < TINY:
                    continue
                for side in range(2):
                    turn = 1.0 - 2.0 * side
                    if state[side, j] == BASIC or (side == 1 and room[j] <= 0):
                        continue
                    slope = fall * turn * pivot
                    if (slope > 0) != (state[side, j] == LOWER):
                        continue
                    rest = price[j] - turn * worth
                    ratio = max(rest / slope, 0.0)
                    if ratio < best - 1e-12 or (ratio < best + 1e-12 and abs(pivot) > abs(best_pivot) + TINY):
                        best, best_pivot, best_cell, best_way, best_rest = ratio, turn * pivot, j, side, rest

        if best_cell < 0:
            # Nobody mends it: so far is too far.
            slope = 0.0
            for i in range(touched):
                slope -= inverse[leaving, i] * pulled[i]
            if abs(slope) < TINY:
                break
            less = (bound - level[leaving]) / slope
            if less * target > 0 or abs(less) > abs(t) + 1e-6:
                break
            t += less
            if t * target < 0:
                t = 0.0
            for i in range(touched):
                change = 0.0
                for other in range(touched):
                    change -= inverse[i, other] * pulled[other]
                level[i] += less * change
            level[leaving] = bound
            continue

        # Take up the sums that it brings.
        full = False
        for entry in range(cell_start[best_cell], cell_start[best_cell + 1]):
            row = cell_row[entry]
            if place[row] < 0:
                if touched == most_rows:
                    full = True
                    break
                place[row] = touched
                rows[touched], basic[touched] = row, SLACK
                for i in range(touched):
                    inverse[i, touched] = 0.0
                    inverse[touched, i] = 0.0
                inverse[touched, touched] = 1.0
                level[touched], dual[touched], pulled[touched] = 0.0, 0.0, 0.0
                touched += 1
        if full:
            break
        turn = 1.0 - 2.0 * best_way
        for i in range(touched):
            column[i] = 0.0
        for entry in range(cell_start[best_cell], cell_start[best_cell + 1]):
            local = place[cell_row[entry]]
            for i in range(touched):
                column[i] += inverse[i, local] * turn * cell_sign[entry]
        step = (level[leaving] - bound) / column[leaving]
        gain = best_rest / column[leaving]
        for i in range(touched):
            level[i] -= step * column[i]
            dual[i] += gain * inverse[leaving, i]
        if basic[leaving] != SLACK:
            state[way[leaving], basic[leaving]] = UPPER if bound > 0 else LOWER
        level[leaving] = step + (room[best_cell] if state[best_way, best_cell] == UPPER else 0.0)
        basic[leaving], way[leaving] = best_cell, best_way
        state[best_way, best_cell] = BASIC
        moved[entered] = best_cell
        entered += 1
        pivot = column[leaving]
        filled = 0
        for i in range(touched):
            if abs(inverse[leaving, i]) > 1e-14:
                inverse[leaving, i] /= pivot
                places[filled] = i
                filled += 1
            else:
                inverse[leaving, i] = 0.0
        for i in range(touched):
            if i != leaving and abs(column[i]) > 1e-14:
                factor = column[i]
                for k in range(filled):
                    other = places[k]
                    inverse[i, other] -= factor * inverse[leaving, other]

    # Cells at the upper end of their decrease, then the basic ones.
    cells, changes = np.empty(2 * entered + touched + 1, np.int64), np.empty(2 * entered + touched + 1)
    count = 1
    cells[0], changes[0] = p, t
    for i in range(touched):
        if basic[i] != SLACK:
            cells[count], changes[count] = basic[i], level[i] if way[i] == 0 else -level[i]
            state[way[i], basic[i]] = LOWER
            count += 1
    for i in range(entered):
        j = moved[i]
        if state[1, j] == UPPER:
            cells[count], changes[count] = j, -room[j]
            count += 1
        state[0, j] = LOWER
        state[1, j] = LOWER
    for i in range(touched):
        place[rows[i]] = -1
    return ended, t, cells[:count], changes[:count]
