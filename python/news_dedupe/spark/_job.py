"""The order of the stages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from os import PathLike, fspath
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from .._native import __version__, distributed
from . import _report, _sources
from . import _result as result
from ._candidates import candidates
from ._clusters import clusters
from ._dictionary import dictionary, entries
from ._documents import documents, exact_copies
from ._input import Input
from ._matches import Verifier
from ._stages import Report, Stages

MANIFEST = (
    "version string, input string, options string, documents long, clusters long, members long, matches long, "
    "dictionary long, faults long, job string"
)


@dataclass(frozen=True)
class Result:
    """The tables of a job."""

    #: One row for each document of each cluster, with the ``id`` of its ``representative``.
    members: DataFrame
    #: One row for each verified pair.
    matches: DataFrame
    #: The fingerprints that recur: ``hash`` and ``occasions``.
    dictionary: DataFrame
    #: What the job did.
    manifest: dict[str, Any]


def run(
    spark: SparkSession,
    source: Input,
    output: str,
    options: dict[str, Any],
    order: str | None,
    report: Report,
    json_report: str | PathLike[str] | None,
) -> Result:
    """Finds the copies in an input, and writes the tables below ``output`` and the JSON report."""
    job = {"version": __version__, "input": source.description(), "order": order, "options": options}
    distributed.check(options)
    if json_report is not None:
        distributed.check_output(fspath(json_report))
    output = output.rstrip("/")
    stages = Stages(spark, f"{output}/stages", job, report)
    sketches = stages.table("sketches", lambda: source.sketches(options, order))
    corpus = documents(stages, sketches)
    within = options["within"]
    copies = exact_copies(stages, corpus, within)
    leaders = corpus.join(copies.select("doc"), "doc", "left_anti")
    found = candidates(stages, leaders, within)
    learnt = dictionary(stages, leaders, found)
    needed = entries(stages, learnt.occasions, found.holders)
    verifier = Verifier(leaders, needed, learnt.common_words, options)
    pairs = found.pairs.withColumnsRenamed({"lo": "a", "hi": "b"})
    matches = stages.table("matches", lambda: verifier.matches(pairs, all=False))
    stars = clusters(stages, leaders, matches, verifier, options)
    of_clusters = stages.table("members", lambda: result.members(stars, copies, corpus))
    across = bool(options["cross_source_only"])
    listed = of_clusters
    if across:
        listed = stages.table("members-across", lambda: _sources.members(of_clusters, corpus))
    results = Stages(spark, output, job, report)
    found_members = results.table("members", lambda: result.named_members(listed, corpus))
    listed_matches = stages.table(
        "listed-matches",
        lambda: result.matches(matches, stars, of_clusters, copies, corpus, cross_source_only=across),
    )
    found_matches = results.table("matches", lambda: result.named_matches(listed_matches, corpus))
    found_dictionary = results.table("dictionary", lambda: learnt.occasions)
    faults = sketches.where("kind > 0").select(
        F.when(F.col("kind") == 1, "skipped").otherwise("warning").alias("kind"), "code", "reason"
    )
    results.table("faults", lambda: faults)
    manifest = {
        "version": __version__,
        "input": source.name,
        "options": json.dumps(options, sort_keys=True),
        "documents": stages.rows("documents"),
        "clusters": listed.where(f"relation = {result.REPRESENTATIVE}").count(),
        "members": results.rows("members"),
        "matches": results.rows("matches"),
        "dictionary": results.rows("dictionary"),
        "faults": results.rows("faults"),
        "job": stages.fingerprint,
    }
    results.table("manifest", lambda: spark.createDataFrame([manifest], MANIFEST))
    if json_report is not None:
        _report.write(stages, json_report, source.name, options, corpus, listed, listed_matches, sketches.where("kind > 0"))
    return Result(found_members, found_matches, found_dictionary, manifest)
