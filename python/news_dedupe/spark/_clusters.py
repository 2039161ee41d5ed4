"""Matches to clusters, component by component."""

from __future__ import annotations

from functools import partial
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ._batches import whole
from ._components import components
from ._documents import parts
from ._matches import MATCH, OVERLAP, Verifier
from ._stages import Stages

# Kinds of rows.
MEMBER, UNKNOWN, ASKED_MATCH = range(3)
FOUND = f"kind int, component long, {MATCH}"
# Rounds until no component asks for a pair. More mean that something is wrong.
MAX_ROUNDS = 1000


def clusters(
    stages: Stages,
    documents: DataFrame,
    matches: DataFrame,
    verifier: Verifier,
    options: dict[str, Any],
) -> DataFrame:
    """The rows of all components that no question is open about: members ``a`` with their representatives ``b``, and the
    matches that were asked for."""
    labels = _labels(stages, matches)
    facts = documents.select("doc", "id", "precedence", "preference")
    number_of_parts = parts(stages.rows("documents"))
    known = stages.table("graph", lambda: _with_facts(matches, labels, facts, asked=False))
    found: list[DataFrame] = []
    for round in range(MAX_ROUNDS):
        rows = stages.table(
            f"clusters-{round}",
            partial(_clustered, known, number_of_parts, options),
        )
        found.append(rows.where(f"kind <> {UNKNOWN}"))
        unknown = rows.where(f"kind = {UNKNOWN}").select("component", "a", "b")
        if unknown.limit(1).count() == 0:
            break

        def answered(known: DataFrame = known, unknown: DataFrame = unknown) -> DataFrame:
            answers = verifier.matches(unknown.select("a", "b").distinct(), all=True)
            answers = _with_facts(answers, labels, facts, asked=True)
            is_open = unknown.select("component").distinct()
            return known.join(is_open, "component", "left_semi").unionByName(answers)

        known = stages.table(f"graph-{round + 1}", answered)
    else:
        raise RuntimeError("clusters keep asking for pairs")
    rows = found[0]
    for more in found[1:]:
        rows = rows.union(more)
    return stages.table("clusters", lambda: rows)


def _clustered(known: DataFrame, number_of_parts: int, options: dict[str, Any]) -> DataFrame:
    by_component = known.repartition(number_of_parts, "component")
    return by_component.mapInArrow(whole("cluster", options), FOUND)


def _labels(stages: Stages, matches: DataFrame) -> DataFrame:
    """Each document of a copy match with the first document that copy matches connect it to."""
    copies = matches.where(f"relation < {OVERLAP}")
    edges = copies.select(F.col("b").alias("u"), F.col("a").alias("v"))
    found = components(stages, "components", edges, stages.rows("matches"))
    others = found.select(F.col("u").alias("doc"), F.col("v").alias("component"))
    firsts = found.select(F.col("v").alias("doc"), F.col("v").alias("component"))
    return others.union(firsts.distinct())


def _with_facts(matches: DataFrame, labels: DataFrame, facts: DataFrame, *, asked: bool) -> DataFrame:
    """The matches inside components, with what clustering knows of their documents."""
    for side in ("a", "b"):
        own = labels.select(F.col("doc").alias(side), F.col("component").alias(f"component_{side}"))
        matches = matches.join(own, side)
    matches = matches.where("component_a = component_b")
    matches = matches.withColumnRenamed("component_a", "component").drop("component_b")
    for side in ("a", "b"):
        own = [F.col(c).alias(f"{c}_{side}") for c in ("id", "precedence", "preference")]
        matches = matches.join(facts.select(F.col("doc").alias(side), *own), side)
    names = [column.split()[0] for column in MATCH.split(", ")]
    of_documents = [f"{c}_{side}" for side in "ab" for c in ("id", "precedence", "preference")]
    return matches.select("component", *names, *of_documents, F.lit(asked).alias("asked"))
