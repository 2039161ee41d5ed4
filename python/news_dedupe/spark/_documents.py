"""Documents of a corpus: unique ids, numbers in the order of a run on one machine, exact copies."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from functools import partial

import pyarrow as pa
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from ._stages import Stages

# Documents for each task that handles parts of a corpus of equal size. Their keys take about 100 MB.
DOCUMENTS_IN_PART = 25_000
MIN_PARTS = 8
MAX_PARTS = 10_000
# In place of the day of a document without a date.
NO_DAY = -(1 << 40)
# Documents of the sample that finds where to cut the order into parts.
SAMPLE_OF_PART = 20
MAX_SAMPLE = 20_000


def parts(documents: int) -> int:
    """The number of parts of a corpus, which tasks handle."""
    return min(max(documents // DOCUMENTS_IN_PART, MIN_PARTS), MAX_PARTS)


def documents(stages: Stages, sketches: DataFrame) -> DataFrame:
    """All documents, with unique ids and numbers, ``doc``. Numbers are in the order of dates, then of ids."""
    found = sketches.where("kind = 0").drop("kind", "code", "reason")
    repeated = stages.table(
        "repeated-ids",
        lambda: found.groupBy("id").agg(F.count("*").alias("documents")).where("documents > 1"),
    )
    if stages.rows("repeated-ids"):
        found = stages.table("renamed", lambda: _renamed(found, repeated))
    number_of_parts = parts(stages.rows("sketches"))
    numbers = stages.table("numbers", lambda: _numbers(found, number_of_parts))
    return stages.table("documents", lambda: found.join(numbers, "id"))


def _renamed(found: DataFrame, repeated: DataFrame) -> DataFrame:
    """Renames all but the first document of each id: the second becomes ``ID (2)``, or gets the next number that is free.
    Documents are in the order of the input, if that is known, else of their dates and texts."""
    numbered = found.join(repeated, "id", "left_semi")
    numbered = numbered.withColumn("at", _position("id", "place", "moment", "digest"))
    wanted = numbered.select("id", "at").where("at > 1")
    # So many free numbers are among the first, even if all are taken of those that ids of this form have.
    pattern = r"^(?s)(.*) \(([1-9][0-9]{0,8})\)$"
    taken = found.select("id").distinct().select(
        F.regexp_extract("id", pattern, 1).alias("base"),
        F.regexp_extract("id", pattern, 2).alias("number"),
    )
    taken = taken.where("number <> ''").select(
        F.col("base").alias("id"), F.col("number").cast("long").alias("number")
    )
    taken = taken.join(repeated.select("id"), "id", "left_semi")
    count = taken.groupBy("id").agg(F.count("*").alias("taken"))
    candidates = repeated.join(count, "id", "left").select(
        "id",
        F.explode(
            F.sequence(F.lit(2).cast("long"), F.col("documents") + F.coalesce("taken", F.lit(0)))
        ).alias("number"),
    )
    free = candidates.join(taken, ["id", "number"], "left_anti")
    free = free.withColumn("at", _position("id", "number") + 1)
    names = wanted.join(free, ["id", "at"]).select(
        "id", "at", F.concat("id", F.lit(" ("), F.col("number").cast("string"), F.lit(")")).alias("name")
    )
    renamed = numbered.join(names, ["id", "at"], "left")
    renamed = renamed.withColumn("id", F.coalesce("name", "id")).select(*found.columns)
    return renamed.union(found.join(repeated, "id", "left_anti").select(*found.columns))


def _numbers(found: DataFrame, number_of_parts: int) -> DataFrame:
    """Numbers documents by date, then by id. Each part of the order is sorted by one task."""
    sample = found.orderBy("digest").limit(min(number_of_parts * SAMPLE_OF_PART, MAX_SAMPLE))
    # The beginning of an id is enough for a cut, and an id may be as long as a text.
    begin_of_id = F.substring("id", 1, 200).alias("id")
    sampled = sample.select("moment", begin_of_id).collect()
    keys = sorted((bytes(row["moment"]), row["id"]) for row in sampled)
    cuts = [keys[at * len(keys) // number_of_parts] for at in range(1, number_of_parts)] if keys else []
    placed = found.select("moment", "id").mapInArrow(
        partial(_place, cuts), "moment binary, id string, part int"
    )
    sizes = {row["part"]: row["count"] for row in placed.groupBy("part").count().collect()}
    firsts, first = [], 0
    for part in range(number_of_parts):
        firsts.append((part, first))
        first += sizes.get(part, 0)
    begin = found.sparkSession.createDataFrame(firsts, "part int, first long")
    numbered = placed.withColumn("at", _position("part", "moment", "id") - 1)
    return numbered.join(begin, "part").select("id", (F.col("first") + F.col("at")).alias("doc"))


def _position(part: str, *order: str) -> Column:
    """The position of a row among those of its part, counted from 1."""
    window = Window.partitionBy(part).orderBy(*order)
    # Sail compares the values of a range, and cannot do so for binary ones. Rows do for a position.
    window = window.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    return F.row_number().over(window)


def _place(
    cuts: list[tuple[bytes, str]], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Adds the part of the order that each document is in."""
    for batch in batches:
        moments, ids = batch.column(0).to_pylist(), batch.column(1).to_pylist()
        places = [bisect.bisect_right(cuts, key) for key in zip(moments, ids, strict=True)]
        yield pa.RecordBatch.from_arrays(
            [pa.array(moments, pa.binary()), pa.array(ids, pa.string()), pa.array(places, pa.int32())],
            ["moment", "id", "part"],
        )


