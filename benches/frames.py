"""Measures `news_dedupe.find` for docs/python.md, and writes its table to docs/figures.json.

    python3 benches/frames.py press.parquet agency.parquet

Run it with a Python that has the package news_dedupe and the libraries of all frames, on a machine without other work, and with
a program that was built like the package. Each corpus is Parquet. The first is the German press and the second the
agency of the page. Each call of `find` follows a run of `dedupe -f json` on the same file, and its time is divided by that of
this run. A cell is the median of --runs such shares. All of them must find the same. Then write the table to the page:
UPDATE_DOCS=1 cargo test --test docs
"""

import argparse
import datetime
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import figures

# Each takes a path and gives what `find` gets.
FRAMES = {
    "file": lambda path: path,
    "pyarrow": lambda path: pyarrow(path),
    "pandas": lambda path: pyarrow(path).to_pandas(),
    "polars": lambda path: __import__("polars").from_arrow(pyarrow(path)),
    "DuckDB": lambda path: __import__("duckdb").from_arrow(pyarrow(path)),
    "`datasets`": lambda path: __import__("datasets").Dataset(pyarrow(path)),
}
CORPORA = ["German press", "agency"]


def pyarrow(path):
    """The rows of a file, in memory."""
    import pyarrow.parquet

    return pyarrow.parquet.read_table(path)


def call(frame, path, output):
    """Finds the copies in a frame, writes them to a file, and prints how long it took."""
    import news_dedupe

    data = FRAMES[frame](path)
    begun = time.perf_counter()
    found = news_dedupe.find(data)
    print(time.perf_counter() - begun)
    clusters = {}
    for row in found.members.select(["representative", "id", "relation"]).to_pylist():
        clusters.setdefault(row["representative"], []).append([row["id"], row["relation"]])
    matches = found.matches.select(["left", "right", "relation", "words", "longest_run"]).to_pylist()
    Path(output).write_text(json.dumps(comparable(clusters, matches)))


def program(dedupe, path, output):
    """Runs the program. Its seconds, and what it found."""
    command = [dedupe, path, "-f", "json", "-o", output, "--quiet", "--no-config"]
    begun = time.perf_counter()
    status = subprocess.run(command).returncode
    seconds = time.perf_counter() - begun
    if status not in (0, 3):
        sys.exit(f"frames: {command} failed with {status}")
    report = json.loads(Path(output).read_text(encoding="utf8"))
    clusters = {
        cluster["representative"]: [[member["id"], member["relation"]] for member in cluster["members"]]
        for cluster in report["clusters"]
    }
    return seconds, comparable(clusters, report["matches"]), report["summary"]["documents"]


def comparable(clusters, matches):
    """Clusters and matches, in an order of their own."""
    clusters = sorted([representative, sorted(members)] for representative, members in clusters.items())
    columns = ["left", "right", "relation", "words", "longest_run"]
    return [clusters, sorted([match[column] for column in columns] for match in matches)]


def measure(dedupe, path, runs, folder):
    """The documents of a corpus, the median time of the program, and by frame that of the times divided by it."""
    programs, shares = [], {}
    for _ in range(runs):
        for frame in FRAMES:
            seconds, expected, documents = program(dedupe, path, folder / "report.json")
            programs.append(seconds)
            output = folder / "found.json"
            command = [sys.executable, __file__, "--call", frame, path, output]
            printed = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
            shares.setdefault(frame, []).append(float(printed) / seconds)
            if json.loads(output.read_text()) != expected:
                sys.exit(f"frames: {frame} and the program find different copies in {path}")
            print(f"{path.stem}: program {seconds:.2f} s, {frame} {float(printed):.2f} s, equal", flush=True)
    medians = {frame: statistics.median(own) for frame, own in shares.items()}
    return documents, statistics.median(programs), medians


def main():
    """Measures both corpora, and updates the file."""
    if sys.argv[1:2] == ["--call"]:
        return call(*sys.argv[2:])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("press", type=Path)
    parser.add_argument("agency", type=Path)
    parser.add_argument("--dedupe", type=Path, default=figures.ROOT / "target/release/dedupe", metavar="PATH")
    parser.add_argument("--runs", type=int, default=3, help="of each frame [3]")
    parser.add_argument("--date", default=datetime.date.today().isoformat(), help="the day to write to the file [today]")
    given = parser.parse_args()
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for name, path in zip(CORPORA, (given.press, given.agency)):
            documents, seconds, shares = measure(given.dedupe.absolute(), path.absolute(), given.runs, Path(folder))
            lines.append([name, f"{documents:,}", f"{seconds:.1f} s", *(f"{share:.2f}" for share in shares.values())])
    lines = figures.table(["corpus", "documents", "`dedupe -f json`", *FRAMES], lines)
    print("\n".join(lines))
    figures.update({"frames.date": given.date}, {"frames": lines}, given.date)


if __name__ == "__main__":
    main()
