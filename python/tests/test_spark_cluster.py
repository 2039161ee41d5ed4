"""The distributed job on a Spark cluster that loses a machine.

Each failure takes minutes, so they are tried only if DEDUPE_CLUSTER_CORPUS names a corpus: Parquet with a column ``row``, or
``made`` for the corpus of the other tests.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import news_dedupe as nd
from made_corpus import corpus
from spark_cluster import Cluster, cluster, kill_session

CORPUS = os.environ.get("DEDUPE_CLUSTER_CORPUS")

pytest.importorskip("pyspark")
pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
    pytest.mark.skipif(sys.platform != "linux", reason="finds the processes of a worker in /proc"),
    pytest.mark.skipif(CORPUS is None, reason="takes minutes: DEDUPE_CLUSTER_CORPUS names a corpus for it"),
]

COLUMNS = ["left", "right", "relation", "words", "longest_run"]


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
    job.wait_for_task(stage)
    kill_session(spark.workers[0])
    lines = job.lines()
    assert not any("earlier run" in line for line in lines)
    assert is_equal(one_machine, tmp_path / "out")
    lost = spark.lost_executors()
    assert len(lost) >= 1, lines


def test_a_driver_that_is_killed_goes_on(
    spark: Cluster, parquet: Path, one_machine: nd.Found, tmp_path: Path
) -> None:
    arguments = ["--order", "row", parquet, tmp_path / "out"]
    killed = spark.job(*arguments)
    killed.wait_for_task("matches")
    killed.kill()
    lines = spark.job(*arguments).lines()
    earlier = {line.split(":")[0] for line in lines if "earlier run" in line}
    assert {"sketches", "documents", "postings", "candidates"} <= earlier
    assert not {"matches", "clusters", "members"} & earlier
    assert is_equal(one_machine, tmp_path / "out")
