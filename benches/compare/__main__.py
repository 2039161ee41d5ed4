"""Measures dedupe against `wc -w`, against peers, and on growing corpora. Prints Markdown tables.

    python3 benches/compare                                   10,000 documents
    python3 benches/compare --documents 10000,100000,1000000 -- --memory 1G
    python3 benches/compare --corpus news.jsonl --labels pairs.tsv
    python3 benches/compare --corpus news.jsonl --judged judged.tsv --language deu --runs 1

Options after -- are passed to dedupe. Tables go to standard output, progress to standard error.
"""

import sys

if sys.version_info < (3, 10):
    sys.exit("compare: needs Python 3.10 or newer")
sys.dont_write_bytecode = True

import argparse
import platform
import subprocess
import tempfile
from pathlib import Path

import corpus
import machine
import tables
from benchmark import Benchmark, CommandFailed
from peers import PACKAGES, Peers, title

ROOT = Path(__file__).resolve().parents[2]


def log(message):
    """Prints a line of progress to standard error."""
    print(f"compare: {message}", file=sys.stderr, flush=True)


def positive_integers(text):
    """Parses positive integers separated by commas."""
    numbers = [int(number) for number in text.split(",")]
    if min(numbers) < 1:
        raise ValueError
    return numbers


def positive_integer(text):
    """Parses a positive integer."""
    return positive_integers(text)[0]


def parse_arguments():
    """Parses and checks the command line."""
    parser = argparse.ArgumentParser(
        prog="benches/compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--documents", type=positive_integers, default=[10_000], metavar="N,...", help="sizes of the corpora [10000]")
    add("--words", type=positive_integer, default=corpus.WORDS, metavar="N", help=f"words per article [{corpus.WORDS}]")
    add("--seed", type=int, default=1, help="seed of the corpora [1]")
    add("--corpus", type=Path, action="append", metavar="FILE", help="JSON Lines to measure instead; repeatable")
    add("--labels", type=Path, metavar="TSV", help="known copies of that file: id_a, id_b, kind")
    add("--judged", type=Path, metavar="TSV", help="judged pairs of that file: id, id, label, answer, weight")
    add("--language", default="eng", metavar="CODE", help="of that file (ISO 639-3), for peers that need it [eng]")
    add("--runs", type=positive_integer, default=5, metavar="N", help="alternating runs of dedupe and wc [5]")
    add("--peer-runs", type=positive_integer, default=1, metavar="N", help="runs of each peer [1]")
    add("--peers", default=",".join(PACKAGES), metavar="NAME,...", help=f"[{','.join(PACKAGES)}]")
    add("--peers-up-to", type=positive_integer, default=200_000, metavar="N", help="no peers beyond this size [200000]")
    add("--without-peers", action="store_true", help="measure only dedupe and wc")
    add("--dedupe", type=Path, default=ROOT / "target/release/dedupe", metavar="PATH", help="the program to measure")
    add("--cache", type=Path, default=ROOT / "target/bench", metavar="FOLDER", help="for corpora and peers")
    add("options", nargs="*", metavar="-- OPTION", help="options for dedupe")
    given = parser.parse_args()
    given.peers = [] if given.without_peers else given.peers.split(",")
    unknown = [name for name in given.peers if name not in PACKAGES]
    if unknown:
        parser.error(f"unknown peer: {', '.join(unknown)}")
    for option in ("labels", "judged"):
        if getattr(given, option) and len(given.corpus or []) != 1:
            parser.error(f"--{option} needs exactly one --corpus")
    if not given.dedupe.exists():
        parser.error(f"no {given.dedupe}: run cargo build --release, or give the path of the program with --dedupe")
    return given


def corpora(given):
    """Yields the corpora to measure. Each is generated just before it is measured."""
    for path in given.corpus or []:
        yield corpus.Corpus(path, given.labels, None, path.name, given.judged, given.language)
    for documents in [] if given.corpus else sorted(given.documents):
        yield corpus.generate(given.cache, documents, given.words, given.seed, log)


def head(given, peers):
    """Describes the machine and the versions of all programs."""
    versions = [machine.version([given.dedupe, "--version"]), machine.version(["wc", "--version"])]
    versions += [title(name) for name in peers.present]
    if peers.present:
        versions.append(f"Python {platform.python_version()}")
    lines = [
        f"Machine: {machine.describe()}.",
        f"Programs: {', '.join(versions)}; locale {machine.locale()}.",
        f"Runs: dedupe and `wc -w` {given.runs} each, alternating; each peer {given.peer_runs}; seconds are medians. "
        f"Load at the start: {machine.load():.2f}.",
    ]
    if given.options:
        lines.append(f"Options of dedupe: `{' '.join(given.options)}`.")
    lines += [f"Skipped: {name}, {reason}." for name, reason in peers.skipped.items()]
    return "\n".join(lines) + "\n"


def is_small_enough(given, path):
    """True if a corpus has at most as many lines as `--peers-up-to` allows."""
    with open(path, "rb") as lines:
        is_small = sum(1 for _ in lines) <= given.peers_up_to
    if not is_small:
        log(f"no peers on {path.name}: it has more than {given.peers_up_to:,} lines")
    return is_small


def main():
    """Measures each corpus and prints its tables."""
    given = parse_arguments()
    given.cache.mkdir(parents=True, exist_ok=True)
    peers = Peers(given.cache / "peers", given.peers, log)
    if machine.load() > 0.5:
        log(f"the machine is busy (load {machine.load():.2f}): the times will be too long")
    print(head(given, peers), flush=True)
    with tempfile.TemporaryDirectory(dir=given.cache) as folder:
        dedupe = given.dedupe.absolute()
        benchmark = Benchmark(dedupe, given.options, given.runs, peers, given.peer_runs, Path(folder), log)
        results = []
        for each in corpora(given):
            result = benchmark.measure(each, bool(peers.present) and is_small_enough(given, each.path))
            show(result)
            results.append(result)
    if len(results) > 1:
        print("### Growth\n\n" + tables.growth(results), flush=True)


def show(result):
    """Prints the tables of one corpus."""
    print(f"### {result.about}: {result.documents:,} documents, {result.bytes / 1e6:,.1f} MB\n")
    print(tables.whole_job(result))
    print(tables.stages(result))
    if result.truth:
        print(tables.copies(result))
    if result.judged:
        print(tables.judged(result))
    for name, reason in result.failed.items():
        print(f"Skipped: {name}, {reason}.\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except (CommandFailed, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"compare: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
