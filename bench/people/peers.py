"""The peers of the look-up: SQLite FTS5 trigram, tantivy fuzzy, PostgreSQL pg_trgm, a rapidfuzz scan.

Each is given what it is best at: the name, and the village where it can filter or weigh by one. They rank
by their
own order ("native"). A peer that is not installed is left out with a word why.
"""

from __future__ import annotations

import csv
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from jemput.people.person import Query

Asked = Callable[[Query], list[str]]
"""NIKs of the ten people whom a peer ranks first."""
MOST = 10


class Missing(Exception):
    """A peer that cannot be measured here; says why."""


@dataclass
class Peer:
    """A peer that is ready."""

    name: str
    ask: Asked
    build_seconds: float
    size: int
    """Bytes on disk, or in memory where it has no disk."""


def rows(register: Path) -> Iterator[tuple[str, str, str]]:
    """(NIK, name, village code) of a register file."""
    with register.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield (
                row["NIK"],
                row["NAMA_LGKP"],
                f"{row['NO_PROP']}.{row['NO_KAB']}.{int(row['NO_KEC']):02}.{row['NO_KEL']}",
            )


def _village(query: Query) -> str:
    found = [p for p in query.places if p.count(".") == 3]
    return found[0] if len(found) == 1 else ""


def fts5(register: Path) -> Peer:
    """SQLite FTS5, trigram tokenizer: any trigram of the name, ranked by bm25, in the village when it is
    known."""
    start, folder = perf_counter(), Path(tempfile.mkdtemp(prefix="jemput-bench-"))
    path = folder / "fts.sqlite3"
    db = sqlite3.connect(path)
    db.execute(
        "CREATE VIRTUAL TABLE people USING fts5(nik UNINDEXED, name, village UNINDEXED, tokenize='trigram')"
    )
    with db:
        db.executemany("INSERT INTO people VALUES (?, ?, ?)", rows(register))

    def ask(query: Query) -> list[str]:
        name = "".join(c for c in query.name.upper() if c.isalpha() or c == " ")
        grams = {name[i : i + 3] for i in range(len(name) - 2)}
        if not grams:
            return []
        match = " OR ".join(f'"{g}"' for g in sorted(grams))
        village = _village(query)
        where, values = ("AND village = ?", (match, village)) if village else ("", (match,))
        sql = f"SELECT nik FROM people WHERE people MATCH ? {where} ORDER BY rank LIMIT {MOST}"
        return [nik for (nik,) in db.execute(sql, values)]

    return Peer("SQLite FTS5 trigram + village", ask, perf_counter() - start, path.stat().st_size)


def tantivy_fuzzy(register: Path) -> Peer:
    """tantivy: each word of the name with one letter wrong, the village as a term beside them."""
    try:
        import tantivy
    except ImportError:
        raise Missing("tantivy is not installed") from None
    start, folder = perf_counter(), tempfile.mkdtemp(prefix="jemput-bench-")
    schema = tantivy.SchemaBuilder().add_text_field("nik", stored=True, tokenizer_name="raw")
    schema = schema.add_text_field("name").add_text_field("village", tokenizer_name="raw").build()
    index = tantivy.Index(schema, folder)
    writer = index.writer(100_000_000, 1)
    for nik, name, village in rows(register):
        writer.add_document(tantivy.Document(nik=nik, name=name, village=village))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    should = tantivy.Occur.Should

    def ask(query: Query) -> list[str]:
        words = [
            w for w in "".join(c if c.isalnum() else " " for c in query.name.lower()).split() if len(w) > 1
        ]
        parts = [(should, tantivy.Query.fuzzy_term_query(schema, "name", w, distance=1)) for w in words]
        parts += [(should, tantivy.Query.term_query(schema, "name", w)) for w in words]
        if village := _village(query):
            parts.append(
                (should, tantivy.Query.boost_query(tantivy.Query.term_query(schema, "village", village), 2.0))
            )
        if not parts:
            return []
        found = searcher.search(tantivy.Query.boolean_query(parts), MOST).hits
        return [searcher.doc(at)["nik"][0] for _score, at in found]

    size = sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file())
    return Peer("tantivy fuzzy + village", ask, perf_counter() - start, size)


def pg_trgm(register: Path) -> Peer:
    """PostgreSQL pg_trgm, GIN: names like it, in the village when it is known, by similarity."""
    url = os.environ.get("JEMPUT_BENCH_POSTGRES")
    if not url:
        raise Missing("no PostgreSQL: run it by ./run bench people")
    import psycopg

    start = perf_counter()
    db = psycopg.connect(url, autocommit=True)
    db.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    db.execute("DROP TABLE IF EXISTS bench_people")
    db.execute("CREATE TABLE bench_people (nik text, name text, village text)")
    with db.cursor() as cursor, cursor.copy("COPY bench_people FROM STDIN") as copy:
        for row in rows(register):
            copy.write_row(row)
    db.execute("CREATE INDEX ON bench_people USING gin (name gin_trgm_ops)")
    db.execute("CREATE INDEX ON bench_people (village)")
    db.execute("ANALYZE bench_people")

    def ask(query: Query) -> list[str]:
        village = _village(query)
        where = "AND village = %(v)s" if village else ""
        sql = f"SELECT nik FROM bench_people WHERE name %% %(n)s {where} "
        sql += f"ORDER BY similarity(name, %(n)s) DESC LIMIT {MOST}"
        return [nik for (nik,) in db.execute(sql, {"n": query.name.upper(), "v": village}).fetchall()]

    row = db.execute("SELECT pg_total_relation_size('bench_people')").fetchone()
    return Peer("PostgreSQL pg_trgm + village", ask, perf_counter() - start, row[0] if row else 0)


def rapidfuzz_scan(register: Path) -> Peer:
    """rapidfuzz over all names in memory (WRatio is slower still): Jaro-Winkler, in the village when it
    is known."""
    from rapidfuzz import process
    from rapidfuzz.distance import JaroWinkler

    start = perf_counter()
    niks, names, villages = map(list, zip(*rows(register), strict=True))
    by_village: dict[str, list[int]] = {}
    for at, village in enumerate(villages):
        by_village.setdefault(village, []).append(at)

    def ask(query: Query) -> list[str]:
        village = _village(query)
        among = by_village.get(village, []) if village else range(len(names))
        choices = {at: names[at] for at in among} if village else dict(enumerate(names))
        found = process.extract(
            query.name.upper(), choices, scorer=JaroWinkler.normalized_similarity, limit=MOST
        )
        return [niks[at] for _name, _score, at in found]

    size = sum(map(len, names)) + sum(map(len, niks))
    return Peer("rapidfuzz scan + village", ask, perf_counter() - start, size)


PEERS = (fts5, tantivy_fuzzy, pg_trgm, rapidfuzz_scan)
