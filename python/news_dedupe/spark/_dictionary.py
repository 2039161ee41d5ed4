"""The dictionary: on how many occasions a publisher carries each recurring fingerprint, and which words are common."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .._native import distributed
from ._batches import each, whole
from ._candidates import Candidates
from ._components import EDGES, components
from ._stages import Stages

OCCASIONS = "hash long, occasions int"


@dataclass(frozen=True)
class Dictionary:
    """What a corpus teaches."""

    # ``hash`` and ``occasions`` of each fingerprint that recurs.
    occasions: DataFrame
    # The words that many documents have, as the compiled part takes them.
    common_words: bytes


def dictionary(stages: Stages, documents: DataFrame, found: Candidates) -> Dictionary:
    """Learns from the documents that no leader stands for."""
    families = _families(stages, documents, found.versions)
    occasions = stages.table("dictionary", lambda: _learn(documents, families, found.holders))
    common = stages.table("common-words", lambda: _common_words(documents, families))
    return Dictionary(occasions, b"".join(bytes(row["words"]) for row in common.collect()))


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


def _common_words(documents: DataFrame, families: DataFrame) -> DataFrame:
    """Few documents teach them, so that one task holds all of these."""
    limit, most = distributed.sample()
    sampled = documents.where(F.col("digest") < F.lit(limit)).groupBy("digest").agg(F.min("doc").alias("doc"))
    sampled = sampled.orderBy("digest").limit(most).select("doc")
    texts = documents.select("doc", "words").join(sampled, "doc").join(families, "doc", "left")
    texts = texts.select(F.coalesce("family", "doc").alias("family"), "words")
    return texts.repartition(1).mapInArrow(whole("common_words"), "words binary")
