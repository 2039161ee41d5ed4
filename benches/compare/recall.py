"""What was found of the copies that are known: one count for all programs.

A labelled copy is found where a program pairs its two documents; of dedupe's pairs overlaps do not count, but
documents in one cluster do. A pair is wrong where no story stands in both documents; the documents of a cluster
are not counted one by one for this, since each of them has a match.
"""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """Labelled copies that were found, by kind; pairs in all; of them wrong, where that can be known."""

    found: Counter
    pairs: int
    wrong: int | None


class Truth:
    """Labels: lines of two ids and a kind. Stories: lines of an id and a story that the document carries."""

    def __init__(self, labels, stories=None):
        self.copies = [(a, b, _kind(further)) for a, b, *further in _rows(labels)]
        self.labelled = Counter(kind for _, _, kind in self.copies)
        self.stories = None
        if stories:
            self.stories = defaultdict(set)
            for document, story, *_ in _rows(stories):
                self.stories[document].add(story)

    def score(self, pairs, clusters=None):
        """Counts a set of pairs, each in order; `clusters`: of a document, the numbers of its clusters."""
        clusters = clusters or {}

        def found(a, b):
            together = clusters.get(a, set()) & clusters.get(b, set())
            return (min(a, b), max(a, b)) in pairs or together

        hits = Counter(kind for a, b, kind in self.copies if found(a, b))
        return Score(hits, len(pairs), self._wrong(pairs))

    def _wrong(self, pairs):
        if self.stories is None:
            return None
        none = set()
        return sum(not self.stories.get(a, none) & self.stories.get(b, none) for a, b in pairs)


def of_table(path):
    """The pairs of a file of two ids a line."""
    return {(min(a, b), max(a, b)) for a, b, *_ in _rows(path)}


def of_report(path):
    """The pairs, and the clusters of each document, of a report in JSON Lines."""
    pairs, clusters = set(), defaultdict(set)
    with open(path, encoding="utf-8") as lines:
        for number, found in enumerate(map(json.loads, lines)):
            if found["type"] == "match" and found["relation"] != "overlap":
                pairs.add(tuple(sorted((found["left"], found["right"]))))
            elif found["type"] == "cluster":
                for member in found["members"]:
                    clusters[member["id"]].add(number)
    return pairs, clusters


def summary(path):
    """The last line of a report in JSON Lines."""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - (1 << 20)))
        return json.loads(file.read().splitlines()[-1])


def _kind(further):
    """The kind that the columns after the ids name: a figure names none."""
    return further[0] if further and not further[0].replace(".", "").isdigit() else "copy"


def _rows(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield line.rstrip("\n").split("\t")
