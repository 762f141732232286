"""How good links are: against the truth of lists made by link_lists.py."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import Any

Found = dict[int, tuple[str, float, str]]
"""Row -> (NIK, how sure, bin); the bin is empty for peers, which have none."""


def judged(rows: list[dict[str, str]], found: Found, shown: set[tuple[int, str]]) -> dict[str, float]:
    """Figures for links against the truth; ``shown``: (row, NIK) of the pairs that humans look at.

    A true match is lost when it is neither linked nor shown: a row that is linked with somebody else, or
    shown with others only, counts as lost.
    """
    real = sum(1 for r in rows if r["truth"])
    ranked = sorted(
        ((c, rows[i]["truth"] == nik and bool(nik), i) for i, (nik, c, _bin) in found.items()), reverse=True
    )
    true = best = at99 = 0
    for n, (_c, right, _i) in enumerate(ranked, 1):
        true += right
        precision, recall = true / n, true / real
        best = max(best, 2 * precision * recall / max(precision + recall, 1e-9))
        if precision >= 0.99:
            at99 = recall
    same = [i for i, f in found.items() if f[2] == "same"]
    right = sum(rows[i]["truth"] == found[i][0] for i in same)
    ask = {i for i, f in found.items() if f[2] == "ask"}
    lost = sum(
        1
        for i, r in enumerate(rows)
        if r["truth"] and (i, r["truth"]) not in shown and found.get(i, ("",))[0::2] != (r["truth"], "same")
    )
    best_right = lambda source: [  # noqa: E731
        found.get(i, ("",))[0] == r["truth"] for i, r in enumerate(rows) if r["truth"] and r["list"] in source
    ]
    lists = {"office": "A", "agency": "B", "hand": "C", "all": "ABC"}
    shares = {f"best link, {n}": sum(m := best_right(s)) / max(len(m), 1) for n, s in lists.items()}
    precision, recall = right / max(len(same), 1), right / real
    return {
        "best F1": best,
        "recall at P>=.99": at99,
        "auto precision": precision,
        "auto recall": recall,
        "F1 at the line": 2 * precision * recall / max(precision + recall, 1e-9),
        "review share": len(ask) / len(rows),
        "true matches lost": lost / real,
        **shares,
    }


def judged_pairs(rows: list[dict[str, str]], groups: list[int]) -> dict[str, float]:
    """Pair figures of the duplicates."""
    truth, mine = defaultdict(list), defaultdict(list)
    for i, row in enumerate(rows):
        truth[row["entity"]].append(i)
        mine[groups[i]].append(i)
    real = {p for g in truth.values() for p in combinations(g, 2)}
    made = {p for g in mine.values() for p in combinations(sorted(g), 2)}
    hit = len(real & made)
    p, r = hit / max(len(made), 1), hit / max(len(real), 1)
    return {
        "pairs": len(real),
        "pair precision": p,
        "pair recall": r,
        "pair F1": 2 * p * r / max(p + r, 1e-9),
    }


def best_of_pairs(rows: list[dict[str, str]], twice: list[tuple[int, int, float]]) -> dict[str, float]:
    """The best pair F1 that any threshold gives a peer."""
    size: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        size[row["entity"]] += 1
    real = sum(n * (n - 1) // 2 for n in size.values())
    hit, best = 0, (0.0, 0.0, 0.0)
    for n, (i, j, _weight) in enumerate(sorted(twice, key=lambda pair: -pair[2]), 1):
        hit += rows[i]["entity"] == rows[j]["entity"]
        best = max(best, (2 * hit / (n + real), hit / n, hit / real))
    return {"pairs": real, "pair precision": best[1], "pair recall": best[2], "pair F1": best[0]}


def figures(rows: list[dict[str, str]], result: dict[str, Any]) -> dict[str, float]:
    """All figures of a contestant's answer."""
    found = {int(row): (nik, sure, bin) for row, (nik, sure, bin) in result["found"].items()}
    told = judged(rows, found, {(row, nik) for row, nik in result.get("shown", ())})
    if "groups" in result:
        return told | judged_pairs(rows, result["groups"])
    told = {f: v for f, v in told.items() if f.startswith(("best", "recall"))}  # a peer has no bins
    return told | (best_of_pairs(rows, result["twice"]) if "twice" in result else {})
