"""Pairs of documents to matches."""

from __future__ import annotations

from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ._batches import each

MATCH = (
    "a long, b long, length_a int, length_b int, relation int, aligned int, longest_run int, "
    "resemblance double, containment_a double, containment_b double, passages binary"
)
SIDES = ["words", "fingerprints", "steps", "title", "day", "entries"]
# The relation of documents that only overlap. Those of copies are lower; -1 is that of a pair that is no match.
OVERLAP = 5


class Verifier:
    """Compares documents, each with the entries of the dictionary that it needs, and all with the common words."""

    def __init__(
        self, documents: DataFrame, entries: DataFrame, common_words: bytes, options: dict[str, Any]
    ) -> None:
        own = documents.select("doc", *[column for column in SIDES if column != "entries"])
        self._sides = own.join(entries, "doc", "left")
        self._common_words = common_words
        self._options = options

    def matches(self, pairs: DataFrame, *, all: bool) -> DataFrame:
        """The matches among pairs ``a`` and ``b``. ``all``: also those that are not, with the relation -1."""
        for side in ("a", "b"):
            own = [F.col(column).alias(f"{column}_{side}") for column in SIDES]
            pairs = pairs.join(self._sides.select(F.col("doc").alias(side), *own), side)
        return pairs.mapInArrow(each("verify", self._options, all, self._common_words), MATCH)
