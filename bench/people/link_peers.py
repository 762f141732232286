"""The peers of the linkage, each in a process of its own: link_peers.py NAME PEOPLE ROWS SETTINGS ANSWER.

Nothing of Jemput is imported here. Each gives for every row the best person and how sure it is.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Best = dict[int, tuple[str, float, str]]
_RANDOM_PAIRS = 2_000_000
_LEAST = -4.0
"""Bits below which nobody takes a pair for one person: handing those over too would cost Splink memory."""


def _best(triples: Iterable[tuple[int, int, float]], niks: list[str]) -> Best:
    found: Best = {}
    for row, person, sure in triples:
        if row not in found or sure > found[row][1]:
            found[row] = (niks[person], float(sure), "")
    return found


def _read(path: str, *columns: str) -> Any:
    import pyarrow.parquet as pq

    return pq.read_table(path, columns=list(columns) or None)


# ---- Splink -------------------------------------------------------------------------------------------


def splink(people: str, rows: str, settings: str) -> dict[str, Any]:
    """Splink 5 with the columns, comparisons and rules that Jemput gives it; duplicates by dedupe_only."""
    said = json.loads(Path(settings).read_text())
    return _splink(people, rows, said, said["training"])


def tutorial(people: str, rows: str, settings: str) -> dict[str, Any]:
    """Splink 5 as its tutorial has it: names as written, Jaro-Winkler, the date as text."""
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    made = {}
    for kind in ("link_only", "dedupe_only"):
        made[kind] = SettingsCreator(
            link_type=kind,
            comparisons=[
                cl.JaroWinklerAtThresholds("raw_name", [0.92, 0.8]).configure(
                    term_frequency_adjustments=True
                ),
                cl.JaroWinklerAtThresholds("mother", [0.92, 0.8]),
                cl.LevenshteinAtThresholds("raw_birth", [1, 2]),
                cl.ExactMatch("village"), cl.ExactMatch("sex"),
                cl.LevenshteinAtThresholds("nik", [1]), cl.LevenshteinAtThresholds("family", [1]),
            ],
            blocking_rules_to_generate_predictions=[
                block_on("nik"), block_on("family"), block_on("raw_birth"),
                block_on("raw_name"), block_on("substr(raw_name, 1, 4)", "village"),
                block_on("mother", "village"),
            ],
            retain_matching_columns=False,
        ).create_settings_dict("duckdb")  # fmt: skip
    return _splink(people, rows, made, ["l.nik = r.nik", "l.raw_name = r.raw_name and l.village = r.village"])


def _splink(people: str, rows: str, said: dict[str, Any], training: list[str]) -> dict[str, Any]:
    from splink import DuckDBAPI, Linker
    from splink.internals.exceptions import EMTrainingException

    known, asked = _read(people), _read(rows)
    answers = []
    for kind, tables in (("link_only", {"list": asked, "people": known}), ("dedupe_only", {"list": asked})):
        database = DuckDBAPI()
        given = [database.register(t, dataset_display_name=name) for name, t in tables.items()]
        prior = 3 / len(known) if len(tables) == 2 else 0.2 / len(asked)
        wanted = said[kind] | {"probability_two_random_records_match": prior}
        linker = Linker(given, wanted, logging.ERROR)
        linker.training.estimate_u_using_random_sampling(max_pairs=_RANDOM_PAIRS, seed=7)
        for rule in training:
            try:
                linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=200_000)
            except EMTrainingException:
                continue
        found = linker.inference.predict(threshold_match_weight=_LEAST, warning_mode="never").as_record_list()
        answers.append([(f["unique_id_l"], f["unique_id_r"], f["match_weight"]) for f in found])
    pairs, twice = answers
    return {"found": _best(pairs, known["raw_nik"].to_pylist()), "twice": twice}


# ---- recordlinkage --------------------------------------------------------------------------------------


def recordlinkage(people: str, rows: str, settings: str) -> dict[str, Any]:
    """The recordlinkage toolkit: blocking on days, numbers and villages, ECM on what agrees."""
    import pandas
    import recordlinkage as toolkit

    columns = ("unique_id", "name", "name_keys", "mother", "born", "first_year", "nik", "family", "village",
               "sex", "raw_nik")  # fmt: skip
    known, asked = (
        pandas.read_parquet(p, columns=list(columns)).set_index("unique_id") for p in (people, rows)
    )
    for frame in (known, asked):
        frame["key"] = frame.pop("name_keys").map(lambda keys: keys[0] if len(keys) else None)
    pairs = None
    for fields in (["nik"], ["family"], ["born"], ["key", "village"], ["key", "first_year"]):
        one, other = (frame.dropna(subset=fields) for frame in (asked, known))
        found = toolkit.index.Block(fields).index(one, other)
        pairs = found if pairs is None else pairs.union(found)
    compare = toolkit.Compare()
    compare.string("name", "name", method="jarowinkler", threshold=0.88)
    compare.string("mother", "mother", method="jarowinkler", threshold=0.88, missing_value=0)
    for field in ("born", "nik", "family", "village"):  # with sex and year ECM parts by these alone
        compare.exact(field, field, missing_value=0)
    features = compare.compute(pairs, asked, known)
    classifier = toolkit.ECMClassifier()
    classifier.fit_predict(features)
    sure = classifier.prob(features)
    if sure.corr(features.sum(axis=1)) < 0:  # it may call the two classes by each other's name
        sure = 1 - sure
    niks = known["raw_nik"].tolist()
    return {"found": _best(((r, p, s) for (r, p), s in sure.items()), niks)}


# ---- rapidfuzz ------------------------------------------------------------------------------------------


def rapidfuzz(people: str, rows: str, settings: str) -> dict[str, Any]:
    """Blocks by village and by birth day, names by rapidfuzz, fixed weights: what many scripts do."""
    import numpy as np
    from rapidfuzz import process
    from rapidfuzz.distance import JaroWinkler

    known, asked = _read(people).to_pydict(), _read(rows).to_pydict()
    places: dict[str, list[int]] = {}
    days: dict[str, list[int]] = {}
    numbers: dict[str, list[int]] = {}
    for at in range(len(known["unique_id"])):
        for where, value in ((places, known["village"][at]), (days, known["born"][at])):
            if value:
                where.setdefault(value, []).append(at)
        for value in (known["nik"][at], known["family"][at]):
            if value:
                numbers.setdefault(value, []).append(at)
    years = np.array([y or 0 for y in known["first_year"]])

    def triples() -> Iterable[tuple[int, int, float]]:
        for row in asked["unique_id"]:
            said = {field: values[row] for field, values in asked.items()}
            near = [*places.get(said["village"] or "", ()), *days.get(said["born"] or "", ())]
            near += [*numbers.get(said["nik"] or "", ()), *numbers.get(said["family"] or "", ())]
            if not near or not said["name"]:
                continue
            among = np.array(near)
            points = process.cdist(
                [said["name"]],
                [known["name"][i] or "" for i in near],
                scorer=JaroWinkler.normalized_similarity,
            )[0]
            if said["mother"]:
                hers = [known["mother"][i] or "" for i in near]
                points = (
                    points
                    + 0.5 * process.cdist([said["mother"]], hers, scorer=JaroWinkler.normalized_similarity)[0]
                )
            if said["first_year"]:
                off = np.maximum(said["first_year"] - years[among], years[among] - said["last_year"])
                points = points - 0.05 * np.clip(off, 0, 10)
            for field, worth in (
                ("born", 0.4),
                ("nik", 0.6),
                ("family", 0.3),
                ("village", 0.2),
                ("sex", 0.1),
            ):
                if said[field]:
                    same = np.array([known[field][i] == said[field] for i in near])
                    points = points + worth * same
            at = int(points.argmax())
            yield row, near[at], float(points[at])

    return {"found": _best(triples(), known["raw_nik"])}


PEERS = {"splink": splink, "splink as in its tutorial": tutorial, "recordlinkage": recordlinkage,
         "rapidfuzz": rapidfuzz}  # fmt: skip


def main() -> None:
    """Run one of them and write its answer with what it cost."""
    name, people, rows, settings, answer = sys.argv[1:]
    found = PEERS[name](people, rows, settings)
    used = resource.getrusage(resource.RUSAGE_SELF)
    cost = {"cpu s": used.ru_utime + used.ru_stime, "MB": used.ru_maxrss // 1024}
    Path(answer).write_text(json.dumps(found | {"used": cost}))
    os._exit(0)  # without tidying up for seconds


if __name__ == "__main__":
    main()
