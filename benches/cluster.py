"""Measures the distributed job for docs/cluster.md, and writes its tables to docs/figures.json.

    python3 benches/cluster.py press.parquet agency.parquet

Run it with a Python that has the package news_dedupe with Sail and Spark, on a machine without other work. It needs Java.
Each corpus is Parquet with a column `row`, which orders documents of one id. The first is the German press and the second the
agency of the page. A run on Sail gives times, a run on Spark with two processors gives times and volumes, from its
event log and its tables. Both must find what one machine finds. Then write the tables to the page:
UPDATE_DOCS=1 cargo test --test docs
"""

import argparse
import collections
import datetime
import json
import math
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import news_dedupe
import pyarrow.parquet as pq
from news_dedupe.spark._documents import parts

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "benches"), str(ROOT / "benches/compare")]

import figures  # noqa: E402
import process  # noqa: E402

CORPORA = ["German press", "agency"]
MASTER = "local[2]"
PROCESSORS = 2
# As for a cluster: Spark fails if the results of a job, which the driver gets, are larger.
SETTINGS = {
    "spark.driver.maxResultSize": "16m",
    "spark.eventLog.enabled": "true",
    "spark.eventLog.compress": "false",
    "spark.eventLog.rolling.enabled": "false",
}
# Bytes of a key in the memory of a task.
KEY_BYTES = 24
CORES = 64
DOLLARS = 0.05


@dataclass(frozen=True)
class Measured:
    """One corpus: times in seconds, sizes in bytes."""

    documents: int
    text: int
    stories: int
    one_machine: list[process.Run]
    sail: list[process.Run]
    spark: list[process.Run]
    largest_result: int
    # By stage.
    rows: dict[str, int]
    sizes: dict[str, int]
    shuffled: dict[str, int]
    shuffled_rows: dict[str, int]


def measure(path, folder, runs):
    """Runs the job on both engines, and on one machine."""
    folder.mkdir()
    found = news_dedupe.find(path)
    one_machine, sail, spark = [], [], []
    for run in range(runs):
        program = f"import news_dedupe; news_dedupe.find({str(path)!r})"
        one_machine.append(finished(process.run([sys.executable, "-c", program], folder)))
        sail.append(job("sail", path, folder, f"sail-{run}", found))
    events = folder / "events"
    events.mkdir()
    settings = {**SETTINGS, "spark.eventLog.dir": events.as_uri()}
    lines = [f"{name} {value}\n" for name, value in settings.items()]
    (folder / "spark-defaults.conf").write_text("".join(lines))
    spark.append(job(MASTER, path, folder, "spark", found))
    (log,) = events.iterdir()
    shuffled, shuffled_rows, largest_result = volumes(log, folder / "spark")
    tables = {table.name: table for table in (folder / "spark/stages").iterdir() if table.name != "markers"}
    text = sum(map(len, map(str.encode, filter(None, pq.read_table(path, columns=["text"])["text"].to_pylist()))))
    return Measured(
        documents=found.summary["documents"],
        text=text,
        stories=found.summary["clusters"],
        one_machine=one_machine,
        sail=sail,
        spark=spark,
        largest_result=largest_result,
        rows={name: rows(table) for name, table in tables.items()},
        sizes={name: sum(file.stat().st_size for file in table.glob("*.parquet")) for name, table in tables.items()},
        shuffled=shuffled,
        shuffled_rows=shuffled_rows,
    )


def job(master, path, folder, name, found):
    """Runs the job once. It must find what one machine finds."""
    command = [sys.executable, "-m", "news_dedupe.spark", "--master", master, "--order", "row", path, folder / name]
    environment = {**os.environ, "SPARK_CONF_DIR": str(folder), "PYSPARK_PYTHON": sys.executable}
    measured = finished(process.run(command, folder, environment))
    print(f"{path.stem} on {master}: {measured.seconds:.1f} s, {measured.processor:.1f} s of processor time", flush=True)
    for table, columns in (
        ("members", ["representative", "id", "relation"]),
        ("matches", ["left", "right", "relation", "words", "longest_run"]),
    ):
        expected = getattr(found, table).select(columns).to_pylist()
        written = pq.read_table(folder / name / table, columns=columns).to_pylist()
        if sorted(map(str, expected)) != sorted(map(str, written)):
            sys.exit(f"cluster: the {table} of {path} on {master} are not those of one machine")
    return measured


