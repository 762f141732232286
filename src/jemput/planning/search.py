"""The search: ruin and recreate by string removals.

After J. Christiaens and G. Vanden Berghe, "Slack Induction by String Removals for Vehicle Routing Problems",
Transportation Science 54(2), 2020; extended here to optional visits, days, resources and a lexicographic
objective. One round takes strings of stops out of neighbouring tours (the slack), puts visits back greedily
in one of several orders, and keeps the result by the rule of simulated annealing.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from jemput.planning.jit import jit, jit_door, jit_inline
from jemput.planning.schedule import (
    FIRST_TOUR,
    LAST_TOUR,
    MANDATED,
    RANK,
    STAY,
    TEAM,
    Array,
    Problem,
)
from jemput.planning.state import (
    AT,
    BEST,
    BY,
    CHANGED,
    CHANGES,
    FOR,
    NOW,
    NOWHERE,
    OLD,
    SHUNNED,
    SIZE,
    STAYS,
    TOO_FAR,
    TOUR,
    VERSION,
    WAY,
    State,
    begin,
    cheapest,
    clear,
    driveable,
    put,
    refresh,
    undo,
)

ORDERS = 7


class Knobs(NamedTuple):
    """What the search is tuned by (on tuning seeds only, see docs/planning.md)."""

    orders: Array  # [ORDERS, V] keys from 0 to 1, small ones are inserted first; row 0 is chance
    odds: Array  # [ORDERS] of each order, cumulated
    removed: float = 10.0  # visits taken out on average
    longest: float = 10.0  # stops in a string at most
    split: float = 0.5  # odds that a string keeps a part in its middle
    blink: float = 0.03  # odds that a tour is overlooked
    by_rank: float = 0.7  # odds that the more important are inserted first
    noise: float = 0.1
    from_absent: float = 0.4  # odds that the ruin begins around somebody who is not planned
    whole: float = 0.03  # odds that a whole tour is taken out
    most_absent: int = 60  # absent visits tried in a round


@jit_inline
def draw(rng: Array) -> float:
    """A number from 0 to 1, the same everywhere (xorshift, 32 bits)."""
    x = rng[0]
    x ^= (x << 13) & 0xFFFFFFFF
    x ^= x >> 17
    x ^= (x << 5) & 0xFFFFFFFF
    rng[0] = x
    return float(x / 4294967296.0)


@jit_inline
def pick(rng: Array, n: int) -> int:
    """A number below n."""
    return min(int(draw(rng) * n), n - 1)


@jit
def ruin(p: Problem, s: State, knobs: Knobs) -> int:
    """Take strings out of tours around a seed; the removed visits stand in s.list. Returns how many."""
    V, T, rng = len(p.visit), len(p.tour), s.rng
    wants_absent = draw(rng) < knobs.from_absent
    seed = pick(rng, V)
    for _ in range(50):
        if (s.visit[NOW, seed, TOUR] == NOWHERE) == wants_absent:
            break
        seed = pick(rng, V)
    planned, used = 0, 0
    for t in range(T):
        planned += s.tour[NOW, t, SIZE]
        used += 1 if s.tour[NOW, t, SIZE] else 0
    if planned == 0:
        return 0
    whole = draw(rng) < knobs.whole
    most = min(knobs.longest, planned / used)
    strings = 1 if whole else int(1.0 + draw(rng) * (4.0 * knobs.removed / (1.0 + most) - 1.0))
    count = 0
    for n in range(p.near.shape[1]):
        v = int(p.near[seed, n])
        t = s.visit[NOW, v, TOUR]
        if t == NOWHERE or s.tour[NOW, t, CHANGED]:
            continue
        size, at = s.tour[NOW, t, SIZE], 0
        while s.route[NOW, t, at] != v:
            at += 1
        length = size if whole else min(size, int(draw(rng) * min(float(size), most)) + 1)
        kept = 0
        if 1 < length < size and draw(rng) < knobs.split:
            kept = 1
            while length + kept < size and draw(rng) > 0.01:
                kept += 1
        span = length + kept
        low = max(0, at - span + 1)
        first = low + pick(rng, min(size - span, at) - low + 1)
        gap = pick(rng, length + 1) if kept else length  # before the part that stays
        for k in range(first, first + span):
            if k < first + gap or k >= first + gap + kept:
                s.list[count] = s.route[NOW, t, k]
                count += 1
        if whole and p.tour[t, TEAM] >= 0 and draw(rng) < 0.5:
            s.counter[SHUNNED] = t  # the team tries another vehicle
        clear(p, s, t, first + gap + kept, first + span)
        clear(p, s, t, first, first + gap)
        strings -= 1
        if strings <= 0:
            break
    return count


@jit
def gather(p: Problem, s: State, knobs: Knobs, count: int) -> int:
    """Add absent visits to the ``count`` removed ones in s.list: all, or those around the removed."""
    V, end = len(p.visit), count
    for n in range(count):
        s.seen[s.list[n]] = 1
    if 2 * knobs.most_absent >= V:
        for v in range(V):
            if s.visit[NOW, v, TOUR] == NOWHERE and not s.seen[v]:
                s.list[end] = v
                end += 1
    else:
        share = max(4, knobs.most_absent // max(count, 1))
        for n in range(count):
            v, found = s.list[n], 0
            for m in range(p.near.shape[1]):
                u = int(p.near[v, m])
                if s.visit[NOW, u, TOUR] == NOWHERE and not s.seen[u]:
                    s.list[end] = u
                    s.seen[u] = 1
                    end += 1
                    found += 1
                    if found == share:
                        break
    for n in range(end):
        s.seen[s.list[n]] = 0
    return end


@jit_inline
def sort(list: Array, keys: Array, size: int) -> None:
    """Sort a list by its keys (Shell)."""
    gap = 1
    while gap < size // 3:
        gap = 3 * gap + 1
    while gap >= 1:
        for i in range(gap, size):
            v, key, j = list[i], keys[i], i
            while j >= gap and keys[j - gap] > key:
                list[j], keys[j] = list[j - gap], keys[j - gap]
                j -= gap
            list[j], keys[j] = v, key
        gap //= 3


@jit_inline
def insert(p: Problem, s: State, v: int, everywhere: bool, blink: float) -> bool:
    """Put a visit where it costs least: in any tour, or only in those changed in this round."""
    best, to, rng = TOO_FAR, NOWHERE, s.rng
    scarce = p.visit[v, 5]
    for m in range(p.visit[v, FIRST_TOUR], p.visit[v, LAST_TOUR]):
        t = p.tours_of[m]
        if (
            t == s.counter[SHUNNED]
            or not (everywhere or s.tour[NOW, t, CHANGED])
            or (blink > 0 and draw(rng) < blink)
        ):
            continue
        if not scarce and s.tour[NOW, t, SIZE] and s.found[v, t, FOR] == s.tour[NOW, t, VERSION]:
            extra = s.found_extra[v, t]
        else:
            extra = cheapest(p, s, v, t)
        if p.visit[v, STAY] == t:
            extra -= p.weights[STAYS]
        if extra < best:
            best, to = extra, t
    if to == NOWHERE or best > TOO_FAR / 2:
        return False
    put(p, s, v, to, int(s.found[v, to, AT]), int(s.found[v, to, BY]))
    return True


@jit
def recreate(p: Problem, s: State, knobs: Knobs, count: int, end: int) -> None:
    """Insert the visits of s.list, each where it costs least. Only the first ``count`` go anywhere; those
    who were absent before are tried in changed tours alone, since nothing else has changed for them."""
    rng = s.rng
    luck, order = draw(rng), 0
    while order < ORDERS - 1 and luck > knobs.odds[order]:
        order += 1
    by_rank = 2.0 if draw(rng) < knobs.by_rank else 0.0
    for n in range(end):
        v, chance = s.list[n], draw(rng)
        key = chance if order == 0 else knobs.orders[order, v] + chance * knobs.noise
        s.key[n] = key + by_rank * p.visit[v, RANK]
        s.seen[v] = 1 if n < count else 0
    sort(s.list, s.key, end)
    for n in range(end):
        v = s.list[n]
        everywhere = s.seen[v] == 1 or p.visit[v, MANDATED] == 1
        s.seen[v] = 0
        insert(p, s, v, everywhere, knobs.blink)


@jit_door
def keep_best(s: State) -> bool:
    """Remember the plan if it comes before the best so far in the lexicographic order."""
    for level in range(s.value.shape[1]):
        if s.value[NOW, level] != s.value[BEST, level]:
            if s.value[NOW, level] < s.value[BEST, level]:
                return False
            break
        if level == s.value.shape[1] - 1:
            return False
    for level in range(s.value.shape[1]):
        s.value[BEST, level] = s.value[NOW, level]
    for t in range(s.route.shape[1]):
        s.tour[BEST, t, SIZE] = s.tour[NOW, t, SIZE]
        for k in range(s.tour[NOW, t, SIZE]):
            v = s.route[NOW, t, k]
            s.route[BEST, t, k] = v
            s.visit[1, v, WAY] = s.visit[NOW, v, WAY]
    return True


@jit_door
def empty(p: Problem, s: State) -> None:
    """Take everybody out of the plan."""
    for t in range(len(p.tour)):
        begin(s)
        clear(p, s, t, 0, s.tour[NOW, t, SIZE])
        refresh(p, s, t)
    begin(s)


@jit_door
def go_back_to_best(p: Problem, s: State) -> None:
    """Make the best plan the current one."""
    empty(p, s)
    for t in range(len(p.tour)):
        for k in range(s.tour[BEST, t, SIZE]):
            v = s.route[BEST, t, k]
            put(p, s, v, t, k, s.visit[1, v, WAY])
        begin(s)


@jit_door
def anneal(p: Problem, s: State, knobs: Knobs, rounds: int, heat: float) -> int:
    """Ruin and recreate ``rounds`` times at one heat, in metres. Returns how often the best was bettered."""
    improved = 0
    for _ in range(rounds):
        begin(s)
        count = ruin(p, s, knobs)
        end = gather(p, s, knobs, count)
        recreate(p, s, knobs, count, end)
        back = True
        for n in range(s.counter[CHANGES]):
            back = back and driveable(p, s, s.changed[n])
        if back and s.score[NOW] > s.score[OLD] + heat * math.log(draw(s.rng) + 1e-12):
            improved += 1 if keep_best(s) else 0
        else:
            undo(p, s)
    begin(s)
    return improved
