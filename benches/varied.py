"""Writes a large corpus of articles of real length, made from real ones, as JSON Lines.

    python3 benches/varied.py news.jsonl 1000000 > varied.jsonl
    python3 benches/varied.py news.jsonl 1000 --first 1000000 > next.jsonl

Seven of ten documents are articles: the sentences of a random article of the given corpus in another order, with
six of ten words that are not common exchanged for others, which are drawn as often as the corpus has them. So an article
has the length, the vocabulary and the frequent phrases of news, but it is no copy of another one. The other documents are
copies of one of the 20,000 documents before them, in equal shares:

  exact  the same words
  near   3% of the words exchanged
  cut    the first 35% to 65% of the sentences

A thousand documents are published in a day, by 200 sources. A document depends only on the corpus, the seed and its
own number, so a part of the corpus is the same in all.
"""

import argparse
import datetime
import json
import os
import re
import sys
from collections import Counter
from itertools import accumulate
from multiprocessing import Pool
from random import Random

COMMON_WORDS = 150
EXCHANGED, EDITED = 0.6, 0.03
# Words that are drawn once, and exchanged for others in pieces.
DRAWN = 1 << 22
COPIES = 0.3
KINDS = ("exact", "near", "cut")
DISTANCE = 20_000
SOURCES = 200
DAY = 1_000
BEGIN = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
CHUNK = 500
SENTENCE_END = re.compile(r'(?<=[.!?"])\s+')
# Stands between sentences while words are exchanged.
END = "\0"


class Generator:
    """Makes each document from its number."""

    def __init__(self, corpus, seed):
        self.seed = seed
        with open(corpus, encoding="utf8") as lines:
            records = map(json.loads, lines)
            self.articles = [(r.get("title") or "", r["text"]) for r in records if len(r.get("text") or "") > 200]
        counts = Counter()
        for _, text in self.articles:
            counts.update(text.split())
        self.common = {word for word, _ in counts.most_common(COMMON_WORDS)} | {END}
        rest = sorted((word, count) for word, count in counts.items() if word not in self.common)
        words, weights = [word for word, _ in rest], accumulate(count for _, count in rest)
        self.drawn = Random(seed).choices(words, cum_weights=list(weights), k=DRAWN)

    def _exchanged(self, random, text, share):
        words = text.split()
        # A piece of what was drawn before, because drawing each word takes ten times as long.
        begin = random.randrange(DRAWN - len(words))
        others, dice = self.drawn[begin : begin + len(words)], random.randbytes(len(words))
        limit, common = share * 256, self.common
        changed = [o if d < limit and w not in common else w for w, o, d in zip(words, others, dice)]
        return " ".join(changed)

    def _random(self, number, stream):
        return Random((self.seed << 48) + (number << 2) + stream)

    def _kind(self, number):
        """The kind of a copy; None for an article."""
        share = self._random(number, 0).random()
        return KINDS[int(share / COPIES * len(KINDS))] if share < COPIES and number else None

    def _article(self, number):
        """The headline and the sentences of an article."""
        random = self._random(number, 1)
        title, text = random.choice(self.articles)
        sentences = SENTENCE_END.split(text)
        random.shuffle(sentences)
        changed = self._exchanged(random, f" {END} ".join(sentences), EXCHANGED)
        return self._exchanged(random, title, EXCHANGED), changed.split(END)

    def document(self, number):
        """A document as a line of JSON."""
        random, kind = self._random(number, 2), self._kind(number)
        original = number
        while kind and self._kind(original):
            original = random.randrange(max(0, number - DISTANCE), number)
        title, sentences = self._article(original)
        if kind == "cut":
            sentences = sentences[: max(1, int(len(sentences) * random.uniform(0.35, 0.65)))]
        text = "".join(sentences)
        if kind == "near":
            text = self._exchanged(random, text, EDITED)
        published = BEGIN + datetime.timedelta(days=number / DAY)
        record = {
            "id": f"v{number:08}",
            "title": title,
            "source": f"site{random.randrange(SOURCES)}.example",
            "date": published.isoformat(timespec="seconds"),
            "text": text,
        }
        return json.dumps(record, ensure_ascii=False) + "\n"


def _chunk(numbers):
    return "".join(map(generator.document, numbers))


def main():
    global generator
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("corpus", metavar="CORPUS", help="articles as JSON Lines, with text and title")
    add("documents", type=int, metavar="DOCUMENTS", help="how many to write")
    add("--first", type=int, default=0, metavar="NUMBER", help="the number of the first document [0]")
    add("--seed", type=int, default=1, help="[1]")
    given = parser.parse_args()
    generator = Generator(given.corpus, given.seed)
    end = given.first + given.documents
    chunks = [range(at, min(at + CHUNK, end)) for at in range(given.first, end, CHUNK)]
    # The processes inherit the generator.
    with Pool(os.cpu_count()) as pool:
        for lines in pool.imap(_chunk, chunks):
            sys.stdout.write(lines)


if __name__ == "__main__":
    main()