def exact_copies(stages: Stages, documents: DataFrame, within: int | None) -> DataFrame:
    """Each document ``doc`` whose words a preferred document ``leader`` has too. If only documents of near dates match, both
    are of one day."""

    def copies() -> DataFrame:
        day = F.lit(0) if within is None else F.coalesce(F.col("day").cast("long"), F.lit(NO_DAY))
        text = ["digest", "limited_day"]
        keyed = documents.select("doc", "id", "precedence", "digest", day.alias("limited_day"))
        # Few texts are those of several documents, and only these are compared.
        repeated = keyed.groupBy(*text).agg(F.count("*").alias("documents")).where("documents > 1")
        copied = keyed.join(repeated.select(*text), text, "left_semi")
        preferred = F.min(F.struct("precedence", "id", "doc")).alias("first")
        leaders = copied.groupBy(*text).agg(preferred).select(*text, F.col("first.doc").alias("leader"))
        return copied.join(leaders, text).where("doc <> leader").select("doc", "leader")

    return stages.table("exact-copies", copies)


def links(leaders: DataFrame, within: int) -> DataFrame:
    """Pairs ``lo`` and ``hi`` of documents with the same words that no leader stands for and whose dates allow a match: those
    of each day with those of the day before, and those without a date with all."""
    of_text = Window.partitionBy("digest").orderBy(F.coalesce(F.col("day").cast("long"), F.lit(NO_DAY)))
    rows = of_text.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    placed = leaders.select(
        "doc",
        "day",
        F.row_number().over(rows).alias("at"),
        F.lag("doc").over(of_text).alias("before"),
        F.lag("day").over(of_text).alias("before_day"),
        F.first("doc").over(rows).alias("first"),
        F.first("day").over(rows).alias("first_day"),
    )
    days_apart = F.abs(F.col("day") - F.col("before_day"))
    consecutive = placed.where(F.col("before").isNotNull() & F.coalesce(days_apart <= within, F.lit(True)))
    undated = placed.where("first_day is null and at > 2")
    pairs = consecutive.select("doc", F.col("before").alias("other")).union(
        undated.select("doc", F.col("first").alias("other"))
    )
    return pairs.select(F.least("doc", "other").alias("lo"), F.greatest("doc", "other").alias("hi"))
