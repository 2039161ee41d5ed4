"""Counts the known copies that a program finds, in the same way for all programs.

Two documents are joined if the program reports them as a pair, or connects them: dedupe in a cluster, all others in a
connected component of their pairs. For dedupe, a pair that is only an overlap does not count. A pair is wrong if its
documents have no story in common. Programs that report clusters give no pairs: the pairs of each member with the first
one are counted instead.
"""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """What a program finds: sorted pairs, and the clusters of each document."""

    pairs: set
    clusters: dict

    def joins(self, a, b):
        """True if two documents are a pair or in one cluster."""
        none = set()
        shared = self.clusters.get(a, none) & self.clusters.get(b, none)
        return (min(a, b), max(a, b)) in self.pairs or bool(shared)


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

    def score(self, found):
        """Scores what a program finds."""
        hits = Counter(kind for a, b, kind in self.copies if found.joins(a, b))
        return Score(hits, len(found.pairs), self._count_wrong(found.pairs))

    def _count_wrong(self, pairs):
        if self.stories is None:
            return None
        none = set()
        return sum(not self.stories.get(a, none) & self.stories.get(b, none) for a, b in pairs)


@dataclass(frozen=True)
class JudgedScore:
    """Shares of the weight of judged pairs; `None` if nothing was joined, or nothing was to be joined."""

    precision: float | None
    strict: float | None
    recall: float | None


class Judged:
    """Judged pairs: lines of two ids, a label, whether a reader would drop one of the two (yes, no, arguable), and the
    number of pairs of the corpus that the pair stands for."""

    def __init__(self, path):
        rows = (row[:5] for row in _rows(path) if not row[0].startswith("#"))
        self.pairs = [(a, b, answer, float(weight)) for a, b, _, answer, weight in rows]

    def score(self, found):
        """Precision: what is joined and no reader calls different news. Strict: what is joined and both readers would
        drop one of. Recall: what both readers would drop one of and is joined."""
        joined, drop, hit = Counter(), 0.0, 0.0
        for a, b, answer, weight in self.pairs:
            is_joined = found.joins(a, b)
            joined[answer] += weight * is_joined
            if answer == "yes":
                drop += weight
                hit += weight * is_joined
        all_joined = joined.total()
        return JudgedScore(
            _share(all_joined - joined["no"], all_joined), _share(joined["yes"], all_joined), _share(hit, drop)
        )


def read_pairs(path):
    """The pairs of a file with two ids per line, and their connected components."""
    pairs = {(min(a, b), max(a, b)) for a, b, *_ in _rows(path)}
    return Found(pairs, _components(pairs))


def read_report(path):
    """The pairs and clusters of a report in JSON Lines."""
    pairs, clusters = set(), defaultdict(set)
    with open(path, encoding="utf-8") as lines:
        for number, item in enumerate(map(json.loads, lines)):
            if item["type"] == "match" and item["relation"] != "overlap":
                pairs.add(tuple(sorted((item["left"], item["right"]))))
            elif item["type"] == "cluster":
                for member in item["members"]:
                    clusters[member["id"]].add(number)
    return Found(pairs, clusters)


def read_summary(path):
    """The last line of a report in JSON Lines."""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - (1 << 20)))
        return json.loads(file.read().splitlines()[-1])


def _components(pairs):
    """By document: its connected component, named by one of its documents."""
    parents = {}

    def root(document):
        while (parent := parents.setdefault(document, document)) != document:
            parents[document] = parents[parent]
            document = parents[document]
        return document

    for a, b in pairs:
        parents[root(a)] = root(b)
    return {document: {root(document)} for document in list(parents)}


def _share(part, whole):
    return part / whole if whole else None


def _kind(columns):
    """The kind in the columns after the ids. A number is not a kind."""
    return columns[0] if columns and not columns[0].replace(".", "").isdigit() else "copy"


def _rows(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield line.rstrip("\n").split("\t")
