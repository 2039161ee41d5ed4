"""One corpus, measured: `wc -w` and dedupe in turns, dedupe's stages, the peers, and what each found."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import measured
import recall

# Exit codes of dedupe that stand for a report: all was read, or some input was not.
DONE = (0, 3)
# How tables name the two programs that run in turns.
COUNTING, FINDING = "`wc -w`", "dedupe"
WRITING = re.compile(r"^write\s+([\d.]+)", re.MULTILINE)


class Failed(Exception):
    """A program that did not do its job."""


@dataclass
class Result:
    """What was measured on one corpus; programs by the names that tables give them."""

    about: str
    bytes: int
    documents: int = 0
    runs: dict = field(default_factory=dict)
    stages: list = field(default_factory=list)
    scores: dict = field(default_factory=dict)
    truth: recall.Truth | None = None

    def ratio(self):
        """The median of dedupe's time to that of the `wc -w` just before it."""
        pairs = zip(self.runs[FINDING], self.runs[COUNTING])
        return median(own.seconds / counted.seconds for own, counted in pairs)


class Measurement:
    """Measures corpora, each in the same way."""

    def __init__(self, dedupe, options, runs, peers, peer_runs, folder, tell):
        self.dedupe = [dedupe, *options, "--quiet"]
        self.runs, self.peers, self.peer_runs = runs, peers, peer_runs
        self.folder, self.tell = folder, tell

    def of(self, corpus, with_peers):
        """Measures one corpus."""
        result = Result(corpus.about, corpus.path.stat().st_size)
        _warm(corpus.path)
        self._in_turns(corpus.path, result)
        report = self._stages(corpus.path, result)
        names = self.peers.present if with_peers else []
        pairs = {name: self._peer(name, corpus.path, result) for name in names}
        if corpus.labels:
            self.tell("counting the copies that were found")
            result.truth = recall.Truth(corpus.labels, corpus.stories)
            result.scores[FINDING] = result.truth.score(*recall.of_report(report))
            for name, path in pairs.items():
                result.scores[name] = result.truth.score(recall.of_table(path))
        return result

    def _in_turns(self, path, result):
        counting, finding = [], []
        result.runs |= {COUNTING: counting, FINDING: finding}
        for at in range(self.runs):
            self.tell(f"run {at + 1} of {self.runs}: wc -w, dedupe")
            counting.append(self._run(["wc", "-w", path]))
            finding.append(self._run([*self.dedupe, "-o", self.folder / "report.json", path], DONE))

    def _stages(self, path, result):
        self.tell("one run more, for its stages")
        report = self.folder / "report.jsonl"
        run = self._run([*self.dedupe, "--timings", "-o", report, path], DONE)
        last = recall.summary(report)
        result.documents = last["documents"]
        result.stages = [(s["stage"], s["seconds"], f"{s['items']:,}") for s in last["timings"]]
        writing = WRITING.search(run.errors)
        if writing:
            result.stages.append(("write", float(writing[1]), ""))
        return report

    def _peer(self, name, path, result):
        pairs = self.folder / f"{name}.tsv"
        runs = result.runs[name] = []
        for at in range(self.peer_runs):
            self.tell(f"run {at + 1} of {self.peer_runs}: {name}")
            run = self.peers.run(name, path, pairs, self.folder)
            runs.append(_checked(run, name))
        return pairs

    def _run(self, command, good=(0,)):
        return _checked(measured.run(command, self.folder), Path(command[0]).name, good)


def _checked(run, name, good=(0,)):
    if run.status not in good:
        raise Failed(f"{name} ended with {run.status}: {run.errors.strip()}")
    return run


def _warm(path):
    """Reads the file once, so that no program has to wait for the disk."""
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 24):
            pass
