"""Splink as the second engine: DuckDB on one machine, Spark for a province or the nation. An extra package.

Splink brings pairs together, learns and weighs. What it weighs goes through the same rules, bins and groups
as with the embedded engine. The register is decrypted into memory for the run: DuckDB may not spill to disk,
and Spark encrypts what it puts there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from jemput.core.entries import LinkEngine
from jemput.core.text import BadInput, _
from jemput.people.likeness import Figures
from jemput.people.link import splink_model
from jemput.people.link.blocking import Near, Skip
from jemput.people.link.compare import BLANK, FIELDS, OWN
from jemput.people.link.model import LEAST_PEOPLE, Array, Model, listed, shared, with_kin
from jemput.people.link.pairs import Decided, Judged, Known, Progress, Table
from jemput.people.link.records import Record
from jemput.people.person import Query

_ENOUGH_TO_TRAIN = 300
_WORTH_LESS = -8.0
"""Pairs with fewer bits, the prior counted in, are nobody's; Splink keeps them to itself."""
_RANDOM_PAIRS = 2_000_000


@contextmanager
def duckdb() -> Iterator[Any]:
    """An open database in memory that may not spill to disk."""
    try:
        import duckdb as database
        from splink import DuckDBAPI
    except ImportError:
        raise BadInput(_("Splink is not installed. Install it with: pip install 'jemput[splink]'")) from None
    with database.connect(":memory:") as connection:
        connection.execute("SET temp_directory = ''")
        yield DuckDBAPI(connection)


@contextmanager
def spark(master: str = "local[2]") -> Iterator[Any]:
    """A Spark session of this machine; a cluster's settings come from its spark-defaults.conf."""
    try:
        from pyspark.sql import SparkSession
        from splink import SparkAPI
        from splink.backends.spark import similarity_jar_location
    except ImportError:
        raise BadInput(
            _("Splink on Spark is not installed. It needs Java 17 and: pip install 'jemput[spark]'")
        ) from None
    with TemporaryDirectory(prefix="jemput-spark-") as folder:
        build = SparkSession.builder.master(master).appName("jemput people link")
        for name, value in {
            "spark.jars": similarity_jar_location(), "spark.local.dir": folder,
            "spark.sql.warehouse.dir": folder, "spark.io.encryption.enabled": "true",
            "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "8",
            "spark.default.parallelism": "8", "spark.driver.memory": "4g",
        }.items():  # fmt: skip
            build = build.config(name, value)
        try:
            session = build.getOrCreate()
        except Exception as error:  # PySpark raises what it likes when there is no Java
            raise BadInput(_("Spark did not start. Is Java 17 or newer installed?")) from error
        try:
            session.sparkContext.setLogLevel("ERROR")
            yield SparkAPI(spark_session=session, break_lineage_method="persist")  # type: ignore[no-untyped-call]
        finally:
            session.stop()


class Splink:
    """An Engine (pairs.py)."""

    def __init__(
        self, name: LinkEngine, database: Callable[[], AbstractContextManager[Any]] = duckdb
    ) -> None:
        self.NAME = name
        self._database = database

    def with_register(
        self, queries: Sequence[Query], records: Sequence[Record], register: Known, said: Decided,
        start: Model, progress: Progress,
    ) -> Judged:  # fmt: skip
        """Rows and people of the register, all of whom are taken into memory."""
        prior = start.matched / (1 - start.matched) / max(register.people, LEAST_PEOPLE)
        with self._database() as database:
            rows = database.register(
                splink_model.table(enumerate(records), near=1), dataset_display_name="list"
            )
            progress("register", 0, 1)
            people = database.register(
                splink_model.table(register.everybody()), dataset_display_name="people"
            )
            progress("register", 1, 1)
            found = _weighed(database, [rows, people], "link_only", prior, len(records))
        by_pair = {(f["unique_id_l"], f["unique_id_r"]): f for f in found}
        known = register.records({number for _row, number in (*by_pair, *said)})
        table = Table()
        for row, number in sorted({*by_pair, *said}):
            if number in known:
                table.add(row, number, records[row], known[number], register.figures, said)
        pairs = table.pairs()
        bits = _bits(table, by_pair)
        total = bits.sum(1) + np.log2(prior)
        more = listed(shared(total, pairs), pairs, np.array(table.others, np.int64), register.people)
        sure = with_kin(bits[:, OWN].sum(1), total, pairs, shared(total + more, pairs))
        return Judged(table, sure, lambda at: tuple(bits[at].tolist()), start)

    def with_each_other(
        self, queries: Sequence[Query], records: Sequence[Record], figures: Figures, said: Decided,
        start: Model, skip: Skip, near: Near | None,
    ) -> Judged:  # fmt: skip
        """Rows among themselves."""
        prior = 2 * _PAIRS_A_ROW / max(len(records), 2)
        with self._database() as database:
            rows = database.register(
                splink_model.table(enumerate(records), near=1), dataset_display_name="list"
            )
            found = _weighed(database, [rows], "dedupe_only", prior, len(records))
        by_pair = {tuple(sorted((f["unique_id_l"], f["unique_id_r"]))): f for f in found}
        table = Table()
        for i, j in sorted({*by_pair, *said}):
            if not skip(i, j):
                table.add(i, j, records[i], records[j], figures, said)
        pairs = table.pairs()
        bits = _bits(table, by_pair)
        sure = shared(bits.sum(1) + np.log2(prior), pairs, exclusive=False)
        return Judged(table, sure, lambda at: tuple(bits[at].tolist()), start)


_PAIRS_A_ROW = 0.1


def _weighed(database: Any, tables: list[Any], kind: str, prior: float, rows: int) -> list[dict[str, Any]]:
    """The pairs that Splink finds, with the match weight of each comparison."""
    from splink import Linker
    from splink.internals.exceptions import EMTrainingException

    linker = Linker(tables, splink_model.settings(kind, min(prior, 0.5)), logging.ERROR)
    if rows >= _ENOUGH_TO_TRAIN:
        linker.training.estimate_u_using_random_sampling(max_pairs=_RANDOM_PAIRS, seed=7)
        for rule in splink_model.training_rules():
            try:
                linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=200_000)
            except EMTrainingException:
                continue  # no two records agree in this: other rules teach
    found = linker.inference.predict(threshold_match_weight=_WORTH_LESS, warning_mode="never")
    return list(found.as_record_list())


def _bits(table: Table, by_pair: dict[tuple[int, int], dict[str, Any]]) -> Array:
    """The weight of each field of each pair, in bits; 0 where a side is blank or Splink saw none."""
    bits = np.zeros((len(table.rows), len(FIELDS)))
    for at, pair in enumerate(zip(table.rows, table.others, strict=True)):
        found = by_pair.get(pair)
        if found is None:
            continue
        for column, field in enumerate(FIELDS):
            if table.levels[at][column] != BLANK:
                bits[at, column] = (found.get(f"mw_{field}") or 0.0) + (
                    found.get(f"mw_tf_adj_{field}") or 0.0
                )
    return bits


SPLINK = Splink(LinkEngine.SPLINK)
SPLINK_SPARK = Splink(LinkEngine.SPLINK_SPARK, spark)
