"""The dictionary: on how many occasions a publisher carries each recurring fingerprint."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .._native import distributed
from ._batches import each
from ._candidates import Candidates
from ._components import EDGES, components
from ._stages import Stages

OCCASIONS = "hash long, occasions int"


def dictionary(stages: Stages, documents: DataFrame, found: Candidates) -> DataFrame:
    """``hash`` and ``occasions`` of each fingerprint that recurs."""
    families = _families(stages, documents, found.versions)
    return stages.table("dictionary", lambda: _learn(documents, families, found.holders))


def entries(stages: Stages, dictionary: DataFrame, holders: DataFrame) -> DataFrame:
    """By document ``doc``: the entries of the dictionary that its fingerprints need."""
    entry = F.collect_list(F.struct("hash", "occasions")).alias("entries")
    return stages.table("entries", lambda: holders.join(dictionary, "hash").groupBy("doc").agg(entry))


def _families(stages: Stages, documents: DataFrame, versions: DataFrame) -> DataFrame:
    """Each document ``doc`` of a family of several, with the first document of the family and its first day."""
    pairs = versions.select(F.col("lo").alias("a"), F.col("hi").alias("b"), "shared")
    for side in ("a", "b"):
        texts = [F.col(column).alias(f"{column}_{side}") for column in ("words", "fingerprints")]
        pairs = pairs.join(documents.select(F.col("doc").alias(side), *texts), side)
    edges = stages.table("versions", lambda: pairs.mapInArrow(each("families"), EDGES))
    found = components(stages, "family-members", edges, stages.rows("versions"))

    def with_days() -> DataFrame:
        members = found.select(F.col("u").alias("doc"), F.col("v").alias("family"))
        firsts = found.select(F.col("v").alias("doc"), F.col("v").alias("family")).distinct()
        members = members.union(firsts)
        days = members.join(documents.select("doc", "day"), "doc")
        days = days.groupBy("family").agg(F.min("day").alias("family_day"))
        return members.join(days, "family").select("doc", "family", "family_day")

    return stages.table("families", with_days)


def _learn(documents: DataFrame, families: DataFrame, holders: DataFrame) -> DataFrame:
    facts = documents.select("doc", "publisher", "day").join(families, "doc", "left")
    # A family whose documents have no date has none, so the day of a document says nothing then.
    day = F.when(F.col("family").isNull(), F.col("day")).otherwise(F.col("family_day"))
    facts = facts.select("doc", "publisher", F.coalesce("family", "doc").alias("family"), day.alias("day"))
    carried = holders.join(facts, "doc").select("hash", "publisher", "family", "day").distinct()
    by_day = carried.groupBy("hash", "publisher", "day").agg(F.count("*").alias("families"))
    undated = F.when(F.col("day").isNull(), F.col("families")).otherwise(0)
    by_publisher = by_day.groupBy("hash", "publisher").agg(
        F.count("day").alias("days"),
        F.sum(undated).alias("undated"),
        F.sum("families").alias("families"),
    )
    occasions = by_publisher.select("hash", "days", "undated", "families").mapInArrow(
        each("occasions"), OCCASIONS
    )
    most = occasions.groupBy("hash").agg(F.max("occasions").alias("occasions"))
    return most.where(F.col("occasions") > distributed.fresh())
