"""Generates a corpus with known copies, as JSON Lines, and writes its labels beside it.

Seven of ten documents are articles. Their lengths are log-normal, with a mean of 350 words or another given number.
The others are copies of earlier articles, in equal shares:

  exact  the same words, in the typography of another source
  near   3% of the words replaced, dropped or added
  cut    the first 35% to 65% of the sentences
  page   four to eight articles one after another, each a known copy

A document depends only on the seed and on its own number. So a smaller corpus is the beginning of a larger one, the
distance from a copy to its original is random, and any number of processes gives the same bytes.
"""

import json
import os
from dataclasses import dataclass
from math import log
from multiprocessing import Pool
from pathlib import Path
from random import Random

from prose import Language, below, choose

# Part of the file names, because corpora are cached. Increase it when the bytes of a corpus change.
EDITION = 1
KINDS = ("exact", "near", "cut", "page")
COPIES = 0.3
WORDS = 350
# Words drawn per word of the result: names, numbers and phrases add some. SPREAD is the sigma of the log-normal.
DRAWN, SPREAD = 325 / 350, 0.55
LEAST_WORDS, MOST_WORDS = 40, 5_000
EDITED = 0.03
SOURCES = 60
PARAGRAPH = 3
CHUNK = 1_000


@dataclass(frozen=True)
class Corpus:
    """A file of documents, the files of its labels if it has any, and a description of its origin."""

    path: Path
    labels: Path | None
    stories: Path | None
    about: str
    judged: Path | None = None
    # For peers that split words by language.
    language: str = "eng"


class Generator:
    """Generates each document from its number."""

    def __init__(self, seed, words):
        self.seed = seed
        self.words = words
        self.language = Language(seed)
        random = Random(seed + 1)
        self.sources = [self.language.name(random) for _ in range(SOURCES)]

    def _random(self, number):
        return Random((self.seed << 40) + number)

    def _kind(self, random, number):
        """The kind of a copy; None for an article."""
        share = random.random()
        return KINDS[int(share / COPIES * len(KINDS))] if share < COPIES and number else None

    def _article(self, number):
        """The sentences of an article; None for a document that is a copy."""
        random = self._random(number)
        if self._kind(random, number):
            return None
        words = random.lognormvariate(log(DRAWN * self.words) - SPREAD**2 / 2, SPREAD)
        least = min(LEAST_WORDS, self.words // 4)
        return self.language.sentences(random, int(min(max(words, least), MOST_WORDS)))

    def _earlier_article(self, random, number):
        """The number and the sentences of a random article before this document."""
        while True:
            other = below(random, number)
            sentences = self._article(other)
            if sentences:
                return other, sentences

    def _copy(self, random, kind, number):
        """The sentences of a copy, and the numbers of the articles that it carries."""
        if kind == "page":
            carried = dict(self._earlier_article(random, number) for _ in range(4 + below(random, 5)))
            return [sentence for article in carried.values() for sentence in article], list(carried)
        other, sentences = self._earlier_article(random, number)
        if kind == "near":
            sentences = self._edited(random, sentences)
        elif kind == "cut":
            sentences = sentences[: max(1, int(len(sentences) * (0.35 + 0.3 * random.random())))]
        return sentences, [other]

    def _edited(self, random, sentences):
        words = "\n".join(sentences).split(" ")
        for _ in range(max(1, int(len(words) * EDITED))):
            at, edit = below(random, len(words)), random.random()
            if edit < 0.6:
                words[at] = self.language.word(random)
            elif edit < 0.8:
                words[at] += " " + self.language.word(random)
            elif len(words) > 1:
                del words[at]
        return " ".join(words).split("\n")

    def document(self, number):
        """A line of JSON, the kind, and the numbers of the articles that the document carries."""
        random = self._random(number)
        kind = self._kind(random, number)
        # A second sequence, independent of the one that the text of an article is drawn from.
        second = Random((self.seed << 40) + (1 << 39) + number)
        sentences, carried = self._copy(second, kind, number) if kind else (self._article(number), [number])
        source = below(second, SOURCES)
        record = {
            "id": document_id(number),
            "title": self.language.headline(second),
            "source": self.sources[source],
            "date": f"2024-{1 + below(second, 12):02}-{1 + below(second, 28):02}T{below(second, 24):02}:00:00Z",
            "text": typeset(sentences, plain=source % 3 != 0),
        }
        return json.dumps(record, ensure_ascii=False), kind, carried


def document_id(number):
    """The id of a document."""
    return f"d{number:08}"


def story_id(number):
    """The id of the story of an article. It differs from every document id, so labels cannot confuse the two."""
    return f"s{number:08}"


def typeset(sentences, plain):
    """A text in paragraphs, with plain or typographic quotation marks."""
    paragraphs = (" ".join(sentences[at : at + PARAGRAPH]) for at in range(0, len(sentences), PARAGRAPH))
    text = "\n\n".join(paragraphs)
    return text.replace("“", '"').replace("”", '"').replace("’", "'") if plain else text


_generator = None


def _start_worker(seed, words):
    global _generator
    _generator = Generator(seed, words)


def _chunk(numbers):
    """The bytes of some documents, of their labels and of their stories."""
    lines, labels, stories = [], [], []
    for number in numbers:
        line, kind, carried = _generator.document(number)
        lines.append(line)
        document = document_id(number)
        stories.extend(f"{document}\t{story_id(article)}" for article in carried)
        if kind:
            labels.extend(f"{document}\t{document_id(article)}\t{kind}" for article in carried)
    return [("".join(f"{row}\n" for row in rows)).encode() for rows in (lines, labels, stories)]


def generate(folder, documents, words, seed, log):
    """The corpus of this size, article length and seed. It is generated unless `folder` has it."""
    stem = f"made-{EDITION}-{seed}-{documents}" + (f"-{words}" if words != WORDS else "")
    paths = [folder / (stem + ending) for ending in (".labels.tsv", ".stories.tsv", ".jsonl")]
    labels, stories, texts = paths
    if not all(path.exists() for path in paths):
        log(f"generating {documents:,} documents")
        _write([texts, labels, stories], documents, (seed, words))
    return Corpus(texts, labels, stories, f"generated from seed {seed}, {words} words per article")


def _write(paths, documents, worker_arguments):
    parts = [path.with_suffix(".part") for path in paths]
    chunks = (range(at, min(at + CHUNK, documents)) for at in range(0, documents, CHUNK))
    with Pool(os.cpu_count(), _start_worker, worker_arguments) as pool:
        files = [open(part, "wb") for part in parts]
        for pieces in pool.imap(_chunk, chunks):
            for file, piece in zip(files, pieces):
                file.write(piece)
        for file in files:
            file.close()
    for part, path in zip(parts, paths):
        os.replace(part, path)
