"""Connected components by large-star and small-star (Kiveris et al. 2014, "Connected Components in MapReduce and Beyond")."""

from __future__ import annotations

from functools import partial

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ._batches import each, whole
from ._stages import Stages

EDGES = "u long, v long"
# Edges that one task connects, in 8 MB. More are connected in rounds.
SMALL = 500_000
# Rounds of a graph whose components have a trillion documents. More mean that something is wrong.
MAX_ROUNDS = 100


def components(stages: Stages, name: str, edges: DataFrame, count: int) -> DataFrame:
    """Each document ``u`` that has an edge, except the first of its component, with that first document ``v``. There are
    at most ``count`` edges."""
    if count <= SMALL:
        return stages.table(name, lambda: edges.repartition(1).mapInArrow(whole("contract"), EDGES))
    edges = stages.table(f"{name}-0", lambda: edges.mapInArrow(each("contract"), EDGES))
    for round in range(1, MAX_ROUNDS):
        before = edges
        edges = stages.table(f"{name}-{round}", partial(_round, before))
        rows = [stages.rows(f"{name}-{at}") for at in (round - 1, round)]
        if rows[0] == rows[1] and before.join(edges, ["u", "v"], "left_anti").count() == 0:
            return edges
    raise RuntimeError(f"the components of {name} do not end")


def _round(edges: DataFrame) -> DataFrame:
    return _small_star(_large_star(edges))


def _large_star(edges: DataFrame) -> DataFrame:
    """Connects each larger neighbour of a document with the least document beside it."""
    both = edges.union(edges.select(F.col("v").alias("u"), F.col("u").alias("v")))
    least = both.groupBy("u").agg(F.min("v").alias("least"))
    least = least.select("u", F.least("u", "least").alias("least"))
    larger = both.join(least, "u").where("v > u")
    return _edges(larger.select(F.col("v").alias("u"), F.col("least").alias("v")))


def _small_star(edges: DataFrame) -> DataFrame:
    """Connects the smaller neighbours of a document, and itself, with the least of them."""
    least = edges.groupBy("u").agg(F.min("v").alias("least"))
    smaller = edges.join(least, "u").select(F.col("v").alias("u"), F.col("least").alias("v"))
    return _edges(smaller.union(least.select("u", F.col("least").alias("v"))))


def _edges(edges: DataFrame) -> DataFrame:
    return edges.where("u <> v").distinct()

