"""Clusters to the tables that a job writes."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from . import _sources
from ._clusters import ASKED_MATCH, MEMBER
from ._matches import MATCH, OVERLAP

COLUMNS = [column.split()[0] for column in MATCH.split(", ")]
# Relations by number; that of a representative is -1.
REPRESENTATIVE, EXACT, NEAR, CONTAINS, CONTAINED, VERSION, _OVERLAP = range(-1, 6)
RELATIONS = ["representative", "exact", "near", "contains", "contained", "version", "overlap"]
# Columns of the members.
DETAILS = ["title", "source", "date", "url", "byline", "language"]
# The matches of clusters with more members are listed as a star.
LARGE_CLUSTER = 50


def members(clusters: DataFrame, copies: DataFrame, documents: DataFrame) -> DataFrame:
    """Each document ``a`` of each cluster with its representative ``b``, as a match. Exact copies follow their leader; those
    of a representative have the relation ``exact``."""
    of_clusters = clusters.where(f"kind = {MEMBER}").select(*COLUMNS)
    in_story = of_clusters.where(f"relation <> {CONTAINS}").select(F.col("a").alias("leader")).distinct()
    alone = copies.select("leader").distinct().join(in_story, "leader", "left_anti")
    stars = of_clusters.union(_exact(alone, "leader", "leader", documents, REPRESENTATIVE))
    relation = F.when(F.col("relation") == REPRESENTATIVE, EXACT).otherwise(F.col("relation"))
    followers = stars.withColumnRenamed("a", "leader").join(copies, "leader")
    followers = followers.withColumnRenamed("doc", "a").withColumn("relation", relation)
    return stars.union(followers.select(*COLUMNS))


def matches(
    found: DataFrame,
    clusters: DataFrame,
    members: DataFrame,
    copies: DataFrame,
    documents: DataFrame,
    *,
    cross_source_only: bool,
) -> DataFrame:
    """The matches to list: those of candidate pairs, those that clustering asked for, and those of exact copies with their
    leader and with their representative. ``members`` are those of all clusters."""
    of_pairs = found.select(*COLUMNS)
    of_pairs = of_pairs.union(clusters.where(f"kind = {ASKED_MATCH}").select(*COLUMNS))
    listed = of_pairs.join(_implied(of_pairs, clusters), ["a", "b"], "left_anti").select(*COLUMNS)
    of_leaders = _exact(copies, "leader", "doc", documents, EXACT)
    # Those with a match of their own: exact copies of a representative have none.
    of_members = members.where("octet_length(passages) > 0")
    of_copies = of_members.join(copies.select(F.col("doc").alias("a")), "a", "left_semi")
    others = of_leaders.union(of_copies.select(*COLUMNS))
    if cross_source_only:
        return _sources.matches(listed, others, copies, documents)
    return listed.union(others)


def _implied(matches: DataFrame, clusters: DataFrame) -> DataFrame:
    """The pairs of copies that need not be listed: both are in one large cluster, and neither represents the other."""
    stars = clusters.where(f"kind = {MEMBER}").select("a", "b")
    sizes = stars.groupBy("b").agg(F.count("*").alias("members"))
    large = stars.join(sizes.where(f"members > {LARGE_CLUSTER}"), "b")
    left = large.select("a", F.col("b").alias("star"))
    right = large.select(F.col("a").alias("b"), F.col("b").alias("star"))
    pairs = matches.where(f"relation < {OVERLAP}").select("a", "b").join(left, "a")
    pairs = pairs.join(right, ["b", "star"]).select("a", "b").distinct()
    reversed_stars = stars.select(F.col("b").alias("a"), F.col("a").alias("b"))
    return pairs.join(stars.union(reversed_stars), ["a", "b"], "left_anti").select("a", "b")


def _exact(pairs: DataFrame, a: str, b: str, documents: DataFrame, relation: int) -> DataFrame:
    """Matches of documents with the same words."""
    one, words = F.lit(1.0), F.col("length")
    lengths = documents.select(F.col("doc").alias(a), "length")
    return pairs.join(lengths, a).select(
        F.col(a).alias("a"),
        F.col(b).alias("b"),
        words.alias("length_a"),
        words.alias("length_b"),
        F.lit(relation).alias("relation"),
        words.alias("aligned"),
        words.alias("longest_run"),
        one.alias("resemblance"),
        one.alias("containment_a"),
        one.alias("containment_b"),
        F.lit(None).cast("binary").alias("passages"),
    )


def named_members(members: DataFrame, documents: DataFrame) -> DataFrame:
    """The members with ids and what the documents state."""
    own = documents.select(F.col("doc").alias("a"), "id", *DETAILS)
    stars = documents.select(F.col("doc").alias("b"), F.col("id").alias("representative"))
    found = members.join(own, "a").join(stars, "b")
    # Representatives have no match of their own.
    has_same_words = F.col("relation") <= EXACT
    return found.select(
        "representative",
        "id",
        _name(F.col("relation")).alias("relation"),
        F.when(has_same_words, 1.0).otherwise(_rounded("containment_a")).alias("containment"),
        F.when(has_same_words, 1.0).otherwise(_rounded("containment_b")).alias("containment_representative"),
        F.when(has_same_words, 1.0).otherwise(_rounded("resemblance")).alias("resemblance"),
        F.col("length_a").alias("words"),
        *DETAILS,
    )


def named_matches(matches: DataFrame, documents: DataFrame) -> DataFrame:
    """The matches with ids, the lower one on the left."""
    for side in ("a", "b"):
        own = documents.select(F.col("doc").alias(side), F.col("id").alias(f"id_{side}"))
        matches = matches.join(own, side)
    is_ordered = F.col("id_a") <= F.col("id_b")

    def first(one: Column, other: Column) -> Column:
        return F.when(is_ordered, one).otherwise(other)

    containments = [_rounded(f"containment_{side}") for side in ("a", "b")]

    relation = F.col("relation")
    reversed_relation = F.when(relation == CONTAINS, CONTAINED).when(relation == CONTAINED, CONTAINS)
    reversed_relation = reversed_relation.otherwise(relation)
    return matches.select(
        first(F.col("id_a"), F.col("id_b")).alias("left"),
        first(F.col("id_b"), F.col("id_a")).alias("right"),
        _name(F.when(is_ordered, relation).otherwise(reversed_relation)).alias("relation"),
        first(*containments).alias("containment_left"),
        first(*reversed(containments)).alias("containment_right"),
        _rounded("resemblance").alias("resemblance"),
        F.col("aligned").alias("words"),
        "longest_run",
    )


def _name(relation: Column) -> Column:
    names = F.array(*[F.lit(name) for name in RELATIONS])
    return F.element_at(names, relation - REPRESENTATIVE + 1)


def _rounded(share: str) -> Column:
    """A share as the report of one machine states it, with four digits."""
    return F.floor(F.col(share) * 1e4 + 0.5) / 1e4