def finished(run):
    """A run that succeeded."""
    if run.status != 0:
        sys.exit(f"cluster: a run failed with {run.status}: {run.errors}")
    return run


def rows(table):
    """The rows of a table of Parquet."""
    return sum(pq.read_metadata(file).num_rows for file in table.glob("*.parquet"))


def volumes(log, output):
    """By stage of the job, the bytes and rows that Spark wrote to shuffles; and the most bytes of results of one job of Spark."""
    written = re.compile(re.escape(f"{output}/") + r"(?:stages/)?([^,/\s]+)")
    name_of_execution, execution_of_stage, results = {}, {}, collections.Counter()
    job_of_stage = {}
    shuffled, shuffled_rows = collections.Counter(), collections.Counter()
    with open(log, encoding="utf8") as lines:
        for event in map(json.loads, lines):
            kind = event["Event"].rsplit(".", 1)[-1]
            if kind == "SparkListenerSQLExecutionStart":
                plan = event["physicalPlanDescription"]
                at = plan.find("InsertIntoHadoopFsRelationCommand", plan.find("\n\n"))
                if at >= 0 and (found := written.search(plan, at)):
                    name_of_execution[event["executionId"]] = found[1]
            elif kind == "SparkListenerJobStart":
                execution = (event.get("Properties") or {}).get("spark.sql.execution.id")
                for stage in event["Stage IDs"]:
                    job_of_stage[stage] = event["Job ID"]
                    if execution is not None:
                        execution_of_stage[stage] = int(execution)
            elif kind == "SparkListenerTaskEnd" and "Task Metrics" in event:
                metrics, stage = event["Task Metrics"], event["Stage ID"]
                results[job_of_stage[stage]] += metrics["Result Size"]
                name = name_of_execution.get(execution_of_stage.get(stage), "")
                shuffled[name] += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
                shuffled_rows[name] += metrics["Shuffle Write Metrics"]["Shuffle Records Written"]
    return shuffled, shuffled_rows, max(results.values())


def times_table(corpora):
    """The table of times."""

    def span(values, unit="s"):
        texts = [f"{value:.2g}" if value < 10 else f"{value:.0f}" for value in (min(values), max(values))]
        return " to ".join(dict.fromkeys(texts)) + f" {unit}"

    def clock(runs):
        return span([run.seconds for run in runs])

    def processor(runs):
        return span([run.processor for run in runs])

    head = ["", *CORPORA]
    of = [
        ("documents", lambda m: f"{m.documents:,}"),
        ("text", lambda m: f"{m.text / 1e6:.0f} MB"),
        ("stories", lambda m: f"{m.stories:,}"),
        ("one machine, from the same Parquet", lambda m: clock(m.one_machine)),
        ("one machine: processor time", lambda m: processor(m.one_machine)),
        ("Sail", lambda m: clock(m.sail)),
        ("Sail: processor time", lambda m: processor(m.sail)),
        ("Sail: memory", lambda m: f"{max(run.memory for run in m.sail) / 1e9:.1f} GB"),
        (f"Spark `{MASTER}`", lambda m: clock(m.spark)),
        ("Spark: largest result of a job at the driver", lambda m: f"{m.largest_result / 1e6:.1f} MB"),
    ]
    return figures.table(head, [[name, *map(value, corpora)] for name, value in of])


