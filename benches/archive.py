"""Measures an archive: how long an addition takes, what it needs, and how long a query takes. Prints a Markdown table.

    python3 benches/varied.py news.jsonl 1000000 > varied.jsonl
    python3 benches/varied.py news.jsonl 200 --first 1000000 > next.jsonl
    python3 benches/archive.py varied.jsonl next.jsonl

A query is a run of `dedupe index query` about one document that the archive does not have. The time of each is the shortest
of --runs runs: processor time, which other programs on the machine hardly change, and time on the clock. For cold
queries, which need root, the kernel forgets all files first; of these, each is run once.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benches/compare"))

import process  # noqa: E402

DROP_CACHES = Path("/proc/sys/vm/drop_caches")
COLD = 20


@dataclass(frozen=True)
class Measured:
    """What was measured. Times are in seconds, sizes in bytes."""

    documents: int
    text_bytes: int
    add_clock: float
    add_processor: float
    add_memory: int
    disk_bytes: int
    # The start of the program alone.
    start_processor: float
    # By query.
    processor: list[float]
    clock: list[float]
    cold_clock: list[float]


def run(command):
    """Runs a command. Seconds on the clock, and of the processor."""
    out = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    begun = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=out)
    _, status, usage = os.wait4(child, 0)
    clock = time.perf_counter() - begun
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"archive: {command} failed")
    return clock, usage.ru_utime + usage.ru_stime


def fastest(command, runs):
    """The shortest times of some runs."""
    clocks, processors = zip(*(run(command) for _ in range(runs)))
    return min(clocks), min(processors)


def percentile(times, share):
    times = sorted(times)
    return times[min(len(times) - 1, int(share * len(times)))]


def measure(dedupe, corpus, asked, runs=3, options=(), folder=None):
    """Adds a corpus to a new archive and asks about documents that it does not have."""
    with tempfile.TemporaryDirectory(dir=folder) as folder:
        folder = Path(folder)
        index = folder / "archive.idx"
        added = process.run([dedupe, "index", "add", index, corpus, "-q", *options], folder)
        if added.status not in (0, 3):
            sys.exit(f"archive: the addition failed: {added.errors}")
        info = subprocess.run([dedupe, "index", "info", index], stdout=subprocess.PIPE, check=True)
        info = json.loads(info.stdout)
        queries = []
        for at, line in enumerate(asked.read_bytes().splitlines(keepends=True)):
            file = folder / f"asked{at}.jsonl"
            file.write_bytes(line)
            queries.append([str(dedupe), "index", "query", str(index), str(file), "-q"])
        cold = []
        if os.access(DROP_CACHES, os.W_OK) and os.geteuid() == 0:
            for query in queries[:COLD]:
                os.sync()
                DROP_CACHES.write_text("3")
                # What the program itself needs is read again.
                run([str(dedupe), "--version"])
                cold.append(run(query)[0])
        times = [fastest(query, runs) for query in queries]
        return Measured(
            documents=info["documents"],
            text_bytes=info["text_bytes"],
            add_clock=added.seconds,
            add_processor=added.processor,
            add_memory=added.memory,
            disk_bytes=info["disk_bytes"],
            start_processor=fastest([str(dedupe), "--version"], 20)[1],
            processor=[processor for _, processor in times],
            clock=[clock for clock, _ in times],
            cold_clock=cold,
        )


def rows(found):
    """The lines of a table."""
    yield "documents", f"{found.documents:,}"
    yield "bytes of text per document", f"{found.text_bytes / found.documents:,.0f}"
    yield "addition, clock", f"{found.add_clock:,.0f} s"
    yield "addition, processor", f"{found.add_processor:,.0f} s"
    yield "addition, memory", f"{found.add_memory / 1e6:,.0f} MB"
    yield "bytes on disk per document", f"{found.disk_bytes / found.documents:,.0f}"
    yield "start of the program, processor", f"{found.start_processor * 1000:.1f} ms"
    for name, times in (("processor", found.processor), ("clock", found.clock), ("cold, clock", found.cold_clock)):
        if times:
            shares = " / ".join(f"{percentile(times, share) * 1000:.1f}" for share in (0.5, 0.99))
            yield f"query, {name}, p50 / p99", f"{shares} ms"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("corpus", type=Path, metavar="CORPUS", help="the documents to add, as JSON Lines")
    add("asked", type=Path, metavar="ASKED", help="documents to ask about, as JSON Lines")
    add("--program", type=Path, default=ROOT / "target/release/dedupe", metavar="FILE", help="the program")
    add("--runs", type=int, default=3, metavar="N", help="runs of each query [3]")
    add("--memory", metavar="SIZE", help="the memory budget of the addition")
    add("--folder", type=Path, metavar="FOLDER", help="where the archive is made [the system's temporary folder]")
    given = parser.parse_args()
    options = ["--memory", given.memory] if given.memory else []
    program = given.program.absolute()
    found = measure(program, given.corpus, given.asked, given.runs, options, given.folder)
    print("| | |\n|---|--:|")
    for name, value in rows(found):
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
