"""Benchmarks one corpus: `wc -w` and dedupe alternately, the stages of dedupe, the peers, and what each finds."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import process
import recall
from peers import title

# Exit codes of dedupe after which there is a report: all input was read, or some was not.
REPORT_WRITTEN = (0, 3)
# The names of the two alternating programs in the tables.
WC, DEDUPE = "`wc -w`", "dedupe"
WRITE_SECONDS = re.compile(r"^write\s+([\d.]+)", re.MULTILINE)


class CommandFailed(Exception):
    """A program ended with an unexpected exit code."""


@dataclass
class Result:
    """The figures of one corpus. `runs`, `scores` and `judged` are keyed by the program's name in the tables."""

    about: str
    bytes: int
    documents: int = 0
    runs: dict = field(default_factory=dict)
    stages: list = field(default_factory=list)
    scores: dict = field(default_factory=dict)
    truth: recall.Truth | None = None
    judged: dict = field(default_factory=dict)
    # By peer: why it has no figures.
    failed: dict = field(default_factory=dict)

    def ratio(self):
        """The time of dedupe divided by the time of the `wc -w` just before it: the median over all runs."""
        pairs = zip(self.runs[DEDUPE], self.runs[WC])
        return median(dedupe.seconds / wc.seconds for dedupe, wc in pairs)


class Benchmark:
    """Measures each corpus in the same way."""

    def __init__(self, dedupe, options, runs, peers, peer_runs, folder, log):
        self.dedupe = [dedupe, *options, "--quiet"]
        self.runs, self.peers, self.peer_runs = runs, peers, peer_runs
        self.folder, self.log = folder, log

    def measure(self, corpus, with_peers):
        """Measures one corpus."""
        result = Result(corpus.about, corpus.path.stat().st_size)
        _warm_page_cache(corpus.path)
        self._alternate(corpus.path, result)
        report = self._measure_stages(corpus.path, result)
        found = {DEDUPE: lambda: recall.read_report(report)}
        for name in self.peers.present if with_peers else []:
            try:
                pairs = self._run_peer(name, corpus, result)
            except CommandFailed as error:
                self.log(f"skipped {error}")
                result.failed[name] = str(error).splitlines()[-1]
            else:
                found[title(name)] = lambda pairs=pairs: recall.read_pairs(pairs)
        self._score(corpus, found, result)
        return result

    def _score(self, corpus, found, result):
        """Scores what each program finds. `found` reads it, one program at a time."""
        if not corpus.labels and not corpus.judged:
            return
        self.log("counting the copies found")
        result.truth = recall.Truth(corpus.labels, corpus.stories) if corpus.labels else None
        judged = recall.Judged(corpus.judged) if corpus.judged else None
        for name, read in found.items():
            of_program = read()
            if result.truth:
                result.scores[name] = result.truth.score(of_program)
            if judged:
                result.judged[name] = judged.score(of_program)

    def _alternate(self, path, result):
        wc, dedupe = [], []
        result.runs |= {WC: wc, DEDUPE: dedupe}
        for number in range(1, self.runs + 1):
            self.log(f"run {number} of {self.runs}: wc -w, dedupe")
            wc.append(self._run(["wc", "-w", path]))
            dedupe.append(self._run([*self.dedupe, "-o", self.folder / "report.json", path], REPORT_WRITTEN))

    def _measure_stages(self, path, result):
        self.log("one more run, to time the stages")
        report = self.folder / "report.jsonl"
        run = self._run([*self.dedupe, "--timings", "-o", report, path], REPORT_WRITTEN)
        summary = recall.read_summary(report)
        result.documents = summary["documents"]
        result.stages = [(s["stage"], s["seconds"], f"{s['items']:,}") for s in summary["timings"]]
        write = WRITE_SECONDS.search(run.errors)
        if write:
            result.stages.append(("write", float(write[1]), ""))
        return report

    def _run_peer(self, name, corpus, result):
        pairs = self.folder / f"{name}.tsv"
        runs = []
        for number in range(1, self.peer_runs + 1):
            self.log(f"run {number} of {self.peer_runs}: {name}")
            runs.append(_check_status(self.peers.run(name, corpus, pairs, self.folder), name))
        result.runs[title(name)] = runs
        return pairs

    def _run(self, command, expected=(0,)):
        return _check_status(process.run(command, self.folder), Path(command[0]).name, expected)


def _check_status(run, name, expected=(0,)):
    if run.status not in expected:
        raise CommandFailed(f"{name} ended with {run.status}: {run.errors.strip()}")
    return run


def _warm_page_cache(path):
    """Reads the file once, so that no program waits for the disk."""
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 24):
            pass
