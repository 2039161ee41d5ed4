"""Generates prose of no language: words, phrases and sentences. The same seed gives the same prose.

Word frequencies follow the Zipf-Mandelbrot law. Two sentences share nothing but stock phrases of five to eight words,
as every newsroom has them. No sentence is in two articles.

This module uses only `random()` and `randbytes()` of `random.Random`, because their sequences are the same in every
version of Python.
"""

import sys
from array import array
from random import Random

# 16 random bits select a slot. A frequent word has many slots, a rare word has one.
SLOTS = 1 << 16
FREQUENCY = 5_500
FLATTENED = 2.7

# One in so many slots has a comma after its word.
SLOTS_PER_COMMA = 14
PHRASES = 3_000
GIVEN_NAMES, FAMILY_NAMES = 300, 10_000

PEOPLE_PER_ARTICLE = 4

ONSETS = "b d f g h k l m n p r s t v z br dr pl st tr".split()
VOWELS = "a a e e e i i o o u ai ou".split()
CODAS = ["", "", "", "", "", "", "l", "m", "n", "r", "s", "t"]


def below(random, limit):
    """A random integer from 0 to limit - 1."""
    return int(random.random() * limit)


def choose(random, items):
    """A random item."""
    return items[below(random, len(items))]


def _syllables(random, count):
    parts = (choose(random, part) for _ in range(count) for part in (ONSETS, VOWELS, CODAS))
    return "".join(parts)


def _syllable_count(random, rank):
    """Few syllables for frequent words."""
    if rank < 200:
        return 1
    return 2 if rank < 4_000 or random.random() < 0.6 else 3


def _vocabulary(random):
    """Yields words with their number of slots, the most frequent first, until no slot is left."""
    seen, left, rank = set(), SLOTS, 0
    while left:
        word = _syllables(random, _syllable_count(random, rank))
        if word in seen:
            continue
        seen.add(word)
        rank += 1
        slots = min(left, max(1, round(FREQUENCY / (rank + FLATTENED))))
        left -= slots
        yield word, slots


class Language:
    """The words and phrases of one corpus."""

    def __init__(self, seed):
        random = Random(seed)
        self.slots = [word for word, slots in _vocabulary(random) for _ in range(slots)]
        self.drawn = [word + "," if at % SLOTS_PER_COMMA == 0 else word for at, word in enumerate(self.slots)]
        self.phrases = [self._phrase(random) for _ in range(PHRASES)]
        self.given = [_syllables(random, 2).capitalize() for _ in range(GIVEN_NAMES)]
        self.family = [_syllables(random, 2).capitalize() for _ in range(FAMILY_NAMES)]

    def _phrase(self, random):
        return " ".join(self.word(random) for _ in range(5 + below(random, 4)))

    def word(self, random):
        """A random word, by frequency."""
        return choose(random, self.slots)

    def words(self, random, count):
        """Random words, by frequency; some have a comma."""
        numbers = array("H")
        numbers.frombytes(random.randbytes(2 * count))
        if sys.byteorder == "big":
            numbers.byteswap()
        return list(map(self.drawn.__getitem__, numbers))

    def name(self, random):
        """A person's name."""
        return f"{choose(random, self.given)} {choose(random, self.family)}"

    def headline(self, random):
        """A headline of six to nine words."""
        words = (self.word(random).capitalize() for _ in range(6 + below(random, 4)))
        return " ".join(words)

    def sentences(self, random, words):
        """The sentences of an article of about `words` words, with names, numbers and quotations."""
        names = [self.name(random) for _ in range(PEOPLE_PER_ARTICLE)]
        drawn = self.words(random, words)
        sentences, at = [], 0
        while at < words:
            length = 8 + below(random, 22)
            sentences.append(self._sentence(random, drawn[at : at + length], names))
            at += length
        return sentences

    def _sentence(self, random, words, names):
        place, kind = below(random, len(words)), random.random()
        if kind < 0.15:
            # Squaring makes the first phrases more frequent.
            words[place] += " " + self.phrases[int(PHRASES * random.random() ** 2)]
        elif kind < 0.30:
            words[place] = str(2 + int(10 ** (4 * random.random())))
        elif kind < 0.40:
            words[place] += "’s"
        elif kind < 0.75:
            words[place] = choose(random, names)
        text = " ".join(words).rstrip(",")
        text = text[:1].upper() + text[1:]
        return f"“{text},” {choose(random, names)} said." if kind > 0.92 else text + "."
