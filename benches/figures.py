#!/usr/bin/env python3
"""Measures the figures of the README, of docs/ and of ARCHITECTURE.md, and writes them to docs/figures.json.

    python3 benches/figures.py                                    the fixtures only
    python3 benches/figures.py --judged reuters news.jsonl labels.tsv
    python3 benches/figures.py --known reuters-similar news.jsonl pairs.tsv
    python3 benches/figures.py --made first made.jsonl truth.tsv stories.tsv
    python3 benches/figures.py --programs Reuters news.jsonl labels.tsv eng     judged pairs, for all programs
    python3 benches/figures.py --speed 100000                     takes minutes, and needs a quiet machine
    python3 benches/figures.py --run "1 million articles" "--documents=1000000 -- --memory 1G"       likewise

Each option measures the figures of one set and can be given several times. All other figures keep their values and
their dates. `--programs` measures one column of a table; `--peers` limits it to some of its rows. `--run` measures one row
of a table, with the options of benches/compare and, after --, of dedupe. Then write the figures to the pages:
UPDATE_DOCS=1 cargo test --test docs

The texts of `reuters`, `press`, `magazines` and `pages` belong to their publishers and are not part of this repository.
`first` and `second` were made from `reuters`. The fixtures and the corpora of `--speed` need no other data.

Judged labels have five columns, separated by tabs: id, id, label, whether a reader would drop one of the two (yes, no,
arguable), and the number of pairs of the corpus that the pair stands for. Known pairs have two ids, and the columns that
KNOWN names. Truth has two ids and the kind of the copy. Stories have the id of a document and that of a story in it.
"""

import argparse
import collections
import datetime
import json
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docs/figures.json"

# The sets with known pairs: which lines of the file count, and whether the pairs are copies.
KNOWN = {
    "pages": (lambda row: True, True),
    "press-agency": (lambda row: row[2] == "cross_house" and float(row[3]) >= 0.4, True),
    "press-notice": (lambda row: row[2] == "paywall_boilerplate_trap", False),
    "reuters-similar": (lambda row: float(row[5]) >= 0.5, True),
    "reuters-contained": (lambda row: True, True),
}


# A cell of a program that was not run on a set.
NOT_MEASURED = "not measured"


class Report:
    """The copies that a run of dedupe reports."""

    def __init__(self, dedupe, *paths):
        command = [dedupe, *paths, "--format", "json", "--quiet", "--no-config"]
        done = subprocess.run(command, stdout=subprocess.PIPE, cwd=ROOT)
        if done.returncode not in (0, 3):
            sys.exit(f"figures: {command} failed with {done.returncode}")
        report = json.loads(done.stdout)
        self.summary = report["summary"]
        self.matches = report["matches"]
        self.copies, self.overlaps = set(), set()
        for found in self.matches:
            pairs = self.overlaps if found["relation"] == "overlap" else self.copies
            pairs.add(frozenset((found["left"], found["right"])))
        self.clusters = collections.defaultdict(set)
        for cluster in report["clusters"]:
            for member in cluster["members"]:
                self.clusters[member["id"]].add(cluster["id"])

    def joins(self, left, right):
        """True if two documents are copies, as a match or in one cluster."""
        return frozenset((left, right)) in self.copies or bool(self.clusters[left] & self.clusters[right])


def rows(path):
    """The rows of a table with tabs."""
    with open(path, encoding="utf8") as lines:
        return [line.rstrip("\n").split("\t") for line in lines if line.strip()]


def short(share, digits=3):
    """A share as the pages write it: .967, or 1.000."""
    return f"{share:.{digits}f}".removeprefix("0")


def fixtures(dedupe):
    """The story in the page of fixtures/wire."""
    report = Report(dedupe, "fixtures/wire")
    (found,) = report.matches
    words = [round(found["words"] / found[f"containment_{side}"]) for side in ("left", "right")]
    yield "wire.words", f"{words[0]:,}"
    yield "wire.page-words", f"{words[1]:,}"
    yield "wire.common", f"{found['words']:,}"
    yield "wire.resemblance", f"{found['resemblance']:.2f}"


