"""The distributed job on a Spark cluster that loses a machine.

Each failure takes minutes, so they are tried only if DEDUPE_CLUSTER_CORPUS names a corpus: Parquet with a column ``row``, or
``made`` for the corpus of the other tests.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import news_dedupe as nd
from made_corpus import corpus, frequent_hashes
from spark_cluster import Cluster, cluster

CORPUS = os.environ.get("DEDUPE_CLUSTER_CORPUS")

pytest.importorskip("pyspark")
pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
    pytest.mark.skipif(sys.platform != "linux", reason="finds the processes of a worker in /proc"),
    pytest.mark.skipif(CORPUS is None, reason="takes minutes: DEDUPE_CLUSTER_CORPUS names a corpus for it"),
]

COLUMNS = ["left", "right", "relation", "words", "longest_run"]
SCHEMA = pa.schema([*((name, pa.string()) for name in ("id", "source", "date", "title", "text")), ("row", pa.int64())])


@pytest.fixture(scope="module")
def parquet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if CORPUS is not None and CORPUS != "made":
        return Path(CORPUS)
    path = tmp_path_factory.mktemp("corpus") / "news.parquet"
    numbered = [{**record, "row": row} for row, record in enumerate(corpus())]
    # Several row groups, so that both workers read a part.
    pq.write_table(pa.Table.from_pylist(numbered), path, row_group_size=50)
    return path


@pytest.fixture(scope="module")
def one_machine(parquet: Path) -> nd.Found:
    return nd.find(parquet)


@pytest.fixture
def spark(tmp_path: Path) -> Iterator[Cluster]:
    with cluster(tmp_path / "cluster") as started:
        yield started


def is_equal(found: nd.Found, output: Path) -> bool:
    """True if a job wrote the clusters and matches of one machine."""
    members = ["representative", "id", "relation"]
    return _rows(found.members, members) == _rows(pq.read_table(output / "members"), members) and _rows(
        found.matches, COLUMNS
    ) == _rows(pq.read_table(output / "matches"), COLUMNS)


def _rows(table: pa.Table, columns: list[str]) -> list[str]:
    return sorted(map(str, table.select(columns).to_pylist()))


# The stages that read the input, shuffle its keys, compare pairs and cluster.
@pytest.mark.parametrize("stage", ["sketches", "postings", "matches", "clusters-0"])
def test_a_job_that_loses_a_worker_finds_the_same(
    stage: str, spark: Cluster, parquet: Path, one_machine: nd.Found, tmp_path: Path
) -> None:
    job = spark.job("--order", "row", parquet, tmp_path / "out")
    spark.lose_worker(job, stage)
    lines = job.lines()
    assert not any("earlier run" in line for line in lines)
    assert is_equal(one_machine, tmp_path / "out")
    assert spark.lost_executors(), lines
    assert spark.lost_tasks(), lines


def test_a_driver_that_is_killed_goes_on(
    spark: Cluster, parquet: Path, one_machine: nd.Found, tmp_path: Path
) -> None:
    arguments = ["--order", "row", parquet, tmp_path / "out"]
    killed = spark.job(*arguments)
    killed.lose_driver(spark.workers, "matches")
    lines = spark.job(*arguments).lines()
    earlier = {line.split(":")[0] for line in lines if "earlier run" in line}
    assert {"sketches", "documents", "postings", "candidates"} <= earlier
    assert not {"matches", "clusters", "members"} & earlier
    assert is_equal(one_machine, tmp_path / "out")


def test_frequent_hashes_need_little_memory(spark: Cluster, tmp_path: Path) -> None:
    size = (500, 2_000) if CORPUS == "made" else (50_000, 200_000)
    numbered = ({**record, "row": row} for row, record in enumerate(frequent_hashes(*size)))
    with pq.ParquetWriter(tmp_path / "news.parquet", SCHEMA) as file:
        while rows := list(islice(numbered, 5_000)):
            file.write_table(pa.Table.from_pylist(rows, SCHEMA))
    job = spark.job("--order", "row", tmp_path / "news.parquet", tmp_path / "out")
    lines = job.lines()
    # The driver fails if the results of one of its jobs are over 16 MB.
    assert is_equal(nd.find(tmp_path / "news.parquet"), tmp_path / "out"), lines
    assert not spark.lost_executors()
