"""Measures dedupe against `wc -w`, against peers, and on growing corpora; prints tables in Markdown.

    python3 benches/compare                                   10,000 documents
    python3 benches/compare --documents 10000,100000,1000000 -- --memory 1G
    python3 benches/compare --corpus news.jsonl --labels pairs.tsv

What stands after -- is handed to dedupe. Tables go to standard output, progress to standard error.
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
from measurement import Failed, Measurement
from peers import VERSIONS, Peers

ROOT = Path(__file__).resolve().parents[2]


def tell(message):
    """Says on standard error how far it is."""
    print(f"compare: {message}", file=sys.stderr, flush=True)


def counts(text):
    """Numbers of documents, with commas between them."""
    numbers = [int(number) for number in text.split(",")]
    if min(numbers) < 1:
        raise ValueError
    return numbers


def positive(text):
    """A number of at least one."""
    return counts(text)[0]


def arguments():
    """The options of the command line."""
    parser = argparse.ArgumentParser(
        prog="benches/compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--documents", type=counts, default=[10_000], metavar="N,...", help="sizes of the made corpora [10000]")
    add("--words", type=positive, default=corpus.WORDS, metavar="N", help=f"words of an article there [{corpus.WORDS}]")
    add("--seed", type=int, default=1, help="seed of the made corpora [1]")
    add("--corpus", type=Path, action="append", metavar="FILE", help="this JSONL instead; may be repeated")
    add("--labels", type=Path, metavar="TSV", help="its known copies: id_a, id_b, kind")
    add("--runs", type=positive, default=5, metavar="N", help="runs of dedupe and wc, in turns [5]")
    add("--peer-runs", type=positive, default=1, metavar="N", help="runs of each peer [1]")
    add("--peers", default=",".join(VERSIONS), metavar="NAME,...", help=f"[{','.join(VERSIONS)}]")
    add("--peers-up-to", type=positive, default=200_000, metavar="N", help="no peers on larger corpora [200000]")
    add("--without-peers", action="store_true", help="dedupe and wc alone")
    add("--dedupe", type=Path, default=ROOT / "target/release/dedupe", metavar="PATH", help="the program")
    add("--cache", type=Path, default=ROOT / "target/bench", metavar="FOLDER", help="for corpora and peers")
    add("options", nargs="*", metavar="-- OPTION", help="options of dedupe")
    given = parser.parse_args()
    given.peers = [] if given.without_peers else given.peers.split(",")
    unknown = [name for name in given.peers if name not in VERSIONS]
    if unknown:
        parser.error(f"no such peer: {', '.join(unknown)}")
    if given.labels and len(given.corpus or []) != 1:
        parser.error("--labels goes with one --corpus")
    if not given.dedupe.exists():
        parser.error(f"no {given.dedupe}: run cargo build --release, or name the program by --dedupe")
    return given


def corpora(given):
    """The corpora to measure, each made when its turn comes."""
    for path in given.corpus or []:
        yield corpus.Corpus(path, given.labels, None, path.name)
    for documents in [] if given.corpus else sorted(given.documents):
        yield corpus.made(given.cache, documents, given.words, given.seed, tell)


def head(given, peers):
    """The machine and the versions of all that is measured."""
    versions = [machine.version([given.dedupe, "--version"]), machine.version(["wc", "--version"])]
    versions += [f"{name} {VERSIONS[name]}" for name in peers.present]
    if peers.present:
        versions.append(f"Python {platform.python_version()}")
    lines = [
        f"Machine: {machine.described()}.",
        f"Programs: {', '.join(versions)}; locale {machine.locale()}.",
        f"Runs: dedupe in turns with `wc -w` {given.runs}, each peer {given.peer_runs}; seconds are medians. "
        f"Load before: {machine.load():.2f}.",
    ]
    if given.options:
        lines.append(f"Options of dedupe: `{' '.join(given.options)}`.")
    lines += [f"Skipped: {name}, {fault}." for name, fault in peers.skipped.items()]
    return "\n".join(lines) + "\n"


def few_enough(given, path):
    """Whether a corpus has no more lines than peers are to be run on."""
    with open(path, "rb") as lines:
        few = sum(1 for _ in lines) <= given.peers_up_to
    if not few:
        tell(f"no peers on {path.name}: it has more than {given.peers_up_to:,} lines")
    return few


def main():
    """Measures and prints."""
    given = arguments()
    given.cache.mkdir(parents=True, exist_ok=True)
    peers = Peers(given.cache / "venv", given.peers, tell)
    if machine.load() > 0.5:
        tell(f"the machine is busy (load {machine.load():.2f}): times will be too long")
    print(head(given, peers), flush=True)
    with tempfile.TemporaryDirectory(dir=given.cache) as folder:
        dedupe = given.dedupe.absolute()
        measure = Measurement(dedupe, given.options, given.runs, peers, given.peer_runs, Path(folder), tell)
        results = []
        for each in corpora(given):
            result = measure.of(each, bool(peers.present) and few_enough(given, each.path))
            show(result)
            results.append(result)
    if len(results) > 1:
        print("### Growth\n\n" + tables.growth(results), flush=True)


def show(result):
    """Prints what was measured on one corpus."""
    print(f"### {result.about}: {result.documents:,} documents, {result.bytes / 1e6:,.1f} MB\n")
    print(tables.whole_job(result))
    print(tables.stages(result))
    if result.truth:
        print(tables.copies(result), flush=True)


if __name__ == "__main__":
    try:
        main()
    except (Failed, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"compare: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
