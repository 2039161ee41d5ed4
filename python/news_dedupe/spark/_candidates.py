"""Documents to candidate pairs: they share a bucket, or enough fingerprints."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from .._native import distributed
from ._batches import each, posting_lists
from ._documents import links, parts
from ._stages import Stages

KEYS = "level int, hash long, doc long, size int"
POSTINGS = "kind int, level int, hash long, lo long, hi long, lo_size int, hi_size int"
SHARING = "level int, lo long, hi long, lo_partner boolean, hi_partner boolean, versions boolean, shared int"
# Kinds of postings; levels of keys.
PAIR, HOLDER, PIVOT = range(3)
BUCKET, FINGERPRINT = range(2)


@dataclass(frozen=True)
class Candidates:
    """What documents share."""

    # ``lo`` and ``hi`` of each candidate pair.
    pairs: DataFrame
    # ``lo`` and ``hi`` of pairs that may be versions of one text, and how many of their ``shared`` fingerprints count.
    versions: DataFrame
    # ``hash`` and ``doc`` of fingerprints that more than five documents have.
    holders: DataFrame


def candidates(stages: Stages, documents: DataFrame, within: int | None) -> Candidates:
    """The candidate pairs of documents that no leader stands for. With ``within``, those whose dates allow a match."""
    postings = stages.table("postings", lambda: _postings(documents, parts(stages.rows("documents"))))
    sharing = stages.table("sharing", lambda: _sharing(postings))
    holders = postings.where(f"kind = {HOLDER} and level = {FINGERPRINT}")

    def pairs() -> DataFrame:
        found = _pairs(sharing)
        if within is None:
            return found
        found = found.union(_of_near_dates(postings, documents, within)).union(links(documents, within))
        return _near(found.distinct(), documents, within)

    return Candidates(
        pairs=stages.table("candidates", pairs),
        versions=sharing.where("versions").select("lo", "hi", "shared"),
        holders=holders.select("hash", F.col("lo").alias("doc")),
    )


def _postings(documents: DataFrame, number_of_parts: int) -> DataFrame:
    keys = documents.select("doc", "size", "buckets", "fingerprints").mapInArrow(each("keys"), KEYS)
    return keys.repartition(number_of_parts, "level", "hash").mapInArrow(posting_lists, POSTINGS)


def _sharing(postings: DataFrame) -> DataFrame:
    """Counts what each pair shares. A frequent hash pairs its first documents with all others."""
    columns = ["level", "lo", "hi", "lo_size", "hi_size"]
    pivots = postings.where(f"kind = {PIVOT}").select("level", "hash", "lo", "lo_size")
    holders = postings.where(f"kind = {HOLDER}").select(
        "level", "hash", F.col("lo").alias("hi"), F.col("lo_size").alias("hi_size")
    )
    of_frequent = pivots.join(holders, ["level", "hash"]).where("hi > lo").select(*columns)
    all_pairs = postings.where(f"kind = {PAIR}").select(*columns).union(of_frequent)
    counted = all_pairs.groupBy("level", "lo", "hi").agg(
        F.count("*").alias("shared"), F.min("lo_size").alias("lo_size"), F.min("hi_size").alias("hi_size")
    )
    return counted.mapInArrow(each("judge"), SHARING)


def _pairs(sharing: DataFrame) -> DataFrame:
    """The pairs that share enough fingerprints, and those of buckets that fingerprints may have missed."""
    by_fingerprint = sharing.where(f"level = {FINGERPRINT}").select("lo", "hi")
    with_partner = (
        sharing.where("lo_partner")
        .select(F.col("lo").alias("doc"))
        .union(sharing.where("hi_partner").select(F.col("hi").alias("doc")))
        .distinct()
    )
    by_bucket = sharing.where(f"level = {BUCKET}").select("lo", "hi")
    for side in ("lo", "hi"):
        known = with_partner.select(F.col("doc").alias(side), F.lit(True).alias(f"{side}_known"))
        by_bucket = by_bucket.join(known, side, "left")
    by_bucket = by_bucket.where("lo_known is null or hi_known is null").select("lo", "hi")
    return by_fingerprint.union(by_bucket).distinct()


def _of_near_dates(postings: DataFrame, documents: DataFrame, within: int) -> DataFrame:
    """The pairs that share enough frequent fingerprints: each document of one with the last documents before it in time.
    Most documents are too far from the pivots of a frequent fingerprint."""
    of_fingerprints = postings.where(f"level = {FINGERPRINT}")
    frequent = of_fingerprints.where(f"kind = {PIVOT}").select("hash").distinct()
    holders = of_fingerprints.where(f"kind = {HOLDER}").select("hash", F.col("lo").alias("doc"), "lo_size")
    days = documents.where("day is not null").select("doc", "day")
    dated = holders.join(frequent, "hash").join(days, "doc")
    in_time = Window.partitionBy("hash").orderBy("day", "doc")
    pairs = None
    for back in range(1, distributed.pivots() + 1):
        before = [F.lag(c, back).over(in_time).alias(f"{c}_before") for c in ("doc", "day", "lo_size")]
        near = dated.select("doc", "day", "lo_size", *before).where(f"day - day_before <= {within}")
        is_lower = F.col("doc_before") < F.col("doc")
        ordered = near.select(
            F.least("doc", "doc_before").alias("lo"),
            F.greatest("doc", "doc_before").alias("hi"),
            F.when(is_lower, F.col("lo_size_before")).otherwise(F.col("lo_size")).alias("lo_size"),
            F.when(is_lower, F.col("lo_size")).otherwise(F.col("lo_size_before")).alias("hi_size"),
        )
        pairs = ordered if pairs is None else pairs.union(ordered)
    assert pairs is not None
    counted = pairs.groupBy("lo", "hi").agg(
        F.count("*").alias("shared"), F.min("lo_size").alias("lo_size"), F.min("hi_size").alias("hi_size")
    )
    level = F.lit(FINGERPRINT).alias("level")
    counted = counted.select(level, "lo", "hi", "shared", "lo_size", "hi_size")
    return counted.mapInArrow(each("judge"), SHARING).select("lo", "hi")


def _near(pairs: DataFrame, documents: DataFrame, within: int) -> DataFrame:
    """The pairs whose dates are near, or unknown."""
    for side in ("lo", "hi"):
        own = documents.select(F.col("doc").alias(side), F.col("day").alias(f"day_{side}"))
        pairs = pairs.join(own, side)
    is_near = F.abs(F.col("day_lo") - F.col("day_hi")) <= within
    return pairs.where(F.coalesce(is_near, F.lit(True))).select("lo", "hi")
