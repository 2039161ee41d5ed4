"""A corpus with known copies, as JSON Lines with its labels beside it.

Seven of ten documents are articles, their lengths log-normal, 350 words on average, or as many as are asked for.
The others are copies of earlier
articles, as many of each kind:

  exact  the same words, in the typography of another source
  near   3% of the words replaced, dropped or added
  cut    the first 35% to 65% of the sentences
  page   four to eight articles one after another, each a known copy

Each document is made from the seed and its own number, whatever else is made: a smaller corpus is the beginning
of a larger one, copies stand as far from their originals as chance has it, and any number of processes gives the
same bytes.
"""

import json
import os
from dataclasses import dataclass
from math import log
from multiprocessing import Pool
from pathlib import Path
from random import Random

from prose import Language, below, choose

# Changes whenever the bytes of a corpus do.
EDITION = 1
KINDS = ("exact", "near", "cut", "page")
COPIES = 0.3
WORDS = 350
# Words that are drawn for each that comes out: names, numbers and phrases add some.
DRAWN, SPREAD = 325 / 350, 0.55
LEAST_WORDS, MOST_WORDS = 40, 5_000
EDITED = 0.03
SOURCES = 60
PARAGRAPH = 3
CHUNK = 1_000


@dataclass(frozen=True)
class Corpus:
    """A file of documents; the files of its labels, where there are any; where it is from, for people."""

    path: Path
    labels: Path | None
    stories: Path | None
    about: str


class Maker:
    """Makes documents by their numbers."""

    def __init__(self, seed, words):
        self.seed = seed
        self.words = words
        self.language = Language(seed)
        random = Random(seed + 1)
        self.sources = [self.language.name(random) for _ in range(SOURCES)]

    def _random(self, number):
        return Random((self.seed << 40) + number)

    def _kind(self, random, number):
        """The kind of a document: none for an article."""
        share = random.random()
        return KINDS[int(share / COPIES * len(KINDS))] if share < COPIES and number else None

    def _article(self, number):
        """The sentences of a document that is an article; none for a copy."""
        random = self._random(number)
        if self._kind(random, number):
            return None
        words = random.lognormvariate(log(DRAWN * self.words) - SPREAD**2 / 2, SPREAD)
        least = min(LEAST_WORDS, self.words // 4)
        return self.language.sentences(random, int(min(max(words, least), MOST_WORDS)))

    def _earlier(self, random, number):
        """An article before this document, and its number."""
        while True:
            other = below(random, number)
            sentences = self._article(other)
            if sentences:
                return other, sentences

    def _copy(self, random, kind, number):
        """The sentences of a copy, and the numbers of the articles it carries."""
        if kind == "page":
            carried = dict(self._earlier(random, number) for _ in range(4 + below(random, 5)))
            return [sentence for article in carried.values() for sentence in article], list(carried)
        other, sentences = self._earlier(random, number)
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
        # Not the numbers that the article's text is drawn from.
        own = Random((self.seed << 40) + (1 << 39) + number)
        sentences, carried = self._copy(own, kind, number) if kind else (self._article(number), [number])
        source = below(own, SOURCES)
        record = {
            "id": identity(number),
            "title": self.language.headline(own),
            "source": self.sources[source],
            "date": f"2024-{1 + below(own, 12):02}-{1 + below(own, 28):02}T{below(own, 24):02}:00:00Z",
            "text": typeset(sentences, plain=source % 3 != 0),
        }
        return json.dumps(record, ensure_ascii=False), kind, carried


def identity(number):
    """The id of a document."""
    return f"d{number:08}"


def story(number):
    """The id of the story that an article tells: not an id of a document, so that labels of both are told apart."""
    return f"s{number:08}"


def typeset(sentences, plain):
    """A text in paragraphs; a source has typographic quotes, or plain ones."""
    paragraphs = (" ".join(sentences[at : at + PARAGRAPH]) for at in range(0, len(sentences), PARAGRAPH))
    text = "\n\n".join(paragraphs)
    return text.replace("“", '"').replace("”", '"').replace("’", "'") if plain else text


_maker = None


def _begin(seed, words):
    global _maker
    _maker = Maker(seed, words)


def _chunk(numbers):
    """The bytes of documents, of their labels and of their stories."""
    lines, labels, stories = [], [], []
    for number in numbers:
        line, kind, carried = _maker.document(number)
        lines.append(line)
        own = identity(number)
        stories.extend(f"{own}\t{story(article)}" for article in carried)
        if kind:
            labels.extend(f"{own}\t{identity(article)}\t{kind}" for article in carried)
    return [("".join(f"{row}\n" for row in rows)).encode() for rows in (lines, labels, stories)]


def made(folder, documents, words, seed, tell):
    """The corpus of so many documents of so many words and this seed, made unless it is there."""
    stem = f"made-{EDITION}-{seed}-{documents}" + (f"-{words}" if words != WORDS else "")
    paths = [folder / (stem + ending) for ending in (".labels.tsv", ".stories.tsv", ".jsonl")]
    labels, stories, texts = paths
    if not all(path.exists() for path in paths):
        tell(f"making {documents:,} documents")
        _write([texts, labels, stories], documents, (seed, words))
    return Corpus(texts, labels, stories, f"made from seed {seed}, {words} words an article")


def _write(paths, documents, begin):
    parts = [path.with_suffix(".part") for path in paths]
    chunks = (range(at, min(at + CHUNK, documents)) for at in range(0, documents, CHUNK))
    with Pool(os.cpu_count(), _begin, begin) as pool:
        files = [open(part, "wb") for part in parts]
        for pieces in pool.imap(_chunk, chunks):
            for file, piece in zip(files, pieces):
                file.write(piece)
        for file in files:
            file.close()
    for part, path in zip(parts, paths):
        os.replace(part, path)
