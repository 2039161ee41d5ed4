"""Counts the known copies that a program finds, in the same way for all programs.

A labelled copy counts as found if the program pairs its two documents. For dedupe, a pair that is only an overlap does
not count, and two documents in one cluster do. A pair is wrong if its documents have no story in common. The members of
a cluster are not counted pair by pair for this, because each member has a match.
"""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """Labelled copies found, by kind; all pairs; the wrong pairs among them, if they can be known."""

    found: Counter
    pairs: int
    wrong: int | None


class Truth:
    """Labels: lines of two ids and a kind. Stories: lines of an id and a story that this document carries."""

    def __init__(self, labels, stories=None):
        self.copies = [(a, b, _kind(columns)) for a, b, *columns in _rows(labels)]
        self.labelled = Counter(kind for _, _, kind in self.copies)
        self.stories = None
        if stories:
            self.stories = defaultdict(set)
            for document, story, *_ in _rows(stories):
                self.stories[document].add(story)

    def score(self, pairs, clusters=None):
        """Scores a set of sorted pairs. `clusters` maps a document to the numbers of its clusters."""
        clusters = clusters or {}

        def is_found(a, b):
            shared = clusters.get(a, set()) & clusters.get(b, set())
            return (min(a, b), max(a, b)) in pairs or shared

        hits = Counter(kind for a, b, kind in self.copies if is_found(a, b))
        return Score(hits, len(pairs), self._count_wrong(pairs))

    def _count_wrong(self, pairs):
        if self.stories is None:
            return None
        none = set()
        return sum(not self.stories.get(a, none) & self.stories.get(b, none) for a, b in pairs)


def read_pairs(path):
    """The pairs of a file with two ids per line."""
    return {(min(a, b), max(a, b)) for a, b, *_ in _rows(path)}


def read_report(path):
    """The pairs of a report in JSON Lines, and the clusters of each document."""
    pairs, clusters = set(), defaultdict(set)
    with open(path, encoding="utf-8") as lines:
        for number, item in enumerate(map(json.loads, lines)):
            if item["type"] == "match" and item["relation"] != "overlap":
                pairs.add(tuple(sorted((item["left"], item["right"]))))
            elif item["type"] == "cluster":
                for member in item["members"]:
                    clusters[member["id"]].add(number)
    return pairs, clusters


def read_summary(path):
    """The last line of a report in JSON Lines."""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - (1 << 20)))
        return json.loads(file.read().splitlines()[-1])


def _kind(columns):
    """The kind in the columns after the ids. A number is not a kind."""
    return columns[0] if columns and not columns[0].replace(".", "").isdigit() else "copy"


def _rows(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield line.rstrip("\n").split("\t")
