"""Results across sources only: what is left of clusters and matches if copies within one source do not count."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

# Documents of a group of exact copies that stand for it: the first two of different sources.
DELEGATES = 2


def members(found: DataFrame, documents: DataFrame) -> DataFrame:
    """The members ``a`` of the clusters that have a document of another source than their representative ``b``."""
    with_sources = _with_sources(found, documents)
    wide = with_sources.where(~_is_same_source()).select("b").distinct()
    return found.join(wide, "b", "left_semi").select(*found.columns)


def matches(listed: DataFrame, others: DataFrame, copies: DataFrame, documents: DataFrame) -> DataFrame:
    """The matches of different sources among ``listed`` and ``others``. Where a match of ``listed`` is within one source, a
    pair of their exact copies takes its place, if these have different sources."""
    columns = listed.columns
    sided = _with_sources(listed, documents)
    within = sided.where(_is_same_source()).select(*columns)
    across = _with_sources(others, documents).where(~_is_same_source()).select(*columns)
    delegated = _delegated(within, copies, documents).select(*columns)
    # The same pair may come from several matches, which say the same of it.
    ordered = [F.least("a", "b").alias("lo"), F.greatest("a", "b").alias("hi")]
    place = F.row_number().over(Window.partitionBy("lo", "hi").orderBy("a"))
    added = across.union(delegated).select(*columns, *ordered).withColumn("place", place)
    added = added.where("place = 1").select(*columns)
    return sided.where(~_is_same_source()).select(*columns).union(added)


def _delegated(within: DataFrame, copies: DataFrame, documents: DataFrame) -> DataFrame:
    """For each match within one source, the first pair of exact copies of its documents that have different sources."""
    standing = _delegates(copies, documents)
    found = within
    for side in ("a", "b"):
        own = standing.select(
            F.col("leader").alias(side), F.col("doc").alias(f"doc_{side}"), F.col("at").alias(f"at_{side}")
        )
        found = found.join(own, side, "left")
        found = found.withColumn(f"doc_{side}", F.coalesce(f"doc_{side}", side))
        found = found.withColumn(f"at_{side}", F.coalesce(f"at_{side}", F.lit(1)))
    others = [column for column in within.columns if column not in ("a", "b")]
    found = found.withColumnsRenamed({"a": "leader_a", "b": "leader_b", "doc_a": "a", "doc_b": "b"})
    across = _with_sources(found, documents).where(~_is_same_source())
    place = F.row_number().over(Window.partitionBy("leader_a", "leader_b").orderBy("at_a", "at_b"))
    return across.withColumn("place", place).where("place = 1").select("a", "b", *others)


def _delegates(copies: DataFrame, documents: DataFrame) -> DataFrame:
    """The documents ``doc`` that stand for the exact copies of each ``leader``, numbered from 1."""
    leaders = copies.select(F.col("leader").alias("doc"), "leader").distinct()
    groups = copies.select("doc", "leader").union(leaders).join(_sources(documents), "doc")
    is_copy = (F.col("doc") != F.col("leader")).cast("int")
    groups = groups.withColumn("copy", is_copy)
    first_of_source = Window.partitionBy("leader", "source_key").orderBy("copy", "doc")
    # Documents that state no source have none in common.
    is_first = F.col("source_key").isNull() | (F.row_number().over(first_of_source) == 1)
    firsts = groups.withColumn("is_first", is_first).where("is_first")
    at = F.row_number().over(Window.partitionBy("leader").orderBy("copy", "doc"))
    return firsts.withColumn("at", at).where(f"at <= {DELEGATES}").select("leader", "doc", "at")


def _sources(documents: DataFrame) -> DataFrame:
    return documents.select("doc", F.lower("source").alias("source_key"))


def _with_sources(found: DataFrame, documents: DataFrame) -> DataFrame:
    sources = _sources(documents)
    for side in ("a", "b"):
        own = sources.select(F.col("doc").alias(side), F.col("source_key").alias(f"source_{side}"))
        found = found.join(own, side)
    return found


def _is_same_source() -> Column:
    return F.coalesce(F.col("source_a") == F.col("source_b"), F.lit(False))