def judged(dedupe, name, corpus, labels):
    """Precision, strict precision and recall on judged pairs, weighted by the pairs that each stands for."""
    report = Report(dedupe, corpus)
    found = right = strict = drop = hit = 0.0
    pairs = rows(labels)
    for left, right_id, _, answer, weight in (row[:5] for row in pairs):
        weight, joined = float(weight), report.joins(left, right_id)
        if joined:
            found += weight
            right += weight * (answer != "no")
            strict += weight * (answer == "yes")
        if answer == "yes":
            drop += weight
            hit += weight * joined
    # Skipped documents, such as those without a text, belong to the corpus too.
    yield f"{name}.documents", f"{report.summary['documents'] + report.summary['skipped']:,}"
    yield f"{name}.judged", f"{len(pairs):,}"
    yield f"{name}.precision", short(right / found)
    yield f"{name}.strict", short(strict / found)
    yield f"{name}.recall", short(hit / drop)


def known(dedupe, name, corpus, pairs):
    """How many of the known pairs are reported as copies."""
    counts, are_copies = KNOWN[name]
    report = Report(dedupe, corpus)
    of = [row for row in rows(pairs) if counts(row)]
    found = sum(report.joins(row[0], row[1]) for row in of)
    yield f"{name}.pairs", f"{len(of):,}"
    yield f"{name}.found", f"{100 * found / len(of):.1f}%" if are_copies else f"{found:,}"


def made(dedupe, name, corpus, truth, stories):
    """The recall of each kind of copy in a generated corpus, and the precision."""
    report = Report(dedupe, corpus)
    kinds = collections.defaultdict(set)
    for row in rows(truth):
        kinds[row[2]].add(frozenset(row[:2]))
    of_story = collections.defaultdict(set)
    for document, story in (row[:2] for row in rows(stories)):
        of_story[document].add(story)
    every = set().union(*kinds.values())
    yield f"{name}.documents", f"{report.summary['documents']:,}"
    for kind, pairs in kinds.items():
        found = sum(report.joins(*pair) or kind == "excerpt" and pair in report.overlaps for pair in pairs)
        yield f"{name}.{kind}", short(found / len(pairs))

    def is_right(pair):
        left, right = pair
        return pair in every or bool(of_story[left] & of_story[right])

    yield f"{name}.precision", short(sum(map(is_right, report.copies)) / len(report.copies), 4)


def compare(dedupe, *arguments):
    """The tables that benches/compare prints, as lists of lines, by the first cell of their heads."""
    command = [sys.executable, ROOT / "benches/compare", "--dedupe", dedupe, *arguments]
    printed = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    tables = {}
    for block in printed.split("\n\n"):
        lines = block.strip().splitlines()
        if len(lines) > 2 and lines[0].startswith("|"):
            tables[cells(lines[0])[0]] = lines
    return tables


def cells(line):
    """The cells of a line of a table."""
    return [cell.strip() for cell in line.split("|")[1:-1]]


def table(head, rows):
    """The lines of a table with text in its first column and numbers in the others."""
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]


def programs(dedupe, sets, options, before):
    """The figures of all programs on judged pairs: one column for each set, one row for each program.

    Figures of the table `before` that are not measured now stay in it.
    """
    of_program = collections.defaultdict(dict)
    names = cells(before[0])[1:]
    for program, *found in map(cells, before[2:]):
        of_program[program] = dict(zip(names, found))
    for name, corpus, labels, language in sets:
        arguments = ["--corpus", corpus, "--judged", labels, "--language", language, "--runs", "1", *options]
        for line in compare(dedupe, *arguments)["judged pairs"][2:]:
            program, *shares = cells(line)
            of_program[program][name] = " / ".join(short(float(share)) if share else "none" for share in shares)
    names += [name for name, *_ in sets if name not in names]
    rows = [[program, *(found.get(name) or NOT_MEASURED for name in names)] for program, found in of_program.items()]
    return table(["precision / strict precision / recall", *names], rows)


def speed(dedupe, documents, options):
    """The tables of benches/compare, and the table of the README from the first of them."""
    tables = compare(dedupe, "--documents", documents, *options)
    rows = []
    for line in tables["whole job"][2:]:
        program, seconds, *_, memory, _, found = cells(line)
        rows.append([program, seconds, memory, found])
    names = {"whole job": "whole-job", "stage of dedupe": "stages", "copies": "copies"}
    renamed = {name: tables[title] for title, name in names.items()}
    return renamed | {"speed": table(["whole job", "seconds", "peak memory", "copies found"], rows)}


