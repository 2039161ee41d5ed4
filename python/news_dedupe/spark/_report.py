"""The JSON report. Tasks make its items; the driver passes them on to a file, one after the other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from os import PathLike
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .._native import distributed
from ._batches import each, listed_faults, whole
from ._documents import parts
from ._input import STATED
from ._matches import OVERLAP
from ._result import CONTAINED, CONTAINS, EXACT, NEAR, REPRESENTATIVE, VERSION
from ._stages import Stages

CLUSTERS = "size long, cluster string, b long, item string, story binary"
MEMBERS = "size long, cluster string, b long, place int, id string, item string"
MATCHES = "left string, right string, item string"
FAULTS = "kind int, place int, item string"
# Where an item is in its cluster: the cluster itself, its representative, another member.
CLUSTER = 0
# What a member needs besides its match.
OWN = ["id", *STATED, "moment", "digest", "publisher"]


def write(
    stages: Stages,
    path: str | PathLike[str],
    name: str,
    options: dict[str, Any],
    documents: DataFrame,
    members: DataFrame,
    matches: DataFrame,
    faults: DataFrame,
) -> None:
    """Writes the report of all ``documents`` to a file of the driver. ``name`` is the input, which takes the place of a path.

    ``members`` and ``matches`` are those that the report lists, and ``faults`` have the columns of sketches."""
    number_of_parts = parts(stages.rows("documents"))
    own = documents.select(F.col("doc").alias("a"), *OWN)
    with_own = members.join(own, "a")

    def of_clusters() -> DataFrame:
        by_cluster = with_own.repartition(number_of_parts, "b")
        return by_cluster.mapInArrow(whole("report_clusters", name), CLUSTERS)

    clusters = stages.table("report-clusters", of_clusters)

    def of_members() -> DataFrame:
        source = documents.select(F.col("doc").alias("b"), F.col("source").alias("representative_source"))
        offsets = documents.select(F.col("doc").alias("a"), "offsets")
        told = with_own.join(source, "b").join(offsets, "a").join(clusters.drop("item"), "b")
        return told.mapInArrow(each("report_members", name), MEMBERS)

    def of_matches() -> DataFrame:
        pairs = matches
        for side in ("a", "b"):
            fields = [F.col(field).alias(f"{field}_{side}") for field in ("id", "source", "digest", "offsets")]
            pairs = pairs.join(documents.select(F.col("doc").alias(side), *fields), side)
        return pairs.mapInArrow(each("report_matches", name), MATCHES)

    heads = clusters.select("size", "cluster", "b", F.lit(CLUSTER).alias("place"), F.lit("").alias("id"), "item")
    of_stories = heads.union(stages.table("report-members", of_members))
    of_pairs = stages.table("report-matches", of_matches)
    # One task lists the first faults and counts the others, in a few megabytes.
    of_faults = faults.select("kind", "code", "reason").repartition(1).mapInArrow(listed_faults(name), FAULTS)

    def in_order() -> Iterator[tuple[str, str]]:
        by_size = [F.col("size").desc(), *map(F.col, ("cluster", "b", "place", "id"))]
        for row in _stream(of_stories, number_of_parts, by_size):
            yield ("clusters" if row["place"] == CLUSTER else "members", row["item"])
        for row in _stream(of_pairs, number_of_parts, [F.col("left"), F.col("right")]):
            yield ("matches", row["item"])
        for row in _stream(of_faults, number_of_parts, [F.col("kind"), F.col("place")]):
            yield ("skipped" if row["kind"] == 1 else "warnings", row["item"])

    distributed.write_report(os.fspath(path), options, _counts(documents, members, matches, faults), in_order())


def _stream(rows: DataFrame, number_of_parts: int, order: list[Any]) -> Iterator[Any]:
    """The rows in order. The driver has one part of them at a time."""
    in_order: Iterator[Any] = rows.repartitionByRange(number_of_parts, *order).orderBy(*order).toLocalIterator()
    return in_order


def _counts(
    documents: DataFrame, members: DataFrame, matches: DataFrame, faults: DataFrame
) -> dict[str, int]:
    """The fields of the summary."""
    of_documents = documents.agg(F.count("*").alias("documents"), F.sum("bytes").alias("bytes")).collect()[0]
    closest = members.groupBy("a").agg(F.min("relation").alias("relation"))
    by_relation = {row["relation"]: row["count"] for row in closest.groupBy("relation").count().collect()}
    skipped = faults.where("kind = 1")
    return {
        "documents": of_documents["documents"],
        "bytes": of_documents["bytes"] or 0,
        "clusters": members.where(f"relation = {REPRESENTATIVE}").count(),
        "exact": by_relation.get(EXACT, 0),
        "near": by_relation.get(NEAR, 0),
        "contained": by_relation.get(CONTAINS, 0) + by_relation.get(CONTAINED, 0),
        "versions": by_relation.get(VERSION, 0),
        "overlaps": matches.where(f"relation = {OVERLAP}").count(),
        "unique": of_documents["documents"] - sum(by_relation.values()),
        "empty": skipped.where("code = 'empty'").count(),
        "skipped": skipped.count(),
    }