def volumes_table(corpora):
    """The table of what each document takes."""
    bounds = [
        ("table `sketches`, compressed", lambda m: kilobytes(m.sizes["sketches"] / m.documents), "linear in the words"),
        ("tables of all stages, compressed", lambda m: kilobytes(sum(m.sizes.values()) / m.documents), "as above"),
        ("keys", lambda m: f"{keys(m):.0f}", "25, and 2 for each 16 words"),
        ("shuffle of keys", lambda m: kilobytes(m.shuffled["postings"] / m.documents), "as above"),
        ("rows of `postings`", lambda m: f"{m.rows['postings'] / m.documents:.0f}", "23/2 for each key; a frequent key gives one"),
        ("candidate pairs", lambda m: f"{m.rows['candidates'] / m.documents:.1f}", "as above; 4 for each frequent key"),
        ("shuffle for `matches`", lambda m: kilobytes(m.shuffled["matches"] / m.documents), "two documents for each pair"),
        ("all shuffles", lambda m: kilobytes(sum(m.shuffled.values()) / m.documents), "the sum"),
        ("matches", lambda m: f"{m.rows['matches'] / m.documents:.2f}", "one for each candidate pair"),
    ]
    lines = [[name, *map(value, corpora), bound] for name, value, bound in bounds]
    return figures.table(["each document", *CORPORA, "bound"], lines)


def larger_table(measured):
    """The table of larger corpora, if each document takes what one of the measured corpus takes."""
    processor = min(run.processor for run in measured.sail) / measured.documents
    spark = PROCESSORS * min(run.seconds for run in measured.spark) / measured.documents

    def linear(size):
        return lambda documents: terabytes(size / measured.documents * documents)

    def hours(seconds):
        return f"{rounded(seconds / 3600)} hours"

    def of_task(documents):
        return f"{keys(measured) * KEY_BYTES * documents / parts(documents) / 1e6:.0f} MB"

    of = [
        ("tables of all stages, compressed", linear(sum(measured.sizes.values()))),
        # Of a small corpus, Spark sends the numbers of all documents to each task instead.
        ("shuffle of `documents`, as large as its table", linear(measured.sizes["documents"])),
        ("shuffle of keys", linear(measured.shuffled["postings"])),
        ("shuffle for `matches`", linear(measured.shuffled["matches"])),
        ("all shuffles", linear(sum(measured.shuffled.values()))),
        ("keys of a task of `postings`", of_task),
        ("processor time, as on Sail", lambda documents: hours(processor * documents)),
        ("processor time on Spark, if both processors were always busy", lambda documents: hours(spark * documents)),
        (f"time with {CORES} cores of Spark", lambda documents: hours(spark * documents / CORES)),
        (
            f"price, at {DOLLARS} dollars for an hour of a core",
            lambda documents: f"{rounded(spark * documents / 3600 * DOLLARS)} dollars",
        ),
    ]
    lines = [[name, value(10**8), value(10**9)] for name, value in of]
    return figures.table(["", "10⁸ documents", "10⁹ documents"], lines)


def keys(measured):
    """The keys of a document."""
    return measured.shuffled_rows["postings"] / measured.documents


def kilobytes(value):
    """Bytes in kB."""
    return f"{value / 1e3:.1f} kB"


def terabytes(value):
    """Bytes in GB or TB, with two digits."""
    return f"{rounded(value / 1e12)} TB" if value >= 1e12 else f"{rounded(value / 1e9)} GB"


def rounded(value):
    """A number with two digits."""
    digits = 1 - math.floor(math.log10(value))
    return f"{round(value, digits):,.{max(digits, 0)}f}"


def main():
    """Measures both corpora, and updates the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("press", type=Path)
    parser.add_argument("agency", type=Path)
    parser.add_argument("--runs", type=int, default=2, help="on one machine and on Sail [2]")
    parser.add_argument("--date", default=datetime.date.today().isoformat(), help="the day to write to the file [today]")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpora = [
            measure(path.absolute(), Path(folder) / path.stem, given.runs) for path in (given.press, given.agency)
        ]
    tables = {
        "job-times": times_table(corpora),
        "job-volumes": volumes_table(corpora),
        "job-larger": larger_table(corpora[1]),
    }
    for lines in tables.values():
        print("\n".join(lines), end="\n\n")
    figures.update({"job.date": given.date}, tables, given.date)


if __name__ == "__main__":
    main()