def runs(dedupe, asked, cache, date, before):
    """The table of runs: one row for each corpus and its options.

    Rows of the table `before` that are not measured now stay in it.
    """
    of_run = {tuple(row[:2]): row for row in map(cells, before[2:])}
    for corpus, arguments in asked:
        of_compare, separator, of_dedupe = arguments.partition("-- ")
        arguments = [*cache, "--without-peers", *shlex.split(of_compare), "--", *shlex.split(of_dedupe)]
        programs = {name: row for name, *row in map(cells, compare(dedupe, *arguments)["whole job"][2:])}
        seconds, of_wc, *_, memory, _, _ = programs["dedupe"]
        row = [corpus, f"`{of_dedupe.strip()}`" if separator else "", seconds, programs["`wc -w`"][0], of_wc, memory, date]
        of_run[tuple(row[:2])] = row
    head = ["corpus", "options", "seconds", "`wc -w`", "times `wc -w`", "peak memory", "measured"]
    return table(head, of_run.values())


def update(found, tables, date):
    """Writes figures and tables to the file. All others keep their values and their dates."""
    file = json.loads(FILE.read_text(encoding="utf8"))
    file["tables"].update(tables)
    for name, value in found.items():
        before = file["figures"].get(name, {}).get("value")
        if before != value:
            print(f"{name}: {before} -> {value}")
            file["figures"][name] = {"value": value, "measured": date}
    file["figures"] = dict(sorted(file["figures"].items()))
    FILE.write_text(json.dumps(file, indent=1, ensure_ascii=False) + "\n", encoding="utf8")


def main():
    """Measures what the command line names, and updates the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--dedupe", type=Path, default=ROOT / "target/release/dedupe", metavar="PATH", help="the program to measure")
    add("--judged", nargs=3, action="append", default=[], metavar=("NAME", "CORPUS", "LABELS"))
    add("--known", nargs=3, action="append", default=[], metavar=("NAME", "CORPUS", "PAIRS"), help=", ".join(KNOWN))
    add("--made", nargs=4, action="append", default=[], metavar=("NAME", "CORPUS", "TRUTH", "STORIES"))
    add("--programs", nargs=4, action="append", default=[], metavar=("COLUMN", "CORPUS", "LABELS", "LANGUAGE"))
    add("--speed", metavar="DOCUMENTS", help="compare with wc and other programs")
    add("--run", nargs=2, action="append", default=[], metavar=("CORPUS", "OPTIONS"), help="compare with wc")
    add("--peers", metavar="NAME,...", help="the other programs to measure [all]")
    add("--cache", type=Path, metavar="FOLDER", help="for generated corpora and other programs [target/bench]")
    add("--date", default=datetime.date.today().isoformat(), help="the day to write to the file [today]")
    given = parser.parse_args()
    dedupe = given.dedupe.absolute()
    if not dedupe.exists():
        parser.error(f"no {dedupe}: run cargo build --release, or give the path of the program with --dedupe")

    found, tables = dict(fixtures(dedupe)), {}
    for measure, sets in ((judged, given.judged), (known, given.known), (made, given.made)):
        for name, *paths in sets:
            found.update(measure(dedupe, name, *(Path(path).absolute() for path in paths)))
    options = [f"--{name}={value}" for name in ("peers", "cache") if (value := getattr(given, name))]
    if given.programs:
        before = json.loads(FILE.read_text(encoding="utf8"))["tables"]["programs"]
        tables["programs"] = programs(dedupe, given.programs, options, before)
        found["programs.date"] = given.date
    if given.speed:
        tables.update(speed(dedupe, given.speed, options))
        found["speed.date"] = given.date
    if given.run:
        before = json.loads(FILE.read_text(encoding="utf8"))["tables"].get("runs", [])
        cache = [option for option in options if option.startswith("--cache")]
        tables["runs"] = runs(dedupe, given.run, cache, given.date, before)
    update(found, tables, given.date)


if __name__ == "__main__":
    main()
